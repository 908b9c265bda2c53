import { tmpdir } from 'node:os';
import { type CatalogueEntry, type CatalogueKind, catalogueKinds } from '../domain/catalogue.ts';
import { entriesOf, publicationOf } from './api.ts';
import { type EntryPage, entryPage } from './entry.ts';
import { institutionPage, institutionsPage } from './institutions.ts';
import { blockPage, frontPage, type ListPage, pageCount, sublistPages } from './lists.ts';
import { institutionHomes, type Sublist, sublistsOf } from './sublists.ts';
import { PublishedCatalogue } from './published-catalogue.ts';
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
async function everything(): Promise<{ lists: AstroList[]; entries: AstroEntry[]; sublists: Map<string, Sublist>[] }> {
  const api = { url: process.env['BUILD_API_URL'] ?? '', key: process.env['PUBLIC_SUPABASE_KEY'] ?? '' };
  const { rate, classes } = await publicationOf(api, '');
  const lists: AstroList[] = [];
  const pages: AstroEntry[] = [];
  const sublists: Map<string, Sublist>[] = [];
  for (const kind of ['instrument', 'service'] as const) {
    const { base } = catalogueKinds[kind];
    const catalogue = PublishedCatalogue.empty(new Site(`${tmpdir()}/none`, true), kind, classes);
    const entries: CatalogueEntry[] = [];
    for await (const batch of entriesOf(api)(kind))
      for (const e of batch) {
        catalogue.put(e);
        entries.push(e);
      }
    const rings = new Rings(catalogue);
    const own = sublistsOf(catalogue);
    sublists.push(own);
    const add = (address: string, props: Omit<AstroList['props'], 'kind'>) => {
      const [folder, ...path] = address.split('/').filter(Boolean);
      lists.push({ params: { kind: folder as string, path: path.join('/') || undefined }, props: { kind, ...props } });
    };
    add(base, { list: frontPage(catalogue), front: true });
    for (let page = 1; page <= pageCount(catalogue); page++)
      add(`${base}page/${page}/`, { list: blockPage(catalogue, page) });
    for (const sublist of own.values())
      for (const { address, draw } of sublistPages(sublist)) add(address, { list: draw() });
    for (const e of entries)
      pages.push({
        params: { kind: `${kind}s`, slug: e.slug },
        props: {
          kind,
          entry: entryPage(
            e,
            classes.find(([code]) => code === e.class_code)?.[1] ?? '',
            catalogue.listed(rings.similarTo(e.ordinal)),
            rate,
          ),
        },
      });
  }
  return { lists, entries: pages, sublists };
}
export const listsForAstro = async (): Promise<AstroList[]> => (await everything()).lists;
export const entriesForAstro = async (): Promise<AstroEntry[]> => (await everything()).entries;
export async function institutionsForAstro(): Promise<{ params: { path: string }; props: { page: ListPage } }[]> {
  const { sublists } = await everything();
  return [...institutionHomes(sublists)].map((home) => ({
    params: { path: home.split('/')[2] as string },
    props: { page: institutionPage(home, sublists) },
  }));
}
export const allInstitutionsForAstro = async (): Promise<ListPage> => institutionsPage((await everything()).sublists);
