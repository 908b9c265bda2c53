import { act } from './client.ts';
import { list, one, type Row } from './work.ts';

/** One item that waits for the expert who asks. Before the statement the parties are all there is to see (R40). */
export interface Review {
  redemption_id: number;
  voucher_no: string;
  year: number;
  quarter: number;
  re_review: boolean;
  applicant_name: string;
  institution_name: string;
  stated: boolean;
  voted: boolean;
  sent_back_reason: string | null;
  due_on: string | null;
}
export interface Opinion {
  verdict: '' | 'yes' | 'no';
  reason: string;
}

/** What waits for me as an expert: what is still to be stated, and what is open with my opinions so far — the draft before what was sent. */
export async function loadReviews() {
  const reviews = await act<Review[]>('my_reviews', {});
  const ids = reviews.filter((r) => r.stated).map((r) => r.redemption_id);
  const mine = { redemption_id: ids };
  const [items, votes, drafts] =
    ids.length > 0
      ? await Promise.all([
          list<Row>(
            'redemptions',
            'id, voucher_no, amount_fen, order_id, order:orders(title, purpose, contract_no, contract_total_fen, eligible_fee_fen)',
            { id: ids },
            'paid_at',
            1000,
          ),
          list<Row>('expert_votes', 'id, redemption_id, verdict, reason', mine, 'at', 1000),
          list<Row>('vote_drafts', 'redemption_id, verdict, reason', mine, 'at', 1000),
        ])
      : [[], [], []];
  const opinions: Record<number, Opinion> = {};
  for (const row of [
    // What was cast in an earlier turn is not an opinion of this one (R40).
    ...votes.filter((v) => reviews.some((r) => r.voted && r.redemption_id === v['redemption_id'])),
    ...drafts,
  ])
    opinions[Number(row['redemption_id'])] = {
      verdict: (row['verdict'] as Opinion['verdict'] | null) ?? '',
      reason: String(row['reason'] ?? ''),
    };
  return { reviews, items, opinions };
}
export type Reviews = Awaited<ReturnType<typeof loadReviews>>;

/** What was submitted of an order, as an expert reads it: project, fee lines, self-check (R40). */
export async function loadSubmitted(id: number) {
  const [row, lines, answers, exclusions] = await Promise.all([
    one<Row>(
      'orders',
      'id, purpose, rate_bp, contract_total_fen, test_fee_fen, eligible_fee_fen, accepted_fen, approved_fen, state, related_declared, related_evidence, project:projects(title, tech_field, content)',
      { id },
    ),
    list<Row>('order_fee_lines', '*', { order_id: id }, 'line_no'),
    list<Row>('order_answers', '*', { order_id: id }, 'code'),
    list<Row>('exclusions', '*', {}, 'code'),
  ]);
  return row && { row, rateBp: Number(row['rate_bp']), lines, answers, exclusions };
}

/** Keeps what is typed but not sent, in the database and for this expert alone. */
export const saveDraft = (redemption_id: number, opinion: Opinion) =>
  act('save_vote_drafts', { drafts: [{ redemption_id, ...opinion }] });

/** Why an item was refused, for its two sides and the staff, once the notice stands (R28). */
export const refusalReasons = (redemption_id: number) => act<string[]>('refusal_reasons', { redemption_id });

/** How far the experts of one item are, as the platform sees it: never what they think. */
export interface Progress {
  redemption_id: number;
  voucher_no: string;
  needed: number;
  expert_id: string | null;
  expert_name: string | null;
  stated: boolean;
  voted: boolean;
  conflict_reason: string | null;
  replaced_reason: string | null;
  due_on: string | null;
  overdue: boolean;
}
export const loadProgress = (round_id: number) => act<Progress[]>('review_progress', { round_id });
