import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CatalogueEntry } from '../../src/domain/catalogue.ts';
import { republish } from '../../src/publish/publish.ts';
import {
  cityOf,
  contents,
  emptySite,
  entry,
  inClass,
  nextInClass,
  publication,
  publishTo,
} from '../support/catalogue.ts';

/** The files that differ between two folders. The open data are written whole, with their day, by a build; the publisher's list says how it came to be. */
const differing = (a: string, b: string) => {
  const [x, y] = [contents(a), contents(b)];
  return [...new Set([...x.keys(), ...y.keys()])].filter(
    (path) => !path.startsWith('open-data/') && path !== 'catalogue/state/files.txt' && x.get(path) !== y.get(path),
  );
};

const part = fc.record({
  name: fc.constantFrom('光学显微镜', '电子显微镜', '疲劳试验机', '示波器', '<b>引号"&\'仪</b>'),
  model: fc.constantFrom('', 'A-1', 'ＤＥＭＯ-8100', 'x'),
  class_code: fc.constantFrom('01', '02', '15'),
  institution: fc.integer({ min: 1, max: 3 }),
  purpose: fc.constantFrom('', '断口形貌观察', '拉伸与压缩试验。显微硬度', '很长'.repeat(40)),
  is_open: fc.boolean(),
  voucher_enabled: fc.boolean(),
  cma: fc.boolean(),
  price: fc.integer({ min: 0, max: 999 }),
  kind: fc.constantFrom('instrument' as const, 'service' as const),
});
const made = (
  p: { institution: number; price: number } & Partial<CatalogueEntry>,
  ordinal: number,
  minute: number,
): CatalogueEntry => {
  const { institution, price, ...rest } = p;
  const updated_at = `2026-04-01T01:${String(minute).padStart(2, '0')}:00+00:00`;
  return entry({
    ...rest,
    ordinal,
    institution_id: institution,
    institution_name: `第${institution}研究所`,
    ...cityOf(['郑州', '洛阳', '济源'][institution - 1] as string),
    price_min_fen: price * 100,
    price_max_fen: price * 200,
    reopens_on: rest.is_open ? null : '2026-12-07',
    updated_at,
  });
};

test('S2: changes taken into a published site give byte for byte what publishing everything anew gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 1, maxLength: 70 }),
      fc.array(fc.tuple(fc.nat(), part), { minLength: 1, maxLength: 6 }),
      async (first, edits) => {
        const counts = { instrument: 0, service: 0 };
        const catalogue = new Map<string, CatalogueEntry>();
        const put = (e: CatalogueEntry) => {
          const known = catalogue.get(e.slug);
          const others = [...catalogue.values()];
          e.class_ordinal =
            known?.class_code === e.class_code ? known.class_ordinal : nextInClass(others, e.kind, e.class_code);
          catalogue.set(e.slug, e);
          return e;
        };
        for (const p of first) put(made(p, ++counts[p.kind], 0));
        const [dir, anew] = [emptySite(), emptySite()];
        try {
          await publishTo(dir, [...catalogue.values()]);
          for (const [i, [which, p]] of edits.entries()) {
            const known = [...catalogue.values()].filter((e) => e.kind === p.kind);
            // A third are new; an entry never changes its institution.
            const target = which % 3 === 0 ? undefined : known[which % Math.max(1, known.length)];
            const e = put(
              target
                ? made({ ...p, institution: target.institution_id }, target.ordinal, i + 1)
                : made(p, ++counts[p.kind], i + 1),
            );
            expect(republish(dir, [e], publication)).not.toBe('full');
          }
          await publishTo(anew, [...catalogue.values()]);
          expect(differing(dir, anew)).toEqual([]);
        } finally {
          for (const d of [dir, anew]) rmSync(d, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

const kinds = ['instrument', 'service'] as const;
const step = fc.oneof(
  fc.record({
    what: fc.constant('class' as const),
    from: fc.constantFrom('01', '02'),
    to: fc.constantFrom('01', '02', '15'),
    most: fc.constantFrom(1, 2, 30, 200),
    skip: fc.nat(60),
  }),
  fc.record({
    what: fc.constant('city' as const),
    institution: fc.integer({ min: 1, max: 3 }),
    city: fc.constantFrom('郑州', '洛阳', '济源', '南阳'),
  }),
  fc.record({
    what: fc.constant('new' as const),
    class_code: fc.constantFrom('01', '15'),
    institution: fc.integer({ min: 1, max: 4 }),
    most: fc.constantFrom(1, 2, 40),
  }),
  fc.record({ what: fc.constant('switch' as const), which: fc.nat() }),
);
/** Around where a list gets its first numbered page, or one more. */
const size = fc.oneof(
  fc.integer({ min: 22, max: 27 }),
  fc.integer({ min: 46, max: 51 }),
  fc.integer({ min: 94, max: 99 }),
  fc.integer({ min: 150, max: 300 }),
);

test('S2: lists of many pages, whose entries change class or city by ones or by hundreds, stay as if published anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      size,
      size,
      fc.array(step, { minLength: 1, maxLength: 6 }),
      async (kind, first, second, steps) => {
        const catalogue: CatalogueEntry[] = [];
        const cities = ['', '郑州', '洛阳', '济源', '南阳'];
        const add = (class_code: string, institution_id: number) => {
          const ordinal = catalogue.length + 1;
          const e = entry({
            kind,
            ordinal,
            class_code,
            class_ordinal: nextInClass(catalogue, kind, class_code),
            name: `仪${ordinal}`,
            institution_id,
            institution_name: `第${institution_id}研究所`,
            ...cityOf(cities[institution_id] as string),
          });
          catalogue.push(e);
          return e;
        };
        for (let i = 0; i < first + second; i++)
          add((i * 7) % (first + second) < first ? '01' : '02', i % 5 === 0 ? 2 : i % 11 === 0 ? 3 : 1);
        const [dir, anew] = [emptySite(), emptySite()];
        try {
          await publishTo(dir, catalogue);
          for (const [i, s] of steps.entries()) {
            const updated_at = `2026-04-02T01:0${i}:00+00:00`;
            if (s.what === 'city') cities[s.institution] = s.city;
            const changed =
              s.what === 'new'
                ? Array.from({ length: s.most }, () => add(s.class_code, s.institution))
                : s.what === 'class'
                  ? catalogue
                      .filter((e) => e.class_code === s.from)
                      .slice(s.skip, s.skip + s.most)
                      .map((e) => (catalogue[e.ordinal - 1] = inClass(e, s.to, catalogue)))
                  : s.what === 'city'
                    ? catalogue
                        .filter((e) => e.institution_id === s.institution)
                        .map((e) => ({ ...e, ...cityOf(s.city) }))
                    : [catalogue[s.which % catalogue.length] as CatalogueEntry].map((e) => ({
                        ...e,
                        is_open: !e.is_open,
                      }));
            for (const e of changed) {
              e.updated_at = updated_at;
              catalogue[e.ordinal - 1] = e;
            }
            expect(republish(dir, changed, publication)).not.toBe('full');
          }
          await publishTo(anew, catalogue);
          expect(differing(dir, anew)).toEqual([]);
        } finally {
          for (const d of [dir, anew]) rmSync(d, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 12 },
  );
}, 180_000);

test('every entry of a class, a city and an institution is reached by plain links, and stands on one page of each', async () => {
  const dir = emptySite();
  // 96 of 15 fill two pages, 48 of 02 need none.
  const all = Array.from({ length: 401 }, (_, i) =>
    entry({
      ordinal: i + 1,
      ...(i < 96
        ? { class_code: '15', class_ordinal: i + 1 }
        : i < 144
          ? { class_code: '02', class_ordinal: i - 95 }
          : { class_code: '01', class_ordinal: i - 143 }),
      institution_id: 1 + (i % 4 ? 0 : 1 + (i % 3)),
      institution_name: `第${i % 4 ? 0 : 1 + (i % 3)}研究所`,
      ...cityOf(i % 4 ? '郑州' : '济源'),
    }),
  );
  await publishTo(dir, all);
  const text = (path: string) => readFileSync(join(dir, path, 'index.html'), 'utf8');
  const links = (path: string) =>
    [...text(path).matchAll(/<a (?:class="[^"]*" )?href="([^"?#]*)(?:#[^"]*)?"/g)].map((m) => m[1] as string);
  const isEntry = (path: string) => /^\/instruments\/i\d+\/$/.test(path);
  /** Entries by how often they stand on the numbered pages that lead on from `home`. */
  const read = (home: string) => {
    const [pages, times] = [new Set([home]), new Map<string, number>()];
    for (const page of pages)
      for (const path of links(page)) {
        if (path.startsWith(home) && path.includes('/page/')) pages.add(path);
        if (isEntry(path) && page !== home) times.set(path, (times.get(path) ?? 0) + 1);
      }
    return { pages: pages.size - 1, times, onFront: links(home).filter(isEntry) };
  };
  for (const [home, fits] of [
    ...['01', '15'].map(
      (code) => [`/instruments/class/${code}/`, (e: CatalogueEntry) => e.class_code === code] as const,
    ),
    ...[
      ['410100', '郑州'],
      ['419001', '济源'],
    ].map(([path, city]) => [`/instruments/city/${path}/`, (e: CatalogueEntry) => e.city === city] as const),
    ...[1, 2, 3, 4].map((id) => [`/institutions/${id}/`, (e: CatalogueEntry) => e.institution_id === id] as const),
  ]) {
    const expected = all.filter(fits).map((e) => `/instruments/${e.slug}/`);
    const { pages, times, onFront } = read(home);
    expect([home, pages, [...times].sort()]).toEqual([
      home,
      Math.ceil(expected.length / 48),
      expected.map((path) => [path, 1]).sort(),
    ]);
    const shown = home.startsWith('/institutions') ? 24 : 48;
    expect(onFront).toEqual(expected.slice(-shown).reverse());
    const [, older, row, left] = /<a href="([^"#]*)#n(\d+)">较早的 (\d+) 台<\/a>/.exec(text(home)) ?? [];
    const next = expected.at(-shown - 1) as string;
    // It leads to the very row that is not shown yet.
    expect([
      home,
      Number(left),
      `/instruments/i${row}/`,
      new RegExp(`<li id="n${row}"><div class="what"><a href="${next}"`).test(text(older as string)),
    ]).toEqual([home, expected.length - shown, next, true]);
    if (pages === 1) expect(text(older as string)).not.toContain('<span aria-current="page">');
  }
  // The whole list: 24 on the first page, the rest from there on; a later page leads to both ends.
  expect(text('/instruments/')).toContain('<a href="/instruments/page/8/#n377">较早的 377 台</a>');
  expect(
    /<nav class="pager"[^>]*>(.*?)<\/nav>/
      .exec(text('/instruments/page/5/'))?.[1]
      ?.replaceAll(/<[^>]+>/g, ' ')
      .split(/\s+/)
      .filter(Boolean),
  ).toEqual(['最新', '较新', '7', '6', '5', '4', '3', '较早', '最早']);
  const whole = read('/instruments/class/02/');
  expect([whole.pages, whole.onFront.length]).toEqual([0, 48]);
  const titles = [...contents(dir)]
    .filter(([path]) => path.includes('page/'))
    .map(([, html]) => /<title>(.*?)<\/title>/.exec(Buffer.from(html, 'base64').toString('utf8'))?.[1]);
  expect(new Set(titles).size).toBe(titles.length);
  rmSync(dir, { recursive: true, force: true });
});

test('S2: who changes class leaves its place there empty and joins at the end of the other: no page in between is written', async () => {
  const dir = emptySite();
  const all = Array.from({ length: 600 }, (_, i) =>
    entry({
      ordinal: i + 1,
      ...(i % 2 ? { class_code: '02', class_ordinal: (i + 1) / 2 } : { class_ordinal: i / 2 + 1 }),
    }),
  );
  await publishTo(dir, all);
  const moved = { ...inClass(all[0] as CatalogueEntry, '02', all), updated_at: '2026-11-25T00:00:00Z' };
  const written = republish(dir, [moved], publication) as string[];
  expect(written.filter((p) => p.includes('/class/')).sort()).toEqual(
    ['01/index', '01/page/1/index', '02/index', '02/page/7/index'].map((p) => `/instruments/class/${p}.html`),
  );
  const rows = (path: string) =>
    [
      ...readFileSync(join(dir, 'instruments/class', path, 'index.html'), 'utf8').matchAll(
        /<a href="\/instruments\/i(\d+)\/"/g,
      ),
    ].map((m) => Number(m[1]));
  expect([rows('01/page/1').length, rows('01/page/1').at(-1), rows('02/page/7')[0], rows('02')[0]]).toEqual([
    47, 3, 1, 1,
  ]);
  // A page that everyone has left still leads on.
  const left = all.filter((e) => e.class_code === '02').slice(48, 96);
  republish(
    dir,
    left.map((e, i) => ({ ...e, class_code: '15', class_ordinal: i + 1, updated_at: '2026-11-26T00:00:00Z' })),
    publication,
  );
  expect([
    rows('02/page/2'),
    /这一页已没有条目/.test(readFileSync(join(dir, 'instruments/class/02/page/2/index.html'), 'utf8')),
  ]).toEqual([[], true]);
  rmSync(dir, { recursive: true, force: true });
});

test('S2: a frequent word’s own files, and a word that becomes frequent or rare, are as if published anew', async () => {
  // With gaps, so that the lists reach over several blocks of ordinals.
  const ordinalOf = (i: number) => 1 + i * 11;
  const all = Array.from({ length: 1500 }, (_, i) =>
    entry({ ordinal: ordinalOf(i), name: `仪${i}`, purpose: i < 900 ? '常用与常用，边界' : '常用' }),
  );
  const dir = emptySite();
  await publishTo(dir, all);
  const own = () => [...contents(dir).keys()].filter((path) => path.includes('grams/own/')).length;
  const seen = [own()];
  const same = async (changed: CatalogueEntry[]) => {
    for (const e of changed) all[(e.ordinal - 1) / 11] = e;
    expect(republish(dir, changed, publication)).not.toBe('full');
    const anew = emptySite();
    await publishTo(anew, all);
    expect(differing(dir, anew)).toEqual([]);
    rmSync(anew, { recursive: true, force: true });
    seen.push(own());
  };
  // Words come, go and move; «边界» passes from few to many and back.
  await same([entry({ ordinal: 1, name: '仪0常用', purpose: '边界', updated_at: '2026-04-02T00:00:00Z' })]);
  await same(all.slice(900).map((e) => ({ ...e, purpose: '边界，常用', updated_at: '2026-04-03T00:00:00Z' })));
  await same(all.slice(100).map((e) => ({ ...e, purpose: '常用', updated_at: '2026-04-04T00:00:00Z' })));
  const [first, moved, many, few] = seen as [number, number, number, number];
  expect([moved, many > moved, few < many]).toEqual([first, true, true]);
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

test('S2: a catalogue that outgrows its index is left as it is, and says that it must be published whole', async () => {
  const dir = emptySite();
  await publishTo(
    dir,
    Array.from({ length: 640 }, (_, i) => entry({ ordinal: i + 1 })),
  );
  const before = contents(dir);
  expect(republish(dir, [entry({ ordinal: 641, updated_at: '2026-11-25T00:00:00Z' })], publication)).toBe('full');
  expect(contents(dir)).toEqual(before);
  rmSync(dir, { recursive: true, force: true });
});

test('S2: a change that changes nothing writes nothing; a switch writes only what shows it', async () => {
  const dir = emptySite();
  const entries = Array.from({ length: 300 }, (_, i) =>
    entry({
      ordinal: i + 1,
      name: i % 2 ? '光学显微镜' : '示波器',
      model: `M${i}`,
      institution_id: 1 + (i % 4),
      institution_name: `第${i % 4}研究所`,
    }),
  );
  await publishTo(dir, entries);
  expect(republish(dir, [entries[9] as CatalogueEntry], publication)).toEqual([]);
  const closed = {
    ...(entries[9] as CatalogueEntry),
    is_open: false,
    reopens_on: '2026-12-07',
    updated_at: '2026-11-25T00:00:00Z',
  };
  const written = republish(dir, [closed], publication) as string[];
  expect(written).toContain('/instruments/i10/index.html');
  expect(written.filter((p) => p.includes('/grams/') || p.includes('/text/') || p.includes('names'))).toEqual([]);
  expect(written.length).toBeLessThan(16);
  rmSync(dir, { recursive: true, force: true });
});
