import { expect, test } from 'vitest';
import { noticeInWords, noticeSums, payoutSums, waitingInWords } from '../../src/domain/sums.ts';

test('R28: what a notice comes to is said by result; what was refused is in no other sum', () => {
  const items = [
    ...Array.from({ length: 17 }, () => ({ amount_fen: 415_059, result: 'yes' })),
    { amount_fen: 288_000, result: 'no' },
  ];
  expect(noticeInWords(items)).toBe('通过 17 项 70,560.03 元；不通过 1 项 2,880.00 元');
  expect(noticeInWords([])).toBe('通过 0 项；不通过 0 项');
  expect(noticeSums(items)).toEqual({ yes: { count: 17, fen: 7_056_003 }, no: { count: 1, fen: 288_000 } });
});
test('R35: the sums by party hold every payout once on each side, year by year, the largest first', () => {
  const paid = (fund_year: number, institution_name: string, applicant_name: string, amount_fen: number) => ({
    fund_year,
    institution_name,
    applicant_name,
    amount_fen,
  });
  expect(
    payoutSums([
      paid(2025, '甲所', '子公司', 1),
      paid(2026, '乙所', '子公司', 200),
      paid(2026, '甲所', '子公司', 101),
      paid(2026, '甲所', '丑公司', 99),
    ]),
  ).toEqual([
    { fund_year: 2026, side: 'institution', name: '乙所', payouts: 1, amount_fen: 200 },
    { fund_year: 2026, side: 'institution', name: '甲所', payouts: 2, amount_fen: 200 },
    { fund_year: 2026, side: 'applicant', name: '子公司', payouts: 2, amount_fen: 301 },
    { fund_year: 2026, side: 'applicant', name: '丑公司', payouts: 1, amount_fen: 99 },
    { fund_year: 2025, side: 'institution', name: '甲所', payouts: 1, amount_fen: 1 },
    { fund_year: 2025, side: 'applicant', name: '子公司', payouts: 1, amount_fen: 1 },
  ]);
});
test('R8: those that wait for a review and those that wait for a payout are told apart', () => {
  expect(waitingInWords({ waiting: 0, waiting_fen: 0, to_review: 7, to_review_fen: 2_520_000 })).toBe(
    '已公示、等兑付 0 张；已支付、等季度汇总评审 7 张 25,200.00 元',
  );
});
