import type { Figures } from './figures.ts';
import { holderLabels } from './labels.ts';

/** The way of a voucher, as steps of the workflow table: each names a transition by entity, from-state and to-state, from which its actor comes, and says in a word what it is to a reader. */
export const voucherPath: [entity: string, from: string, to: string, name: string][] = [
  ['order', 'draft', 'submitted', '提交'],
  ['order', 'submitted', 'platform_review', '受理'],
  ['order', 'platform_review', 'approved', '审核发券'],
  ['order', 'approved', 'delivered', '检测'],
  ['order', 'delivered', 'paid', '确认并支付'],
  ['redemption', 'submitted', 'passed', '申请兑付'],
  ['round', 'in_review', 'reported', '季度评审'],
  ['round', 'finance_confirmed', 'in_notice', '公示'],
  ['redemption', 'passed', 'paid_out', '兑付'],
];

export interface Station {
  label: string;
  who: string;
  when: string;
  status: 'past' | 'now' | 'later';
  /** Where the station is explained. */
  href?: string | undefined;
}
/** Who makes a step; what the system does by itself stands under the platform's name. */
const whoMakes = (actor: string): string =>
  actor === 'system' ? holderLabels.platform : (holderLabels[actor as keyof typeof holderLabels] ?? '');

/** By when each station is passed, for whoever only reads about the way (R25, R28, R31). */
export const termsOf = (f: Figures): Record<string, string> => ({
  申领额度: '签署即得',
  登记项目: `省平台审核 ${f.reviewDays} 个工作日`,
  提交: '签合同后',
  受理: `${f.acceptDays} 个工作日`,
  审核发券: `${f.reviewDays} 个工作日`,
  检测: '按合同',
  确认并支付: `${f.confirmDays} 个工作日，年底前`,
  申请兑付: `随时，省平台审核 ${f.reviewDays} 个工作日`,
  季度评审: `季度后 ${f.closeDays} 个工作日发起`,
  公示: `${f.noticeDays} 个工作日`,
  兑付: '期满后，按支付先后',
});

/** Which station an order's state is at; the later ones are told apart by the claim and its round. */
const orderAt: Record<string, number> = {
  draft: 0,
  returned: 0,
  submitted: 1,
  platform_review: 2,
  awaiting_consent: 2,
  approved: 3,
  disputed: 3,
  delivered: 4,
};
const claimAt: Record<string, number> = {
  submitted: 5,
  returned: 5,
  re_review: 6,
  re_reported: 6,
  re_department_confirmed: 6,
  re_finance_confirmed: 7,
  re_notice: 7,
};
const roundAt: Record<string, number> = {
  open: 6,
  listed: 6,
  in_review: 6,
  reported: 6,
  department_confirmed: 6,
  finance_confirmed: 7,
  in_notice: 7,
};
/**
 * The station where an order is: its number on the path, past the last one when all is done, undefined when it has ended on the way.
 * `holder`: whose step it is. What the notice left undecided waits for the department, what it refused for nobody: neither is at 兑付.
 */
export function positionOf(order: string, claim?: string, round?: string, holder?: string | null): number | undefined {
  if (order !== 'paid') return orderAt[order];
  if (!claim) return 5;
  if (claim === 'paid_out') return voucherPath.length;
  if (claim !== 'passed') return claimAt[claim];
  return roundAt[round ?? ''] ?? (holder === null || holder === 'department' ? 7 : 8);
}

/**
 * The stations of one order's rail. Where it is comes from its state; `passed` only knows the day of each step. An order that has ended
 * shows what it passed and stands nowhere.
 */
export function stationsOf(
  transitions: { entity: string; from_state: string; to_state: string; actor: string }[],
  passed: Map<string, string>,
  position: number | undefined,
  holder?: string | null,
): Station[] {
  const days = voucherPath.map(([entity, , to]) => passed.get(`${entity}:${to}`));
  const reached = position ?? days.findLastIndex((day) => day !== undefined) + 1;
  return voucherPath.map(([entity, from, to, label], i) => {
    const actor =
      transitions.find((t) => t.entity === entity && t.from_state === from && t.to_state === to)?.actor ?? '';
    const who =
      entity === 'round' && to === 'reported'
        ? '专家 · 两厅'
        : label === '申请兑付'
          ? holderLabels.institution
          : whoMakes(actor);
    const status = i < reached ? 'past' : i === position ? 'now' : 'later';
    return {
      label,
      who: status === 'now' ? (holder ?? who) : who,
      when: status === 'past' ? (days[i] ?? '') : '',
      status,
    };
  });
}
