import { createSignal, For, Show } from 'solid-js';
import { publishedSeals } from '../../backend/seals.ts';
import { formatTime } from '../../domain/dates.ts';
import { checkExport, checkRecord, type Finding, readEvent, type Seal, type SealedEvent } from '../../domain/seal.ts';

interface Result { name: string; findings: Finding[]; said: string; events: SealedEvent[] }

/** Checks a proof file, or a whole export, in this browser against the published seals. The file is sent nowhere. */
export function CheckSeal() {
  const [result, setResult] = createSignal<Result>();
  const [problem, setProblem] = createSignal('');
  const [busy, setBusy] = createSignal(false);
  async function check(files: FileList | null) {
    if (!files?.length) return;
    setBusy(true);
    setProblem('');
    setResult(undefined);
    try {
      const parts = await Promise.all([...files].map(async (f) => JSON.parse(await f.text()) as { kind?: string; events?: SealedEvent[]; seals?: Seal[] }));
      const events = parts.flatMap((p) => p.events ?? []);
      if (events.length === 0 || events.some((e) => typeof e.text !== 'string' || typeof e.hash !== 'string')) throw new Error('shape');
      const published = await publishedSeals();
      const name = [...files].map((f) => f.name).join('、');
      if (parts[0]?.kind === 'export') {
        const { findings, days, events: count } = await checkExport(events, published);
        setResult({ name, findings, said: `重算了 ${count} 条事件、${days} 日的根与封存链。`, events: [] });
      } else {
        const { findings, sealed, waiting } = await checkRecord(events, published);
        setResult({ name, findings, said: `${events.length} 条事件：${sealed} 条到达公布的根${waiting > 0 ? `，${waiting} 条当日尚未封存（次日可核）` : ''}。`, events });
      }
    } catch (error) {
      setProblem(error instanceof SyntaxError || (error as Error).message === 'shape' ? '这不是证明文件或审计导出。请选择从办理页面下载的 JSON 文件。' : '没有取到公布的封存，请检查网络后重试。');
    }
    setBusy(false);
  }
  return (
    <section class="card">
      <label><span>选择证明文件（JSON，可多选）</span><input type="file" accept=".json,application/json" multiple onChange={(e) => void check(e.currentTarget.files)} /></label>
      <p class="small muted">只在本浏览器里计算，文件不会上传。</p>
      <Show when={busy()}><p role="status"><progress /> 正在核对…</p></Show>
      <Show when={problem()}><p class="refused" role="alert">{problem()}</p></Show>
      <Show when={result()}>{(r) => (
        <div role="status">
          <p class={r().findings.length === 0 ? 'done' : 'refused'}><b>{r().findings.length === 0 ? '核对无误。' : `发现 ${r().findings.length} 处不符。`}</b>{r().said}</p>
          <Show when={r().findings.length > 0}><ul><For each={r().findings}>{(f) => <li>{f.where}：{f.what}</li>}</For></ul></Show>
          <Show when={r().events.length > 0}><table class="stack"><thead><tr><th>时间</th><th>办理方</th><th>事件</th><th>封存于</th></tr></thead><tbody><For each={r().events}>{(e) => { const x = readEvent(e.text); return <tr><td data-label="时间">{formatTime(x.at)}</td><td data-label="办理方">{x.actorName}</td><td data-label="事件">{x.entity} {x.action}{x.reason ? `：${x.reason}` : ''}</td><td data-label="封存于">{e.day ?? '尚未封存'}</td></tr>; }}</For></tbody></table></Show>
        </div>
      )}</Show>
    </section>
  );
}
