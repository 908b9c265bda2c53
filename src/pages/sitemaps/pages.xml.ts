import type { APIRoute } from 'astro';
import { getCollection } from 'astro:content';
import { announcements, notices, pledges, siteOrigin, statistics } from '../../backend/public.ts';
import { narrowed } from '../../domain/announcements.ts';
import { html } from '../../domain/html.ts';
import { xmlDocument } from '../../domain/xml.ts';

/** The pages that Astro makes; the catalogue's entries stand in site maps of their own. */
export const GET: APIRoute = async () => {
  const fixed = [
    '/',
    '/about/',
    '/about/rules/',
    '/policies/',
    '/exclusions/',
    '/guides/',
    '/faq/',
    '/faq/institution/',
    '/pledges/',
    '/tools/',
    '/tools/eligibility/',
    '/tools/deduction/',
    '/tools/working-days/',
    '/tools/calendar/',
    '/instruments/',
    '/services/',
    '/institutions/',
    '/compare/',
    '/news/',
    ...narrowed.map((reader) => `/news/for/${reader}/`),
    '/needs/',
    '/ask/',
    '/notices/',
    '/payouts/',
    '/statistics/',
    '/open-data/',
    '/seals/',
    '/verify/',
    '/notices/receipt/',
    '/contact/',
    '/search/',
    '/info/',
    '/privacy/',
    '/accessibility/',
    '/sitemap/',
    '/report-error/',
  ];
  const documents = [
    ...(await getCollection('policies')).map((p) => `/policies/${p.id}/`),
    ...(await getCollection('interpretations')).map((p) => `/policies/read/${p.id}/`),
    ...(await getCollection('guides')).map((g) => `/guides/${g.id}/`),
    ...(await announcements()).map((a) => `/news/${a.id}/`),
    ...new Set((await statistics()).map((s) => `/statistics/${s.year}/`)),
    ...(await pledges()).map((p) => `/pledges/${p.kind}-${p.year}/`),
  ];
  const all = [...fixed, ...documents, ...(await notices()).map((n) => `/notices/${n.id}/`)];
  const urls = all.map((path) => html`<url><loc>${siteOrigin}${path}</loc></url>\n`);
  return new Response(
    xmlDocument(html`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls}</urlset>`),
    { headers: { 'content-type': 'application/xml; charset=utf-8' } },
  );
};
