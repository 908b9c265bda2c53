import type { APIRoute } from 'astro';
import { builtDatasets, datasetRows } from '../../backend/datasets.ts';
import { type Cell, toCsv } from '../../domain/csv.ts';

const cell = (value: unknown): Cell =>
  value === null || value === undefined ? null : typeof value === 'number' ? value : String(value);
export const getStaticPaths = () => builtDatasets.map((d) => ({ params: { name: d.name } }));
export const GET: APIRoute = async ({ params }) => {
  const set = builtDatasets.find((d) => d.name === params['name']) as (typeof builtDatasets)[number];
  const rows = await (datasetRows[set.name] as () => Promise<Record<string, unknown>[]>)();
  return new Response(
    toCsv(
      set.columns.map((f) => f.key),
      rows.map((r) => set.columns.map((f) => cell(r[f.key]))),
    ),
    { headers: { 'content-type': 'text/csv; charset=utf-8' } },
  );
};
