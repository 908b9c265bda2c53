import { createResource, createSignal, For, Show } from 'solid-js';
import { type Action, availableActions, type Row } from '../../backend/work.ts';
import { formatFen } from '../../domain/money.ts';
import { type Field, Form } from './Form.tsx';

const reason: Field = { name: 'reason', label: '原因（对方会看到全文）', kind: 'long' };
interface Act { action: string; fields: Field[]; args: (v: Record<string, unknown>) => Record<string, unknown>; words?: (row: Row) => string; grave?: boolean }
const id = (row: Row) => row.id;
const files = (ids: unknown, kind: string) => ((ids as number[]) ?? []).map((document) => ({ id: document, kind }));

/** The function behind each action of the workflow table, and what its form asks. Whether a button is shown, the database decides. */
function actFor(entity: string, a: Action, row: Row): Act | undefined {
  const simple = (action: string, key: string): Act => ({ action, fields: a.needs_reason ? [reason] : [], args: (v) => ({ [key]: id(row), ...(a.needs_reason && { reason: v['reason'] }) }), grave: a.needs_reason });
  const map: Record<string, Act> = {
    'certification.approve': simple('approve_certification', 'certification_id'),
    'certification.return': simple('return_certification', 'certification_id'),
    'project.approve': simple('approve_project', 'project_id'),
    'project.return': simple('return_project', 'project_id'),
    'order.accept': simple('accept_order', 'order_id'),
    'order.decline': simple('decline_order', 'order_id'),
    'order.withdraw': { ...simple('withdraw_order', 'order_id'), words: () => '撤回后不能恢复；占用的额度会退还。', grave: true },
    'order.submit': {
      action: 'submit_order', fields: [{ name: 'agree', label: `我接受本次可抵扣 ${row['figure_fen'] === undefined ? '' : formatFen(Number(row['figure_fen']))} 元`, kind: 'check' }],
      args: () => ({ order_id: id(row), accepted_fen: Number(row['figure_fen'] ?? row['accepted_fen']) }),
    },
    'order.approve': {
      action: 'approve_order', fields: [{ name: 'amount_fen', label: '较低的核定额（元，空为按规则计算）', kind: 'yuan', optional: true }, { ...reason, label: '核定较低额的原因', optional: true } as Field],
      args: (v) => ({ order_id: id(row), amount_fen: v['amount_fen'], reason: v['reason'] }),
    },
    'order.return': { ...simple('return_order', 'order_id'), words: () => (Number(row['revision_no']) ? '这是第二次：不通过后订单转为普通订单，不能再使用创新券。' : '第一次不通过：申请人可以修改一次。') },
    'order.agree': { ...simple('agree_order', 'order_id'), words: () => `核定 ${formatFen(Number(row['approved_fen']))} 元，您提交时接受 ${formatFen(Number(row['accepted_fen']))} 元。` },
    'order.disagree': { ...simple('disagree_order', 'order_id'), words: () => '不同意则归还占用，转为普通订单；不计入不通过次数。', grave: true },
    'order.deliver': { action: 'deliver_order', fields: [{ name: 'documents', label: '检测结果（PDF、OFD、JPEG、PNG）', kind: 'file', documentKind: 'result' }, { name: 'note', label: '说明', kind: 'text', optional: true }], args: (v) => ({ order_id: id(row), documents: v['documents'], note: v['note'] ?? '' }) },
    'order.pay': { ...simple('pay_voucher', 'order_id'), words: () => `支付即确认结果无误。电子券 ${formatFen(Number(row['approved_fen']))} 元将转给管理单位，不能撤销；您另向管理单位支付 ${formatFen(Number(row['contract_total_fen']) - Number(row['approved_fen']))} 元。` },
    'order.dispute': simple('dispute_order', 'order_id'),
    'redemption.pass': simple('pass_redemption', 'redemption_id'),
    'redemption.return': simple('return_redemption', 'redemption_id'),
    'redemption.supplement': { action: 'supplement_redemption', fields: [{ name: 'evidence', label: '补充材料', kind: 'file', documentKind: 'evidence' }], args: (v) => ({ redemption_id: id(row), payload: { documents: files(v['evidence'], 'evidence') } }) },
  };
  if (entity === 'instrument' || entity === 'service') {
    const args = (v: Record<string, unknown>) => ({ kind: entity, resource_id: id(row), ...(a.needs_reason && { reason: v['reason'] }) });
    if (a.action === 'approve') return { action: 'approve_resource', fields: [], args };
    if (a.action === 'return') return { action: 'return_resource', fields: [reason], args, grave: true };
    return undefined;
  }
  if (entity === 'round') return { action: 'advance_round', fields: a.needs_reason ? [reason] : [], args: (v) => ({ round_id: id(row), action: a.action, reason: v['reason'] ?? null }), grave: a.needs_reason };
  if (entity === 'paper_pack') return { action: 'advance_paper_pack', fields: a.needs_reason ? [reason] : [], args: (v) => ({ pack_id: id(row), action: a.action, reason: v['reason'] ?? null }), grave: a.needs_reason };
  return map[`${entity}.${a.action}`];
}

/** The buttons that would not be refused, each with its form. */
export function Actions(props: { entity: string; row: Row; onDone: () => void }) {
  const [actions] = createResource(() => [props.entity, props.row] as const, ([entity, row]) => availableActions(entity, row.id));
  const [open, setOpen] = createSignal<string>();
  return (
    <Show when={(actions() ?? []).length > 0} fallback={<p class="muted">{actions.loading ? '正在查看您可以办理的操作…' : '现在没有需要您办理的操作。'}</p>}>
      <div class="row">
        <For each={actions()}>{(a) => <Show when={actFor(props.entity, a, props.row)}><button type="button" class={`button ${a.needs_reason ? 'grave' : 'main'}`} aria-expanded={open() === a.action} onClick={() => setOpen(open() === a.action ? undefined : a.action)}>{a.label}</button></Show>}</For>
      </div>
      <For each={(actions() ?? []).filter((a) => a.action === open())}>{(a) => {
        const it = actFor(props.entity, a, props.row) as Act;
        return (
          <>
            <Show when={it.words}><p><b>{it.words?.(props.row)}</b></p></Show>
            <Form title={a.label} fields={it.fields} button={`确定${a.label}`} grave={it.grave ?? false} action={it.action} build={(v, request_id) => ({ ...it.args(v), request_id })} onDone={() => { setOpen(undefined); props.onDone(); }} />
          </>
        );
      }}</For>
    </Show>
  );
}
