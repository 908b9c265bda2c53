import { act, asRefusal, client, Refused } from './client.ts';

export interface State { entity: string; state: string; label: string; holder: string | null; next_step: string; is_initial: boolean; sort: number }
export interface Action { action: string; label: string; actor: string; needs_reason: boolean }
export interface Row { id: number; state?: string; state_since?: string; [column: string]: unknown }

let states: Promise<State[]> | undefined;
/** Labels and next steps live in the database's workflow tables and nowhere else. */
export function workflowStates(): Promise<State[]> {
  states ??= list<State>('workflow_states', '*', {}, 'sort');
  return states;
}

/** Rows of a table under row-level security. Every list carries its own filter: the policy is the guard, the filter is the plan. */
export async function list<T = Row>(table: string, select: string, filter: Record<string, string | number | string[]>, order = 'id'): Promise<T[]> {
  let query = client().from(table).select(select);
  for (const [column, value] of Object.entries(filter)) query = Array.isArray(value) ? query.in(column, value) : query.eq(column, value);
  const { data, error } = await query.order(order, { ascending: order !== 'id' }).limit(200);
  if (error) throw new Refused(asRefusal(error));
  return data as T[];
}

export const availableActions = (entity: string, id: number) => act<Action[]>('available_actions', { entity, entity_id: id });
