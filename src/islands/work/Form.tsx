import { createSignal, For, Show } from 'solid-js';
import { act, asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { parseYuan } from '../../domain/money.ts';
import { FileField } from '../ui/FileField.tsx';
import { Refused } from '../ui/Refused.tsx';

export type Field =
  | { name: string; label: string; kind: 'text' | 'date' | 'long' | 'yuan' | 'check' | 'number'; optional?: boolean; value?: string }
  | { name: string; label: string; kind: 'choice'; options: [string, string][]; optional?: boolean }
  | { name: string; label: string; kind: 'file'; documentKind: string; optional?: boolean };

/** A form that calls one action. `build` turns the typed values into its arguments; the request id stays the same until it succeeds (R33). */
export function Form(props: { title: string; fields: Field[]; button: string; grave?: boolean; action: string; build: (values: Record<string, unknown>, requestId: string) => Record<string, unknown>; onDone: (result: Record<string, unknown>) => void }) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  const files: Record<string, number[]> = {};
  let requestId = newRequestId();
  async function send(form: HTMLFormElement) {
    setBusy(true);
    setRefusal(undefined);
    try {
      const data = new FormData(form);
      const values: Record<string, unknown> = {};
      for (const field of props.fields) {
        const text = String(data.get(field.name) ?? '').trim();
        if (field.kind === 'file') values[field.name] = files[field.name] ?? [];
        else if (field.kind === 'check') values[field.name] = data.has(field.name);
        else if (field.kind === 'yuan' && text !== '') {
          const fen = parseYuan(text);
          if (fen === undefined) {
            setRefusal({ code: 'AMOUNT_INVALID', message: `「${field.label}」的金额不符合要求。`, hint: '金额以元填写，最多两位小数。' });
            setBusy(false);
            return;
          }
          values[field.name] = fen;
        } else values[field.name] = text === '' ? null : field.kind === 'number' ? Number(text) : text;
      }
      const result = await act(props.action, props.build(values, requestId));
      requestId = newRequestId();
      props.onDone(result);
    } catch (error) {
      const r = asRefusal(error);
      // A refusal rolled everything back, so the next try may carry other content under a new id; a broken network keeps the old one.
      if (r.code !== 'NETWORK') requestId = newRequestId();
      setRefusal(r);
    }
    setBusy(false);
  }
  return (
    <form class="card" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      <h3>{props.title}</h3>
      <For each={props.fields}>{(field) => (
        <Show when={field.kind !== 'file'} fallback={<FileField label={field.label} kind={(field as { documentKind: string }).documentKind} onChange={(ids) => { files[field.name] = ids; }} />}>
          <label>
            <span>{field.label}</span>
            {field.kind === 'long' ? <textarea name={field.name} required={!field.optional} maxlength="2000" />
              : field.kind === 'choice' ? <select name={field.name} required={!field.optional}><For each={field.options}>{([value, label]) => <option value={value}>{label}</option>}</For></select>
              : field.kind === 'check' ? <input name={field.name} type="checkbox" required={!field.optional} />
              : <input name={field.name} type={field.kind === 'date' ? 'date' : 'text'} inputmode={field.kind === 'yuan' || field.kind === 'number' ? 'decimal' : undefined} required={!field.optional} value={(field as { value?: string }).value ?? ''} maxlength="200" />}
          </label>
        </Show>
      )}</For>
      <Refused refusal={refusal()} />
      <button type="submit" class={`button ${props.grave ? 'grave' : 'main'}`} disabled={busy()}>{busy() ? '正在办理…' : props.button}</button>
    </form>
  );
}
