import { act } from './client.ts';
import { list, nextStep, one, redemptionColumns, type Row, timeline } from './work.ts';

/** What a quarter comes to, by result: what was refused or is undecided is in no other sum (R28). */
export interface Sums {
  passed: number;
  passed_fen: number;
  refused: number;
  refused_fen: number;
  undecided: number;
  undecided_fen: number;
}
const select = `${redemptionColumns}, review_open, turns:review_turns(turn, result), order:orders(id, title, order_no), applicant:organizations!redemptions_applicant_id_fkey(name), institution:organizations!redemptions_institution_id_fkey(name)`;
/** What the experts of an item concluded, from its last turn: only staff read it before the notice (R28). */
const withResult = (item: Row): Row => {
  const last = (item['turns'] as { turn: number; result: string | null }[]).sort((a, b) => b.turn - a.turn)[0];
  return { ...item, expert_result: last?.result ?? null, review_turn: last?.turn ?? 1 };
};

/** One quarter as staff see it: its items in order of payment, how far the experts are, papers, notice and payouts. */
export async function loadRound(id: number) {
  const [row, step, events, items, packs, notices, sums] = await Promise.all([
    one<Row>('rounds', '*', { id }),
    nextStep('round', id),
    timeline('round', id),
    list<Row>('redemptions', select, { round_id: id }, 'paid_at', 1000),
    list<Row>('paper_packs', '*, institution:organizations!paper_packs_institution_id_fkey(id, name, recommender_id)', {
      round_id: id,
    }),
    list<Row>('notices', '*', { round_id: id }),
    act<Sums[]>('round_sums', { round_id: id }),
  ]);
  const ids = items.map((i) => i.id);
  const [assignments, votes, payouts] =
    ids.length > 0
      ? await Promise.all([
          list<Row>('expert_assignments', '*', { redemption_id: ids }, 'redemption_id', 1000),
          list<Row>('expert_votes', '*', { redemption_id: ids }, 'redemption_id', 1000),
          list<Row>('payouts', '*', { redemption_id: ids }, 'redemption_id', 1000),
        ])
      : [[], [], []];
  return row
    ? {
        row,
        step,
        events,
        items: items.map(withResult),
        packs,
        sums: sums[0] as Sums,
        notice: notices.find((n) => n['redemption_id'] === null),
        assignments,
        votes,
        payouts,
      }
    : undefined;
}

/** What waits for money, in the order in which it will be served (R8), and the year's fund. */
export async function loadPayoutQueue(year: number) {
  const [waiting, parameter, spent, objections] = await Promise.all([
    list<Row>(
      'redemptions',
      `${select}, round:rounds!redemptions_round_id_fkey!inner(year, quarter, state)`,
      { state: 'passed', 'round.state': 'paying' },
      'paid_at',
      1000,
    ),
    list<Row>('policy_parameters', 'value', { year, key: 'fund_fen' }, 'key'),
    list<Row>('payouts', 'amount_fen', { fund_year: year }, 'id', 1000),
    list<Row>('objections', 'redemption_id, decision', {}),
  ]);
  const sorted = waiting
    .map(withResult)
    .filter((r) => r['expert_result'] === 'yes')
    .sort(
      (a, b) =>
        String(a['paid_at']).localeCompare(String(b['paid_at'])) ||
        String(a['voucher_no']).localeCompare(String(b['voucher_no'])),
    );
  const value = parameter[0]?.['value'];
  return {
    fundFen: value === null || value === undefined ? null : Number(value),
    spentFen: spent.reduce((n, p) => n + Number(p['amount_fen']), 0),
    queue: sorted.map((r) => ({
      row: r,
      waitsFor: !r['papers_archived']
        ? '纸质材料未归存'
        : objections.some((o) => o['redemption_id'] === r.id && o['decision'] === null)
          ? '异议待裁定'
          : '',
    })),
  };
}
