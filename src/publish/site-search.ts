import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vocabulary from '../../content/vocabulary.json' with { type: 'json' };
import { type SitePage, type SiteTexts, siteSearchFiles } from '../domain/search/site.ts';
import type { Site } from './site.ts';

/** Pages that the search of the site finds elsewhere (the catalogue has its own index), or that say nothing of the matter. */
const leftOut = new Set([
  'instruments',
  'services',
  'institutions',
  'catalogue',
  'style',
  'search',
  '_astro',
  'sitemap',
]);
/** The column of a page by its address, the longest first. */
const columns: [prefix: string, column: string][] = [
  ['/policies/read/', '解读'],
  ['/policies/', '政策'],
  ['/about/', '政策'],
  ['/exclusions/', '政策'],
  ['/guides/', '操作指南'],
  ['/faq/', '常见问题'],
  ['/pledges/', '承诺书'],
  ['/notices/', '公示'],
  ['/tools/', '工具'],
  ['/statistics/', '数据'],
  ['/payouts/', '数据'],
  ['/open-data/', '数据'],
  ['/seals/', '数据'],
];
const columnOf = (url: string): string => columns.find(([prefix]) => url.startsWith(prefix))?.[1] ?? '本站';

/** A longer text is a list of data: its beginning says what it is. */
const mostOfSection = 2400;
/** Is no text: runs of digits of a digest. */
const digests = /[0-9a-f]{32,}/g;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'", '#34': '"' };
const decoded = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (all, name: string) =>
    name in entities
      ? (entities[name] as string)
      : name.startsWith('#')
        ? String.fromCodePoint(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)))
        : all,
  );
const silent = new Set(['script', 'style', 'svg', 'noscript', 'template', 'nav', 'form', 'select']);
const headings = new Set(['h2', 'h3', 'summary']);
/** Without an end tag. */
const single = new Set(['br', 'img', 'input', 'hr', 'link', 'meta', 'wbr', 'use', 'path', 'col', 'source']);

/** What a page says, cut at its headings; each part with the nearest place that can be linked to. Undefined for pages that are not to be found. */
export function readPage(url: string, html: string): { page: SitePage; texts: string[] } | undefined {
  if (/<meta name="robots" content="noindex"/.test(html)) return undefined;
  const title = /<title>([^<]*)<\/title>/.exec(html)?.[1]?.replace(/ · [^·]*$/, '') ?? '';
  const about = /<meta name="description" content="([^"]*)"/.exec(html)?.[1] ?? '';
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1]?.replaceAll(/<!--.*?-->/gs, '');
  if (!main || !title) return undefined;
  const parts: { anchor: string; heading: string; text: string }[] = [{ anchor: '', heading: '', text: '' }];
  const open: { name: string; id: string }[] = [];
  let [heading, at] = ['', 0];
  const add = (raw: string) => {
    if (open.some(({ name }) => silent.has(name) || name === 'h1')) return;
    const part = parts.at(-1) as (typeof parts)[number];
    if (heading) part.heading += decoded(raw);
    else part.text += decoded(raw);
  };
  for (const tag of main.matchAll(/<(\/?)([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi)) {
    add(main.slice(at, tag.index));
    at = tag.index + tag[0].length;
    const [, closes, name = '', attributes = ''] = tag;
    if (closes) {
      while (open.length > 0 && open.pop()?.name !== name);
      if (name === heading) heading = '';
    } else if (!single.has(name) && !attributes.endsWith('/')) {
      const id = /\sid="([^"]+)"/.exec(attributes)?.[1] ?? '';
      open.push({ name, id });
      if (headings.has(name)) {
        const anchor = open.findLast((o) => o.id)?.id ?? '';
        parts.push({ anchor, heading: '', text: '' });
        heading = name;
      }
    }
    // Cells and paragraphs stand apart.
    if (
      !heading &&
      parts.at(-1)?.text &&
      !parts.at(-1)?.text.endsWith(' ') &&
      /^(p|li|td|th|dd|dt|div|br|tr)$/.test(name)
    )
      add(' ');
  }
  add(main.slice(at));
  const said = parts
    .map((p) => ({
      anchor: p.anchor,
      heading: p.heading.replaceAll(/\s+/g, ' ').trim(),
      text: p.text.replaceAll(digests, '').replaceAll(/\s+/g, ' ').trim().slice(0, mostOfSection),
    }))
    .filter((p) => p.heading || p.text);
  return {
    page: {
      url,
      title: decoded(title),
      column: columnOf(url),
      about: decoded(about),
      sections: said.map((p) => [p.anchor, p.heading]),
    },
    texts: said.map((p) => p.text),
  };
}

/** Every page that Astro made, beside the catalogue's. The home page says only what others say at length, and its counts change by the hour. */
export function writeSiteSearch(site: Site): void {
  const pages: SitePage[] = [];
  const texts: SiteTexts = [];
  const walk = (url: string) => {
    const dir = join(site.dir, url);
    const file = join(dir, 'index.html');
    if (url !== '/' && existsSync(file)) {
      const read = readPage(url, readFileSync(file, 'utf8'));
      if (read) {
        pages.push(read.page);
        texts.push(read.texts);
      }
    }
    for (const f of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
      if (f.isDirectory() && !(url === '/' && leftOut.has(f.name))) walk(`${url}${f.name}/`);
  };
  walk('/');
  site.write(siteSearchFiles.pages, JSON.stringify({ pages, words: vocabulary.portal.words }));
  site.write(siteSearchFiles.texts, JSON.stringify(texts));
}
