import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogueEntry, type CatalogueKind, catalogueKinds, cityPath } from '../domain/catalogue.ts';
import { searchText } from '../domain/search/fold.ts';
import { shardCount } from '../domain/search/postings.ts';
import { entryPage, type Rate, similarMarks, similarSection } from './entry.ts';
import { GramBuilder } from './grams.ts';
import { updateGrams } from './grams-changed.ts';
import { blockPage, cityPage, classPage, frontPage, institutionPage, type ListPage, pageCount, pageOf } from './lists.ts';
import { OpenCatalogue } from './open-data.ts';
import { readShells, type Shell, takeShells } from './shell.ts';
import { Shelf } from './shelf.ts';
import { Rings } from './similar.ts';
import { Site } from './site.ts';
import { sitemapOf, writeSitemap, writeSitemapIndex } from './sitemap.ts';
import { Words } from './words.ts';

/** The catalogue as static files: one page an entry, the lists, institutions, site maps and the search index. Written whole after a build, or one change at a time; both give the same bytes. */
export interface Publication { rate: Rate; classes: [code: string, label: string][]; /** Scheme and host of the public site. */ origin: string; /** The day of publication, said in the open data. */ day: string }
/** Entries of a kind in batches, by ordinal. */
export type Source = (kind: CatalogueKind) => AsyncIterable<CatalogueEntry[]>;

const kinds: CatalogueKind[] = ['instrument', 'service'];
const shellPaths = { 'instrument-front': '/instruments/', 'service-front': '/services/', 'instrument-list': '/instruments/_list/', 'service-list': '/services/_list/', 'instrument-entry': '/instruments/_entry/', 'service-entry': '/services/_entry/', institution: '/institutions/_institution/' };
const htmlMarks = ['main', 'jsonLd'];

const textBits = 6;
const textFile = (kind: CatalogueKind, ordinal: number) => `/catalogue/state/${kind}/text/${ordinal >>> textBits}.json`;
const textOf = (e: CatalogueEntry) => searchText({ ...e, standard: e.details.standard ?? '' });

/** Writes everything into a site that Astro has just built. */
export async function publishAll(dir: string, source: Source, publication: Publication): Promise<{ entries: number }> {
  const site = new Site(dir, true);
  site.remove('/catalogue/');
  takeShells(site, shellPaths);
  const shells = readShells(site, htmlMarks);
  const shelves: Shelf[] = [];
  const open = new OpenCatalogue(site, publication.day);
  const spool = mkdtempSync(join(tmpdir(), 'catalogue-'));
  try {
    for (const kind of kinds) {
      const shelf = Shelf.empty(site, kind, publication.classes);
      const [grams, words] = [new GramBuilder(site, kind), new Words(site, kind)];
      let [batches, texts, block] = [0, [] as [number, string][], -1];
      const flush = () => { if (texts.length > 0) site.write(textFile(kind, block << textBits), JSON.stringify(texts)); texts = []; };
      for await (const batch of source(kind)) {
        for (const e of batch) {
          const text = textOf(e);
          shelf.put(e);
          grams.add(e.ordinal, text);
          words.add(e, 1);
          if (e.ordinal >>> textBits !== block) { flush(); block = e.ordinal >>> textBits; }
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
        for (const e of JSON.parse(readFileSync(join(spool, `${kind}${i}`), 'utf8')) as CatalogueEntry[]) writeEntry(site, shells, shelf, rings, e, publication);
      }
      for (let page = 1; page <= pageCount(shelf); page++) writeList(site, shells, shelf, `page/${page}/`, blockPage(shelf, page));
      for (const [code] of shelf.manifest.classes) writeList(site, shells, shelf, `class/${code}/`, classPage(shelf, code));
      for (const city of new Set(shelf.manifest.institutions.map(([, , c]) => c))) writeList(site, shells, shelf, `city/${cityPath(city)}/`, cityPage(shelf, city));
      for (let n = 1; n <= sitemapOf(shelf.last); n++) writeSitemap(site, shelf, n, publication.origin);
    }
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
  open.end();
  for (const shelf of shelves) writeFront(site, shells, shelf);
  for (const id of new Set(shelves.flatMap((s) => s.manifest.institutions.map(([i]) => i)))) writeInstitution(site, shells, shelves, id);
  writeSitemapIndex(site, shelves, publication.origin);
  writeHome(site, shelves);
  return { entries: shelves.reduce((n, s) => n + s.manifest.entries, 0) };
}

/** Takes entries that were published, changed or switched into a published site, and everything that shows them. Answers with the paths that were written; «full» when the catalogue has outgrown its shards and must be published whole. */
export function republish(dir: string, entries: CatalogueEntry[], publication: Publication): string[] | 'full' {
  const site = new Site(dir);
  const shells = readShells(site, htmlMarks);
  const shelves = kinds.map((kind) => Shelf.read(site, kind));
  // Asked before anything is written: half a change helps nobody.
  if (shelves.some((s) => shardCount(s.manifest.entries + entries.filter((e) => e.kind === s.kind && !s.has(e.ordinal)).length) !== s.manifest.shards)) return 'full';
  for (const shelf of shelves) {
    const changed = entries.filter((e) => e.kind === shelf.kind).sort((a, b) => a.ordinal - b.ordinal);
    if (changed.length === 0) continue;
    const { kind } = shelf;
    const before = new Rings(shelf);
    const [classes, cities, institutions] = [new Set<string>(), new Set<string>(), new Set<number>()];
    const places = (o: number) => { if (shelf.has(o)) { classes.add(shelf.classOf(o)); cities.add(shelf.cityOf(o)); institutions.add(shelf.institutionIdOf(o)); } };
    const likes = new Set<number>();
    const texts: { ordinal: number; before: string; after: string }[] = [];
    const words = new Words(site, kind);
    const lastPages = pageCount(shelf);
    for (const e of changed) {
      places(e.ordinal);
      for (const o of before.dependentsOf(e.ordinal)) likes.add(o);
      const old = shelf.listed([e.ordinal])[0];
      shelf.put(e);
      if (old) words.add(old, -1);
      words.add(e, 1);
      places(e.ordinal);
      texts.push({ ordinal: e.ordinal, ...replaceText(site, kind, e) });
    }
    shelf.manifest.own = updateGrams(site, kind, shelf.manifest.shards, shelf.manifest.own, texts);
    words.save();
    const rings = new Rings(shelf);
    for (const e of changed) { for (const o of rings.dependentsOf(e.ordinal)) likes.add(o); writeEntry(site, shells, shelf, rings, e, publication); }
    for (const o of likes) writeSimilar(site, shelf, rings, o);
    const pages = pageCount(shelf);
    const blocks = new Set([...changed.map((e) => pageOf(e.ordinal)), ...(pages === lastPages ? [] : Array.from({ length: pages - lastPages + 3 }, (_, i) => lastPages - 2 + i))]);
    for (const page of blocks) if (page >= 1 && page <= pages) writeList(site, shells, shelf, `page/${page}/`, blockPage(shelf, page));
    for (const code of classes) writeList(site, shells, shelf, `class/${code}/`, classPage(shelf, code));
    for (const city of cities) writeList(site, shells, shelf, `city/${cityPath(city)}/`, cityPage(shelf, city));
    for (const id of institutions) writeInstitution(site, shells, shelves, id);
    for (const n of new Set(changed.map((e) => sitemapOf(e.ordinal)))) writeSitemap(site, shelf, n, publication.origin);
    writeFront(site, shells, shelf);
    shelf.save();
  }
  writeSitemapIndex(site, shelves, publication.origin);
  writeHome(site, shelves);
  return site.written;
}

/** Until when the published files know each kind. */
export const publishedThrough = (dir: string): [CatalogueKind, string][] => kinds.map((kind) => [kind, Shelf.read(new Site(dir), kind).manifest.through]);

function replaceText(site: Site, kind: CatalogueKind, e: CatalogueEntry): { before: string; after: string } {
  const path = textFile(kind, e.ordinal);
  const texts = new Map(JSON.parse(site.text(path) ?? '[]') as [number, string][]);
  const before = texts.get(e.ordinal) ?? '';
  const after = textOf(e);
  texts.set(e.ordinal, after);
  site.write(path, JSON.stringify([...texts].sort((a, b) => a[0] - b[0])));
  return { before, after };
}
function writeEntry(site: Site, shells: Record<string, Shell>, shelf: Shelf, rings: Rings, e: CatalogueEntry, { rate, classes }: Publication): void {
  const { main, ...page } = entryPage(e, classes.find(([code]) => code === e.class_code)?.[1] ?? '', shelf.listed(rings.similarTo(e.ordinal)), rate);
  site.page(`${catalogueKinds[e.kind].base}${e.slug}/`, (shells[`${e.kind}-entry`] as Shell)({ ...page, main }));
}
function writeSimilar(site: Site, shelf: Shelf, rings: Rings, ordinal: number): void {
  const row = shelf.row(ordinal);
  const path = row && `${catalogueKinds[shelf.kind].base}${row.slug}/index.html`;
  const page = path && site.text(path);
  if (!page) return;
  const [from, to] = [page.indexOf(similarMarks[0]) + similarMarks[0].length, page.indexOf(similarMarks[1])];
  site.write(path, page.slice(0, from) + similarSection(shelf.kind, shelf.listed(rings.similarTo(ordinal))).text + page.slice(to));
}
const writeList = (site: Site, shells: Record<string, Shell>, shelf: Shelf, path: string, page: ListPage) => site.page(`${catalogueKinds[shelf.kind].base}${path}`, (shells[`${shelf.kind}-list`] as Shell)({ ...page }));
const writeFront = (site: Site, shells: Record<string, Shell>, shelf: Shelf) => site.page(catalogueKinds[shelf.kind].base, (shells[`${shelf.kind}-front`] as Shell)({ ...frontPage(shelf) }));
function writeInstitution(site: Site, shells: Record<string, Shell>, shelves: Shelf[], id: number): void {
  const page = institutionPage(shelves, id);
  if (page) site.page(`/institutions/${id}/`, (shells['institution'] as Shell)({ ...page }));
}
/** The home page says how many may be booked: only its two numbers are written. */
function writeHome(site: Site, shelves: Shelf[]): void {
  let page = site.text('/index.html');
  if (!page) return;
  for (const shelf of shelves) {
    const n = shelf.count((o) => ((shelf.flags[o] as number) & 3) === 3).toLocaleString('en-US');
    page = page.replace(new RegExp(`(<span data-count="${shelf.kind}"[^>]*>)[^<]*`), `$1${n}`);
  }
  site.write('/index.html', page);
}
