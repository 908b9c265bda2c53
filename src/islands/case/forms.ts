import type { FunctionName } from '../../backend/client.ts';
import type { Action, Row } from '../../backend/work.ts';
import type { ActionKey } from '../../backend/workflow.types.ts';
import { formatFen } from '../../domain/money.ts';
import type { Field } from '../ui/Form.tsx';

/** What a button of the workflow table asks before it calls its function. */
export interface ActForm {
  call: FunctionName;
  fields: Field[];
  args: (values: Record<string, unknown>) => Record<string, unknown>;
  /** The amount and the consequence, said once before an act that cannot be undone. */
  words?: string;
  grave?: boolean;
}

const reason: Field = { name: 'reason', label: '原因（对方会看到全文）', kind: 'long', min: 2 };
const yuan = (row: Row, column: string) => formatFen(Number(row[column] ?? 0));

/** The form of this action stands on a page of its own: editing, resubmitting, redeeming, sending back by items. */
const elsewhere = () => undefined;

/** The function behind each action, by entity. Whether a button is shown, the database decides. */
export function formFor(entity: string, action: Action, row: Row): ActForm | undefined {
  const key = `${entity}.${action.action}` as ActionKey;
  const asks = action.needs_reason ? [reason] : [];
  const simple = (call: FunctionName, idName: string, more: Partial<ActForm> = {}): ActForm => ({
    call,
    fields: asks,
    args: (v) => ({ [idName]: row.id, ...(action.needs_reason && { reason: v['reason'] }) }),
    grave: action.needs_reason,
    ...more,
  });
  const ofResource = (call: FunctionName, more: Partial<ActForm> = {}): ActForm => ({
    call,
    fields: asks,
    args: (v) => ({
      kind: entity,
      resource_id: row.id,
      ...(action.needs_reason && { reason: v['reason'] }),
    }),
    grave: action.needs_reason,
    ...more,
  });
  const ofRound = (words: string): ActForm => ({
    call: 'advance_round',
    fields: asks,
    args: (v) => ({ round_id: row.id, action: action.action, reason: v['reason'] ?? null }),
    grave: action.needs_reason,
    words,
  });
  const ofPack = (): ActForm => ({
    call: 'advance_paper_pack',
    fields: asks,
    args: (v) => ({ pack_id: row.id, action: action.action, reason: v['reason'] ?? null }),
    grave: action.needs_reason,
  });
  const ofAccount = (words?: string): ActForm => ({
    call: 'advance_payee_account',
    fields: asks,
    args: (v) => ({ account_id: row.id, action: action.action, reason: v['reason'] ?? null }),
    grave: action.needs_reason || action.action === 'withdraw',
    ...(words && { words }),
  });
  const ofList = (words: string): ActForm => ({
    call: 'advance_payment_list',
    fields: asks,
    args: (v) => ({ list_id: row.id, action: action.action, reason: v['reason'] ?? null }),
    grave: action.needs_reason,
    words,
  });
  const ofReReview = (words: string): ActForm => ({
    call: 'advance_re_review',
    fields: action.action === 'send_back' ? [{ ...reason, label: '退回的理由（不给双方看）' }] : [],
    args: (v) => ({ redemption_id: row.id, action: action.action, reason: v['reason'] ?? null }),
    grave: action.action === 'send_back',
    words,
  });
  // Every action that a person can do has its line: one that is forgotten does not compile. `elsewhere`: its form stands on a page of its own.
  const forms: Record<ActionKey, () => ActForm | undefined> = {
    'certification.approve': () =>
      simple('approve_certification', 'certification_id', {
        words: '通过后该单位即可使用创新券功能，至证书到期为止。',
        fields: [{ ...reason, label: '说明（有同名单位时必填）', optional: true }],
        args: (v) => ({ certification_id: row.id, reason: v['reason'] ?? null }),
      }),
    'certification.return': () => simple('return_certification', 'certification_id'),
    'project.approve': () => simple('approve_project', 'project_id'),
    'project.return': () => simple('return_project', 'project_id'),
    'rectification.confirm': elsewhere,
    'rectification.refuse': elsewhere,
    'rectification.withdraw': elsewhere,
    'suspension.lift': () =>
      simple('lift_suspension', 'suspension_id', { words: '解除后资格立即恢复，公众目录恢复预约。', grave: false }),
    'order.accept': () => simple('accept_order', 'order_id', { words: '受理后由省平台审核可抵扣的金额。' }),
    'order.decline': () =>
      simple('decline_order', 'order_id', { words: '不受理即结束这份订单；不占用申请人的修改机会。' }),
    'order.withdraw': () =>
      simple('withdraw_order', 'order_id', {
        words: row['approved_fen'] ? '撤回后不能恢复；已占用的额度会退还。' : '撤回后不能恢复。',
        grave: true,
      }),
    'order.discard': () =>
      simple('discard_order', 'order_id', {
        words: '删除后不能恢复。草稿没有提交过，只有本单位看到过它。',
        grave: true,
      }),
    'order.submit': () => ({
      call: 'submit_order',
      words: `按现在的额度可抵扣 ${yuan(row, 'figure_fen')} 元，您另付 ${formatFen(Number(row['contract_total_fen']) - Number(row['figure_fen'] ?? 0))} 元。`,
      fields: [{ name: 'agree', label: `我接受本次可抵扣 ${yuan(row, 'figure_fen')} 元，所填内容真实`, kind: 'check' }],
      args: () => ({ order_id: row.id, accepted_fen: Number(row['figure_fen']) }),
    }),
    'order.approve': () => ({
      call: 'approve_order',
      words: `按 ${formatFen(Number(row['eligible_fee_fen']))} 元可抵扣检测费计算，通过后发放电子券并占用额度；通过即逐项确认申请人的适用范围自查。`,
      fields: [
        {
          name: 'amount_fen',
          label: '较低的核定额（元）',
          kind: 'yuan',
          optional: true,
          hint: '空为按规则计算；较低时申请人须先同意。',
        },
        { ...reason, label: '核定较低额的原因', optional: true },
      ],
      args: (v) => ({ order_id: row.id, amount_fen: v['amount_fen'] ?? null, reason: v['reason'] ?? null }),
    }),
    'order.return': () =>
      simple('return_order', 'order_id', {
        words: Number(row['refusals'])
          ? '这是第二次：不通过后订单转为普通订单，不能再使用创新券。'
          : '第一次不通过：申请人可以修改一次。',
      }),
    'order.agree': () =>
      simple('agree_order', 'order_id', {
        words: `核定 ${yuan(row, 'approved_fen')} 元，您提交时接受 ${yuan(row, 'accepted_fen')} 元。同意后即发放电子券。`,
      }),
    'order.disagree': () =>
      simple('disagree_order', 'order_id', {
        words: '不同意则归还占用的额度，订单转为普通订单；不计入不通过次数。',
        grave: true,
      }),
    'order.deliver': () => ({
      call: 'deliver_order',
      fields: [
        { name: 'documents', label: '检测结果（PDF、OFD、JPEG、PNG）', kind: 'file', documentKind: 'result' },
        { name: 'note', label: '说明', kind: 'text', optional: true },
      ],
      args: (v) => ({ order_id: row.id, documents: v['documents'], note: v['note'] ?? '' }),
    }),
    'order.pay': () =>
      simple('pay_voucher', 'order_id', {
        words: `支付即确认结果无误，不能撤销。电子券 ${yuan(row, 'approved_fen')} 元将转给管理单位，您另向管理单位支付 ${formatFen(Number(row['contract_total_fen']) - Number(row['approved_fen']))} 元。`,
      }),
    'order.dispute': () =>
      simple('dispute_order', 'order_id', { words: '管理单位处理后重新上传结果；此后订单不能再撤回。' }),
    'redemption.pass': () =>
      simple('pass_redemption', 'redemption_id', { words: '通过后进入本季度汇总，参加专家评审。' }),
    'redemption.return': () =>
      simple('return_redemption', 'redemption_id', {
        words: Number(row['refusals'])
          ? '这是第二次：不通过后不能兑付，订单转为普通订单。'
          : '第一次退回：管理单位可以补充一次。',
      }),
    'instrument.approve': () => ofResource('approve_resource', { words: '通过后立即向公众发布。' }),
    'instrument.edit': elsewhere,
    'instrument.return': () => ofResource('return_resource'),
    'payee_account.approve': () => ofAccount('已与证明文件逐项核对；核验后兑付拨到这个账户，原来的账户随即停用。'),
    'payee_account.check': () => ofAccount('已与证明文件、原账户逐项核对；还须另一人复核。'),
    'payee_account.return': () => ofAccount(),
    'payee_account.withdraw': () => ofAccount('撤回后可以重新登记。'),
    'payment_list.approve': () =>
      ofList('数字重新计算：有一笔不就绪、资金不够或有人会被越过，就不批准并写明是哪一笔。批准后记入今年资金。'),
    'payment_list.record_results': elsewhere,
    'payment_list.send': () => ofList('已不就绪的各笔撤出，其余即为在途；此后什么也不撤。'),
    'payment_list.send_back': () => ofList('退回后各笔回到队伍里原来的位置，可以重新拟制。'),
    'paper_pack.approve': ofPack,
    'paper_pack.archive': ofPack,
    'paper_pack.forward': ofPack,
    'paper_pack.move': ofPack,
    'paper_pack.print': ofPack,
    'paper_pack.return': ofPack,
    'paper_pack.send': ofPack,
    'project.resubmit': elsewhere,
    'redemption.confirm': () => ofReReview('只确认这一项；它的季度不动。'),
    'redemption.publish': () => ofReReview('这一项有自己的公示；复评不通过的不再接受异议。'),
    'redemption.report': () => ofReReview('结束复评，按多数确定结果，上报省科技厅。'),
    'redemption.send_back': () => ofReReview('同一组专家另投一次，以前的意见留在记录里。'),
    'redemption.supplement': elsewhere,
    'round.close': () => ofRound('汇总后本季度的清单不再增加。'),
    'round.confirm': () => ofRound('确认后进入下一环节。'),
    'round.open_review': () => ofRound('为每项分配奇数位无须回避的专家。'),
    'round.publish': () => ofRound('发布公示；专家评审未通过的，公示期满、没有待裁定的异议才终局。'),
    'round.report': () => ofRound('结束评审，按多数确定结果，上报省科技厅。'),
    'round.send_back': elsewhere,
    'round.settle': () => ofRound('办结后本季度的任何内容都不能再改。'),
    'round.start_payout': () => ofRound('公示期满，不通过的终局为兑付失败，通过的进入兑付。'),
    'service.approve': () => ofResource('approve_resource', { words: '通过后立即向公众发布。' }),
    'service.edit': elsewhere,
    'service.return': () => ofResource('return_resource'),
  };
  // A page older than the database meets actions that it does not know.
  return forms[key]?.();
}
