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
import { GramBuilder } from './grams.ts';
import { type ChangedText, updateGrams } from './grams-changed.ts';
import { institutionPage, institutionsPage } from './institutions.ts';
import { blockPage, frontPage, type ListPage, pageCount, partBlock, partPage, partPages } from './lists.ts';
import { OpenCatalogue } from './open-data.ts';
import { changedPages, institutionHomes, isInstitution, type Part, pageOf, pagesOf, partsOf } from './parts.ts';
import { readShells, type Shell, takeShells } from './shell.ts';
import { Shelf } from './shelf.ts';
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
  const shelves: Shelf[] = [];
  const parts: Map<string, Part>[] = [];
  const open = new OpenCatalogue(site, publication.day);
  const spool = mkdtempSync(join(tmpdir(), 'catalogue-'));
  try {
    for (const kind of kinds) {
      const shelf = Shelf.empty(site, kind, publication.classes);
      const [grams, words] = [new GramBuilder(site, kind), new Words(site, kind)];
      let [batches, texts, block] = [0, [] as [number, string][], -1];
      const flush = () => {
        if (texts.length > 0) site.write(textFile(kind, block << textBits), JSON.stringify(texts));
        texts = [];
      };
      for await (const batch of source(kind)) {
        refuseStrange(batch, publication);
        for (const e of batch) {
          const text = entryText(e, vocabulary);
          shelf.put(e);
          grams.add(e.ordinal, text);
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
      shelf.manifest.shards = shardCount(shelf.manifest.entries);
      shelf.manifest.own = grams.end(shelf.manifest.shards);
      words.save();
      shelf.save();
      shelves.push(shelf);
      const rings = new Rings(shelf);
      for (let i = 0; i < batches; i++) {
        for (const e of JSON.parse(readFileSync(join(spool, `${kind}${i}`), 'utf8')) as CatalogueEntry[])
          writeEntry(site, shells, shelf, rings, e, publication);
      }
      for (let page = 1; page <= pageCount(shelf); page++)
        writeList(site, shells, shelf, `${catalogueKinds[kind].base}page/${page}/`, blockPage(shelf, page));
      const own = partsOf(shelf);
      // In the order of what they show: the shelf holds the rows used last.
      for (const { address, draw } of [...own.values()].flatMap(partPages).sort((a, b) => a.upTo - b.upTo))
        writeList(site, shells, shelf, address, draw());
      parts.push(own);
      for (let n = 1; n <= sitemapOf(shelf.last); n++) writeSitemap(site, shelf, n, publication.origin);
    }
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
  open.end();
  for (const shelf of shelves) writeFront(site, shells, shelf);
  for (const home of institutionHomes(parts)) writeInstitution(site, shells, parts, home);
  writeInstitutions(site, shells, parts);
  writeInstitutionSitemap(site, institutionHomes(parts), publication.origin);
  writeSitemapIndex(site, shelves, publication.origin);
  writeHome(site, shelves);
  site.end();
  return { entries: shelves.reduce((n, s) => n + s.manifest.entries, 0) };
}

/** Takes entries that were published, changed or switched into a published site, and everything that shows them. Answers with the paths that were written; «full» when it must be published whole, because the catalogue has outgrown its shards or an earlier change broke off. */
export function republish(dir: string, entries: CatalogueEntry[], publication: Publication): string[] | 'full' {
  refuseStrange(entries, publication);
  const site = new Site(dir);
  const shells = readShells(site, htmlMarks);
  const shelves = kinds.map((kind) => Shelf.read(site, kind));
  // Asked before anything is written: half a change helps nobody.
  if (
    site.isBroken ||
    shelves.some(
      (s) =>
        shardCount(s.manifest.entries + entries.filter((e) => e.kind === s.kind && !s.has(e.ordinal)).length) !==
        s.manifest.shards,
    )
  )
    return 'full';
  site.begin();
  const vocabulary = readVocabulary(site);
  const parts = shelves.map(partsOf);
  for (const [i, shelf] of shelves.entries()) {
    const changed = entries.filter((e) => e.kind === shelf.kind).sort((a, b) => a.ordinal - b.ordinal);
    if (changed.length === 0) continue;
    const { kind } = shelf;
    const before = new Rings(shelf);
    const likes = new Set<number>();
    const texts: ChangedText[] = [];
    const renamed: [old: ListedEntry | undefined, now: CatalogueEntry][] = [];
    const lastPages = pageCount(shelf);
    for (const e of changed) {
      for (const o of before.dependentsOf(e.ordinal)) likes.add(o);
      const old = shelf.listed([e.ordinal])[0];
      shelf.put(e);
      if (old?.name !== e.name || old.model !== e.model || old.institution_name !== e.institution_name)
        renamed.push([old, e]);
      texts.push({ ordinal: e.ordinal, ...replaceText(site, kind, e, vocabulary) });
    }
    shelf.manifest.own = updateGrams(site, kind, shelf.manifest.shards, shelf.manifest.own, texts);
    if (renamed.length > 0) replaceWords(site, kind, renamed);
    const rings = new Rings(shelf);
    for (const e of changed) {
      for (const o of rings.dependentsOf(e.ordinal)) likes.add(o);
      writeEntry(site, shells, shelf, rings, e, publication);
    }
    for (const o of likes) writeSimilar(site, shelf, rings, o);
    const pages = pageCount(shelf);
    const blocks = new Set([
      ...changed.map((e) => pageOf(e.ordinal)),
      ...(pages === lastPages ? [] : Array.from({ length: pages - lastPages + 3 }, (_, i) => lastPages - 2 + i)),
    ]);
    for (const page of blocks)
      if (page >= 1 && page <= pages)
        writeList(site, shells, shelf, `${catalogueKinds[kind].base}page/${page}/`, blockPage(shelf, page));
    const were = parts[i] as Map<string, Part>;
    parts[i] = partsOf(shelf);
    // A city that has no entries any more loses its lists, a part that got shorter its last pages.
    for (const at of were.keys()) if (!parts[i].has(at)) site.remove(at);
    const ordinals = new Set(changed.map((e) => e.ordinal));
    for (const part of parts[i].values()) {
      const pages = changedPages(part, were.get(part.at), ordinals);
      if (pages.size === 0) continue;
      for (const page of pages)
        if (page <= pagesOf(part)) writeList(site, shells, shelf, `${part.at}page/${page}/`, partBlock(part, page));
        else site.remove(`${part.at}page/${page}/`);
      if (isInstitution(part)) writeInstitution(site, shells, parts, part.home);
      else writeList(site, shells, shelf, part.home, partPage(part));
    }
    for (const n of new Set(changed.map((e) => sitemapOf(e.ordinal)))) writeSitemap(site, shelf, n, publication.origin);
    writeFront(site, shells, shelf);
    shelf.save();
  }
  writeInstitutions(site, shells, parts);
  writeInstitutionSitemap(site, institutionHomes(parts), publication.origin);
  writeSitemapIndex(site, shelves, publication.origin);
  writeHome(site, shelves);
  site.end();
  return site.written;
}

/** Until when the published files know each kind. */
export const publishedThrough = (dir: string): [CatalogueKind, string][] =>
  kinds.map((kind) => [kind, Shelf.read(new Site(dir), kind).manifest.through]);

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
  shelf: Shelf,
  rings: Rings,
  e: CatalogueEntry,
  { rate, classes }: Publication,
): void {
  const { main, ...page } = entryPage(
    e,
    classes.find(([code]) => code === e.class_code)?.[1] ?? '',
    shelf.listed(rings.similarTo(e.ordinal)),
    rate,
  );
  site.page(`${catalogueKinds[e.kind].base}${e.slug}/`, (shells[`${e.kind}-entry`] as Shell)({ ...page, main }));
}
function writeSimilar(site: Site, shelf: Shelf, rings: Rings, ordinal: number): void {
  const row = shelf.row(ordinal);
  const path = row && `${catalogueKinds[shelf.kind].base}${row.slug}/index.html`;
  const page = path && site.text(path);
  if (!page) return;
  const from = page.indexOf(similarMarks[0]) + similarMarks[0].length;
  const to = page.indexOf(similarMarks[1], from);
  if (from < similarMarks[0].length || to < 0)
    throw new Error(`${path} was not written by this publisher: run "npm run build".`);
  site.write(
    path,
    page.slice(0, from) + similarSection(shelf.kind, shelf.listed(rings.similarTo(ordinal))).text + page.slice(to),
  );
}
const writeList = (site: Site, shells: Record<string, Shell>, shelf: Shelf, address: string, page: ListPage) =>
  site.page(address, (shells[`${shelf.kind}-list`] as Shell)({ ...page }));
const writeFront = (site: Site, shells: Record<string, Shell>, shelf: Shelf) =>
  site.page(catalogueKinds[shelf.kind].base, (shells[`${shelf.kind}-front`] as Shell)({ ...frontPage(shelf) }));
const writeInstitution = (site: Site, shells: Record<string, Shell>, parts: Map<string, Part>[], home: string) =>
  site.page(home, (shells['institution'] as Shell)({ ...institutionPage(home, parts) }));
const writeInstitutions = (site: Site, shells: Record<string, Shell>, parts: Map<string, Part>[]) =>
  site.page('/institutions/', (shells['institutions'] as Shell)({ ...institutionsPage(parts) }));
/** The home page says how many may be booked: only its two numbers are written. */
function writeHome(site: Site, shelves: Shelf[]): void {
  let page = site.text('/index.html');
  if (!page) return;
  for (const shelf of shelves) {
    const n = formatCount(shelf.count((o) => usable(shelf.flags[o] as number)));
    page = page.replace(new RegExp(`(<span data-count="${shelf.kind}"[^>]*>)[^<]*`), `$1${n}`);
  }
  site.write('/index.html', page);
}
