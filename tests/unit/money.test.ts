import { expect, test } from 'vitest';
import { parseYuan, yuanFault } from '../../src/domain/amounts.ts';
import { formatFen, lineAmount, parseQuantity, quantityFault, rawDeduction } from '../../src/domain/money.ts';

test('R5: the deduction is floored once over the sum', () => {
  expect(rawDeduction(10_000_000, 3000)).toBe(3_000_000);
  expect(rawDeduction(999_999, 3000)).toBe(299_999);
  expect(rawDeduction(333, 3000)).toBe(99);
});
test('amounts are read strictly', () => {
  expect(parseYuan('1,234.5')).toBe(123_450);
  expect(parseYuan('１２.００')).toBe(1200);
  for (const bad of ['', '-1', '1.234', '1e3', 'abc', '1000000000', 'NaN', '<b>1</b>'])
    expect(parseYuan(bad), bad).toBeUndefined();
});
test('amounts are understood as people paste them, where they have one meaning', () => {
  for (const [typed, fen] of [
    ['￥1,234.50', 123_450],
    ['¥ 600', 60_000],
    ['600元', 60_000],
    ['600.00 元整', 60_000],
    ['人民币 1,200 元', 120_000],
    ['50万', 50_000_000],
    ['1.5 万元', 1_500_000],
    ['0.123456万', 123_456],
    ['１２３４．５０元', 123_450],
    ['1 234.50', 123_450],
    ['12\u200b00', 120_000],
    [' 800 ', 80_000],
    ['1,234,567.80', 123_456_780],
    ['100,000,000', 10_000_000_000],
  ] as const)
    expect([typed, parseYuan(typed)]).toEqual([typed, fen]);
  for (const [typed, why] of [
    ['1 234,50', '逗号只在千位之间'],
    ['12,34', '逗号只在千位之间'],
    ['1,2345', '逗号只在千位之间'],
    ['1.234.5', '逗号只在千位之间'],
    ['+5', '金额前不用写加号'],
    ['-5元', '金额不能是负数'],
    ['0.1234567万', '金额最多两位小数'],
    ['10001万', '金额太大'],
    ['100000000.01', '金额太大'],
    ['5百', '请填数字'],
    ['$5', '请填数字'],
    ['万', '请填金额'],
    ['', '请填金额'],
    ['\u200b', '请填金额'],
  ] as const)
    expect([typed, parseYuan(typed), yuanFault(typed).slice(0, why.length)]).toEqual([typed, undefined, why]);
});
test('a quantity has no unit and no sign', () => {
  expect([parseQuantity('1,000.5'), parseQuantity('０.０７'), parseQuantity('9')]).toEqual([100_050, 7, 900]);
  for (const none of ['5元', '5万', '+5', '0.0149999', '1 2', '', '0'])
    expect(parseQuantity(none), none).toBeUndefined();
});
test('amounts are shown with commas and two decimals', () => {
  expect(formatFen(360_000)).toBe('3,600.00');
  expect(formatFen(5)).toBe('0.05');
  expect(formatFen('20000000')).toBe('200,000.00');
});

test('an amount that is none is told why', () => {
  expect(
    [yuanFault('五百'), yuanFault('-5'), yuanFault('500.555'), yuanFault('5.'), yuanFault('99999999999')].map((t) =>
      t.slice(0, 4),
    ),
  ).toEqual(['请填数字', '金额不能', '金额最多', '金额最多', '金额太大']);
});
test('a quantity is taken up to what the database takes, and beyond it told how much that is', () => {
  for (const [price, most] of [
    [204_000, '49019.60'],
    [100, '99999999.99'],
    [1, '99999999.99'],
    [0, '99999999.99'],
    [10_000_000_000, '1.00'],
    [101, '99009900.99'],
  ] as const) {
    expect(lineAmount(most, price), `${most} × ${price}`).toBe(
      Math.floor((Number(most.replace('.', '')) * price) / 100),
    );
    const next = formatFen(Number(most.replace('.', '')) + 1);
    expect(lineAmount(next, price), `${next} × ${price}`).toBeUndefined();
    expect(quantityFault(next, price)).toMatch(
      new RegExp(
        `^数量太大，最多 ${formatFen(most.replace('.', ''))}${most.startsWith('99999999') ? '' : '：一项费用不超过一亿元'}。$`,
      ),
    );
  }
  expect(quantityFault('９９９９９９９９９', 204_000)).toBe('数量太大，最多 49,019.60：一项费用不超过一亿元。');
  for (const none of ['0', '0.00', '-1', '1.234', '一', '', '1e9'])
    expect(quantityFault(none, 204_000), none).toBe('数量请填大于 0 的数，最多两位小数。');
});
