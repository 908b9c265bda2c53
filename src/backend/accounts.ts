import { client } from './client.ts';
import { answer, command, row, rows } from './query.ts';
import { nextStep, timeline } from './workflow.ts';

const columns =
  'id, institution_id, holder_name, bank_name, bank_code, account_tail, document_id, replaces_id, state, state_since, filed_at, institution:organizations(name), document:documents(original_name, byte_size, sha256)';

/** All accounts that one institution has filed, the newest first (R42). */
export const accountsOf = (institution: number) =>
  rows(
    client()
      .from('payee_accounts')
      .select(columns)
      .eq('institution_id', institution)
      .order('id', { ascending: false })
      .limit(100),
  );
export type Account = Awaited<ReturnType<typeof accountsOf>>[number];

/** What waits for the platform, the oldest first. */
export const accountsToVerify = () =>
  rows(
    client()
      .from('payee_accounts')
      .select(columns)
      .in('state', ['submitted', 'checked'])
      .order('state_since')
      .limit(200),
  );

/** One account with what happens next; beside it the one that it is to replace. */
export async function account(id: number) {
  const one = (n: number) => row(client().from('payee_accounts').select(columns).eq('id', n).maybeSingle());
  const [filed, step, events] = await Promise.all([
    one(id),
    nextStep('payee_account', id),
    timeline('payee_account', id),
  ]);
  return (
    filed && { filed, step, events, before: filed.replaces_id === null ? undefined : await one(filed.replaces_id) }
  );
}

/** The whole number: asked for when it is to be compared, shown nowhere by itself. */
export const wholeNumber = (id: number) => answer(client().rpc('payee_account_number', { account_id: id }));

/** What an institution files of its account. */
export interface AccountPayload {
  holder_name: string;
  bank_name: string;
  account_no: string;
  bank_code: string;
  document_id: number | null;
}
export const fileAccount = (payload: AccountPayload, request_id: string) =>
  command('file_payee_account', { payload, request_id });
export const advancePayeeAccount = (account_id: number, action: string, request_id: string, reason: string | null) =>
  command('advance_payee_account', { account_id, action, request_id, reason });
