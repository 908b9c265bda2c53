import { expect, test } from 'vitest';
import { faultOf, packLines, resultOf, type Typed, unpackLines } from '../../src/islands/tools/deduction-lines.ts';

const cap = 20_000_000;
const typed = (part: Partial<Typed>): Typed => ({ lines: [], used: '0', testFee: '', ...part });
const line = (quantity: string, price: string, excluded = false) => ({ name: '项', quantity, price, excluded });

test('R5: the calculator gives 30 % of what is not excluded, rounded down once, at most the contract’s test fee and the quota left', () => {
  const lines = [line('3', '33.33'), line('1', '0.03'), line('1', '50', true)];
  expect(resultOf(typed({ lines }), 3000, cap)).toMatchObject({
    totalFen: 15_002,
    excludedFen: 5_000,
    eligibleFen: 10_002,
    deductionFen: 3_000,
    cashFen: 12_002,
    limitedBy: [],
  });
  const byContract = resultOf(typed({ lines, testFee: '80' }), 3000, cap);
  expect(byContract).toMatchObject({ eligibleFen: 8_000, deductionFen: 2_400, limitedBy: ['test_fee'] });
  const byQuota = resultOf(typed({ lines, used: '199990' }), 3000, cap);
  expect(byQuota).toMatchObject({ deductionFen: 1_000, leftAfterFen: 0, limitedBy: ['quota'] });
});

test('what cannot be read is named, and nothing is calculated from it', () => {
  expect(resultOf(typed({ lines: [line('1', '')] }), 3000, cap)).toBeUndefined();
  const bad = typed({ lines: [line('1', '10'), line('1', '10 点')] });
  expect(faultOf(bad, cap)).toMatch(/^第 2 行的单价：/);
  expect(resultOf(bad, 3000, cap)).toBeUndefined();
  expect(faultOf(typed({ used: '200000.01' }), cap)).toBe('本年已用额度不能超过 200,000.00 元。');
  expect(faultOf(typed({ testFee: '一百' }), cap)).toMatch(/^合同检测费看不懂/);
});

test('the lines of an address come back as they were typed', () => {
  const lines = [line('2', '10.50'), line('1', '3', true)];
  expect(unpackLines(packLines([...lines, line('1', '')]))).toEqual([...lines, line('1', '')]);
  expect(packLines([{ name: '', quantity: '1', price: '', excluded: false }])).toBe('');
});
