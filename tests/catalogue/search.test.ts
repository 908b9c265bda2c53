import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Catalogue, type Question } from '../../src/backend/catalogue.ts';
import { CatalogueIndex } from '../../src/backend/catalogue-index.ts';
import type { CatalogueEntry } from '../../src/domain/catalogue.ts';
import { entryText } from '../../src/domain/search/entry-text.ts';
import { nameSpan, terms } from '../../src/domain/search/fold.ts';
import { Vocabulary } from '../../src/domain/search/vocabulary.ts';
import words from '../../content/vocabulary.json' with { type: 'json' };
import { slips } from '../../src/domain/search/nearest.ts';
import { wordsOf } from '../../src/domain/search/pinyin.ts';
import { nothingAsked } from '../../src/islands/catalogue/question.ts';
import { random } from '../../local/seed/catalogue.ts';
import { cityOf, emptySite, entry, publishTo, readerOf } from '../support/catalogue.ts';

const nothing: Question = { ...nothingAsked, exact: true };
const next = random(7);
const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T;
// Few characters, so that bigrams meet without making the word: the case in which an inexact index is wrong.
const word = (n: number) => Array.from({ length: n }, () => pick([...'显微镜电子分析成测试'])).join('');
// With gaps, so that the list reaches over several blocks of the index.
const ordinalOf = (i: number) => 1 + i * 11;
const entries: CatalogueEntry[] = Array.from({ length: 1500 }, (_, i) =>
  entry({
    ordinal: ordinalOf(i),
    name: `${word(4)}仪${i % 7 === 0 ? '显微镜' : ''}`,
    model: `${pick(['DEMO', 'JSM', 'ＢＸ'])}-${1000 + Math.floor(next() * 900)}`,
    maker: pick(['演示仪器厂', '示范光电']),
    purpose: `${word(9)}，${word(5)}。${pick(['𠮷字', 'pH 值', 'a\\b', ''])}`,
    class_code: pick(['01', '02', '15']),
    institution_id: 1 + (i % 5),
    institution_name: `第${'一二三四五'[i % 5]}研究所`,
    ...cityOf(['郑州', '洛阳', '开封', '郑州', '济源'][i % 5] as string),
    is_open: next() > 0.2,
    voucher_enabled: next() > 0.2,
    cma: next() > 0.5,
    cnas: next() > 0.7,
    price_min_fen: 1000 * Math.floor(next() * 100),
  }),
);
const vocabulary = new Vocabulary(words.trade.concepts);
const texts = new Map<CatalogueEntry, string>();
const textOf = (e: CatalogueEntry): string => {
  const text = texts.get(e) ?? entryText(e, vocabulary);
  texts.set(e, text);
  return text;
};
const scan = (query: string, fits: (e: CatalogueEntry) => boolean = () => true) =>
  entries
    .filter((e) => fits(e) && terms(query).every((t) => textOf(e).includes(t)))
    .map((e) => e.slug)
    .sort();
/** A match in the name first, then the newest. */
const bySlug = new Map(entries.map((e) => [e.slug, e]));
const ranked = (query: string, slugs: string[]) => {
  const key = (slug: string) => {
    const e = bySlug.get(slug) as CatalogueEntry;
    return (terms(query).every((t) => textOf(e).slice(0, nameSpan).includes(t)) ? 0 : 1e6) - e.ordinal;
  };
  return slugs.toSorted((a, b) => key(a) - key(b));
};
let dir: string;
let catalogue: Catalogue;
beforeAll(async () => {
  dir = emptySite();
  await publishTo(dir, entries);
  catalogue = new Catalogue(readerOf(dir).index);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
/** All that is found, page by page; each answer says as much as it knows. */
async function found(question: Partial<Question>): Promise<string[]> {
  const first = await catalogue.search({ ...nothing, ...question });
  if (first.instead) return [];
  const slugs = first.rows.map((r) => r.slug);
  const { total } = await catalogue.facets({ ...nothing, ...question });
  if (first.whole) expect(first.total).toBe(total);
  for (let page = 2; slugs.length < total; page++)
    slugs.push(...(await catalogue.search({ ...nothing, ...question, page })).rows.map((r) => r.slug));
  if (question.query) expect(slugs).toEqual(ranked(question.query, slugs));
  return slugs.sort();
}

describe('S3: the search of the published files', () => {
  test('finds exactly what a scan of all texts finds, for any substring', async () => {
    for (const query of [
      '显',
      '显微',
      '显微镜',
      '电子显微',
      '成分分析',
      '分分',
      '测试测',
      'demo',
      'DEMO-1',
      'ｊｓｍ',
      'bx10',
      '研究所',
      '第一研究所',
      '郑州',
      '显微 电子 demo',
      '𠮷',
      'ph',
      'a\\b',
      '，',
      '没有的词',
      '镜显微镜电',
      '显微镜 电子显',
      '电子显 显微镜',
      '第一研 demo',
    ])
      expect([query, await found({ query })]).toEqual([query, scan(query)]);
  });
  test('the same for any words at all', async () => {
    const some = fc.oneof(
      fc.integer({ min: 0, max: entries.length - 1 }).chain((i) => {
        const text = textOf(entries[i] as CatalogueEntry);
        return fc.tuple(fc.nat(text.length), fc.integer({ min: 1, max: 7 })).map(([at, n]) => text.slice(at, at + n));
      }),
      fc.array(fc.constantFrom(...'显微镜电子分析成测试'), { minLength: 1, maxLength: 5 }).map((c) => c.join('')),
    );
    await fc.assert(
      fc.asyncProperty(some, async (query) => {
        if (terms(query).length === 0) return;
        const answer = await catalogue.search({ ...nothing, query });
        const right = scan(query);
        if (answer.instead) expect(right).toEqual([]);
        else {
          expect((await catalogue.facets({ ...nothing, query })).total).toBe(right.length);
          expect(answer.rows.map((r) => r.slug)).toEqual(ranked(query, right).slice(0, 20));
        }
      }),
      { numRuns: 300 },
    );
  });
  test('conditions narrow, and their counts say what each would leave', async () => {
    const fits = (e: CatalogueEntry) =>
      e.is_open && e.voucher_enabled && e.city === '郑州' && e.price_min_fen <= 50_000;
    const question = { query: '显微', cities: ['郑州'], voucherOnly: true, maxFen: 50_000 };
    expect(await found(question)).toEqual(scan('显微', fits));
    const facets = await catalogue.facets({ ...nothing, ...question });
    for (const c of facets.classes)
      expect([c.label, c.n]).toEqual([c.label, scan('显微', (e) => fits(e) && e.class_code === c.value).length]);
    for (const c of facets.cities)
      expect([c.label, c.n]).toEqual([
        c.label,
        scan('显微', (e) => e.is_open && e.voucher_enabled && e.price_min_fen <= 50_000 && e.city === c.value).length,
      ]);
    expect(facets.voucher).toBe(scan('显微', fits).length);
    expect((await found({ classes: ['02', '15'], cma: true })).length).toBe(
      entries.filter((e) => e.class_code !== '01' && e.cma).length,
    );
    expect((await catalogue.search(nothing)).total).toBe(entries.length);
  });
  test('a chosen condition is counted even where nothing is left of it; one that is none of the catalogue has no name', async () => {
    const { classes, cities, institutions } = await catalogue.facets({
      ...nothing,
      query: '无此仪器',
      classes: ['zz', '02'],
      cities: ['不存在', '郑州'],
      institutions: [999_999],
    });
    expect(classes).toEqual([
      { value: '02', label: expect.stringMatching(/./), n: 0 },
      { value: 'zz', label: '', n: 0 },
    ]);
    expect(cities).toEqual(
      expect.arrayContaining([
        { value: '郑州', label: '郑州', n: 0 },
        { value: '不存在', label: '', n: 0 },
      ]),
    );
    expect(institutions).toEqual([{ value: '999999', label: '', n: 0 }]);
  });
  test('a match in the name comes first, then the newest', async () => {
    const rows = (await catalogue.search({ ...nothing, query: '显微镜' })).rows;
    const keys = rows.map((r) => (r.name.includes('显微镜') ? 0 : 1e6) - r.ordinal);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    expect(rows[0]?.name).toContain('显微镜');
  });
  test('a frequent word’s first page is read without the rest, and the rest tells how many', async () => {
    const read: string[] = [];
    const cold = new Catalogue(
      new CatalogueIndex('instrument', async (path) => {
        read.push(path);
        try {
          return new Uint8Array(readFileSync(join(dir, path)));
        } catch {
          return undefined;
        }
      }),
    );
    const blocks = () => read.filter((path) => /grams\/own\/.*-\d+\.bin/.test(path)).length;
    const question = { ...nothing, query: '研究所' };
    const answer = await cold.search(question);
    expect(blocks()).toBe(4);
    expect([answer.whole, answer.rows.length]).toEqual([false, 20]);
    expect((await cold.facets(question)).total).toBe(scan(question.query).length);
    expect(blocks()).toBe(6);
  });
  test('an old match in the name comes first, and then the newest others, not those that stand beside it', async () => {
    const site = emptySite();
    const others = [...Array(60).keys()].flatMap((i) => [i + 1, 9001 + i]).sort((a, b) => a - b);
    await publishTo(
      site,
      others.map((ordinal) =>
        entry({ ordinal, name: ordinal === 7 ? '伽马谱仪' : '示波器', purpose: '用于伽马谱仪的标定' }),
      ),
    );
    const { rows, whole } = await new Catalogue(readerOf(site).index).search({ ...nothing, query: '伽马谱仪' });
    expect([whole, ...rows.map((r) => r.ordinal)]).toEqual([
      true,
      7,
      ...Array.from({ length: 19 }, (_, i) => 9060 - i),
    ]);
    rmSync(site, { recursive: true, force: true });
  });
  test('two long words: only an entry with both in its name comes first, and no page repeats or leaves out an entry', async () => {
    const site = emptySite();
    const ordinals = Array.from({ length: 200 }, (_, i) => 1 + i * 400);
    const kind = (o: number): Partial<CatalogueEntry> =>
      o === 1
        ? { name: '疲劳试验机与拉曼光谱仪' }
        : o % 3 === 0
          ? { name: '拉曼光谱仪', purpose: '疲劳试验机' }
          : { name: '示波器', purpose: '拉曼光谱仪与疲劳试验机' };
    await publishTo(
      site,
      ordinals.map((ordinal) => entry({ ordinal, ...kind(ordinal) })),
    );
    for (const query of ['疲劳试验机 拉曼光谱仪', '拉曼光谱仪 疲劳试验机']) {
      const over = new Catalogue(readerOf(site).index);
      const seen: number[] = [];
      for (let page = 1; page <= 10; page++)
        seen.push(...(await over.search({ ...nothing, query, page })).rows.map((r) => r.ordinal));
      expect(seen).toEqual([1, ...ordinals.slice(1).reverse()]);
    }
    rmSync(site, { recursive: true, force: true });
  });
  test('what changed since the files were written lies over them', async () => {
    const over = new Catalogue(readerOf(dir).index);
    const closed = {
      ...(entries[0] as CatalogueEntry),
      name: '改名仪器',
      is_open: false,
      updated_at: '2026-11-25T00:00:00Z',
    };
    const added = entry({ ordinal: 50_000, name: '新发布的拉曼光谱仪', updated_at: '2026-11-25T00:00:00Z' });
    expect(await over.refresh(async () => [closed, added, entries[1] as CatalogueEntry])).toBe(true);
    expect(over.changes().total).toBe(2);
    expect((await over.search({ ...nothing, query: '拉曼' })).rows.map((r) => r.slug)).toEqual([added.slug]);
    expect((await over.search({ ...nothing, query: '改名' })).rows.map((r) => [r.slug, r.flags & 1])).toEqual([
      [closed.slug, 0],
    ]);
    expect(
      (await over.search({ ...nothing, query: (entries[0] as CatalogueEntry).name })).rows.map((r) => r.slug),
    ).not.toContain(closed.slug);
    expect((await over.search(nothing)).total).toBe(entries.length + 1);
    expect((await over.facets({ ...nothing, query: '拉曼' })).voucher).toBe(1);
  });
});

describe('words that are nowhere', () => {
  test('the longest piece that occurs leads on', async () => {
    const { purpose } = entries[8] as CatalogueEntry;
    expect(await catalogue.pieceOf(`${purpose.slice(0, 5)}无此`)).toBe(purpose.slice(0, 5));
    expect(await catalogue.pieceOf('无此词语')).toBe(undefined);
  });
  test('拼音 and initials find the characters that read so', async () => {
    for (const query of ['xianweijing', 'xianweij', 'xwj']) {
      const answer = await catalogue.search({ ...nothing, exact: false, query });
      expect([query, answer.instead?.how, answer.instead?.words[0]?.startsWith('显微')]).toEqual([
        query,
        'pinyin',
        true,
      ]);
      expect(answer.total).toBeGreaterThan(100);
    }
    expect(
      wordsOf(
        'zhongwu',
        [
          ['重物测试', 1],
          ['中午', 3],
        ],
        { 重: ['zhong', 'chong'], 物: ['wu'], 中: ['zhong'], 午: ['wu'] },
      ),
    ).toEqual(['中午', '重物']);
    expect((await catalogue.search({ ...nothing, exact: false, query: 'qqqqq' })).total).toBe(0);
  });
  test('a slip in a model number leads to the nearest', async () => {
    const model = (entries[3] as CatalogueEntry).model;
    const slip = `${model.slice(0, -1)}X`;
    const answer = await catalogue.search({ ...nothing, exact: false, query: slip });
    expect(answer.instead?.how).toBe('model');
    expect(answer.rows.length).toBeGreaterThan(0);
    expect([slips('demo8100', 'demo8010', 2), slips('demo', 'demos', 2), slips('abcd', 'wxyz', 2)]).toEqual([1, 1, 3]);
  });
});
