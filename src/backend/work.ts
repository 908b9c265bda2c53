import type { Evidence } from '../domain/checks.ts';
import { act, client, refused, type TableName } from './client.ts';

export interface State {
  entity: string;
  state: string;
  label: string;
  holder: string | null;
  next_step: string;
  is_initial: boolean;
  sort: number;
}
export interface Transition {
  entity: string;
  from_state: string;
  action: string;
  to_state: string;
  actor: string;
  label: string;
}
export interface Action {
  action: string;
  label: string;
  actor: string;
  needs_reason: boolean;
}
export interface Row {
  id: number;
  state?: string;
  state_since?: string;
  [column: string]: unknown;
}

/** What happens next with a case (R31), as the database sees it for the person who asks. */
export interface NextStep {
  entity: string;
  id: number;
  state: string;
  state_label: string;
  sentence: string;
  holder: string | null;
  holder_label: string | null;
  holder_name: string | null;
  you: boolean;
  since: string;
  due_on: string | null;
  overdue: boolean;
  calendar_missing: boolean;
  expires_at: string | null;
  revision_left: number | null;
  supplement_left: number | null;
  actions: Action[];
}
export interface TimelineEvent {
  id: number;
  at: string;
  entity_of: string;
  action: string;
  label: string;
  actor_role: string;
  actor_name: string;
  from_label: string | null;
  to_label: string | null;
  to_state: string | null;
  reason: string | null;
  details: Record<string, unknown>;
}
export interface Task {
  entity: string;
  id: number;
  number: string;
  title: string;
  state: string;
  state_label: string;
  since: string;
  due_on: string | null;
  overdue: boolean;
}

/** One check of a case (R38): green agrees, amber is for a person to judge, with what it rests on. */
export interface Check {
  code: string;
  level: 'green' | 'amber';
  sentence: string;
  evidence: Evidence[];
}

let states: Promise<State[]> | undefined;
/** Labels and next steps live in the database's workflow tables and nowhere else. */
export const workflowStates = () => (states ??= list<State>('workflow_states', '*', {}, 'sort'));
let transitions: Promise<Transition[]> | undefined;
export const workflowTransitions = () => (transitions ??= list<Transition>('workflow_transitions', '*', {}, 'id'));
/** The label of an entity's state. */
export const stateLabel = async (entity: string, state: string) =>
  (await workflowStates()).find((s) => s.entity === entity && s.state === state)?.label ?? state;

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

export const availableActions = (entity: string, id: number) =>
  act<Action[]>('available_actions', { entity, entity_id: id });
export const nextStep = (entity: string, id: number) => act<NextStep>('next_step', { entity, entity_id: id });
/** What the system found when it compared a case with its contract, its parties and other cases (R38); nothing for whom it is not. */
export const caseChecks = (entity: string, id: number) => act<Check[]>('case_checks', { entity, entity_id: id });
export const timeline = (entity: string, id: number) => act<TimelineEvent[]>('timeline', { entity, entity_id: id });
export const myTasks = () => act<Task[]>('my_tasks', {});

/** A column as text, number or money, whatever the row's type says. */
export const text = (row: Row | undefined, column: string) =>
  row?.[column] === null || row?.[column] === undefined ? '' : String(row[column]);
export const number = (row: Row | undefined, column: string) => Number(row?.[column] ?? 0);
/** A column of an embedded row: `name(order, 'applicant')`. */
export const inner = (row: Row | undefined, relation: string, column = 'name') =>
  String((row?.[relation] as Record<string, unknown> | null)?.[column] ?? '');
