import { advancePayeeAccount } from '../../backend/accounts.ts';
import { approveCertification, returnCertification } from '../../backend/certifications.ts';
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
import { advancePaperPack } from '../../backend/papers.ts';
import { advancePaymentList } from '../../backend/payments.ts';
import { approveProject, returnProject } from '../../backend/projects.ts';
import type { Done } from '../../backend/query.ts';
import { advanceReReview, passRedemption, returnRedemption } from '../../backend/redemptions.ts';
import { approveResource, type ResourceKind, returnResource } from '../../backend/resources.ts';
import { advanceRound } from '../../backend/rounds.ts';
import { liftSuspension } from '../../backend/suspensions.ts';
import { decideUsccClaim } from '../../backend/uscc-claims.ts';
import type { Action } from '../../backend/workflow.ts';
import type { ActionKey, Entity } from '../../backend/workflow.types.ts';
import { formatFen } from '../../domain/money.ts';
import type { Field, Value } from '../ui/Form.tsx';

/** What a button of the workflow table asks before it sends its command. */
export interface ActForm {
  fields: Field[];
  send: (values: Record<string, Value>, requestId: string) => Promise<Done>;
  /** The amount and the consequence, said once before an act that cannot be undone. */
  words?: string;
  grave?: boolean;
}
/** A case as far as the words of its acts depend on it. */
export interface ActsOn {
  id: number;
  state: string;
  approved_fen?: number | null;
  accepted_fen?: number | null;
  figure_fen?: number | undefined;
  contract_total_fen?: number;
  eligible_fee_fen?: number;
  /** How often it was refused already: what a refusal means depends on it, not which submission this is (R15, R24, R45). */
  refusals?: number;
}

const reason: Field = { name: 'reason', label: '原因（对方会看到全文）', kind: 'long', min: 2 };
const yuan = (fen: number | null | undefined) => formatFen(fen ?? 0);
const typed = (value: Value | undefined) => (typeof value === 'string' ? value : '');
const typedOrNull = (value: Value | undefined) => typed(value) || null;

/** The form of this action stands on a page of its own: editing, resubmitting, redeeming, sending back by items. */
const elsewhere = () => undefined;

/** The form of each action, by entity. Whether a button is shown, the database decides. */
export function formFor(entity: Entity, action: Action, row: ActsOn): ActForm | undefined {
  const key = `${entity}.${action.action}` as ActionKey;
  const grave = action.needs_reason;
  const asks = action.needs_reason ? [reason] : [];
  const simple = (
    command: (id: number, requestId: string, reason: string) => Promise<Done>,
    more: Partial<ActForm> = {},
  ): ActForm => ({
    fields: asks,
    send: (v, requestId) => command(row.id, requestId, typed(v['reason'])),
    grave,
    ...more,
  });
  const ofResource = (
    command: (kind: ResourceKind, id: number, requestId: string, reason: string) => Promise<Done>,
    more: Partial<ActForm> = {},
  ) => simple((id, requestId, why) => command(entity as ResourceKind, id, requestId, why), more);
  const ofRound = (words: string): ActForm => ({
    fields: asks,
    send: (v, requestId) => advanceRound(row.id, action.action, requestId, typedOrNull(v['reason'])),
    grave,
    words,
  });
  const ofPack = (): ActForm => ({
    fields: asks,
    send: (v, requestId) => advancePaperPack(row.id, action.action, requestId, typedOrNull(v['reason'])),
    grave,
  });
  const ofAccount = (words?: string): ActForm => ({
    fields: asks,
    send: (v, requestId) => advancePayeeAccount(row.id, action.action, requestId, typedOrNull(v['reason'])),
    grave: grave || action.action === 'withdraw',
    ...(words && { words }),
  });
  const ofClaim = (words: string): ActForm => ({
    fields: asks,
    send: (v, requestId) => decideUsccClaim(row.id, action.action, requestId, typedOrNull(v['reason'])),
    grave: true,
    words,
  });
  const ofList = (words: string): ActForm => ({
    fields: asks,
    send: (v, requestId) => advancePaymentList(row.id, action.action, requestId, typedOrNull(v['reason'])),
    grave,
    words,
  });
  const ofReReview = (words: string): ActForm => ({
    fields: action.action === 'send_back' ? [{ ...reason, label: '退回的理由（不给双方看）' }] : [],
    send: (v, requestId) => advanceReReview(row.id, action.action, requestId, typedOrNull(v['reason'])),
    grave: action.action === 'send_back',
    words,
  });
  // Every action that a person can do has its line: one that is forgotten does not compile. `elsewhere`: its form stands on a page of its own.
  const forms: Record<ActionKey, () => ActForm | undefined> = {
    'certification.approve': () =>
      simple(
        (certification_id, request_id, why) =>
          approveCertification({ certification_id, request_id, reason: why || null }),
        {
          words: '通过后该单位即可使用创新券功能，至证书到期为止。',
          fields: [{ ...reason, label: '说明（有同名单位时必填）', optional: true }],
        },
      ),
    'certification.return': () => simple(returnCertification),
    'project.approve': () => simple(approveProject),
    'project.return': () => simple(returnProject),
    'rectification.confirm': elsewhere,
    'rectification.refuse': elsewhere,
    'rectification.withdraw': elsewhere,
    'recovery.answer': elsewhere,
    'recovery.cancel': elsewhere,
    'recovery.record': elsewhere,
    'suspension.lift': () => simple(liftSuspension, { words: '解除后资格立即恢复，公众目录恢复预约。', grave: false }),
    'order.accept': () => simple(acceptOrder, { words: '受理后由省平台审核可抵扣的金额。' }),
    'order.decline': () => simple(declineOrder, { words: '不受理即结束这份订单；不占用申请人的修改机会。' }),
    'order.withdraw': () =>
      simple(withdrawOrder, {
        words: row.approved_fen ? '撤回后不能恢复；已占用的额度会退还。' : '撤回后不能恢复。',
        grave: true,
      }),
    'order.discard': () =>
      simple(discardOrder, {
        words: '删除后不能恢复。草稿没有提交过，只有本单位看到过它。',
        grave: true,
      }),
    'order.submit': () => ({
      words: `按现在的额度可抵扣 ${yuan(row.figure_fen)} 元，您另付 ${yuan((row.contract_total_fen ?? 0) - (row.figure_fen ?? 0))} 元。`,
      fields: [{ name: 'agree', label: `我接受本次可抵扣 ${yuan(row.figure_fen)} 元，所填内容真实`, kind: 'check' }],
      send: (_, request_id) => submitOrder({ order_id: row.id, accepted_fen: row.figure_fen ?? null, request_id }),
    }),
    'order.approve': () => ({
      words: `按 ${yuan(row.eligible_fee_fen)} 元可抵扣检测费计算，通过后发放电子券并占用额度；通过即逐项确认申请人的适用范围自查。`,
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
      send: (v, request_id) =>
        approveOrder({
          order_id: row.id,
          amount_fen: typeof v['amount_fen'] === 'number' ? v['amount_fen'] : null,
          reason: typedOrNull(v['reason']),
          request_id,
        }),
    }),
    'order.return': () =>
      simple(returnOrder, {
        words: row.refusals
          ? '这是第二次：不通过后订单转为普通订单，不能再使用创新券。'
          : '第一次不通过：申请人可以修改一次。',
      }),
    'order.agree': () =>
      simple(agreeOrder, {
        words: `核定 ${yuan(row.approved_fen)} 元，您提交时接受 ${yuan(row.accepted_fen)} 元。同意后即发放电子券。`,
      }),
    'order.disagree': () =>
      simple(disagreeOrder, {
        words: '不同意则归还占用的额度，订单转为普通订单；不计入不通过次数。',
        grave: true,
      }),
    'order.deliver': () => ({
      fields: [
        { name: 'documents', label: '检测结果（PDF、OFD、JPEG、PNG）', kind: 'file', documentKind: 'result' },
        { name: 'note', label: '说明', kind: 'text', optional: true },
      ],
      send: (v, request_id) =>
        deliverOrder({
          order_id: row.id,
          documents: v['documents'] as number[],
          note: typed(v['note']),
          request_id,
        }),
    }),
    'order.pay': () =>
      simple(payVoucher, {
        words: `支付即确认结果无误，不能撤销。电子券 ${yuan(row.approved_fen)} 元将转给管理单位，您另向管理单位支付 ${yuan((row.contract_total_fen ?? 0) - (row.approved_fen ?? 0))} 元。`,
      }),
    'order.dispute': () => simple(disputeOrder, { words: '管理单位处理后重新上传结果；此后订单不能再撤回。' }),
    'redemption.pass': () => simple(passRedemption, { words: '通过后进入本季度汇总，参加专家评审。' }),
    'redemption.return': () =>
      simple(returnRedemption, {
        words: row.refusals ? '这是第二次：不通过后不能兑付，订单转为普通订单。' : '第一次退回：管理单位可以补充一次。',
      }),
    'instrument.approve': () => ofResource(approveResource, { words: '通过后立即向公众发布。' }),
    'instrument.edit': elsewhere,
    'instrument.return': () => ofResource(returnResource),
    'payee_account.approve': () => ofAccount('已与证明文件逐项核对；核验后兑付拨到这个账户，原来的账户随即停用。'),
    'payee_account.check': () => ofAccount('已与证明文件、原账户逐项核对；还须另一人复核。'),
    'payee_account.return': () => ofAccount(),
    'payee_account.withdraw': () => ofAccount('撤回后可以重新登记。'),
    'payment_list.approve': () =>
      ofList('数字重新计算：有一笔不就绪、资金不够或有人会被越过，就不批准并写明是哪一笔。批准后记入今年资金。'),
    'payment_list.record_results': elsewhere,
    'payment_list.send': () => ofList('已不就绪的各笔撤出，其余即为在途；此后什么也不撤。'),
    'payment_list.send_back': () => ofList('退回后各笔回到队伍里原来的位置，可以重新拟制。'),
    'uscc_claim.give': () =>
      ofClaim('代码登记在申请单位名下；占用它的一方随即收回代码，填写自己的代码之前不能提交业务。'),
    'uscc_claim.refuse': () => ofClaim('代码仍在原来的登记名下。'),
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
    'service.approve': () => ofResource(approveResource, { words: '通过后立即向公众发布。' }),
    'service.edit': elsewhere,
    'service.return': () => ofResource(returnResource),
  };
  // A page older than the database meets actions that it does not know.
  return forms[key]?.();
}
