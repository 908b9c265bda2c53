import { formatFen } from './money.ts';

/** What the public lists come to, each sentence in one place: no two pages may count the same thing differently. Money in 分. */
const part = (words: string, count: number, measure: string, fen: number) => `${words} ${count} ${measure}${count > 0 ? ` ${formatFen(fen)} 元` : ''}`;

export interface Reviewed { amount_fen: number; result: string }
const countOf = (items: Reviewed[]) => ({ count: items.length, fen: items.reduce((sum, i) => sum + i.amount_fen, 0) });
/** A notice's items by their result: what was refused is no part of the money that will be paid. */
export const noticeSums = (items: Reviewed[]) => ({ yes: countOf(items.filter((i) => i.result === 'yes')), no: countOf(items.filter((i) => i.result !== 'yes')) });
export function noticeInWords(items: Reviewed[]): string {
  const { yes, no } = noticeSums(items);
  return `${part('通过', yes.count, '项', yes.fen)}；${part('不通过', no.count, '项', no.fen)}`;
}

export interface Waiting { waiting: number; waiting_fen: number; to_review: number; to_review_fen: number }
/** The two stations before a payout (R8): reviewed and public, or paid with and not yet reviewed. Together they are every voucher that was paid with and has no end yet. */
export const queueNames = { waiting: '已公示、等兑付', review: '已支付、等季度汇总评审' } as const;
export const waitingInWords = (w: Waiting) => `${part(queueNames.waiting, w.waiting, '张', w.waiting_fen)}；${part(queueNames.review, w.to_review, '张', w.to_review_fen)}`;
