import { expect, test } from 'vitest';
import { formatFen, parseYuan, rawDeduction, yuanFault } from '../../src/domain/money.ts';

test('R5: the deduction is floored once over the sum', () => {
  expect(rawDeduction(10_000_000, 3000)).toBe(3_000_000);
  expect(rawDeduction(999_999, 3000)).toBe(299_999);
  expect(rawDeduction(333, 3000)).toBe(99);
});
test('amounts are read strictly', () => {
  expect(parseYuan('1,234.5')).toBe(123_450);
  expect(parseYuan('１２.００')).toBe(1200);
  for (const bad of ['', '-1', '1.234', '1e3', 'abc', '1000000000', 'NaN', '<b>1</b>']) expect(parseYuan(bad), bad).toBeUndefined();
});
test('amounts are shown with commas and two decimals', () => {
  expect(formatFen(360_000)).toBe('3,600.00');
  expect(formatFen(5)).toBe('0.05');
  expect(formatFen('20000000')).toBe('200,000.00');
});

test('an amount that is none is told why', () => {
  expect([yuanFault('五百'), yuanFault('-5'), yuanFault('500.555'), yuanFault('5.'), yuanFault('99999999999')].map((t) => t.slice(0, 4))).toEqual(['请填数字', '金额不能', '金额最多', '金额最多', '金额太大']);
});
