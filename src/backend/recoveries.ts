import { client } from './client.ts';
import { answer, command } from './query.ts';
import { wholeOf } from './pages.ts';

/** Money that is to come back (R44), the newest first: all of it for staff, an institution's own for itself. */
export const recoveries = (institutionId?: number) =>
  wholeOf(
    () => {
      const all = client()
        .from('recoveries')
        .select(
          'id, amount_fen, returned_fen, reason, answer, answered_at, state, state_since, created_at, redemption:redemptions(voucher_no), institution:organizations(name), instalments:recovery_instalments(id, amount_fen, received_on, reference)',
        );
      return institutionId === undefined ? all : all.eq('institution_id', institutionId);
    },
    { columns: ['id'], descending: true },
  );
export type Recovery = Awaited<ReturnType<typeof recoveries>>[number];

/** What has arrived, by voucher number or institution; nothing for fewer than two letters, and for the department alone. */
export const findArrived = (words: string) => answer(client().rpc('find_arrived', { words }));
export type Arrived = Awaited<ReturnType<typeof findArrived>>[number];

export const decideRecovery = (
  redemption_id: number,
  payload: { amount_fen: number; reason: string },
  request_id: string,
) => command('decide_recovery', { redemption_id, payload, request_id });
export const answerRecovery = (recovery_id: number, words: string, request_id: string) =>
  command('answer_recovery', { recovery_id, answer: words, request_id });
export const recordRepayment = (
  recovery_id: number,
  payload: { amount_fen: number; received_on: string; reference: string },
  request_id: string,
) => command('record_repayment', { recovery_id, payload, request_id });
export const cancelRecovery = (recovery_id: number, reason: string, request_id: string) =>
  command('cancel_recovery', { recovery_id, reason, request_id });
