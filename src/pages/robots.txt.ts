import type { APIRoute } from 'astro';
import { siteOrigin } from '../backend/public.ts';

/** Workspaces hold nothing for a search engine; everything else may be found, and the site maps say where it is. */
export const GET: APIRoute = () =>
  new Response(
    [
      'User-agent: *',
      ...['/user/', '/institution/', '/desk/', '/papers/', '/work/', '/style/'].map((path) => `Disallow: ${path}`),
      'Allow: /',
      '',
      `Sitemap: ${siteOrigin}/sitemap.xml`,
      '',
    ].join('\n'),
    { headers: { 'content-type': 'text/plain; charset=utf-8' } },
  );
