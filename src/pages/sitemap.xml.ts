import type { APIRoute } from 'astro';
import { catalogue, notices } from '../backend/public.ts';

/** Addresses without a host: the host is a setting of the deployment (SITE_URL). Catalogues above 50,000 entries go into further files by the protocol's limit. */
export const GET: APIRoute = async () => {
  const origin = process.env['SITE_URL'] ?? '';
  const entries = (await catalogue()).slice(0, 49_000).map((e) => `/${e.kind}s/${e.slug}/`);
  const fixed = ['/', '/policies/', '/exclusions/', '/guides/', '/faq/', '/tools/', '/instruments/', '/services/', '/notices/', '/statistics/', '/open-data/', '/seals/', '/verify/', '/contact/'];
  const all = [...fixed, ...(await notices()).map((n) => `/notices/${n.id}/`), ...entries];
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${all.map((path) => `<url><loc>${origin}${path}</loc></url>`).join('\n')}\n</urlset>\n`, { headers: { 'content-type': 'application/xml; charset=utf-8' } });
};
