import type { Evidence } from '../domain/checks.ts';
import { act, client } from './client.ts';
import { rows } from './query.ts';
import type { Entity } from './workflow.types.ts';

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

/** Asked once a page; a question that failed is asked again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
/** Labels and next steps live in the database's workflow tables and nowhere else: what is read here is as long as the workflow. */
export const workflowStates = once<State[]>(() => rows(client().from('workflow_states').select().order('sort')));
export const workflowTransitions = once<Transition[]>(() =>
  rows(client().from('workflow_transitions').select().order('id')),
);
/** The labels of an entity's states, in their order. */
export const statesOf = async (entity: Entity): Promise<State[]> =>
  (await workflowStates()).filter((s) => s.entity === entity);
/** The label of each state of an entity: `labels(voucher.state)`. */
export async function labelsOf(entity: Entity): Promise<(state: string) => string> {
  const states = await statesOf(entity);
  return (state) => states.find((s) => s.state === state)?.label ?? state;
}
export const availableActions = (entity: string, id: number) =>
  act<Action[]>('available_actions', { entity, entity_id: id });
export const nextStep = (entity: string, id: number) => act<NextStep>('next_step', { entity, entity_id: id });
/** What the system found when it compared a case with its contract, its parties and other cases (R38); nothing for whom it is not. */
export const caseChecks = (entity: string, id: number) => act<Check[]>('case_checks', { entity, entity_id: id });
export const timeline = (entity: string, id: number) => act<TimelineEvent[]>('timeline', { entity, entity_id: id });
export const myTasks = () => act<Task[]>('my_tasks', {});
