import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Catalogue, type Question } from '../../src/backend/catalogue.ts';
import { CatalogueIndex } from '../../src/backend/catalogue-index.ts';
import type { CatalogueEntry } from '../../src/domain/catalogue.ts';
import { republish } from '../../src/publish/publish.ts';
import { nothingAsked } from '../../src/islands/catalogue/question.ts';
import { contents, emptySite, entry, publication, publishTo } from '../support/catalogue.ts';

// A site is published while people read it, and a change may break off half-way.

const ask = (query: string, part: Partial<Question> = {}): Question => ({
  ...nothingAsked,
  query,
  exact: true,
  ...part,
});
const sites: string[] = [];
afterEach(() => {
  for (const site of sites.splice(0)) rmSync(site, { recursive: true, force: true });
});
async function siteOf(entries: CatalogueEntry[]): Promise<string> {
  const site = emptySite();
  sites.push(site);
  await publishTo(site, entries);
  return site;
}
const later = (e: CatalogueEntry | undefined, part: Partial<CatalogueEntry>): CatalogueEntry => ({
  ...(e as CatalogueEntry),
  updated_at: '2026-11-25T00:00:00Z',
  ...part,
});
const change = (site: string, ...entries: CatalogueEntry[]) =>
  expect(republish(site, entries, publication)).not.toBe('full');
const bytesOf = (site: string, path: string) => {
  try {
    return new Uint8Array(readFileSync(join(site, path)));
  } catch {
    return undefined;
  }
};
/** The catalogue as an open tab reads it; `before` is called with each path. */
const tab = (site: string, before: (path: string) => unknown = () => {}) =>
  new Catalogue(
    new CatalogueIndex('instrument', async (path) => {
      await before(path);
      return bytesOf(site, path);
    }),
  );
const noChanges = async () => [];
/** Lists so long that they have files of their own, over three blocks of ordinals. */
const long = (purpose: string, n = 1500) =>
  Array.from({ length: n }, (_, i) => entry({ ordinal: 1 + i * 11, purpose }));

test('published between reading the entries and the places of a word: asked anew, and the next look says that the rows are older', async () => {
  const all = long('第一研究所');
  const site = await siteOf(all);
  const read: string[] = [];
  let publish = () => {};
  const open = tab(site, (path) => {
    read.push(path);
    if (read.filter((p) => p.includes('-entries')).length === 2 && path.includes('-entries')) publish();
  });
  expect(await open.refresh(noChanges)).toBe(false);
  publish = () => {
    publish = () => {};
    change(site, later(all[1], { purpose: '大学' }), later(all.at(-1), { purpose: '大学' }));
  };
  expect((await open.facets(ask('一研究所'))).total).toBe(1498);
  expect(new Set(read).size).toBeLessThan(read.length);
  expect(await open.refresh(noChanges)).toBe(true);
  expect((await open.search(ask('一研究所'))).rows[0]?.ordinal).toBe(all.at(-2)?.ordinal);
});

test('published while the tab was open: the next look takes the files anew', async () => {
  const all = long('第一研究所', 100);
  const site = await siteOf(all);
  const open = tab(site);
  await open.refresh(noChanges);
  expect((await open.search(ask('研究所'))).total).toBe(100);
  change(site, later(all[5], { purpose: '大学' }));
  expect([await open.refresh(noChanges), await open.refresh(noChanges)]).toEqual([true, false]);
  expect((await open.search(ask('研究所'))).total).toBe(99);
});

test('a look that failed changes nothing, and the next one still sees what was published', async () => {
  const all = long('断口', 50);
  const site = await siteOf(all);
  let offline = false;
  const open = tab(site, () => {
    if (offline) throw new Error('offline');
  });
  const question = ask('断口', { voucherOnly: true });
  expect((await open.search(question)).total).toBe(50);
  offline = true;
  await expect(open.refresh(noChanges)).rejects.toThrow('offline');
  offline = false;
  change(site, later(all[3], { is_open: false, reopens_on: '2027-01-01' }));
  expect((await open.search(question)).total).toBe(50);
  await open.refresh(noChanges);
  expect((await open.search(question)).total).toBe(49);
});

test('an answer that was under way during a look leaves nothing old behind', async () => {
  const all = long('', 100).map((e, i) => (i === 3 ? { ...e, purpose: '断口' } : e));
  const site = await siteOf(all);
  let hold: Promise<void> | undefined;
  const open = new Catalogue(
    new CatalogueIndex('instrument', async (path) => {
      const bytes = bytesOf(site, path);
      if (path.includes('grams')) await hold;
      return bytes;
    }),
  );
  await open.refresh(noChanges);
  let go = () => {};
  hold = new Promise((resolve) => {
    go = resolve;
  });
  const slow = open.search(ask('断口'));
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  change(site, later(all[50], { purpose: '断口' }));
  expect(await open.refresh(noChanges)).toBe(true);
  hold = undefined;
  go();
  await slow;
  expect((await open.search(ask('断口'))).total).toBe(2);
});

test('a word that became frequent is found by who holds the manifest from before', async () => {
  const all = long('边界', 1023);
  const site = await siteOf([...all, entry({ ordinal: 20_000 })]);
  const open = tab(site);
  await open.search(ask('中原'));
  change(site, later(entry({ ordinal: 20_000 }), { purpose: '边界' }));
  expect((await open.search(ask('边界'))).total).toBe(1024);
});

test('a frequent word that becomes rare while it reaches a new block leaves no file behind', async () => {
  const all = [
    ...Array.from({ length: 1030 }, (_, i) => entry({ ordinal: i + 1, name: `仪${i}`, purpose: '边界' })),
    ...Array.from({ length: 100 }, (_, i) => entry({ ordinal: 8190 + i, name: `仪器${i}` })),
  ];
  const site = await siteOf(all);
  const changed = new Map(
    [...all.slice(0, 20).map((e) => later(e, { purpose: '' })), later(all.at(-1), { purpose: '边界' })].map((e) => [
      e.ordinal,
      e,
    ]),
  );
  change(site, ...changed.values());
  const anew = contents(await siteOf(all.map((e) => changed.get(e.ordinal) ?? e)));
  expect([...contents(site).keys()].filter((path) => !anew.has(path))).toEqual([]);
});

test('a change that broke off is not taken for done: the site must be published whole', async () => {
  const all = long('断口', 300);
  const site = await siteOf(all);
  const shards = join(site, 'catalogue/instrument/grams');
  // As with a full disk: no shard can be written.
  for (const file of readdirSync(shards).filter((f) => f.endsWith('.bin'))) mkdirSync(join(shards, `${file}.new`));
  expect(() => republish(site, [later(all[5], { purpose: '形貌' })], publication)).toThrow();
  for (const file of readdirSync(shards).filter((f) => f.endsWith('.new')))
    rmSync(join(shards, file), { recursive: true });
  expect(republish(site, [later(all[5], { purpose: '形貌' })], publication)).toBe('full');
});
