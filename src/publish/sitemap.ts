import { catalogueKinds } from '../domain/catalogue.ts';
import { type Html, html } from '../domain/html.ts';
import { xmlDocument } from '../domain/xml.ts';
import type { PublishedCatalogue } from './published-catalogue.ts';
import type { Site } from './site.ts';

const perFile = 2000;
export const sitemapOf = (ordinal: number): number => Math.ceil(ordinal / perFile);

/** Site map `n` of a kind: its entries with their day of change. */
export function writeSitemap(site: Site, catalogue: PublishedCatalogue, n: number, origin: string): void {
  const { base } = catalogueKinds[catalogue.kind];
  const urls: Html[] = [];
  for (let o = (n - 1) * perFile + 1; o <= Math.min(n * perFile, catalogue.last); o++) {
    const row = catalogue.row(o);
    if (row) urls.push(html`<url><loc>${origin}${base}${row.slug}/</loc><lastmod>${row.updated_on}</lastmod></url>\n`);
  }
  site.write(
    `/sitemaps/${catalogue.kind}-${n}.xml`,
    xmlDocument(html`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls}</urlset>`),
  );
}
/** The pages of the institutions. */
export function writeInstitutionSitemap(site: Site, homes: Iterable<string>, origin: string): void {
  const urls = [...homes].sort().map((home) => html`<url><loc>${origin}${home}</loc></url>\n`);
  site.write(
    '/sitemaps/institutions.xml',
    xmlDocument(html`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls}</urlset>`),
  );
}
/** The index of all site maps: the pages that Astro made (`/sitemaps/pages.xml`) and the entries. */
export function writeSitemapIndex(site: Site, catalogues: PublishedCatalogue[], origin: string): void {
  const files = [
    '/sitemaps/pages.xml',
    '/sitemaps/institutions.xml',
    ...catalogues.flatMap((s) =>
      Array.from({ length: sitemapOf(s.last) }, (_, i) => `/sitemaps/${s.kind}-${i + 1}.xml`),
    ),
  ];
  const maps = files.map((f) => html`<sitemap><loc>${origin}${f}</loc></sitemap>\n`);
  site.write(
    '/sitemap.xml',
    xmlDocument(html`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${maps}</sitemapindex>`),
  );
}
