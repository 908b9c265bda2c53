import type { APIRoute } from 'astro';
import { seals } from '../../backend/public.ts';

/** The seals as published when the site was built, in the form that the page checks. */
export const GET: APIRoute = async () => new Response(JSON.stringify({ kind: 'seals', seals: await seals() }), { headers: { 'content-type': 'application/json' } });
