import { client } from './client.ts';
import { answer, command, rows } from './query.ts';

/** Corrections of decisions (R45), the newest first, a hundred at a time: `before` is the last one seen. */
export const rectifications = (before?: number) =>
  answer(client().rpc('rectification_list', before === undefined ? {} : { before }));
export type Rectification = Awaited<ReturnType<typeof rectifications>>[number];

/** Cases on which the platform has decided, by number, name or organization; nothing for fewer than two letters. */
export const findDecided = (words: string) => answer(client().rpc('find_decided', { words }));
export type Decided = Awaited<ReturnType<typeof findDecided>>[number];

/** The decisions on a case that can be corrected, the newest first, each with what stands in the way. */
export const correctableDecisions = (entity: string, id: number) =>
  answer(client().rpc('correctable_decisions', { entity, entity_id: id }));
export type Decision = Awaited<ReturnType<typeof correctableDecisions>>[number];

export const proposeRectification = (
  event_id: number,
  payload: {
    reason: string;
    evidence: string;
    /** Of a bank's result: what it should be. */
    result?: 'arrived' | 'returned';
    result_on?: string;
    reference?: string;
    return_reason?: string;
  },
  request_id: string,
) => command('propose_rectification', { event_id, payload, request_id });
export const advanceRectification = (
  rectification_id: number,
  action: string,
  reason: string | null,
  request_id: string,
) => command('advance_rectification', { rectification_id, action, reason, request_id });

/** The corrections of a payment list's results that wait or are confirmed, by payment. */
export const resultCorrections = async (list: number) =>
  new Map(
    (
      await rows(
        client()
          .from('rectifications')
          .select('payment_id, state, payment:payments!inner(list_id)')
          .eq('payment.list_id', list)
          .in('state', ['proposed', 'confirmed'])
          .order('id')
          .limit(1000),
      )
    ).map((r) => [r.payment_id, r.state]),
  );
