import { createSignal, For, Show } from 'solid-js';
import { publishedHeads, publishedSeals } from '../../backend/seals.ts';
import { formatTime } from '../../domain/dates.ts';
import {
  checkExport,
  checkHeads,
  checkRecord,
  checkSeals,
  compareSeals,
  type Finding,
  readEvent,
  readFiles,
  type Seal,
  type SealedEvent,
} from '../../domain/seal.ts';
import { FilePick } from '../ui/FilePick.tsx';

interface Result {
  names: string;
  findings: Finding[];
  checked: string[];
  notes: string[];
  events: SealedEvent[];
}

/** The seals as this page was built with them: another copy than the database's. Null when there is none. */
async function builtSeals(): Promise<Seal[] | null> {
  const answer = await fetch('/open-data/seals.json').catch(() => null);
  return answer?.ok ? ((await answer.json()) as { rows: Seal[] }).rows : null;
}

/** Checks proof files, a whole export, or seals kept from an earlier day, in this browser against the published seals. The files are sent nowhere. */
export function CheckSeal(props: { labels: Record<string, string> }) {
  const label = (entity: string, action: string) =>
    `${props.labels[entity] ?? entity} · ${props.labels[`${entity}.${action}`] ?? props.labels[action] ?? action}`;
  const [result, setResult] = createSignal<Result>();
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
      const input = readFiles(await Promise.all(files.map((f) => f.text())));
      if (!input) {
        setProblem('这不是证明、审计导出或封存清单。请选择从本系统下载的 JSON 文件，内容没有改变。');
        return;
      }
      const published = await publishedSeals();
      const built = await builtSeals();
      const checked = [`公布的 ${published.length} 日封存：每日的值都重算过，日期相连不缺。`];
      const findings = built ? compareSeals(built, published) : [];
      if (built) checked.push(`本页发布时写下的 ${built.length} 日封存与数据库现在公布的逐日比较。`);
      if (input.kept.length > 0) {
        findings.push(...compareSeals(input.kept, published));
        checked.push(`文件里带着的 ${input.kept.length} 日封存与现在公布的逐日比较。`);
      }
      const notes: string[] = [];
      if (input.isExport) {
        const r = await checkExport(input.events, published, input.period, setShare);
        findings.push(...r.findings);
        // A part of the events has only parts of the heads.
        const heads = await publishedHeads();
        findings.push(...(await checkHeads(heads, input.period.from || input.period.to ? [] : input.events)));
        checked.push(`${heads.length} 个每小时的链头：每个的值与前后相连，全部导出时连同它们的根。`);
        checked.push(
          `${r.events} 条事件、${r.records} 件业务：内容的 hash 与前后相连。`,
          `${r.days} 日的根：由导出的事件重算，与公布的比较。`,
        );
        if (r.waiting > 0) notes.push(`${r.waiting} 条还没有封存，次日可核。`);
        if (r.late > 0) notes.push(`${r.late} 条的时间早于所属的封存日，是那一天封存之后才写入的，请人工查看。`);
      } else if (input.events.length > 0) {
        const r = await checkRecord(input.events, published);
        findings.push(...r.findings);
        checked.push(
          `${r.records} 件业务的 ${input.events.length} 条事件：内容的 hash 与前后相连，从第一条起不缺。`,
          `${r.sealed} 条事件：沿证明路径到达公布的根。`,
        );
        if (r.waiting > 0) notes.push(`${r.waiting} 条还没有封存，次日可核。`);
        if (r.hidden > 0) notes.push(`${r.hidden} 条不归您查看，只有 hash。`);
        notes.push('下载之后新发生的事件不在文件里。');
      } else {
        findings.push(...(await checkSeals(published)));
      }
      setResult({
        names: files.map((f) => f.name).join('、'),
        findings: findings.filter((f, i) => findings.findIndex((g) => g.where === f.where && g.what === f.what) === i),
        checked,
        notes,
        events: input.isExport ? [] : input.events,
      });
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
      <Show when={result()}>
        {(r) => (
          <div role="status">
            <p class={r().findings.length === 0 ? 'done' : 'refused'}>
              <b>{r().findings.length === 0 ? '核对无误。' : `发现 ${r().findings.length} 处不符。`}</b>
              {r().names}
            </p>
            <Show when={r().findings.length > 0}>
              <ul>
                <For each={r().findings.slice(0, 100)}>
                  {(f) => (
                    <li>
                      {f.where}：{f.what}
                    </li>
                  )}
                </For>
              </ul>
            </Show>
            <h3>核对了什么</h3>
            <ul>
              <For each={r().checked}>{(line) => <li>{line}</li>}</For>
            </ul>
            <Show when={r().notes.length > 0}>
              <p class="small muted">{r().notes.join('')}</p>
            </Show>
            <Show when={r().events.length > 0}>
              <table class="stack">
                <caption class="small muted">下面的内容读自被核对的文字本身。</caption>
                <thead>
                  <tr>
                    <th>序</th>
                    <th>时间</th>
                    <th>办理方</th>
                    <th>事件</th>
                    <th>封存于</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={r().events}>
                    {(e) => {
                      const x = readEvent(e.text);
                      const wrong = r()
                        .findings.filter((f) => f.where === `事件 ${e.event_id}`)
                        .map((f) => f.what);
                      return (
                        <tr classList={{ altered: wrong.length > 0 }}>
                          <td data-label="序">{x?.seq ?? e.seq ?? '—'}</td>
                          <td data-label="时间">{x ? formatTime(x.at) : '—'}</td>
                          <td data-label="办理方">{x?.actorName ?? '—'}</td>
                          <td data-label="事件">
                            {x
                              ? `${label(x.entity, x.action)}${(x.reason ?? e.reason) ? `：${x.reason ?? e.reason}` : ''}`
                              : e.text === null
                                ? '不归您查看'
                                : '无法读出'}
                            <Show when={wrong.length > 0}>
                              <b>✕ {wrong.join('；')}</b>
                            </Show>
                          </td>
                          <td data-label="封存于">{e.day ?? '尚未封存'}</td>
                        </tr>
                      );
                    }}
                  </For>
                </tbody>
              </table>
            </Show>
          </div>
        )}
      </Show>
    </section>
  );
}
