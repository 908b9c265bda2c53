import { beforeAll, expect, test } from 'vitest';
import { admin, anonymous, institution } from '../support/people.ts';

interface Found {
  total: number;
  rows: { slug: string; name: string }[];
  classes: { value: string; n: number }[];
  cities: { value: string; n: number }[];
}
const tag = `搜${Date.now() % 100_000}索`;
beforeAll(async () => {
  const lab = await institution();
  for (const [name, model, purpose, class_code, voucher] of [
    [`${tag}场发射扫描电子显微镜`, 'JSM-7900', '断口形貌', '01', true],
    [`${tag}光学显微镜`, 'ＢＸ５３', '金相', '01', true],
    [`${tag}万能试验机`, 'AG-100', '显微硬度以外的力学试验', '02', false],
    [`${tag}微显仪`, 'X', '拉伸', '02', true],
  ] as const) {
    await admin()`with i as (insert into public.instruments (organization_id, class_code, name, model, purpose, price_min_fen, price_max_fen, voucher_enabled) values (${lab.orgId}, ${class_code}, ${name}, ${model}, ${purpose}, 10000, 20000, ${voucher}) returning id) select id from i`;
  }
  await admin()`update public.instruments set state = 'published' where organization_id = ${lab.orgId} and state = 'submitted'`;
  await admin()`select private.publish_resource('instrument', id) from public.instruments where organization_id = ${lab.orgId}`;
});
const search = async (args: Record<string, unknown>) => {
  const { data, error } = await anonymous().rpc('search_catalogue', args);
  expect(error).toBeNull();
  return data as Found;
};

test('any substring of name, model or purpose is found, exactly: two bigrams are not yet the word', async () => {
  expect((await search({ query: `${tag} 显微` })).rows.map((r) => r.name).sort()).toEqual(
    [`${tag}万能试验机`, `${tag}光学显微镜`, `${tag}场发射扫描电子显微镜`].sort(),
  );
  expect((await search({ query: `${tag}场发射扫描电子显微` })).total).toBe(1);
  expect((await search({ query: 'jsm-7900' })).total).toBeGreaterThanOrEqual(1);
  expect((await search({ query: `bx53 ${tag}` })).total).toBe(1);
  expect((await search({ query: `${tag} 没有的词` })).total).toBe(0);
  // The same as an exact scan, for words of every length.
  for (const word of ['显微', '电子', '镜', '试验', '断口形貌', tag]) {
    const [scan] =
      await admin()`select count(*)::integer as n from public.catalogue where position(private.fold(${word}) in private.fold(concat_ws(E'\n', name, model, maker, institution_name, city, purpose))) > 0`;
    expect((await search({ query: word })).total, word).toBe(scan?.['n']);
  }
});

test('facets narrow, their counts say what each would give, and odd input answers calmly', async () => {
  const all = await search({ query: tag });
  expect(all.classes.map((c) => [c.value, c.n])).toEqual([
    ['01', 2],
    ['02', 2],
  ]);
  const one = await search({ query: tag, class: '02', voucher_only: true });
  expect([one.total, one.classes.map((c) => [c.value, c.n])]).toEqual([
    1,
    [
      ['01', 2],
      ['02', 1],
    ],
  ]);
  expect((await search({ query: tag, max_fen: 1 })).total).toBe(0);
  for (const query of [
    "'; drop table public.orders; --",
    '% _ * ( ) & | ! :*',
    '\\',
    '长'.repeat(5000),
    '   ',
    '<script>',
  ])
    expect((await search({ query })).total).toBeGreaterThanOrEqual(0);
  expect((await search({ page: -5 })).rows.length).toBeLessThanOrEqual(20);
});

test('R35: what means something to a query language is only a character here', async () => {
  await admin()`update public.catalogue set purpose = ${String.raw`甲\乙 a'b a\b '&' ()`} where slug = (select slug from public.catalogue where name like ${`${tag}%`} order by slug limit 1)`;
  for (const word of ["'", '\\', '\\\\', "a'b", 'a\\b', '甲\\乙', '%', '&|', '_', "'&'", '()', ':*']) {
    const [scan] =
      await admin()`select count(*)::integer as n from public.catalogue where position(private.fold(${word}) in private.fold(concat_ws(E'\n', name, model, maker, institution_name, city, purpose))) > 0`;
    expect([word, (await search({ query: word })).total]).toEqual([word, scan?.['n']]);
  }
});
