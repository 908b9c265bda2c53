import type { Action } from '../../backend/workflow.ts';
import type { ActionKey, Entity } from '../../backend/workflow.types.ts';
import type { ActForm, ActsOn, FormOf } from './act-form.ts';
import { orderForms } from './order-forms.ts';
import { registerForms } from './register-forms.ts';
import { roundForms } from './round-forms.ts';

const forms: Record<ActionKey, FormOf> = { ...registerForms, ...orderForms, ...roundForms };

/** The form of an action. Whether its button is shown, the database decides; a page older than the database meets actions that it does not know. */
export const formFor = (entity: Entity, action: Action, row: ActsOn): ActForm | undefined =>
  forms[`${entity}.${action.action}` as ActionKey]?.(row, action, entity);
