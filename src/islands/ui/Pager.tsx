import { For, type JSX, Show } from 'solid-js';
import type { Filter, Pages } from './pages.ts';
import { Refused } from './Refused.tsx';

/** What stands over a long list: what it is narrowed to, and how many there are. */
export function ListHead<R extends object>(props: {
  pages: Pages<R>;
  filters?: readonly Filter[] | undefined;
  /** Where there is no head to press on, as on a phone: by what it can be sorted. */
  sorts?: readonly (readonly [column: string, label: string])[];
  summary?: ((total: number) => JSX.Element) | undefined;
}) {
  const p = props.pages;
  return (
    <div class="listhead row">
      <For each={props.filters}>
        {(f) => (
          <label class="inline noprint">
            <span>{f.label}</span>
            <select onChange={(e) => p.choose(f.name, e.currentTarget.value)}>
              <option value="">全部</option>
              <For each={f.options}>
                {([value, label]) => (
                  <option value={value} selected={p.chosen()[f.name] === value}>
                    {label}
                  </option>
                )}
              </For>
            </select>
          </label>
        )}
      </For>
      <Show when={(props.sorts?.length ?? 0) > 0}>
        <label class="inline noprint onphone">
          <span>排序</span>
          <select
            onChange={(e) => p.sort(e.currentTarget.value.replace(/^-/, ''), e.currentTarget.value.startsWith('-'))}
          >
            <option value="">默认</option>
            <For each={props.sorts}>
              {([column, label]) => (
                <For each={[false, true]}>
                  {(down) => (
                    <option
                      value={`${down ? '-' : ''}${column}`}
                      selected={p.sorted() === `${down ? '-' : ''}${column}`}
                    >
                      {label}
                      {down ? ' ↓' : ' ↑'}
                    </option>
                  )}
                </For>
              )}
            </For>
          </select>
        </label>
      </Show>
      <Show when={p.page()}>
        {(page) => (
          <p class="muted">
            <Show when={props.summary} fallback={`共 ${page().total} 项`}>
              {(say) => say()(page().total)}
            </Show>
          </p>
        )}
      </Show>
      <Show when={p.cut() || p.fetching()}>
        <button type="button" class="button push noprint" disabled={p.fetching()} onClick={() => void p.print()}>
          {p.fetching() ? '正在取出…' : `打印全部 ${p.page()?.total} 项`}
        </button>
      </Show>
      <Show when={p.whole()}>
        <button type="button" class="button push noprint" onClick={() => p.byPage()}>
          按页显示
        </button>
      </Show>
      <Refused refusal={p.refusal()} />
    </div>
  );
}

/** What stands under a long list: which part of it is on the screen, and the way to the others. */
export function Pager<R extends object>(props: { pages: Pages<R>; onTurn?: () => void }) {
  const p = props.pages;
  const last = (page: { skipped: number; rows: unknown[] }) => page.skipped + page.rows.length;
  const turn = (to: () => void) => {
    to();
    props.onTurn?.();
  };
  return (
    <Show when={p.cut() && p.page()}>
      {(page) => (
        <>
          <nav class="pager row noprint" aria-label="翻页">
            <Show when={page().skipped > 0}>
              <button type="button" class="button" onClick={() => turn(p.first)}>
                回到开头
              </button>
              <button type="button" class="button" onClick={() => turn(p.previous)}>
                上一页
              </button>
            </Show>
            <Show when={last(page()) < page().total}>
              <button type="button" class="button" onClick={() => turn(p.next)}>
                下一页
              </button>
            </Show>
            <span role="status" class="muted">
              第 {page().skipped + 1}–{last(page())} 项，共 {page().total} 项
            </span>
          </nav>
          <p class="onpaper">
            这里只有第 {page().skipped + 1}–{last(page())} 项，共 {page().total} 项；全部请用「打印全部」。
          </p>
        </>
      )}
    </Show>
  );
}
