import type { APIRoute } from 'astro';
import { datasetRows } from '../../backend/datasets.ts';
import { toCsv } from '../../domain/csv.ts';
import { datasets } from '../../domain/datasets.ts';

export const getStaticPaths = () => datasets.map((d) => ({ params: { name: d.name } }));
export const GET: APIRoute = async ({ params }) => {
  const set = datasets.find((d) => d.name === params['name']) as (typeof datasets)[number];
  const rows = await (datasetRows[set.name] as () => Promise<Record<string, unknown>[]>)();
  return new Response(toCsv(set.columns.map(([key]) => key), rows.map((r) => set.columns.map(([key]) => { const v = r[key]; return v === null || v === undefined ? null : typeof v === 'number' ? v : String(v); }))), { headers: { 'content-type': 'text/csv; charset=utf-8' } });
};
