import { client, refused, type TableName } from './client.ts';

// The untyped reads, until the last of their users asks a typed query: see query.ts.
export * from './workflow.ts';

export interface Row {
  id: number;
  state?: string;
  state_since?: string;
  [column: string]: unknown;
}

/** Rows of a table under row-level security. Every list carries its own filter: the policy is the guard, the filter is the plan. */
export async function list<T = Row>(
  table: TableName,
  select: string,
  filter: Record<string, string | number | boolean | (string | number)[]>,
  order = 'id',
  limit = 200,
): Promise<T[]> {
  let query = client().from(table).select(select);
  for (const [column, value] of Object.entries(filter))
    query = Array.isArray(value) ? query.in(column, value) : query.eq(column, value);
  const { data, error } = await query.order(order, { ascending: order !== 'id' }).limit(limit);
  if (error) throw await refused(error);
  return data as T[];
}
/** The first row of such a list. */
export const one = async <T = Row>(
  table: TableName,
  select: string,
  filter: Record<string, string | number>,
): Promise<T | undefined> => (await list<T>(table, select, filter, 'id', 1))[0];

export { redemptionColumns } from './redemptions.ts';

/** A column as text, number or money, whatever the row's type says. */
export const text = (row: Row | undefined, column: string) =>
  row?.[column] === null || row?.[column] === undefined ? '' : String(row[column]);
export const number = (row: Row | undefined, column: string) => Number(row?.[column] ?? 0);
/** A column of an embedded row: `name(order, 'applicant')`. */
export const inner = (row: Row | undefined, relation: string, column = 'name') =>
  String((row?.[relation] as Record<string, unknown> | null)?.[column] ?? '');
