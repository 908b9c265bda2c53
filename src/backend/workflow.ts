import type { Evidence } from '../domain/checks.ts';
import { client } from './client.ts';
import type { RowOf } from './answers.ts';
import { answer, once, rows } from './query.ts';
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
export type Action = RowOf<'available_actions'>;
export type Blocked = RowOf<'blocked_actions'>;
type NextStepRow = RowOf<
  'next_step',
  | 'holder'
  | 'holder_label'
  | 'holder_name'
  | 'due_on'
  | 'due_missing'
  | 'elsewhere_entity'
  | 'elsewhere_id'
  | 'expires_at'
  | 'expiry'
  | 'revision_left'
  | 'supplement_left'
>;
/** What happens next with a case (R31), as the database sees it for the person who asks, with what he may do, and what would be his and cannot be done now. */
export type NextStep = NextStepRow & { actions: Action[]; blocked: Blocked[] };
export type TimelineEvent = Omit<RowOf<'timeline', 'from_label' | 'to_label' | 'to_state' | 'reason'>, 'details'> & {
  details: Record<string, unknown>;
};
export type Task = RowOf<'my_tasks', 'due_on' | 'party' | 'amount_fen'>;

/** One check of a case (R38): green agrees, amber is for a person to judge, with what it rests on. */
export interface Check {
  code: string;
  level: 'green' | 'amber';
  sentence: string;
  evidence: Evidence[];
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
export const availableActions = (entity: string, entity_id: number): Promise<Action[]> =>
  rows(client().rpc('available_actions', { entity, entity_id }));
export async function nextStep(entity: string, entity_id: number): Promise<NextStep> {
  const [step, actions] = await Promise.all([
    answer<NextStepRow>(client().rpc('next_step', { entity, entity_id }).single()),
    availableActions(entity, entity_id),
  ]);
  const mine = step.you && !step.elsewhere_entity;
  const blocked: Blocked[] = mine ? await rows(client().rpc('blocked_actions', { entity, entity_id })) : [];
  return { ...step, actions, blocked };
}
/** What the system found when it compared a case with its contract, its parties and other cases (R38); nothing for whom it is not. */
export const caseChecks = async (entity: Entity, entity_id: number): Promise<Check[]> =>
  (await rows(client().rpc('case_checks', { entity, entity_id }))) as Check[];
export const timeline = async (entity: string, entity_id: number): Promise<TimelineEvent[]> =>
  (await rows(client().rpc('timeline', { entity, entity_id }))) as TimelineEvent[];
export const myTasks = (): Promise<Task[]> => rows(client().rpc('my_tasks'));
