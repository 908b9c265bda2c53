import type { PostgrestSingleResponse } from '@supabase/postgrest-js';
import { actDone, client, type FunctionName, refused } from './client.ts';
import type { Database, Json } from './database.types.ts';

/*
 * Every read of the workspaces says how much it wants: `row` one, `wholeOf` (pages.ts) all of it fetched to the end, `rows` what has a limit
 * of its own (a page, the lines of one order), `count` a number and no rows. The types come from the query, as long as what it
 * selects is a literal; the functions of `backend/` name queries and commands, and whoever calls them knows no table.
 */

/** What a query or a function answers; a refusal is thrown. */
export async function answer<T>(query: PromiseLike<PostgrestSingleResponse<T>>): Promise<T> {
  const { data, error } = await query;
  if (error) throw await refused(error);
  return data;
}

/** The one row of a query that ends with `.maybeSingle()`; undefined where there is none, or none that one may see. */
export const row = async <T>(query: PromiseLike<PostgrestSingleResponse<T>>): Promise<NonNullable<T> | undefined> =>
  (await answer(query)) ?? undefined;

/** The API answers with at most so many rows at a time (`max_rows`), and says nothing of the others. */
export const chunkSize = 1000;

/** The rows of a query that is bounded by what it asks for. */
export async function rows<T>(query: PromiseLike<PostgrestSingleResponse<T[]>>): Promise<T[]> {
  return answer(query);
}

/** How many rows there are, counted by the database: the query selects with `{ count: 'exact', head: true }`. */
export async function count(query: PromiseLike<{ count: number | null; error: unknown }>): Promise<number> {
  const { count: counted, error } = await query;
  if (error) throw await refused(error);
  return counted ?? 0;
}

/** Asked once a page; a question that failed is asked again. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

type Functions = Database['public']['Functions'];
/** The arguments of a function. SQL takes null for any of them, which the generated types do not say; JSON is whatever its command types. */
export type Arguments<N extends FunctionName> = {
  [K in keyof Functions[N]['Args']]: (Json extends Functions[N]['Args'][K] ? object : Functions[N]['Args'][K]) | null;
};
/** What an act answers: the case and its state after it; of an act in batches also what was done and what is left. */
export interface Done {
  id: number;
  state: string;
  count?: number;
  left?: number;
  amount_fen?: number;
}
/** Calls an act of the database; throws `Refused` with the server's hint. */
export async function command<N extends FunctionName>(
  name: N,
  args: Arguments<N>,
): Promise<Json extends Functions[N]['Returns'] ? Done : Functions[N]['Returns']> {
  const { data, error } = await client().rpc(name, args as never);
  if (error) throw await refused(error);
  if ('request_id' in args) actDone();
  return data as never;
}
