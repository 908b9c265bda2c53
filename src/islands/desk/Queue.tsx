import type { TableName } from '../../backend/client.ts';
import { createEffect, createResource, createSignal, For, type JSX, onCleanup, Show } from 'solid-js';
import { list, type Row, text } from '../../backend/work.ts';
import { formatDate } from '../../domain/dates.ts';
import { ReviewKeysContext } from '../case/keys.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, go, hrefOf, idParam } from '../ui/route.ts';

/** What a queue needs to know of its kind of case. */
export interface QueueOf {
  view: string;
  title: string;
  table: TableName;
  select: string;
  filter: Record<string, string | number | (string | number)[]>;
  name: (row: Row) => string;
  note?: (row: Row) => string;
  empty: string;
  show: (id: number, onChanged: () => void) => JSX.Element;
}

/** The reviewer's desk: queue left, the case in the middle; J and K move, A passes, R refuses. After a decision the next case opens, and nothing loses its place. */
export function Queue(props: QueueOf) {
  const [rows, { refetch }] = createResource(() => list<Row>(props.table, props.select, props.filter, 'state_since'));
  const [open, setOpen] = createSignal<string>();
  const at = () => (rows.latest ?? []).findIndex((r) => r.id === idParam());
  const move = (by: number) => {
    const row = rows.latest?.[Math.min(Math.max(at() + by, 0), (rows.latest?.length ?? 1) - 1)];
    setOpen(undefined);
    if (row) go({ view: props.view, id: row.id });
  };
  // The first case opens by itself; a phone shows the queue first.
  createEffect(() => {
    if (rows.latest?.[0] && !idParam() && window.innerWidth > 900) go({ view: props.view, id: rows.latest[0].id });
  });
  const keys: Record<string, string> = { approve: 'A', pass: 'A', return: 'R' };
  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      setOpen(undefined);
      return;
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    const key = event.key.toUpperCase();
    if (key === 'J') move(1);
    else if (key === 'K') move(-1);
    else if (key === 'A') setOpen(open() === 'approve' ? undefined : 'approve');
    else if (key === 'R') setOpen(open() === 'return' ? undefined : 'return');
    else return;
    event.preventDefault();
  };
  window.addEventListener('keydown', onKey);
  onCleanup(() => window.removeEventListener('keydown', onKey));
  async function decided() {
    const place = at();
    setOpen(undefined);
    const rest = await refetch();
    const next = rest?.[Math.min(Math.max(place, 0), rest.length - 1)];
    go(next ? { view: props.view, id: next.id } : { view: props.view });
  }
  // Whether the form is for approving or for passing, the same key opens it.
  const opened = (action: string) => (open() === 'approve' && action === 'pass' ? 'pass' : open());
  return (
    <>
      <h1>{props.title}</h1>
      <Load of={rows} retry={() => void refetch()}>
        {(queue) => (
          <Show when={queue().length > 0 || idParam()} fallback={<Empty>{props.empty}</Empty>}>
            <div class="desk" classList={{ open: Boolean(idParam()) }}>
              <nav class="queue" aria-label="排队">
                <p class="muted small">
                  {queue().length} 件　<kbd>J</kbd> 下一件 <kbd>K</kbd> 上一件
                </p>
                <ol>
                  <For each={queue()}>
                    {(r) => (
                      <li>
                        <a
                          href={hrefOf({ view: props.view, id: r.id })}
                          aria-current={r.id === idParam() ? 'true' : undefined}
                          onClick={(e) => {
                            setOpen(undefined);
                            follow(e, { view: props.view, id: r.id });
                          }}
                        >
                          <b>{props.name(r)}</b>
                          <span class="small muted">
                            {props.note?.(r) ?? ''} · 自 {formatDate(text(r, 'state_since'))}
                          </span>
                        </a>
                      </li>
                    )}
                  </For>
                </ol>
              </nav>
              <div class="bench">
                <p class="back">
                  <a
                    href={hrefOf({ view: props.view })}
                    onClick={(e) => {
                      setOpen(undefined);
                      follow(e, { view: props.view });
                    }}
                  >
                    ← 返回排队（{queue().length} 件）
                  </a>
                </p>
                <ReviewKeysContext.Provider
                  value={{
                    keys,
                    open: () => opened(props.table === 'redemptions' ? 'pass' : 'approve'),
                    setOpen: (a) => setOpen(a === 'pass' ? 'approve' : a),
                  }}
                >
                  <Show when={idParam()} keyed fallback={<p class="muted">请选择一件。</p>}>
                    {(id) => props.show(id, () => void decided())}
                  </Show>
                </ReviewKeysContext.Provider>
              </div>
            </div>
          </Show>
        )}
      </Load>
    </>
  );
}
