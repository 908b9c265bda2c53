import { createResource, For, Show } from 'solid-js';
import { newestHead, publishedSeals } from '../../backend/seals.ts';
import { formatTime } from '../../domain/dates.ts';

/** Days sealed since the page was built, and whether the built ones still stand as they were. */
export function NewSeals(props: { lastDay: string; lastHash: string }) {
  const [seals] = createResource(publishedSeals);
  const [head] = createResource(newestHead);
  const newer = () => (seals.error ? [] : (seals() ?? []).filter((s) => s.day > props.lastDay).reverse());
  const changed = () =>
    !seals.error &&
    seals() &&
    props.lastDay !== '' &&
    seals()?.find((s) => s.day === props.lastDay)?.hash !== props.lastHash;
  return (
    <div aria-live="polite">
      <Show when={seals.error}>
        <p class="refused">没有取到最新的封存：网络不通。下面是本页发布时的清单。</p>
      </Show>
      <Show when={changed()}>
        <p class="refused" role="alert">
          数据库现在公布的 {props.lastDay} 封存与本页发布时不同。请保存本页并通知省平台。
        </p>
      </Show>
      <Show when={!head.error && head()}>
        {(h) => (
          <p>
            最近的链头：{formatTime(h().at)}，{h().events} 条记录，<code>{h().hash}</code>
          </p>
        )}
      </Show>
      <Show when={newer().length > 0}>
        <h3>本页发布之后</h3>
        <table class="stack seals">
          <thead>
            <tr>
              <th>日期</th>
              <th class="money">事件数</th>
              <th>封存值</th>
            </tr>
          </thead>
          <tbody>
            <For each={newer().slice(0, 60)}>
              {(s) => (
                <tr>
                  <td data-label="日期">{s.day}</td>
                  <td data-label="事件数" class="money">
                    {s.events}
                  </td>
                  <td data-label="封存值">
                    <code>{s.hash}</code>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </div>
  );
}
