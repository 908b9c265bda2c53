import { createSignal, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/refusal.ts';
import { sendPublic, type Receipt } from '../../backend/requests.ts';
import { isInquiry } from '../../domain/inquiries.ts';
import { Refused } from '../ui/Refused.tsx';

const outcome = (f: Receipt) =>
  !f.answer
    ? f.kind === 'objection'
      ? '等待省科技厅裁定'
      : isInquiry(f.kind)
        ? '等待省平台答复'
        : '等待省平台核实'
    : f.decision === 'upheld'
      ? '异议成立'
      : f.decision === 'rejected'
        ? '异议不成立'
        : '已答复';

const results: Record<string, string> = { yes: '通过', no: '未通过' };

/** What became of an objection or a report, for whoever holds the receipt (R47). The number is typed, never in the address. */
export function CheckReceipt() {
  const [found, setFound] = createSignal<Receipt>();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  async function check(form: HTMLFormElement) {
    setFound(undefined);
    setRefusal(undefined);
    setBusy(true);
    try {
      setFound(await sendPublic<Receipt>('check-receipt', { receipt: String(new FormData(form).get('receipt')) }));
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  return (
    <>
      <form
        class="card"
        onSubmit={(e) => {
          e.preventDefault();
          void check(e.currentTarget);
        }}
      >
        <label>
          <span>受理编号</span>
          <input
            name="receipt"
            required
            minlength="10"
            maxlength="60"
            autocomplete="off"
            autocapitalize="characters"
            placeholder="YY-00000-00000-00000-00000"
          />
        </label>
        <button type="submit" class="button main" disabled={busy()}>
          {busy() ? '正在查询…' : '查询'}
        </button>
      </form>
      <Refused refusal={refusal()} />
      <Show when={found()}>
        {(f) => (
          <section class="card" role="status">
            <h2>{outcome(f())}</h2>
            <dl class="facts">
              <dt>{f().kind === 'objection' ? '针对' : isInquiry(f().kind) ? '标题' : '页面'}</dt>
              <dd>
                {[f().notice, f().about, f().result && `结论：${results[f().result as string]}`]
                  .filter(Boolean)
                  .join('，')}
              </dd>
              <dt>收到</dt>
              <dd>{f().received_on}</dd>
              <Show when={f().answer}>
                <dt>{f().kind === 'objection' ? '裁定' : '答复'}</dt>
                <dd>
                  {f().decided_on}　{f().answer}
                </dd>
              </Show>
              <Show when={f().follows}>
                <dt>{f().answer ? '下文' : '现在'}</dt>
                <dd>{f().follows}</dd>
              </Show>
            </dl>
          </section>
        )}
      </Show>
    </>
  );
}
