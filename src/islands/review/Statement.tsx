import { createSignal, For, Show } from 'solid-js';
import { asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { type Review, stateNoConflict, declareConflict } from '../../backend/reviews.ts';
import { Form } from '../ui/Form.tsx';
import { Refused } from '../ui/Refused.tsx';

/** 利害关系声明 (R40): the parties first; what is stated opens, what is not may be given away. */
export function Statement(props: { waiting: Review[]; onDone: () => void }) {
  const [conflict, setConflict] = createSignal<number>();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  let requestId = newRequestId();
  async function state() {
    setBusy(true);
    setRefusal(undefined);
    try {
      await stateNoConflict(
        props.waiting.map((w) => w.redemption_id),
        requestId,
      );
      props.onDone();
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    requestId = newRequestId();
    setBusy(false);
  }
  return (
    <section class="next mine">
      <h2>下一步：声明有无利害关系（{props.waiting.length} 项）</h2>
      <p>
        请先看双方。与任何一方有任职、亲属、持股、合作等利害关系的，请先对该项申报回避，系统另派专家；其余各项一并声明后材料打开。
      </p>
      <table class="stack">
        <thead>
          <tr>
            <th>券号</th>
            <th>用户单位</th>
            <th>管理单位</th>
            <th>回避</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.waiting}>
            {(w) => (
              <tr>
                <td data-label="券号">
                  {w.voucher_no}
                  <Show when={w.re_review}>
                    {' '}
                    <span class="tag">复评</span>
                  </Show>
                </td>
                <td data-label="用户单位">{w.applicant_name}</td>
                <td data-label="管理单位">{w.institution_name}</td>
                <td data-label="回避">
                  <button
                    type="button"
                    class="button grave"
                    aria-expanded={conflict() === w.redemption_id}
                    onClick={() => setConflict(conflict() === w.redemption_id ? undefined : w.redemption_id)}
                  >
                    申报回避
                  </button>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={props.waiting.find((w) => w.redemption_id === conflict())} keyed>
        {(w) => <Recusal redemptionId={w.redemption_id} voucherNo={w.voucher_no} onDone={props.onDone} />}
      </Show>
      <Refused refusal={refusal()} />
      <button type="button" class="button main" disabled={busy()} onClick={() => void state()}>
        {busy() ? '正在办理…' : `我与以上 ${props.waiting.length} 项的双方没有利害关系`}
      </button>
    </section>
  );
}

export function Recusal(props: { redemptionId: number; voucherNo: string; onDone: () => void }) {
  return (
    <Form
      title={`申报回避：${props.voucherNo}`}
      button="回避这一项"
      grave
      focus
      fields={[{ name: 'reason', label: '利害关系', kind: 'long', min: 2 }]}
      send={(v, requestId) => declareConflict(props.redemptionId, v.reason, requestId)}
      onDone={props.onDone}
    >
      <p>回避后由另一位专家评审，您不再看到这一项。</p>
    </Form>
  );
}
