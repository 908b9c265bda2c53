import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogueEntry, type CatalogueKind, catalogueKinds, usable } from '../domain/catalogue.ts';
import type { ListedEntry } from '../domain/catalogue-rows.ts';
import { formatCount } from '../domain/money.ts';
import { entryText } from '../domain/search/entry-text.ts';
import { shardCount } from '../domain/search/postings.ts';
import type { Vocabulary } from '../domain/search/vocabulary.ts';
import { refuseStrange } from './checked.ts';
import { entryPage, type Rate, similarMarks, similarSection } from './entry.ts';
import { IndexBuilder } from './search-index.ts';
import { type ChangedText, updateIndex } from './search-index-changes.ts';
import { institutionPage, institutionsPage } from './institutions.ts';
import { blockPage, frontPage, type ListPage, pageCount, sublistBlock, sublistPage, sublistPages } from './lists.ts';
import { OpenCatalogue } from './open-data.ts';
import {
  changedPages,
  institutionHomes,
  isInstitution,
  type Sublist,
  pageOf,
  pagesOf,
  sublistsOf,
} from './sublists.ts';
import { readShells, type Shell, takeShells } from './shell.ts';
import { PublishedCatalogue } from './published-catalogue.ts';
import { Rings } from './similar.ts';
import { writeSiteSearch } from './site-search.ts';
import { Site } from './site.ts';
import { sitemapOf, writeInstitutionSitemap, writeSitemap, writeSitemapIndex } from './sitemap.ts';
import { readVocabulary, Words, writeVocabulary } from './words.ts';

/** The catalogue as static files: one page an entry, the lists, institutions, site maps and the search index. Written whole after a build, or one change at a time; both give the same bytes. */
export interface Publication {
  rate: Rate;
  classes: [code: string, label: string][] /** Scheme and host of the public site. */;
  origin: string /** The day of publication, said in the open data. */;
  day: string;
}
/** Entries of a kind in batches, by ordinal. */
export type Source = (kind: CatalogueKind) => AsyncIterable<CatalogueEntry[]>;

const kinds: CatalogueKind[] = ['instrument', 'service'];
const shellPaths = {
  'instrument-front': '/instruments/',
  'service-front': '/services/',
  'instrument-list': '/instruments/_list/',
  'service-list': '/services/_list/',
  'instrument-entry': '/instruments/_entry/',
  'service-entry': '/services/_entry/',
  institutions: '/institutions/',
  institution: '/institutions/_institution/',
};
const htmlMarks = ['main', 'jsonLd'];

const textBits = 6;
const textFile = (kind: CatalogueKind, ordinal: number) => `/catalogue/state/${kind}/text/${ordinal >>> textBits}.json`;

/** Writes everything into a site that Astro has just built. */
export async function publishAll(dir: string, source: Source, publication: Publication): Promise<{ entries: number }> {
  refuseStrange([], publication);
  const site = new Site(dir, true);
  site.clear();
  writeSiteSearch(site);
  const vocabulary = writeVocabulary(site);
  takeShells(site, shellPaths);
  const shells = readShells(site, htmlMarks);
  const catalogues: PublishedCatalogue[] = [];
  const sublists: Map<string, Sublist>[] = [];
  const open = new OpenCatalogue(site, publication.day);
  const spool = mkdtempSync(join(tmpdir(), 'catalogue-'));
  try {
    for (const kind of kinds) {
      const catalogue = PublishedCatalogue.empty(site, kind, publication.classes);
      const [index, words] = [new IndexBuilder(site, kind), new Words(site, kind)];
      let [batches, texts, block] = [0, [] as [number, string][], -1];
      const flush = () => {
        if (texts.length > 0) site.write(textFile(kind, block << textBits), JSON.stringify(texts));
        texts = [];
      };
      for await (const batch of source(kind)) {
        refuseStrange(batch, publication);
        for (const e of batch) {
          const text = entryText(e, vocabulary);
          catalogue.put(e);
          index.add(e.ordinal, text);
          words.add(e, 1);
          if (e.ordinal >>> textBits !== block) {
            flush();
            block = e.ordinal >>> textBits;
          }
          texts.push([e.ordinal, text]);
        }
        open.add(batch);
        writeFileSync(join(spool, `${kind}${batches++}`), JSON.stringify(batch));
      }
      flush();
      catalogue.manifest.shards = shardCount(catalogue.manifest.entries);
      catalogue.manifest.own = index.end(catalogue.manifest.shards);
      words.save();
      catalogue.save();
      catalogues.push(catalogue);
      const rings = new Rings(catalogue);
      for (let i = 0; i < batches; i++) {
        for (const e of JSON.parse(readFileSync(join(spool, `${kind}${i}`), 'utf8')) as CatalogueEntry[])
          writeEntry(site, shells, catalogue, rings, e, publication);
      }
      for (let page = 1; page <= pageCount(catalogue); page++)
        writeList(site, shells, catalogue, `${catalogueKinds[kind].base}page/${page}/`, blockPage(catalogue, page));
      const own = sublistsOf(catalogue);
      // In the order of what they show: the catalogue holds the rows used last.
      for (const { address, draw } of [...own.values()].flatMap(sublistPages).sort((a, b) => a.upTo - b.upTo))
        writeList(site, shells, catalogue, address, draw());
      sublists.push(own);
      for (let n = 1; n <= sitemapOf(catalogue.last); n++) writeSitemap(site, catalogue, n, publication.origin);
    }
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
  open.end();
  for (const catalogue of catalogues) writeFront(site, shells, catalogue);
  for (const home of institutionHomes(sublists)) writeInstitution(site, shells, sublists, home);
  writeInstitutions(site, shells, sublists);
  writeInstitutionSitemap(site, institutionHomes(sublists), publication.origin);
  writeSitemapIndex(site, catalogues, publication.origin);
  writeHome(site, catalogues);
  site.end();
  return { entries: catalogues.reduce((n, s) => n + s.manifest.entries, 0) };
}

/** Takes entries that were published, changed or switched into a published site, and everything that shows them. Answers with the paths that were written; «full» when it must be published whole, because the catalogue has outgrown its shards or an earlier change broke off. */
export function republish(dir: string, entries: CatalogueEntry[], publication: Publication): string[] | 'full' {
  refuseStrange(entries, publication);
  const site = new Site(dir);
  const shells = readShells(site, htmlMarks);
  const catalogues = kinds.map((kind) => PublishedCatalogue.read(site, kind));
  // Asked before anything is written: half a change helps nobody.
  if (
    site.isBroken ||
    catalogues.some(
      (s) =>
        shardCount(s.manifest.entries + entries.filter((e) => e.kind === s.kind && !s.has(e.ordinal)).length) !==
        s.manifest.shards,
    )
  )
    return 'full';
  site.begin();
  const vocabulary = readVocabulary(site);
  const sublists = catalogues.map(sublistsOf);
  for (const [i, catalogue] of catalogues.entries()) {
    const changed = entries.filter((e) => e.kind === catalogue.kind).sort((a, b) => a.ordinal - b.ordinal);
    if (changed.length === 0) continue;
    const { kind } = catalogue;
    const before = new Rings(catalogue);
    const likes = new Set<number>();
    const texts: ChangedText[] = [];
    const renamed: [old: ListedEntry | undefined, now: CatalogueEntry][] = [];
    const lastPages = pageCount(catalogue);
    for (const e of changed) {
      for (const o of before.dependentsOf(e.ordinal)) likes.add(o);
      const old = catalogue.listed([e.ordinal])[0];
      catalogue.put(e);
      if (old?.name !== e.name || old.model !== e.model || old.institution_name !== e.institution_name)
        renamed.push([old, e]);
      texts.push({ ordinal: e.ordinal, ...replaceText(site, kind, e, vocabulary) });
    }
    catalogue.manifest.own = updateIndex(site, kind, catalogue.manifest.shards, catalogue.manifest.own, texts);
    if (renamed.length > 0) replaceWords(site, kind, renamed);
    const rings = new Rings(catalogue);
    for (const e of changed) {
      for (const o of rings.dependentsOf(e.ordinal)) likes.add(o);
      writeEntry(site, shells, catalogue, rings, e, publication);
    }
    for (const o of likes) writeSimilar(site, catalogue, rings, o);
    const pages = pageCount(catalogue);
    const blocks = new Set([
      ...changed.map((e) => pageOf(e.ordinal)),
      ...(pages === lastPages ? [] : Array.from({ length: pages - lastPages + 3 }, (_, i) => lastPages - 2 + i)),
    ]);
    for (const page of blocks)
      if (page >= 1 && page <= pages)
        writeList(site, shells, catalogue, `${catalogueKinds[kind].base}page/${page}/`, blockPage(catalogue, page));
    const were = sublists[i] as Map<string, Sublist>;
    sublists[i] = sublistsOf(catalogue);
    // A city that has no entries any more loses its lists, a sublist that got shorter its last pages.
    for (const at of were.keys()) if (!sublists[i].has(at)) site.remove(at);
    const ordinals = new Set(changed.map((e) => e.ordinal));
    for (const sublist of sublists[i].values()) {
      const pages = changedPages(sublist, were.get(sublist.at), ordinals);
      if (pages.size === 0) continue;
      for (const page of pages)
        if (page <= pagesOf(sublist))
          writeList(site, shells, catalogue, `${sublist.at}page/${page}/`, sublistBlock(sublist, page));
        else site.remove(`${sublist.at}page/${page}/`);
      if (isInstitution(sublist)) writeInstitution(site, shells, sublists, sublist.home);
      else writeList(site, shells, catalogue, sublist.home, sublistPage(sublist));
    }
    for (const n of new Set(changed.map((e) => sitemapOf(e.ordinal))))
      writeSitemap(site, catalogue, n, publication.origin);
    writeFront(site, shells, catalogue);
    catalogue.save();
  }
  writeInstitutions(site, shells, sublists);
  writeInstitutionSitemap(site, institutionHomes(sublists), publication.origin);
  writeSitemapIndex(site, catalogues, publication.origin);
  writeHome(site, catalogues);
  site.end();
  return site.written;
}

/** Until when the published files know each kind. */
export const publishedThrough = (dir: string): [CatalogueKind, string][] =>
  kinds.map((kind) => [kind, PublishedCatalogue.read(new Site(dir), kind).manifest.through]);

function replaceWords(
  site: Site,
  kind: CatalogueKind,
  renamed: [old: ListedEntry | undefined, now: CatalogueEntry][],
): void {
  const words = new Words(site, kind);
  for (const [old, now] of renamed) {
    if (old) words.add(old, -1);
    words.add(now, 1);
  }
  words.save();
}
function replaceText(
  site: Site,
  kind: CatalogueKind,
  e: CatalogueEntry,
  vocabulary: Vocabulary,
): { before: string; after: string } {
  const path = textFile(kind, e.ordinal);
  const texts = new Map(JSON.parse(site.text(path) ?? '[]') as [number, string][]);
  const before = texts.get(e.ordinal) ?? '';
  const after = entryText(e, vocabulary);
  texts.set(e.ordinal, after);
  site.write(path, JSON.stringify([...texts].sort((a, b) => a[0] - b[0])));
  return { before, after };
}
function writeEntry(
  site: Site,
  shells: Record<string, Shell>,
  catalogue: PublishedCatalogue,
  rings: Rings,
  e: CatalogueEntry,
  { rate, classes }: Publication,
): void {
  const { main, ...page } = entryPage(
    e,
    classes.find(([code]) => code === e.class_code)?.[1] ?? '',
    catalogue.listed(rings.similarTo(e.ordinal)),
    rate,
  );
  site.page(`${catalogueKinds[e.kind].base}${e.slug}/`, (shells[`${e.kind}-entry`] as Shell)({ ...page, main }));
}
function writeSimilar(site: Site, catalogue: PublishedCatalogue, rings: Rings, ordinal: number): void {
  const row = catalogue.row(ordinal);
  const path = row && `${catalogueKinds[catalogue.kind].base}${row.slug}/index.html`;
  const page = path && site.text(path);
  if (!page) return;
  const from = page.indexOf(similarMarks[0]) + similarMarks[0].length;
  const to = page.indexOf(similarMarks[1], from);
  if (from < similarMarks[0].length || to < 0)
    throw new Error(`${path} was not written by this publisher: run "npm run build".`);
  site.write(
    path,
    page.slice(0, from) +
      similarSection(catalogue.kind, catalogue.listed(rings.similarTo(ordinal))).text +
      page.slice(to),
  );
}
const writeList = (
  site: Site,
  shells: Record<string, Shell>,
  catalogue: PublishedCatalogue,
  address: string,
  page: ListPage,
) => site.page(address, (shells[`${catalogue.kind}-list`] as Shell)({ ...page }));
const writeFront = (site: Site, shells: Record<string, Shell>, catalogue: PublishedCatalogue) =>
  site.page(
    catalogueKinds[catalogue.kind].base,
    (shells[`${catalogue.kind}-front`] as Shell)({ ...frontPage(catalogue) }),
  );
const writeInstitution = (site: Site, shells: Record<string, Shell>, sublists: Map<string, Sublist>[], home: string) =>
  site.page(home, (shells['institution'] as Shell)({ ...institutionPage(home, sublists) }));
const writeInstitutions = (site: Site, shells: Record<string, Shell>, sublists: Map<string, Sublist>[]) =>
  site.page('/institutions/', (shells['institutions'] as Shell)({ ...institutionsPage(sublists) }));
/** The home page says how many may be booked: only its two numbers are written. */
function writeHome(site: Site, catalogues: PublishedCatalogue[]): void {
  let page = site.text('/index.html');
  if (!page) return;
  for (const catalogue of catalogues) {
    const n = formatCount(catalogue.count((o) => usable(catalogue.flags[o] as number)));
    page = page.replace(new RegExp(`(<span data-count="${catalogue.kind}"[^>]*>)[^<]*`), `$1${n}`);
  }
  site.write('/index.html', page);
}
