import type { APIRoute } from 'astro';
import { builtDatasets, datasetRows } from '../../backend/datasets.ts';
import { buildDay } from '../../backend/public.ts';
import { datasetHead } from '../../domain/datasets.ts';

export const getStaticPaths = () => builtDatasets.map((d) => ({ params: { name: d.name } }));
export const GET: APIRoute = async ({ params }) => {
  const set = builtDatasets.find((d) => d.name === params['name']) as (typeof builtDatasets)[number];
  const rows = await (datasetRows[set.name] as () => Promise<Record<string, unknown>[]>)();
  return new Response(
    JSON.stringify({
      ...datasetHead(set, await buildDay()),
      rows: rows.map((r) => Object.fromEntries(set.columns.map((f) => [f.key, r[f.key] ?? null]))),
    }),
    { headers: { 'content-type': 'application/json; charset=utf-8' } },
  );
};
