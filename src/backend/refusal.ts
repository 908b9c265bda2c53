import { databaseRefusal } from '../domain/database-errors.ts';

/** What a refusal says: what happened, what to do, and a small code for the hotline. */
export interface Refusal {
  code: string;
  message: string;
  hint: string;
  /** The figure or name that the refusal is about. */
  details?: string | null;
  /** The field that was refused, by its path in what was sent (`uscc`, `invoices.0.number`): the page marks it. */
  field?: string;
}
/** `details` names a field, or says more in words. */
const fieldPath = /^[a-z][a-z0-9_]*(?:\.\d+\.[a-z_]+)?$/;
const detailed = (details: string | null | undefined) =>
  details && fieldPath.test(details) ? { details: null, field: details } : { details: details ?? null };
export class Refused extends Error {
  refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}
/** Any error as words for a person: the server's own where it gave some, ours for a code that Postgres or PostgREST words itself. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal;
  const e = error as { code?: string; message?: string; hint?: string | null; details?: string | null };
  // First the raw codes: Postgres and PostgREST give hints too, in English and about tables.
  const known = databaseRefusal(e?.code);
  if (known) return { code: known.code, message: known.message, hint: known.hint, details: null };
  if (e?.hint) return { code: e.code ?? '', message: e.message ?? '', hint: e.hint, ...detailed(e.details) };
  return {
    code: e?.code || 'NETWORK',
    message: '没有办成，内容没有改变。',
    hint: '请检查网络后重试；如仍不行，请拨打服务热线并报上代码。',
  };
}
