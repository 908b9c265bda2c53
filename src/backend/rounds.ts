import { client } from './client.ts';
import { type Counted, wholeOf } from './pages.ts';
import { type Arguments, answer, command, row, rows } from './query.ts';
import { nextStep, timeline } from './workflow.ts';

/** All quarters. */
export const rounds = (how?: Counted) =>
  client().from('rounds').select('id, year, quarter, close_due_on, state, state_since', how);
export type Round = NonNullable<Awaited<ReturnType<typeof rounds>>['data']>[number];

const itemColumns = `id, voucher_no, order_id, amount_fen, paid_at, state, review_open,
  order:orders(title, order_no), applicant:organizations!redemptions_applicant_id_fkey(name),
  institution:organizations!redemptions_institution_id_fkey(name), turns:review_turns(turn, result),
  assignments:expert_assignments(active, votes:expert_votes(turn, verdict, reason)), payments(state, arrived_on)` as const;
/** The items of one quarter, with how far their review is: what stands in them is what the reader may see (R27, R28). */
export const roundItems = (roundId: number) => (how?: Counted) =>
  client().from('redemptions').select(itemColumns, how).eq('round_id', roundId);
export type RoundItem = NonNullable<Awaited<ReturnType<ReturnType<typeof roundItems>>>['data']>[number];
/** R8: in order of payment, then of the voucher's number. */
export const byPayment = { columns: ['paid_at', 'voucher_no'] } as const;
export const allRoundItems = (roundId: number): Promise<RoundItem[]> =>
  wholeOf<RoundItem>(roundItems(roundId), byPayment, { chunk: 500 });

/** What the experts concluded in an item's last turn, why some refused, and how many it waits for. */
export function opinionOf(item: RoundItem) {
  const last = item.turns.toSorted((a, b) => b.turn - a.turn)[0];
  return {
    result: last?.result ?? null,
    reasons: item.assignments
      .flatMap((a) => a.votes)
      .flatMap((v) => (v.turn === last?.turn && v.verdict === 'no' ? [v.reason ?? ''] : [])),
    experts: item.assignments.filter((a) => a.active).length,
  };
}

/** The packs of papers of one quarter, with the recommenders that they go to (R26). */
export const roundPacks = (roundId: number) => (how?: Counted) =>
  client()
    .from('paper_packs')
    .select('id, state, institution:organizations!paper_packs_institution_id_fkey(id, name, recommender_id)', how)
    .eq('round_id', roundId);
export type RoundPack = NonNullable<Awaited<ReturnType<ReturnType<typeof roundPacks>>>['data']>[number];

/** One quarter as staff see it: next step, history, notice, and what it comes to by result — refused and undecided in no other sum (R28). */
export async function loadRound(id: number) {
  const [round, step, events, notice, sums] = await Promise.all([
    row(rounds().eq('id', id).maybeSingle()),
    nextStep('round', id),
    timeline('round', id),
    row(
      client()
        .from('notices')
        .select('id, title, from_on, to_on')
        .eq('round_id', id)
        .is('redemption_id', null)
        .maybeSingle(),
    ),
    answer(client().rpc('round_sums', { round_id: id }).single()),
  ]);
  return round && { row: round, step, events, notice, sums };
}
export type LoadedRound = NonNullable<Awaited<ReturnType<typeof loadRound>>>;

/** What an act upon a quarter is told: an item by its number, and why. */
export const advanceRound = (
  round_id: number,
  action: string,
  request_id: string,
  reason: string | null,
  items?: { redemption_id: number; reason: string }[],
) => command('advance_round', { round_id, action, reason, request_id, ...(items && { items }) });

/** The bodies that can be an institution's recommender: a list that the platform keeps. */
export const recommenders = () =>
  rows(client().from('organizations').select('id, name').eq('kind', 'recommender').order('name'));
export const assignRecommender = (args: Arguments<'assign_recommender'>) => command('assign_recommender', args);
