import { tmpdir } from 'node:os';
import type { CatalogueEntry, CatalogueKind } from '../domain/catalogue.ts';
import { entriesOf, publicationOf } from './api.ts';
import { type EntryPage, entryPage } from './entry.ts';
import { blockPage, frontPage, type ListPage, pageCount } from './lists.ts';
import { Shelf } from './shelf.ts';
import { Rings } from './similar.ts';
import { Site } from './site.ts';

interface AstroPage { params: { kind: string; path: string | undefined }; props: { kind: CatalogueKind; entry?: EntryPage; list?: ListPage; front?: boolean } }

/** Every page of the catalogue for Astro to render by itself: slow, and the measure for what the publisher writes. */
export async function pagesForAstro(): Promise<AstroPage[]> {
  const api = { url: process.env['BUILD_API_URL'] ?? '', key: process.env['PUBLIC_SUPABASE_KEY'] ?? '' };
  const { rate, classes } = await publicationOf(api, '');
  const pages: AstroPage[] = [];
  for (const kind of ['instrument', 'service'] as const) {
    const shelf = Shelf.empty(new Site(`${tmpdir()}/none`, true), kind, classes);
    const entries: CatalogueEntry[] = [];
    for await (const batch of entriesOf(api)(kind)) for (const e of batch) { shelf.put(e); entries.push(e); }
    const rings = new Rings(shelf);
    const add = (path: string | undefined, props: Omit<AstroPage['props'], 'kind'>) => pages.push({ params: { kind: `${kind}s`, path }, props: { kind, ...props } });
    add(undefined, { list: frontPage(shelf), front: true });
    for (let page = 1; page <= pageCount(shelf); page++) add(`page/${page}`, { list: blockPage(shelf, page) });
    for (const e of entries) add(e.slug, { entry: entryPage(e, classes.find(([code]) => code === e.class_code)?.[1] ?? '', shelf.listed(rings.similarTo(e.ordinal)), rate) });
  }
  return pages;
}
