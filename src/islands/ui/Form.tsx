import { createSignal, For, type JSX, onMount, Show } from 'solid-js';
import { act, asRefusal, type FunctionName, newRequestId, type Refusal } from '../../backend/client.ts';
import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { FileField } from './FileField.tsx';
import { useMarkedField } from './mark.ts';
import { Refused } from './Refused.tsx';
import { createUploads } from './uploads.ts';

export type Field =
  | {
      name: string;
      label: string;
      kind: 'text' | 'date' | 'long' | 'yuan' | 'check' | 'number';
      optional?: boolean;
      value?: string;
      hint?: string;
      min?: number;
      max?: number;
    }
  | {
      name: string;
      label: string;
      kind: 'choice';
      options: [string, string][];
      optional?: boolean;
      value?: string;
      hint?: string;
    }
  | { name: string; label: string; kind: 'file'; documentKind: string; optional?: boolean; hint?: string };

/** What batches of one act did together: counts and amounts add up, the rest is as the last one says. */
const together = (before: Record<string, unknown> | undefined, now: Record<string, unknown>) => {
  if (!before) return now;
  const sum = (key: string) => (key in now ? { [key]: Number(before[key] ?? 0) + Number(now[key]) } : {});
  return { ...now, ...sum('count'), ...sum('amount_fen') };
};

/**
 * A form that calls one action. `build` turns the typed values into its arguments; the request id stays the same until it succeeds (R33).
 * An act whose work grows with the data does it in batches: while its answer says that something is `left`, the next one is asked for.
 */
export function Form(props: {
  title: string;
  fields: Field[];
  button: string;
  grave?: boolean;
  action: FunctionName;
  build: (values: Record<string, unknown>, requestId: string) => Record<string, unknown>;
  onDone: (result: Record<string, unknown>) => void;
  children?: JSX.Element;
  focus?: boolean;
}) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  /** What the batches have done so far; `left` of its last answer is still to do. */
  const [sofar, setSofar] = createSignal<Record<string, unknown>>();
  const [stopping, setStopping] = createSignal(false);
  const left = () => Number(sofar()?.['left'] ?? 0);
  const files: Record<string, number[]> = {};
  const uploads = createUploads();
  let requestId = newRequestId();
  async function send(form: HTMLFormElement) {
    if (uploads.running()) return;
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
            setRefusal({
              code: 'AMOUNT_INVALID',
              message: `「${field.label}」的金额不符合要求。`,
              hint: yuanFault(text),
              field: field.name,
            });
            setBusy(false);
            return;
          }
          values[field.name] = fen;
        } else values[field.name] = text === '' ? null : field.kind === 'number' ? Number(text) : text;
      }
      setStopping(false);
      do {
        setSofar(together(sofar(), await act(props.action, props.build(values, requestId))));
        requestId = newRequestId();
      } while (left() > 0 && !stopping());
      const result = sofar() as Record<string, unknown>;
      setSofar(undefined);
      props.onDone(result);
    } catch (error) {
      const r = asRefusal(error);
      // A refusal rolled everything back, so the next try may carry other content under a new id; a broken network keeps the old one.
      if (r.code !== 'NETWORK') requestId = newRequestId();
      setRefusal(r);
    }
    setBusy(false);
  }
  let form!: HTMLFormElement;
  useMarkedField(() => form, refusal);
  // A form that a button opened takes the keyboard with it.
  onMount(() => {
    if (props.focus) form.querySelector<HTMLElement>('input, textarea, select, button[type=submit]')?.focus();
  });
  return (
    <form
      ref={form}
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      <h3>{props.title}</h3>
      {props.children}
      <For each={props.fields}>
        {(field) => (
          <Show
            when={field.kind !== 'file'}
            fallback={
              <FileField
                label={field.label}
                kind={(field as { documentKind: string }).documentKind}
                uploads={uploads}
                onChange={(ids) => {
                  files[field.name] = ids;
                }}
              />
            }
          >
            <label class={field.kind === 'check' ? 'check' : ''}>
              <span>
                {field.label}
                {field.optional && field.kind !== 'check' ? <span class="muted small">（可不填）</span> : ''}
              </span>
              <Show when={field.hint}>
                <span class="hint small muted">{field.hint}</span>
              </Show>
              {field.kind === 'long' ? (
                <textarea
                  name={field.name}
                  required={!field.optional}
                  minlength={(field as { min?: number }).min}
                  maxlength={(field as { max?: number }).max ?? 2000}
                >
                  {(field as { value?: string }).value ?? ''}
                </textarea>
              ) : field.kind === 'choice' ? (
                <select name={field.name} required={!field.optional}>
                  <For each={field.options}>
                    {([value, label]) => (
                      <option value={value} selected={(field as { value?: string }).value === value}>
                        {label}
                      </option>
                    )}
                  </For>
                </select>
              ) : field.kind === 'check' ? (
                <input
                  name={field.name}
                  type="checkbox"
                  required={!field.optional}
                  checked={(field as { value?: string }).value === 'true'}
                />
              ) : (
                <input
                  name={field.name}
                  type={field.kind === 'date' ? 'date' : 'text'}
                  inputmode={field.kind === 'yuan' || field.kind === 'number' ? 'decimal' : undefined}
                  required={!field.optional}
                  value={(field as { value?: string }).value ?? ''}
                  minlength={(field as { min?: number }).min}
                  maxlength={(field as { max?: number }).max ?? 200}
                />
              )}
            </label>
          </Show>
        )}
      </For>
      <Refused refusal={refusal()} />
      <Show when={left() > 0}>
        <p role="status">
          <progress
            value={Number(sofar()?.['count'])}
            max={Number(sofar()?.['count']) + left()}
            aria-label="办理进度"
          />{' '}
          已办 {Number(sofar()?.['count'])} 项，还有 {left()} 项。
          {stopping() ? '这一批办完就停。' : busy() ? '' : '再点一次，从下一项接着办。'}
        </p>
      </Show>
      <div class="row">
        <button type="submit" class={`button ${props.grave ? 'grave' : 'main'}`} disabled={busy() || uploads.running()}>
          {busy() ? '正在办理…' : uploads.running() ? '等待文件上传…' : left() > 0 ? '接着办' : props.button}
        </button>
        <Show when={busy() && left() > 0}>
          <button type="button" class="button" onClick={() => setStopping(true)} disabled={stopping()}>
            停下
          </button>
        </Show>
      </div>
    </form>
  );
}
