/** The way of a voucher, as steps of the workflow table: each names a transition by entity, from-state and to-state; its label and actor come from the table. */
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
}
const actors: Record<string, string> = { applicant: '用户单位', institution: '管理单位', platform: '省平台', expert: '专家', department: '省科技厅', finance: '省财政厅', system: '省平台' };

/** The stations of one order's rail: past ones carry the day they were passed, the first one not passed is now unless the order has ended. */
export function stationsOf(transitions: { entity: string; from_state: string; to_state: string; actor: string }[], passed: Map<string, string>, ended: boolean): Station[] {
  let found = false;
  return voucherPath.map(([entity, from, to, label]) => {
    const actor = transitions.find((t) => t.entity === entity && t.from_state === from && t.to_state === to)?.actor ?? '';
    const who = entity === 'round' && to === 'reported' ? '专家 · 两厅' : label === '申请兑付' ? '管理单位' : (actors[actor] ?? '');
    const when = passed.get(`${entity}:${to}`);
    const status = when ? 'past' : found || ended ? 'later' : 'now';
    if (!when) found = true;
    return { label, who, when: when ?? '', status };
  });
}
