import {
  acceptOrder,
  agreeOrder,
  approveOrder,
  declineOrder,
  deliverOrder,
  disagreeOrder,
  discardOrder,
  disputeOrder,
  payVoucher,
  returnOrder,
  submitOrder,
  withdrawOrder,
} from '../../backend/orders.ts';
import { act, type FormOf, type FormsOf, reason, typed, typedOrNull, yuan } from './act-form.ts';

const submit: FormOf = (row) => ({
  words: `按现在的额度可抵扣 ${yuan(row.figure_fen)} 元，您另付 ${yuan((row.contract_total_fen ?? 0) - (row.figure_fen ?? 0))} 元。`,
  fields: [{ name: 'agree', label: `我接受本次可抵扣 ${yuan(row.figure_fen)} 元，所填内容真实`, kind: 'check' }],
  send: (_, request_id) => submitOrder({ order_id: row.id, accepted_fen: row.figure_fen ?? null, request_id }),
});
const approve: FormOf = (row) => ({
  words: `按 ${yuan(row.eligible_fee_fen)} 元可抵扣检测费计算，通过后发放电子券并占用额度；通过即逐项确认用户单位的适用范围自查。`,
  fields: [
    {
      name: 'amount_fen',
      label: '较低的核定额（元）',
      kind: 'yuan',
      optional: true,
      hint: '空为按规则计算；较低时用户单位须先同意。',
    },
    { ...reason, label: '核定较低额的原因', optional: true },
  ],
  send: (v, request_id) =>
    approveOrder({
      order_id: row.id,
      amount_fen: typeof v['amount_fen'] === 'number' ? v['amount_fen'] : null,
      reason: typedOrNull(v['reason']),
      request_id,
    }),
});
const deliver: FormOf = (row) => ({
  fields: [
    { name: 'documents', label: '检测结果（PDF、OFD、JPEG、PNG）', kind: 'file', documentKind: 'result' },
    { name: 'note', label: '说明', kind: 'text', optional: true },
  ],
  send: (v, request_id) =>
    deliverOrder({ order_id: row.id, documents: v['documents'] as number[], note: typed(v['note']), request_id }),
});

/** An order from its draft to its payment (R12–R19). */
export const orderForms: FormsOf<'order'> = {
  'order.accept': act(acceptOrder, { words: '受理后由省平台审核可抵扣的金额。' }),
  'order.decline': act(declineOrder, { words: '不受理即结束这份订单；不占用用户单位的修改机会。' }),
  'order.withdraw': act(withdrawOrder, (row) => ({
    words: row.approved_fen ? '撤回后不能恢复；已占用的额度会退还。' : '撤回后不能恢复。',
    grave: true,
  })),
  'order.discard': act(discardOrder, {
    words: '删除后不能恢复。草稿没有提交过，只有本单位看到过它。',
    grave: true,
  }),
  'order.submit': submit,
  'order.approve': approve,
  'order.return': act(returnOrder, (row) => ({
    words: row.refusals
      ? '这是第二次：不通过后订单转为普通订单，不能再使用创新券。'
      : '第一次不通过：用户单位可以修改一次。',
  })),
  'order.agree': act(agreeOrder, (row) => ({
    words: `核定 ${yuan(row.approved_fen)} 元，您提交时接受 ${yuan(row.accepted_fen)} 元。同意后即发放电子券。`,
  })),
  'order.disagree': act(disagreeOrder, {
    words: '不同意则归还占用的额度，订单转为普通订单；不计入不通过次数。',
    grave: true,
  }),
  'order.deliver': deliver,
  'order.pay': act(payVoucher, (row) => ({
    words: `支付即确认结果无误，不能撤销。电子券 ${yuan(row.approved_fen)} 元将转给管理单位，您另向管理单位支付 ${yuan((row.contract_total_fen ?? 0) - (row.approved_fen ?? 0))} 元。`,
  })),
  'order.dispute': act(disputeOrder, { words: '管理单位处理后重新上传结果；此后订单不能再撤回。' }),
};
