import { expect, test } from 'vitest';
import { fold, terms } from '../../src/domain/search/fold.ts';

test('S3: words are searched half width, in lower case and without hyphens', () => {
  for (const [written, folded] of [
    ['ＤＥＭＯ－8100', 'demo8100'],
    ['Demo-8100_B', 'demo8100b'],
    ['ＢＸ５３ 显微镜', 'bx53 显微镜'],
    ['㎡ ℃ ½', 'm2 °c 1⁄2'],
    ['X‐射线—衍射·仪', 'x射线衍射仪'],
    ['ﾊﾝｶｸ', 'ハンカク'],
    ['Ⅳ型', 'iv型'],
    ['𠮷田', '𠮷田'],
    ['', ''],
  ])
    expect([written, fold(written as string)]).toEqual([written, folded]);
});

test('S3: what means something to a query language is only a character', () => {
  expect(terms(String.raw`甲\乙 a'b '&' () :* %_`)).toEqual(['甲\\乙', "a'b", "'&'", '()', ':*', '%']);
  expect(terms('   ')).toEqual([]);
});

test('a query is cut before it is folded', () => {
  const t = performance.now();
  expect(terms('㋿'.repeat(10_000_000))).toEqual(['令和'.repeat(100)]);
  expect(performance.now() - t).toBeLessThan(500);
});
