import { createEffect, createResource, createSignal, For, type JSX, onCleanup, Show } from 'solid-js';
import { type List, totalOf, wholeOf } from '../../backend/pages.ts';
import { formatDate } from '../../domain/dates.ts';
import { ReviewKeysContext } from '../case/keys.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { isTyping, keysOn } from '../ui/keys.ts';
import { follow, go, hrefOf, idParam } from '../ui/route.ts';

/** What waits in a queue: since when, so that the longest waiting stands first. */
interface Waiting {
  id: number;
  state_since: string;
}
/** What a queue needs to know of its kind of case. */
export interface QueueOf<R extends Waiting> {
  view: string;
  title: string;
  list: List<R>;
  name: (row: R) => string;
  note: (row: R) => string;
  empty: string;
  /** The action that A opens; R opens the return. */
  passes?: string;
  show: (id: number, onChanged: () => void) => JSX.Element;
}

const order = { columns: ['state_since', 'id'] };
/** So many cases are shown at first, and with each request for more. */
const step = 50;

/** The queue as far as it has been asked for, and how long it is in truth. */
async function load<R extends Waiting>(list: List<R>, most: number) {
  const rows = await wholeOf(list, order, { most });
  return { rows, total: rows.length < most ? rows.length : await totalOf(list) };
}

/** J and K move, A opens the form that passes a case, R the one that returns it; Escape closes it. */
function useKeys(does: Record<string, () => void>) {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = does[event.key.length === 1 ? event.key.toUpperCase() : event.key];
    if (!act || (event.key !== 'Escape' && (isTyping(event) || !keysOn()))) return;
    act();
    if (event.key !== 'Escape') event.preventDefault();
  };
  window.addEventListener('keydown', onKey);
  onCleanup(() => window.removeEventListener('keydown', onKey));
}

/** The reviewer's desk: queue left, the case in the middle. After a decision the next case opens, and nothing loses its place. */
export function Queue<R extends Waiting>(props: QueueOf<R>) {
  const [wanted, setWanted] = createSignal(step);
  const [queue, { refetch }] = createResource(wanted, (most) => load(props.list, most));
  const [open, setOpen] = createSignal<string>();
  const rows = () => queue.latest?.rows ?? [];
  const at = () => rows().findIndex((r) => r.id === idParam());
  const visit = (row: R | undefined) => {
    setOpen(undefined);
    if (row) go({ view: props.view, id: row.id });
  };
  // At the end of what is shown the next ones are fetched; the place stays.
  const more = () => setWanted(rows().length + step);
  const move = (by: number) => {
    const to = Math.max(at() + by, 0);
    if (to >= rows().length && rows().length < (queue.latest?.total ?? 0)) more();
    else visit(rows()[Math.min(to, rows().length - 1)]);
  };
  // The first case opens by itself; a phone shows the queue first.
  createEffect(() => {
    const [first] = rows();
    if (first && !idParam() && window.innerWidth > 900) go({ view: props.view, id: first.id });
  });
  const passes = () => props.passes ?? 'approve';
  const toggle = (action: string) => setOpen(open() === action ? undefined : action);
  useKeys({
    J: () => move(1),
    K: () => move(-1),
    A: () => toggle(passes()),
    R: () => toggle('return'),
    Escape: () => setOpen(undefined),
  });
  async function decided() {
    const place = Math.max(at(), 0);
    const rest = (await refetch())?.rows ?? [];
    const next = rest[Math.min(place, rest.length - 1)];
    setOpen(undefined);
    go(next ? { view: props.view, id: next.id } : { view: props.view });
  }
  return (
    <>
      <h1>{props.title}</h1>
      <Load of={queue} retry={() => void refetch()}>
        {(q) => (
          <Show when={q().total > 0 || idParam()} fallback={<Empty>{props.empty}</Empty>}>
            <div class="desk" classList={{ open: Boolean(idParam()) }}>
              <QueueList of={props} rows={q().rows} total={q().total} more={more} onVisit={() => setOpen(undefined)} />
              <div class="bench">
                <p class="back">
                  <a
                    href={hrefOf({ view: props.view })}
                    onClick={(e) => {
                      setOpen(undefined);
                      follow(e, { view: props.view });
                    }}
                  >
                    ← 返回排队（{q().total} 件）
                  </a>
                </p>
                <ReviewKeysContext.Provider
                  value={{ keys: { [passes()]: 'A', return: 'R' }, open, setOpen: (a) => setOpen(a) }}
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

/** The rows of a queue with its true length, and the way to those that are not shown yet. */
function QueueList<R extends Waiting>(props: {
  of: QueueOf<R>;
  rows: R[];
  total: number;
  more: () => void;
  onVisit: () => void;
}) {
  return (
    <nav class="queue" aria-label="排队">
      <p class="muted small">
        共 {props.total} 件
        <Show when={keysOn()}>
          {'　'}
          <kbd>J</kbd> 下一件 <kbd>K</kbd> 上一件
        </Show>
      </p>
      <ol>
        <For each={props.rows}>
          {(r) => (
            <li>
              <a
                href={hrefOf({ view: props.of.view, id: r.id })}
                aria-current={r.id === idParam() ? 'true' : undefined}
                onClick={(e) => {
                  props.onVisit();
                  follow(e, { view: props.of.view, id: r.id });
                }}
              >
                <b>{props.of.name(r)}</b>
                <span class="small muted">
                  {props.of.note(r)} · 自 {formatDate(r.state_since)}
                </span>
              </a>
            </li>
          )}
        </For>
      </ol>
      <Show when={props.rows.length < props.total}>
        <p class="small">
          <span role="status">已显示 {props.rows.length} 件。</span>{' '}
          <button type="button" class="button" onClick={() => props.more()}>
            再显示 {Math.min(step, props.total - props.rows.length)} 件
          </button>
        </p>
      </Show>
    </nav>
  );
}
