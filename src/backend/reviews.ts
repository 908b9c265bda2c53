import type { RowOf } from './answers.ts';
import { client } from './client.ts';
import { exclusions, feeLines, orderAnswers } from './orders.ts';
import { type Counted, type List, rowsOfIds, wholeOf } from './pages.ts';
import { type Arguments, command, answer, row } from './query.ts';

const reviews = (how?: Counted) => client().rpc('my_reviews', {}, how);
/** One item that waits for the expert who asks. Before the statement the parties are all there is to see (R40). */
export type Review = RowOf<'my_reviews', 'sent_back_reason' | 'due_on'>;
export interface Opinion {
  verdict: '' | 'yes' | 'no';
  reason: string;
}

const itemColumns = `id, voucher_no, amount_fen, order_id, paid_at,
  order:orders(title, contract_no, contract_total_fen, eligible_fee_fen)` as const;
const items = (ids: number[]) => client().from('redemptions').select(itemColumns).in('id', ids);
/** What an expert judges, once its papers are open. */
export type ReviewedItem = NonNullable<Awaited<ReturnType<typeof items>>['data']>[number];

const verdictOf = (verdict: string | null): Opinion['verdict'] =>
  verdict === 'yes' || verdict === 'no' ? verdict : '';

/** All that waits for me as an expert: what is still to be stated, and what is open with my opinions so far — the draft before what was sent. */
export async function loadReviews() {
  const waiting = await wholeOf<Review>(reviews, { columns: ['redemption_id'] });
  const ids = waiting.filter((r) => r.stated).map((r) => r.redemption_id);
  const [open, votes, drafts] = await Promise.all([
    rowsOfIds(ids, items),
    rowsOfIds(ids, (part) =>
      client().from('expert_votes').select('redemption_id, verdict, reason').in('redemption_id', part).order('id'),
    ),
    rowsOfIds(ids, (part) =>
      client().from('vote_drafts').select('redemption_id, verdict, reason').in('redemption_id', part),
    ),
  ]);
  // What was cast in an earlier turn is not an opinion of this one (R40).
  const voted = new Set(waiting.filter((r) => r.voted).map((r) => r.redemption_id));
  const opinions: Record<number, Opinion> = {};
  for (const said of [...votes.filter((v) => voted.has(v.redemption_id)), ...drafts])
    opinions[said.redemption_id] = { verdict: verdictOf(said.verdict), reason: said.reason ?? '' };
  return {
    reviews: waiting,
    items: open.sort((a, b) => a.paid_at.localeCompare(b.paid_at) || a.voucher_no.localeCompare(b.voucher_no)),
    opinions,
  };
}
export type Reviews = Awaited<ReturnType<typeof loadReviews>>;

/** What was submitted of an order, as an expert reads it: project, fee lines, self-check (R40). */
export async function loadSubmitted(id: number) {
  const [order, lines, answers, situations] = await Promise.all([
    row(
      client()
        .from('orders')
        .select(
          `id, purpose, rate_bp, contract_total_fen, test_fee_fen, eligible_fee_fen, accepted_fen, approved_fen, state,
          related_declared, answers_declared_at, related_evidence, project:projects(title, tech_field, content)`,
        )
        .eq('id', id)
        .maybeSingle(),
    ),
    feeLines(id),
    orderAnswers(id),
    exclusions(),
  ]);
  return order && { order, rateBp: order.rate_bp ?? 0, lines, answers, exclusions: situations };
}

/** Keeps what is typed but not sent, in the database and for this expert alone. */
export const saveDraft = (redemption_id: number, opinion: Opinion) =>
  answer(client().rpc('save_vote_drafts', { drafts: [{ redemption_id, ...opinion }] }));
/** Sends opinions, each complete (R27). */
export const castVotes = (
  votes: { redemption_id: number; verdict: string; reason: string | null }[],
  request_id: string,
) => command('cast_votes', { votes, request_id });
/** R40: no conflict with the parties of these items. */
export const stateNoConflict = (redemption_ids: number[], request_id: string) =>
  command('state_no_conflict', { redemption_ids, request_id });

/** Why an item was refused, for its two sides and the staff, once the notice stands (R28). */
export const refusalReasons = (redemption_id: number) => answer(client().rpc('refusal_reasons', { redemption_id }));

const seats = (roundId: number) => (how?: Counted) => client().rpc('review_progress', { round_id: roundId }, how);
/** One expert of one item, as the platform sees it: how far he is, never what he thinks. An item without experts has one row without one. */
export type Seat = RowOf<
  'review_progress',
  'expert_id' | 'expert_name' | 'conflict_reason' | 'replaced_reason' | 'due_on'
>;
/** All seats of a quarter's open items, or those of the items that the platform has to do something about. */
export const seatsOf =
  (roundId: number, care: boolean): List<Seat> =>
  (how) => {
    const all = seats(roundId)(how);
    return care ? all.eq('care', true) : all;
  };

/** R27, R40: an expert who has a conflict leaves the item. */
export const declareConflict = (redemption_id: number, reason: string, request_id: string) =>
  command('declare_conflict', { redemption_id, reason, request_id });
/** What the platform can do about an item whose review does not get on. */
export const replaceExpert = (args: Arguments<'replace_expert'>) => command('replace_expert', args);
export const addExpert = (args: Arguments<'add_expert'>) => command('add_expert', args);
export const postponeReview = (args: Arguments<'postpone_review'>) => command('postpone_review', args);
