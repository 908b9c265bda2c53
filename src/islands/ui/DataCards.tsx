import { For, type JSX, Show } from 'solid-js';
import { Empty, Load } from './Load.tsx';
import { ListHead, Pager } from './Pager.tsx';
import { createPages, type Paged } from './pages.ts';

/** A list of however many rows whose rows are no table rows but cards, tickets or messages; otherwise as `DataTable`. */
export function DataCards<R extends object>(
  props: Paged<R> & {
    empty: JSX.Element;
    summary?: (total: number) => JSX.Element;
    /** What holds the rows: a grid of tickets, a list of messages. */
    frame?: (rows: JSX.Element) => JSX.Element;
    children: (row: R) => JSX.Element;
  },
) {
  const pages = createPages<R>(props);
  const narrowed = () => Object.values(pages.chosen()).some((v) => v !== '');
  let top!: HTMLDivElement;
  const rows = () => <For each={pages.page()?.rows}>{(r) => props.children(r)}</For>;
  return (
    <div ref={top} class="datatable" aria-busy={pages.data.loading}>
      <Load of={pages.data} retry={pages.refetch}>
        {() => (
          <>
            <Show when={(pages.page()?.total ?? 0) > 0 || narrowed()}>
              <ListHead pages={pages} filters={props.filters} summary={props.summary} />
            </Show>
            <Show
              when={(pages.page()?.total ?? 0) > 0}
              fallback={<Empty>{narrowed() ? '没有符合条件的。' : props.empty}</Empty>}
            >
              {props.frame ? props.frame(rows()) : rows()}
              <Pager pages={pages} onTurn={() => top.scrollIntoView({ block: 'start' })} />
            </Show>
          </>
        )}
      </Load>
    </div>
  );
}
