import { createResource, createSignal, For, Show } from 'solid-js';
import { type Audit as Found, audit, exportEvents, lastReconciliation } from '../../backend/audit.ts';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { formatFen } from '../../domain/money.ts';
import { downloadText } from '../ui/download.ts';
import { Refused } from '../ui/Refused.tsx';

/** The daily reconciliation, a look through all chains and seals, and the export for an auditor (R32); for the platform and both authorities. */
export function Reconciliation() {
  const [found, setFound] = createSignal<Found>();
  const [from, setFrom] = createSignal('');
  const [to, setTo] = createSignal('');
  const [busy, setBusy] = createSignal('');
  const [refusal, setRefusal] = createSignal<Refusal>();
  const run = async (what: string, job: () => Promise<void>) => {
    setBusy(what);
    setRefusal(undefined);
    try {
      await job();
    } catch (error) {
      setRefusal(asRefusal(error));
    } finally {
      setBusy('');
    }
  };
  const look = () =>
    run('正在重算全部事件链与封存…', async () => {
      setFound(
        await audit((share) => setBusy(`正在重算全部事件链与封存，并核对各表…已查 ${Math.floor(share * 100)}%`)),
      );
    });
  const save = () =>
    run('正在导出…', async () => {
      const text = await exportEvents(from(), to(), (n) => setBusy(`已取出 ${n} 条事件…`));
      downloadText(`审计导出-${from() || '起'}-${to() || '今'}.json`, text, 'application/json');
    });
  return (
    <>
      <h1>对账与查账</h1>
      <DailyReconciliation />
      <section class="card">
        <h2>在线查账</h2>
        <p>
          逐条重算全部事件的 hash、前后相连与封存，再拿事件核对各表：金额、状态、双方、发票、文件、评审、异议、设置。
        </p>
        <p>
          <button type="button" class="button" disabled={busy() !== ''} onClick={() => void look()}>
            重算并查账
          </button>
        </p>
        <Show when={found()}>{(f) => <Findings of={f()} />}</Show>
      </section>
      <section class="card">
        <h2>审计导出</h2>
        <p>
          全部事件与 hash，可在<a href="/seals/">每日封存</a>页离线重算，不必相信本系统。含业务内容，请妥善保管。
        </p>
        <div class="row">
          <label>
            <span>自（封存日，可空）</span>
            <input type="date" value={from()} onInput={(e) => setFrom(e.currentTarget.value)} />
          </label>
          <label>
            <span>至（封存日，可空）</span>
            <input type="date" value={to()} onInput={(e) => setTo(e.currentTarget.value)} />
          </label>
        </div>
        <p>
          <button type="button" class="button" disabled={busy() !== ''} onClick={() => void save()}>
            下载审计导出
          </button>
        </p>
      </section>
      <Show when={busy()}>
        <p role="status">{busy()}</p>
      </Show>
      <Refused refusal={refusal()} />
    </>
  );
}

/** What came of the last daily run. */
function DailyReconciliation() {
  const [rows] = createResource(lastReconciliation);
  return (
    <section class="card">
      <h2>每日对账</h2>
      <Show when={!rows.error} fallback={<Refused refusal={asRefusal(rows.error)} />}>
        <Show
          when={(rows() ?? []).length > 0}
          fallback={<p class="muted">{rows.loading ? '正在取出…' : '还没有对账。每日任务运行后在这里显示结果。'}</p>}
        >
          <p class="muted">{rows()?.[0]?.day}</p>
          <table class="stack">
            <thead>
              <tr>
                <th>项目</th>
                <th>结果</th>
                <th class="money">差额（元）</th>
                <th>说明</th>
              </tr>
            </thead>
            <tbody>
              <For each={rows()}>
                {(r) => (
                  <tr>
                    <td data-label="项目">{r.item}</td>
                    <td data-label="结果">{r.balanced ? '平' : <b>不平</b>}</td>
                    <td data-label="差额（元）" class="money">
                      {formatFen(r.difference_fen)}
                    </td>
                    <td data-label="说明">{r.details || '—'}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </Show>
      </Show>
    </section>
  );
}

/** What looking through everything has found. */
function Findings(props: { of: Found }) {
  return (
    <div role="status">
      <p class={props.of.findings.length === 0 ? 'done' : 'refused'}>
        <b>{props.of.findings.length === 0 ? '没有发现差错。' : `发现 ${props.of.findings.length} 处差错。`}</b>
      </p>
      <ul>
        <For each={props.of.findings.slice(0, 100)}>
          {(x) => (
            <li>
              {x.item}：{x.details}
            </li>
          )}
        </For>
      </ul>
      <Show when={props.of.findings.length > 100}>
        <p class="small">这里列出前 100 处，共 {props.of.findings.length} 处。</p>
      </Show>
      <Show when={props.of.late.length > 0}>
        <p class="small">
          另有 {props.of.late.length} 条事件的时间早于所属的封存日，是那一天封存之后才写入的，请人工判断：
          {props.of.late
            .slice(0, 20)
            .map((l) => l.event_id)
            .join('、')}
          {props.of.late.length > 20 ? ' 等' : ''}。
        </p>
      </Show>
    </div>
  );
}
