import type { APIRoute } from 'astro';
import { datasetRows } from '../../backend/datasets.ts';
import { today } from '../../backend/public.ts';
import { datasets, licence, typeInWords } from '../../domain/datasets.ts';

export const getStaticPaths = () => datasets.map((d) => ({ params: { name: d.name } }));
export const GET: APIRoute = async ({ params }) => {
  const set = datasets.find((d) => d.name === params['name']) as (typeof datasets)[number];
  const rows = await (datasetRows[set.name] as () => Promise<Record<string, unknown>[]>)();
  return new Response(JSON.stringify({ name: set.name, title: set.title, about: set.about, date: await today(), licence, schema: `/open-data/${set.name}.schema.json`, columns: set.columns.map((f) => ({ key: f.key, type: typeInWords(f), meaning: f.meaning })), rows: rows.map((r) => Object.fromEntries(set.columns.map((f) => [f.key, r[f.key] ?? null]))) }), { headers: { 'content-type': 'application/json; charset=utf-8' } });
};
