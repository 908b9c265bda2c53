import type { Done } from '../../backend/query.ts';
import type { Action } from '../../backend/workflow.ts';
import type { ActionKey, Entity } from '../../backend/workflow.types.ts';
import { formatFen } from '../../domain/money.ts';
import type { Field, Value } from '../ui/Form.tsx';

/** What a button of the workflow table asks before it sends its command. */
export interface ActForm {
  fields: Field[];
  send: (values: Record<string, Value>, requestId: string) => Promise<Done>;
  /** The amount and the consequence, said once before an act that cannot be undone. */
  words?: string;
  grave?: boolean;
}
/** A case as far as the words of its acts depend on it. */
export interface ActsOn {
  id: number;
  state: string;
  approved_fen?: number | null;
  accepted_fen?: number | null;
  figure_fen?: number | undefined;
  contract_total_fen?: number;
  eligible_fee_fen?: number;
  /** How often it was refused already: what a refusal means depends on it, not which submission this is (R15, R24, R45). */
  refusals?: number;
  order_no?: string;
  voucher_no?: string;
  title?: string;
  name?: string;
}
/** How a case is called when something was done to it: by its number, else by its name. */
export const nameOf = (row: ActsOn) => row.order_no ?? row.voucher_no ?? row.title ?? row.name;
/** Makes the form of one action on one case; none where the form stands on a page of its own. */
export type FormOf = (row: ActsOn, action: Action, entity: Entity) => ActForm | undefined;
/** The forms of some entities: every action that a person can do has its line, one that is forgotten does not compile. */
export type FormsOf<E extends Entity> = Record<Extract<ActionKey, `${E}.${string}`>, FormOf>;
type More = Partial<ActForm> | ((row: ActsOn) => Partial<ActForm>);

export const reason: Field = { name: 'reason', label: '原因（对方会看到全文）', kind: 'long', min: 2 };
export const yuan = (fen: number | null | undefined) => formatFen(fen ?? 0);
export const typed = (value: Value | undefined) => (typeof value === 'string' ? value : '');
export const typedOrNull = (value: Value | undefined) => typed(value) || null;

/** The form of this action stands on a page of its own: editing, resubmitting, redeeming, sending back by items. */
export const elsewhere: FormOf = () => undefined;

const form = (action: Action, row: ActsOn, more: More, send: ActForm['send']): ActForm => ({
  fields: action.needs_reason ? [reason] : [],
  send,
  grave: action.needs_reason,
  ...(typeof more === 'function' ? more(row) : more),
});
/** An action with a command of its own. */
export const act =
  (command: (id: number, requestId: string, reason: string) => Promise<Done>, more: More = {}): FormOf =>
  (row, action) =>
    form(action, row, more, (v, requestId) => command(row.id, requestId, typed(v['reason'])));
/** An action of a case whose steps share one command, which is told the step's name. */
export const step =
  (
    command: (id: number, action: string, requestId: string, reason: string | null) => Promise<Done>,
    more: More = {},
  ): FormOf =>
  (row, action) =>
    form(action, row, more, (v, requestId) => command(row.id, action.action, requestId, typedOrNull(v['reason'])));
