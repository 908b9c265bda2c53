import type { APIRoute } from 'astro';
import { datasets, jsonSchema } from '../../domain/datasets.ts';

export const getStaticPaths = () => datasets.map((d) => ({ params: { name: d.name } }));
/** JSON Schema of a dataset's rows. */
export const GET: APIRoute = ({ params }) =>
  new Response(
    JSON.stringify(jsonSchema(datasets.find((d) => d.name === params['name']) as (typeof datasets)[number]), null, 1),
    { headers: { 'content-type': 'application/schema+json; charset=utf-8' } },
  );
