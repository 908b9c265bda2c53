import { createSignal, For, type JSX, onMount, Show } from 'solid-js';
import { asRefusal, newRequestId, Refused, type Refusal } from '../../backend/client.ts';
import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { FileField } from './FileField.tsx';
import { useMarkedField } from './mark.ts';
import { say } from './toast.tsx';
import { Refused as RefusedWords } from './Refused.tsx';
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
      options: readonly (readonly [string, string])[];
      optional?: boolean;
      value?: string;
      hint?: string;
    }
  | { name: string; label: string; kind: 'file'; documentKind: string; optional?: boolean; hint?: string };

export type Value = string | number | boolean | number[] | null;
/** What was typed, by field; a field that may be left empty may be null. */
type ValueOf<F extends Field> =
  | (F['kind'] extends 'file' ? number[] : never)
  | (F['kind'] extends 'check' ? boolean : never)
  | (F['kind'] extends 'yuan' | 'number' ? number : never)
  | (F['kind'] extends 'text' | 'date' | 'long' | 'choice' ? string : never)
  | ('optional' extends keyof F ? (F['optional'] extends false ? never : null) : never);
export type ValuesOf<F extends readonly Field[]> = Field extends F[number]
  ? Record<string, Value>
  : { [K in F[number] as K['name']]: ValueOf<K> };

/** An act whose work grows with the data does it in batches: what is `left` is asked for next. */
interface Batch {
  count?: number;
  amount_fen?: number;
  left?: number;
}
/** What batches of one act did together: counts and amounts add up, the rest is as the last one says. */
function together<R extends object>(before: R | undefined, now: R): R {
  if (!before) return now;
  const [old, fresh] = [before as Batch, now as Batch];
  return {
    ...now,
    ...(fresh.count !== undefined && { count: (old.count ?? 0) + fresh.count }),
    ...(fresh.amount_fen !== undefined && { amount_fen: (old.amount_fen ?? 0) + fresh.amount_fen }),
  };
}

/** What stands in the fields, read as what each of them is; an amount that is none is refused at its field. */
function valuesOf(fields: readonly Field[], data: FormData, files: Record<string, number[]>): Record<string, Value> {
  const read = (field: Field): Value => {
    const text = String(data.get(field.name) ?? '').trim();
    if (field.kind === 'file') return files[field.name] ?? [];
    if (field.kind === 'check') return data.has(field.name);
    if (text === '') return null;
    if (field.kind === 'number') return Number(text);
    if (field.kind !== 'yuan') return text;
    const fen = parseYuan(text);
    if (fen === undefined)
      throw new Refused({
        code: 'AMOUNT_INVALID',
        message: `「${field.label}」的金额不符合要求。`,
        hint: yuanFault(text),
        field: field.name,
      });
    return fen;
  };
  return Object.fromEntries(fields.map((field) => [field.name, read(field)]));
}

/**
 * A form of one command. `send` hands on the typed values; the request id stays the same until it succeeds (R33).
 * While a command's answer says that something is `left`, it is asked for again.
 */
export function Form<const F extends readonly Field[], R extends object>(props: {
  title: string;
  fields: F;
  button: string;
  grave?: boolean;
  send: (values: ValuesOf<F>, requestId: string) => Promise<R>;
  onDone: (result: R) => void;
  children?: JSX.Element;
  focus?: boolean;
  /** What it was done to, by its number: said with what was done. */
  about?: string | undefined;
}) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  /** What the batches have done so far; `left` of its last answer is still to do. */
  const [sofar, setSofar] = createSignal<R>();
  const batch = () => sofar() as Batch | undefined;
  const [stopping, setStopping] = createSignal(false);
  const left = () => batch()?.left ?? 0;
  const counted = () => batch()?.count ?? 0;
  const files: Record<string, number[]> = {};
  const uploads = createUploads();
  let requestId = newRequestId();
  async function send(form: HTMLFormElement) {
    if (uploads.running()) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const values = valuesOf(props.fields, new FormData(form), files);
      setStopping(false);
      do {
        const done = await props.send(values as ValuesOf<F>, requestId);
        setSofar(() => together(sofar(), done));
        requestId = newRequestId();
      } while (left() > 0 && !stopping());
      const result = sofar() as R;
      setSofar(undefined);
      say(`已办好：${props.title}${props.about ? `，${props.about}` : ''}`);
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
                name={field.name}
                kind={(field as { documentKind: string }).documentKind}
                uploads={uploads}
                onChange={(ids) => {
                  files[field.name] = ids;
                }}
              />
            }
          >
            <FieldInput field={field as Exclude<Field, { kind: 'file' }>} />
          </Show>
        )}
      </For>
      <RefusedWords refusal={refusal()} />
      <Show when={left() > 0}>
        <p role="status">
          <progress value={counted()} max={counted() + left()} aria-label="办理进度" /> 已办 {counted()} 项，还有{' '}
          {left()} 项。
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

function FieldInput(props: { field: Exclude<Field, { kind: 'file' }> }) {
  const { field } = props;
  return (
    <label class={field.kind === 'check' ? 'check' : ''}>
      <span>
        {field.label}
        {field.optional && field.kind !== 'check' ? <span class="muted small">（可不填）</span> : ''}
      </span>
      <Show when={field.hint}>
        <span class="hint small muted">{field.hint}</span>
      </Show>
      {field.kind === 'long' ? (
        <textarea name={field.name} required={!field.optional} minlength={field.min} maxlength={field.max ?? 2000}>
          {field.value ?? ''}
        </textarea>
      ) : field.kind === 'choice' ? (
        <select name={field.name} required={!field.optional}>
          <For each={field.options}>
            {([value, label]) => (
              <option value={value} selected={field.value === value}>
                {label}
              </option>
            )}
          </For>
        </select>
      ) : field.kind === 'check' ? (
        <input name={field.name} type="checkbox" required={!field.optional} checked={field.value === 'true'} />
      ) : (
        <input
          name={field.name}
          type={field.kind === 'date' ? 'date' : 'text'}
          inputmode={field.kind === 'yuan' || field.kind === 'number' ? 'decimal' : undefined}
          required={!field.optional}
          value={field.value ?? ''}
          minlength={field.min}
          maxlength={field.max ?? 200}
        />
      )}
    </label>
  );
}
