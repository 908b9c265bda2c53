import { tmpdir } from 'node:os';
import { type CatalogueEntry, type CatalogueKind, catalogueKinds } from '../domain/catalogue.ts';
import { entriesOf, publicationOf } from './api.ts';
import { type EntryPage, entryPage } from './entry.ts';
import { institutionPage, institutionsPage } from './institutions.ts';
import { blockPage, frontPage, type ListPage, pageCount, partPages } from './lists.ts';
import { institutionHomes, type Part, partsOf } from './parts.ts';
import { Shelf } from './shelf.ts';
import { Rings } from './similar.ts';
import { Site } from './site.ts';

interface AstroList {
  params: { kind: string; path: string | undefined };
  props: { kind: CatalogueKind; list: ListPage; front?: boolean };
}
interface AstroEntry {
  params: { kind: string; slug: string };
  props: { kind: CatalogueKind; entry: EntryPage };
}

/** Every page of the catalogue for Astro to render by itself: slow, and the measure for what the publisher writes. */
async function everything(): Promise<{ lists: AstroList[]; entries: AstroEntry[]; parts: Map<string, Part>[] }> {
  const api = { url: process.env['BUILD_API_URL'] ?? '', key: process.env['PUBLIC_SUPABASE_KEY'] ?? '' };
  const { rate, classes } = await publicationOf(api, '');
  const lists: AstroList[] = [];
  const pages: AstroEntry[] = [];
  const parts: Map<string, Part>[] = [];
  for (const kind of ['instrument', 'service'] as const) {
    const { base } = catalogueKinds[kind];
    const shelf = Shelf.empty(new Site(`${tmpdir()}/none`, true), kind, classes);
    const entries: CatalogueEntry[] = [];
    for await (const batch of entriesOf(api)(kind))
      for (const e of batch) {
        shelf.put(e);
        entries.push(e);
      }
    const rings = new Rings(shelf);
    const own = partsOf(shelf);
    parts.push(own);
    const add = (address: string, props: Omit<AstroList['props'], 'kind'>) => {
      const [folder, ...path] = address.split('/').filter(Boolean);
      lists.push({ params: { kind: folder as string, path: path.join('/') || undefined }, props: { kind, ...props } });
    };
    add(base, { list: frontPage(shelf), front: true });
    for (let page = 1; page <= pageCount(shelf); page++) add(`${base}page/${page}/`, { list: blockPage(shelf, page) });
    for (const part of own.values()) for (const { address, draw } of partPages(part)) add(address, { list: draw() });
    for (const e of entries)
      pages.push({
        params: { kind: `${kind}s`, slug: e.slug },
        props: {
          kind,
          entry: entryPage(
            e,
            classes.find(([code]) => code === e.class_code)?.[1] ?? '',
            shelf.listed(rings.similarTo(e.ordinal)),
            rate,
          ),
        },
      });
  }
  return { lists, entries: pages, parts };
}
export const listsForAstro = async (): Promise<AstroList[]> => (await everything()).lists;
export const entriesForAstro = async (): Promise<AstroEntry[]> => (await everything()).entries;
export async function institutionsForAstro(): Promise<{ params: { path: string }; props: { page: ListPage } }[]> {
  const { parts } = await everything();
  return [...institutionHomes(parts)].map((home) => ({
    params: { path: home.split('/')[2] as string },
    props: { page: institutionPage(home, parts) },
  }));
}
export const allInstitutionsForAstro = async (): Promise<ListPage> => institutionsPage((await everything()).parts);
