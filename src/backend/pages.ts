import type { PostgrestSingleResponse } from '@supabase/postgrest-js';
import { chunkSize, count, rows as rowsOf } from './query.ts';

/*
 * A list that can be long is read by keyset: a page is the rows that lie beyond one row of the page before, so that rows that
 * come or go in between shift nothing. How many there are is counted by the database, never by what a page happens to hold.
 */

/** A query as `client().from(…).select(…)` makes it, without order and limit. */
export interface Query<R> extends PromiseLike<PostgrestSingleResponse<R[]>> {
  or(filters: string): this;
  order(column: string, options: { ascending: boolean }): this;
  limit(rows: number): this;
}
/** Asks for the number of rows instead of the rows. */
export const counted = { count: 'exact', head: true } as const;
export type Counted = typeof counted;
/** Makes a list's query anew; with `counted` as its argument it hands that to `select`. */
export type List<R> = (how?: Counted) => Query<R>;

/** By which columns a list is ordered: none of them ever empty, and all together different in every row. */
export interface Order {
  columns: readonly string[];
  descending?: boolean;
}
/** The place of a row in an order: its values of the order's columns. */
export type Place = (string | number)[];
/** The page that begins after a row, or the one that ends before it; the first one where there is neither. */
export interface Beside {
  after?: Place | undefined;
  before?: Place | undefined;
}
export interface Page<R> {
  rows: R[];
  /** How many rows there are in all, and how many lie before these. */
  total: number;
  skipped: number;
}

export function placeOf<R extends object>(row: R, order: Order): Place {
  return order.columns.map((column) => {
    const value = (row as Record<string, unknown>)[column];
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Error(`a list is ordered by «${column}», which is not in every row`);
    return value;
  });
}
/** A value as PostgREST reads it inside a filter of several parts: in quotes, for a comma or a bracket would end it. */
const quoted = (value: string | number) => `"${String(value).replace(/["\\]/g, '\\$&')}"`;

/** The rows that come later than a place: greater in the first column, or equal there and greater in the second, and so on. */
function beyond(order: Order, place: Place): string {
  const later = order.descending ? 'lt' : 'gt';
  return order.columns
    .map((column, i) => {
      const equal = order.columns.slice(0, i).map((c, n) => `${c}.eq.${quoted(place[n] as string | number)}`);
      const parts = [...equal, `${column}.${later}.${quoted(place[i] as string | number)}`];
      return parts.length > 1 ? `and(${parts.join(',')})` : parts[0];
    })
    .join(',');
}
const reversed = (order: Order): Order => ({ columns: order.columns, descending: !order.descending });

async function read<R>(query: Query<R>, order: Order, place: Place | undefined, limit: number): Promise<R[]> {
  const cut = place ? query.or(beyond(order, place)) : query;
  const sorted = order.columns.reduce((q, c) => q.order(c, { ascending: !order.descending }), cut);
  return rowsOf(sorted.limit(limit));
}
/** How many rows a list has, or how many of it come later than a place. */
const number = <R>(list: List<R>, order?: Order, place?: Place): Promise<number> =>
  count(order && place ? list(counted).or(beyond(order, place)) : list(counted));
/** How many rows a list has, counted by the database. */
export const totalOf = <R>(list: List<R>): Promise<number> => number(list);

/** One page of a list. Where the row beside which it lies was the last, the first page is given instead. */
export async function pageOf<R extends object>(
  list: List<R>,
  order: Order,
  beside: Beside,
  size: number,
): Promise<Page<R>> {
  const { after, before } = beside;
  const back = before !== undefined;
  const rows = await read(list(), back ? reversed(order) : order, back ? before : after, size);
  if (back) rows.reverse();
  const [first] = rows;
  if (!first && (after || before)) return pageOf(list, order, {}, size);
  // What fits on the first page needs no counting.
  if (!after && !before && rows.length < size) return { rows, total: rows.length, skipped: 0 };
  const [total, skipped] = await Promise.all([
    number(list),
    first && (after || before) ? number(list, reversed(order), placeOf(first, order)) : 0,
  ]);
  return { rows, total, skipped };
}

/** A list, fetched to the end however long it is, or no further than `most`; `chunk` rows at a time. */
export async function wholeOf<R extends object>(
  list: List<R>,
  order: Order,
  { most = Number.POSITIVE_INFINITY, chunk = chunkSize } = {},
): Promise<R[]> {
  const all: R[] = [];
  for (;;) {
    const last = all.at(-1);
    const limit = Math.min(chunk, most - all.length);
    const rows = limit > 0 ? await read(list(), order, last && placeOf(last, order), limit) : [];
    all.push(...rows);
    if (rows.length < limit || limit <= 0) return all;
  }
}

/** Rows that belong to others, by their ids: asked for in parts, so that neither the address nor the answer is too long. */
export async function rowsOfIds<R>(
  ids: readonly number[],
  read: (part: number[]) => PromiseLike<PostgrestSingleResponse<R[]>>,
): Promise<R[]> {
  const all: R[] = [];
  for (let i = 0; i < ids.length; i += 200) all.push(...(await rowsOf(read(ids.slice(i, i + 200)))));
  return all;
}
