import type { APIRoute } from 'astro';
import { datasetRows } from '../../backend/datasets.ts';
import { type Cell, toCsv } from '../../domain/csv.ts';
import { datasets } from '../../domain/datasets.ts';

const cell = (value: unknown): Cell => (value === null || value === undefined ? null : typeof value === 'number' ? value : String(value));
export const getStaticPaths = () => datasets.map((d) => ({ params: { name: d.name } }));
export const GET: APIRoute = async ({ params }) => {
  const set = datasets.find((d) => d.name === params['name']) as (typeof datasets)[number];
  const rows = await (datasetRows[set.name] as () => Promise<Record<string, unknown>[]>)();
  return new Response(toCsv(set.columns.map((f) => f.key), rows.map((r) => set.columns.map((f) => cell(r[f.key])))), { headers: { 'content-type': 'text/csv; charset=utf-8' } });
};
