import { createResource, createSignal, onCleanup } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { type List, type Order, type Page, type Place, pageOf, placeOf, wholeOf } from '../../backend/pages.ts';
import { adjust, param } from './route.ts';

/** By what a list can be narrowed: the name stands in the address. */
export interface Filter {
  name: string;
  label: string;
  options: readonly (readonly [value: string, label: string])[];
}
export type Chosen = Record<string, string>;

/** What a long list needs to be read page by page. */
export interface Paged<R extends object> {
  /** Makes the query for what is chosen; every list carries its own filter beside it. */
  list: (chosen: Chosen) => List<R>;
  /** The order that it has by itself; its columns are never empty, and together different in every row. */
  order: Order;
  filters?: readonly Filter[];
  /** Asked again when this changes. */
  again?: unknown;
  /** Rows a page. */
  size?: number;
  /** Tells two lists of one view apart in the address. */
  name?: string;
}

/** A place as it stands in the address; what somebody has broken there is no place. */
export function placeFrom(text: string, order: Order): Place | undefined {
  try {
    const place: unknown = JSON.parse(text);
    return Array.isArray(place) &&
      place.length === order.columns.length &&
      place.every((v) => typeof v === 'string' || typeof v === 'number')
      ? (place as Place)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A long list read page by page; filter, sort and place stand in the address, so that they can be shared, reloaded and stepped back to. */
export function createPages<R extends object>(of: Paged<R>) {
  const key = (name: string) => (of.name ? `${of.name}-${name}` : name);
  const chosen = (): Chosen =>
    Object.fromEntries(
      (of.filters ?? []).map((f) => {
        const value = param(key(f.name));
        return [f.name, f.options.some(([v]) => v === value) ? value : ''];
      }),
    );
  /** The column that the address says, behind it what tells equal rows apart. */
  const order = (sortable?: readonly string[]): Order => {
    const said = param(key('sort'));
    const column = said.replace(/^-/, '');
    return sortable?.includes(column)
      ? { columns: [...new Set([column, of.order.columns.at(-1) as string])], descending: said.startsWith('-') }
      : of.order;
  };
  const [sortable, setSortable] = createSignal<readonly string[]>([]);
  const now = () => order(sortable());
  const asked = () => JSON.stringify([chosen(), now(), param(key('after')), param(key('before')), of.again]);
  const [everything, setEverything] = createSignal<{ asked: string; rows: R[] }>();
  const [data, { refetch }] = createResource(asked, () =>
    pageOf(
      of.list(chosen()),
      now(),
      { after: placeFrom(param(key('after')), now()), before: placeFrom(param(key('before')), now()) },
      of.size ?? 50,
    ),
  );
  const turn = (changes: Record<string, string | undefined>) =>
    adjust(
      Object.fromEntries(
        Object.entries({ after: undefined, before: undefined, ...changes }).map(([n, v]) => [key(n), v]),
      ),
    );
  /** All rows where they have been fetched for this question, else the page. */
  const whole = () => (everything()?.asked === asked() ? everything()?.rows : undefined);
  const page = (): Page<R> | undefined => {
    if (data.error) return undefined;
    const [all, latest] = [whole(), data.latest];
    return all ? { rows: all, total: all.length, skipped: 0 } : latest;
  };

  const [fetching, setFetching] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  /** Puts the whole list on the screen and prints it. */
  async function print() {
    setRefusal(undefined);
    setFetching(true);
    try {
      const question = asked();
      const rows = await wholeOf(of.list(chosen()), now());
      setEverything({ asked: question, rows });
      // Drawn by now: Solid writes at once.
      window.print();
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setFetching(false);
  }
  const cut = () => {
    const p = page();
    return p !== undefined && p.rows.length < p.total;
  };
  // Paper shows all of it, also when the browser's own key is pressed.
  const onKey = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p' || !cut() || event.defaultPrevented)
      return;
    event.preventDefault();
    void print();
  };
  window.addEventListener('keydown', onKey);
  onCleanup(() => window.removeEventListener('keydown', onKey));

  return {
    data,
    page,
    refetch: () => void refetch(),
    chosen,
    choose: (name: string, value: string) => turn({ [name]: value }),
    order: now,
    setSortable,
    /** How the address says that it is sorted, as `-column` or `column`; empty where it has its own order. */
    sorted: () => (now() === of.order ? '' : `${now().descending ? '-' : ''}${now().columns[0]}`),
    /** Sorts by a column, and the other way round when it is sorted by it already; by none, as it is by itself. */
    sort(column: string, descending = now() !== of.order && now().columns[0] === column && !now().descending) {
      turn({ sort: column && `${descending ? '-' : ''}${column}` });
    },
    next() {
      const last = page()?.rows.at(-1);
      if (last) turn({ after: JSON.stringify(placeOf(last, now())) });
    },
    previous() {
      const [first] = page()?.rows ?? [];
      if (first) turn({ before: JSON.stringify(placeOf(first, now())) });
    },
    first: () => turn({}),
    print,
    fetching,
    refusal,
    cut,
    whole: () => whole() !== undefined,
    byPage: () => setEverything(undefined),
  };
}
export type Pages<R extends object> = ReturnType<typeof createPages<R>>;
