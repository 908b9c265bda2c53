import type { APIRoute } from 'astro';
import { buildDay } from '../../backend/public.ts';
import { dataPackage } from '../../domain/datasets.ts';

/** All datasets described for machines (Frictionless Data). */
export const GET: APIRoute = async () =>
  new Response(JSON.stringify(dataPackage(await buildDay()), null, 1), {
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
