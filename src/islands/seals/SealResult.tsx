import { For, Show } from 'solid-js';
import { formatTime } from '../../domain/dates.ts';
import { readEvent, type SealedEvent } from '../../domain/seal.ts';
import type { Checked } from './check-files.ts';

/** An event as its own text says it, and what is wrong with it. */
function EventRow(props: { event: SealedEvent; label: (entity: string, action: string) => string; wrong: string[] }) {
  const e = props.event;
  const x = readEvent(e.text);
  const reason = x ? (x.reason ?? e.reason) : undefined;
  return (
    <tr classList={{ altered: props.wrong.length > 0 }}>
      <td data-label="序">{x?.seq ?? e.seq ?? '—'}</td>
      <td data-label="时间">{x ? formatTime(x.at) : '—'}</td>
      <td data-label="办理方">{x?.actorName ?? '—'}</td>
      <td data-label="事件">
        {x
          ? `${props.label(x.entity, x.action)}${reason ? `：${reason}` : ''}`
          : e.text === null
            ? '不归您查看'
            : '无法读出'}
        <Show when={props.wrong.length > 0}>
          <b>✕ {props.wrong.join('；')}</b>
        </Show>
      </td>
      <td data-label="封存于">{e.day ?? '尚未封存'}</td>
    </tr>
  );
}

/** What a check came to: the sentence, what does not agree, what was checked, and the events as they read. `names` are the files'. */
export function SealResult(props: {
  names: string;
  result: Checked;
  label: (entity: string, action: string) => string;
}) {
  const wrongIn = (e: SealedEvent) =>
    props.result.findings.filter((f) => f.where === `事件 ${e.event_id}`).map((f) => f.what);
  const count = () => props.result.findings.length;
  return (
    <div role="status">
      <p class={count() === 0 ? 'done' : 'refused'}>
        <b>{count() === 0 ? '核对无误。' : `发现 ${count()} 处不符。`}</b>
        {props.names}
      </p>
      <Show when={count() > 0}>
        <ul>
          <For each={props.result.findings.slice(0, 100)}>
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
        <For each={props.result.checked}>{(line) => <li>{line}</li>}</For>
      </ul>
      <Show when={props.result.notes.length > 0}>
        <p class="small muted">{props.result.notes.join('')}</p>
      </Show>
      <Show when={props.result.events.length > 0}>
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
            <For each={props.result.events}>{(e) => <EventRow event={e} label={props.label} wrong={wrongIn(e)} />}</For>
          </tbody>
        </table>
      </Show>
    </div>
  );
}
