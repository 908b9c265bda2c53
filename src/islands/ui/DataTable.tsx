import { For, type JSX, Show } from 'solid-js';
import { Empty, Load } from './Load.tsx';
import { ListHead, Pager } from './Pager.tsx';
import { createPages, type Paged } from './pages.ts';

export interface Column<R> {
  name: string;
  cell: (row: R, place: number) => JSX.Element;
  money?: boolean;
  /** The database's column by which the table is sorted when this one's head is pressed; never empty in any row. */
  sort?: string & keyof R;
}

/**
 * A table of however many rows: a page on the screen, their true number from the database, all of them on paper. Sort, filters
 * and place stand in the address. On a phone each row becomes labelled lines.
 */
export function DataTable<R extends object>(
  props: Paged<R> & {
    caption: string;
    columns: readonly Column<R>[];
    /** What an empty list says to do next. */
    empty: JSX.Element;
    /** What is said of the whole list, instead of the number of its rows. */
    summary?: (total: number) => JSX.Element;
    rowClass?: (row: R) => string;
  },
) {
  const pages = createPages<R>(props);
  const sorts = () => props.columns.flatMap((c) => (c.sort ? [[c.sort, c.name] as const] : []));
  pages.setSortable(sorts().map(([column]) => column));
  const sorted = (c: Column<R>) =>
    c.sort && pages.sorted().replace(/^-/, '') === c.sort
      ? pages.order().descending
        ? 'descending'
        : 'ascending'
      : undefined;
  const narrowed = () => Object.values(pages.chosen()).some((v) => v !== '');
  let top!: HTMLDivElement;
  return (
    <div ref={top} class="datatable" aria-busy={pages.data.loading}>
      <Load of={pages.data} retry={pages.refetch}>
        {() => (
          <>
            <Show when={(pages.page()?.total ?? 0) > 0 || narrowed()}>
              <ListHead pages={pages} filters={props.filters} sorts={sorts()} summary={props.summary} />
            </Show>
            <Show
              when={(pages.page()?.total ?? 0) > 0}
              fallback={<Empty>{narrowed() ? '没有符合条件的。' : props.empty}</Empty>}
            >
              <table class="stack">
                <caption class="unseen">{props.caption}</caption>
                <thead>
                  <tr>
                    <For each={props.columns}>
                      {(c) => (
                        <th scope="col" class={c.money ? 'money' : undefined} aria-sort={sorted(c)}>
                          <Show when={c.sort} fallback={c.name}>
                            {(column) => (
                              <button type="button" class="sort" onClick={() => pages.sort(column())}>
                                {c.name}
                                <span aria-hidden="true">
                                  {sorted(c) === 'ascending' ? '↑' : sorted(c) === 'descending' ? '↓' : '↕'}
                                </span>
                              </button>
                            )}
                          </Show>
                        </th>
                      )}
                    </For>
                  </tr>
                </thead>
                <tbody>
                  <For each={pages.page()?.rows}>
                    {(r, i) => (
                      <tr class={props.rowClass?.(r)}>
                        <For each={props.columns}>
                          {(c) => (
                            <td data-label={c.name} class={c.money ? 'money' : undefined}>
                              {c.cell(r, (pages.page()?.skipped ?? 0) + i() + 1)}
                            </td>
                          )}
                        </For>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
              <Pager pages={pages} onTurn={() => top.scrollIntoView({ block: 'start' })} />
            </Show>
          </>
        )}
      </Load>
    </div>
  );
}
