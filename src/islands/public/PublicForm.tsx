import { createSignal, For, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/refusal.ts';
import { sendPublic } from '../../backend/requests.ts';
import { Refused } from '../ui/Refused.tsx';

interface PublicField {
  name: string;
  label: string;
  long?: boolean;
  optional?: boolean;
  min?: number;
  max: number;
  value?: string;
  options?: [string, string][];
}

/** A form that anyone may send: an objection, a correction. Shows the receipt number; keeps what was typed when refused. */
export function PublicForm(props: { target: string; button: string; fields: PublicField[]; thanks: string }) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [receipt, setReceipt] = createSignal('');
  const [busy, setBusy] = createSignal(false);
  async function send(form: HTMLFormElement) {
    setBusy(true);
    setRefusal(undefined);
    try {
      const { receipt: number } = await sendPublic<{ receipt: string }>(
        props.target,
        Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, String(v)])),
      );
      setReceipt(number ?? '');
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  return (
    <Show
      when={!receipt()}
      fallback={
        <p class="done" role="status">
          <b>已收到，受理编号 {receipt()}。</b>
          {props.thanks}凭编号可以<a href="/notices/receipt/">查询受理结果</a>，请记下它，并不要给别人。
        </p>
      }
    >
      <form
        class="card"
        onSubmit={(e) => {
          e.preventDefault();
          void send(e.currentTarget);
        }}
      >
        <For each={props.fields}>
          {(f) => (
            <label>
              <span>
                {f.label}
                {f.optional ? <span class="muted small">（可不填）</span> : ''}
              </span>
              {f.options ? (
                <select name={f.name}>
                  <For each={f.options}>{([value, label]) => <option value={value}>{label}</option>}</For>
                </select>
              ) : f.long ? (
                <textarea name={f.name} required={!f.optional} minlength={f.min} maxlength={f.max} />
              ) : (
                <input name={f.name} required={!f.optional} minlength={f.min} maxlength={f.max} value={f.value ?? ''} />
              )}
            </label>
          )}
        </For>
        <label class="trap" aria-hidden="true">
          <span>请留空</span>
          <input name="website" tabindex="-1" autocomplete="off" />
        </label>
        <Refused refusal={refusal()} />
        <button type="submit" class="button main" disabled={busy()}>
          {busy() ? '正在提交…' : props.button}
        </button>
      </form>
    </Show>
  );
}
