import { createSignal, For, Show } from 'solid-js';
import { asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import {
  applyResults,
  type BadLine,
  badLines,
  bankColumns,
  type Line,
  type Progress,
  recordResult,
  stageResults,
} from '../../backend/payments.ts';
import { readBankResults } from '../../domain/bank-file.ts';
import { formatFen } from '../../domain/money.ts';
import { FilePick } from '../ui/FilePick.tsx';
import { Refused } from '../ui/Refused.tsx';

/** The bank's answer as a file: read here, checked as a whole by the database, then recorded batch by batch (R43). */
export function BankResults(props: {
  list: number;
  running?: { id: number; file_name: string; lines: number } | undefined;
  onDone: () => void;
}) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [bad, setBad] = createSignal<BadLine[]>([]);
  const [progress, setProgress] = createSignal<Progress>();
  const [said, setSaid] = createSignal('');
  const guarded = async (work: () => Promise<void>) => {
    setRefusal(undefined);
    setBad([]);
    setSaid('');
    try {
      await work();
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setProgress(undefined);
  };
  const apply = async (id: number, total: number) => {
    setProgress({ total, done: 0 });
    await applyResults(props.list, id, total, setProgress);
    setSaid(`已登记 ${total} 行。`);
    props.onDone();
  };
  const take = (files: File[]) =>
    guarded(async () => {
      const [file] = files;
      if (!file) return;
      const bytes = new Uint8Array(await file.arrayBuffer());
      const read = await readBankResults(bytes, await bankColumns());
      if ('fault' in read) {
        setRefusal({
          code: 'R43_FILE_UNREADABLE',
          message: `没有读「${file.name}」，内容没有改变。`,
          hint: read.fault,
        });
        return;
      }
      const id = await stageResults(props.list, file.name, bytes, read.results);
      const wrong = (await badLines(id)).map((b) => ({ ...b, line_no: read.rows[b.line_no - 1] ?? b.line_no }));
      setBad(wrong);
      if (wrong.length === 0) await apply(id, read.results.length);
    });
  return (
    <section class="card noprint">
      <h2>登记银行结果</h2>
      <Show
        when={!props.running}
        fallback={
          <p class="row">
            「{props.running?.file_name}」登记到一半停下了：
            <button
              type="button"
              class="button main"
              disabled={progress() !== undefined}
              onClick={() => void guarded(() => apply(props.running?.id ?? 0, props.running?.lines ?? 0))}
            >
              接着登记
            </button>
          </p>
        }
      >
        <FilePick
          label="银行返回的结果（XLSX，或 UTF-8、GB18030 编码的 CSV）"
          accept=".xlsx,.csv,.txt"
          chosen=""
          onFiles={(files) => void take(files)}
        />
      </Show>
      <Show when={progress()}>
        {(p) => (
          <p role="status">
            <progress value={p().done} max={p().total} /> 已登记 {p().done} / {p().total} 行
          </p>
        )}
      </Show>
      <Show when={said()}>
        <p class="done" role="status">
          {said()}
        </p>
      </Show>
      <Show when={refusal()}>{(r) => <Refused refusal={r()} />}</Show>
      <Show when={bad().length > 0}>
        <div role="alert">
          <p class="warn">有 {bad().length} 行不能登记，一行也没有登记。请改正后重新选择文件：</p>
          <ul>
            <For each={bad().slice(0, 100)}>
              {(b) => (
                <li>
                  第 {b.line_no} 行{b.payment_no && `（${b.payment_no}）`}：{b.problem}
                </li>
              )}
            </For>
          </ul>
        </div>
      </Show>
    </section>
  );
}

/** One line's result by hand: arrived with date and reference, or returned with its reason. */
export function OneResult(props: { list: number; line: Line; today: string; onDone: () => void }) {
  const [kind, setKind] = createSignal<'到账' | '退票'>('到账');
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  let request = newRequestId();
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const said = (name: string) => String(data.get(name) ?? '');
    setBusy(true);
    setRefusal(undefined);
    try {
      await recordResult(
        props.list,
        {
          payment_no: props.line.payment_no,
          amount_fen: String(props.line.amount_fen),
          result: kind(),
          result_on: said('result_on'),
          reference: said('reference'),
          reason: said('reason'),
        },
        request,
      );
      props.onDone();
    } catch (error) {
      const r = asRefusal(error);
      if (r.code !== 'NETWORK') request = newRequestId();
      setRefusal(r);
    }
    setBusy(false);
  };
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      <h3>
        {props.line.payment_no}　{formatFen(props.line.amount_fen)} 元
      </h3>
      <fieldset class="row">
        <legend>结果</legend>
        <For each={['到账', '退票'] as const}>
          {(k) => (
            <label class="check">
              <input type="radio" name="result" checked={kind() === k} onChange={() => setKind(k)} />
              <span>{k}</span>
            </label>
          )}
        </For>
      </fieldset>
      <Show
        when={kind() === '到账'}
        fallback={
          <label>
            <span>退票原因（管理单位会看到）</span>
            <input name="reason" required minlength={2} maxlength={500} />
          </label>
        }
      >
        <label>
          <span>到账日期</span>
          <input type="date" name="result_on" required max={props.today} value={props.today} />
        </label>
        <label>
          <span>银行流水号</span>
          <input name="reference" required maxlength={100} />
        </label>
      </Show>
      <Show when={refusal()}>{(r) => <Refused refusal={r()} />}</Show>
      <button type="submit" class="button main" disabled={busy()}>
        登记
      </button>
    </form>
  );
}
