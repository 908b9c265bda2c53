import { formatFen } from './money.ts';

/** What the public lists come to, each sentence in one place: no two pages may count the same thing differently. Money in 分. */
const part = (words: string, count: number, measure: string, fen: number) =>
  `${words} ${count} ${measure}${count > 0 ? ` ${formatFen(fen)} 元` : ''}`;

export interface Reviewed {
  amount_fen: number;
  result: string;
}
const countOf = (items: Reviewed[]) => ({ count: items.length, fen: items.reduce((sum, i) => sum + i.amount_fen, 0) });
/** A notice's items by their result: what was refused is no part of the money that will be paid. */
export const noticeSums = (items: Reviewed[]) => ({
  yes: countOf(items.filter((i) => i.result === 'yes')),
  no: countOf(items.filter((i) => i.result !== 'yes')),
});
export function noticeInWords(items: Reviewed[]): string {
  const { yes, no } = noticeSums(items);
  return `${part('通过', yes.count, '项', yes.fen)}；${part('不通过', no.count, '项', no.fen)}`;
}

export interface PaidOut {
  fund_year: number;
  institution_name: string;
  applicant_name: string;
  amount_fen: number;
}
export interface PayoutSum {
  fund_year: number;
  side: 'institution' | 'applicant';
  name: string;
  payouts: number;
  amount_fen: number;
}
/** What each party's vouchers came to, by the fund they were paid from: the newest year first, the largest sum first. Names as they were published. */
export function payoutSums(payouts: PaidOut[]): PayoutSum[] {
  const sums = new Map<string, PayoutSum>();
  for (const side of ['institution', 'applicant'] as const)
    for (const p of payouts) {
      const name = p[`${side}_name`];
      const key = JSON.stringify([p.fund_year, side, name]);
      const sum = sums.get(key) ?? { fund_year: p.fund_year, side, name, payouts: 0, amount_fen: 0 };
      sums.set(key, { ...sum, payouts: sum.payouts + 1, amount_fen: sum.amount_fen + p.amount_fen });
    }
  // Institutions before applicants; among equals the order is that of the names, so that a rebuilt file has the same bytes.
  return [...sums.values()].sort(
    (a, b) =>
      b.fund_year - a.fund_year ||
      b.side.localeCompare(a.side) ||
      b.amount_fen - a.amount_fen ||
      (a.name < b.name ? -1 : 1),
  );
}

export interface Waiting {
  waiting: number;
  waiting_fen: number;
  to_review: number;
  to_review_fen: number;
}
/** What is left of the year's fund is two sums: before and after what waits in the queue is taken off. Each has one name, wherever it stands. */
export const leftNames = { unused: '余额（含等兑付的）', free: '扣除等兑付的，还余' } as const;
/** Where a paid voucher stands before it ends (R8, R43): not yet reviewed, reviewed and public, on an approved list, with the bank, arrived. The words are those of the workflow. */
export const queueNames = { waiting: '已公示、等兑付', review: '已支付、等季度汇总评审' } as const;
export const paymentNames = { listed: '已列入拨付单', in_transit: '在途', arrived: '到账', recovered: '追回' } as const;
export const waitingInWords = (w: Waiting) =>
  `${part(queueNames.waiting, w.waiting, '张', w.waiting_fen)}；${part(queueNames.review, w.to_review, '张', w.to_review_fen)}`;
