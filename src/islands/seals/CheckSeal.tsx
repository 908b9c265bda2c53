import { createSignal, Show } from 'solid-js';
import { FilePick } from '../ui/FilePick.tsx';
import { type Checked, checkFiles } from './check-files.ts';
import { SealResult } from './SealResult.tsx';

/** Checks proof files, a whole export, or seals kept from an earlier day, in this browser against the published seals. The files are sent nowhere. */
export function CheckSeal(props: { labels: Record<string, string> }) {
  const label = (entity: string, action: string) =>
    `${props.labels[entity] ?? entity} · ${props.labels[`${entity}.${action}`] ?? props.labels[action] ?? action}`;
  const [result, setResult] = createSignal<Checked>();
  const [chosen, setChosen] = createSignal('');
  const [problem, setProblem] = createSignal('');
  const [share, setShare] = createSignal<number | null>(null);
  const [over, setOver] = createSignal(false);

  async function check(files: File[]) {
    if (files.length === 0) return;
    setChosen(files.map((f) => f.name).join('、'));
    setShare(0);
    setProblem('');
    setResult(undefined);
    try {
      const checked = await checkFiles(await Promise.all(files.map((f) => f.text())), setShare);
      if (checked) setResult(checked);
      else setProblem('这不是证明、审计导出或封存清单。请选择从本系统下载的 JSON 文件，内容没有改变。');
    } catch {
      setProblem('没有取到公布的封存，还没有核对。请检查网络后重试。');
    } finally {
      setShare(null);
    }
  }

  return (
    <section
      class="card check-seal"
      aria-label="核对证明"
      classList={{ over: over() }}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        void check([...(e.dataTransfer?.files ?? [])]);
      }}
    >
      <FilePick
        label="选择证明文件（可多选），或拖到这里"
        accept=".json,application/json"
        chosen={chosen()}
        onFiles={(files) => void check(files)}
      />
      <p class="small muted">
        可以核对：从订单页下载的证明、省平台与两厅的审计导出、您以前从本页保存的封存清单。只在本浏览器里计算，文件不会上传。
      </p>
      <Show when={share() !== null}>
        <p role="status">
          <progress max="1" value={share() ?? 0} aria-label="核对进度" /> 正在核对…
        </p>
      </Show>
      <Show when={problem()}>
        <p class="refused" role="alert">
          {problem()}
        </p>
      </Show>
      <Show when={result()}>{(r) => <SealResult names={chosen()} result={r()} label={label} />}</Show>
    </section>
  );
}
