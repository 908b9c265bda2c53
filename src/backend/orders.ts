import { client } from './client.ts';
import type { Counted } from './pages.ts';
import { parametersOf, thisYear } from './policy.ts';
import { answer, type Arguments, command, row, rows } from './query.ts';
import { redemptionColumns, redemptionPapers } from './redemptions.ts';
import { nextStep, timeline, workflowTransitions } from './workflow.ts';
import { formatTime } from '../domain/dates.ts';
import { lineAmount } from '../domain/money.ts';
import { positionOf, stationsOf } from '../domain/rail.ts';

const parties =
  'applicant:organizations!orders_applicant_id_fkey(name, uscc), institution:organizations!orders_institution_id_fkey(name, uscc)';

const listed = `id, order_no, title, state, state_since, accepted_fen, approved_fen,
  applicant:organizations!orders_applicant_id_fkey(name), institution:organizations!orders_institution_id_fkey(name)` as const;

/** On which side of an order an organization stands. */
export type OrderSide = 'applicant_id' | 'institution_id';

const orders = (how?: Counted) => client().from('orders').select(listed, how);
/** One organization's orders, in one state or in all. */
export const ordersOf = (side: OrderSide, organizationId: number, state: string) => (how?: Counted) => {
  const query = orders(how).eq(side, organizationId);
  return state ? query.eq('state', state) : query;
};
export type ListedOrder = NonNullable<Awaited<ReturnType<typeof orders>>['data']>[number];

/* What an order is made of: as it was submitted, as a revision holds it until it is sent again (R15), as it is saved. */

/** One line of its fees. */
export interface FeeLine {
  line_no: number;
  description: string;
  quantity: number;
  unit_price_fen: number;
  amount_fen: number;
  exclusion_code: string | null;
}
/** What the applicant answers to one situation that is not subsidized (R9). */
export interface OrderAnswer {
  code: string;
  applies: boolean;
  justification: string;
}
/** Everything of an order that its applicant fills in. */
export interface OrderContent {
  project_id: number;
  title: string;
  purpose: string;
  explanation?: string;
  expected_from: string | null;
  expected_to: string | null;
  contract_no: string;
  contract_signed_on: string | null;
  contract_total_fen: number;
  test_fee_fen: number;
  related_declared: boolean;
  /** «除已勾选的以外，以上均无»: the answer to everything that is not ticked (R9). */
  answers_declared?: boolean;
}
/** A revision that has not been sent again; its files are those of the order's documents with number 1. */
type Revision = OrderContent & { lines?: Omit<FeeLine, 'line_no' | 'amount_fen'>[]; answers?: OrderAnswer[] };

/** What does not count, and the situations that are asked for (R9): a list of the documents, as long as they make it. */
export const exclusions = () => rows(client().from('exclusions').select().order('code'));
export type ExclusionRow = Awaited<ReturnType<typeof exclusions>>[number];

/** What an order consists of beside its own row. An order has at most fifty lines and a handful of files. */
export const feeLines = (orderId: number) =>
  rows(client().from('order_fee_lines').select().eq('order_id', orderId).order('line_no'));
export const orderAnswers = (orderId: number) =>
  rows(client().from('order_answers').select().eq('order_id', orderId).order('code'));
export const orderPapers = (orderId: number) =>
  rows(
    client()
      .from('order_documents')
      .select('kind, revision_no, document:documents(id, original_name, byte_size, sha256)')
      .eq('order_id', orderId)
      .order('document_id'),
  );
export type OrderPaper = Awaited<ReturnType<typeof orderPapers>>[number];

/** The applicant's saved changes to a returned order, that nobody else sees before they are sent. */
export async function unsentRevision(orderId: number) {
  const revision = await row(client().from('order_revisions').select().eq('order_id', orderId).maybeSingle());
  return (
    revision && {
      content: revision.payload as unknown as Revision,
      eligible_fee_fen: revision.eligible_fee_fen,
      saved_at: revision.saved_at,
    }
  );
}

const orderRow = (id: number) =>
  row(
    client()
      .from('orders')
      .select(`*, ${parties}, project:projects(title, tech_field, leader, content)`)
      .eq('id', id)
      .maybeSingle(),
  );
/** An order as its page shows it; `figure_fen` is what the quota allows now, while that is still to be accepted (R5). */
export type Order = NonNullable<Awaited<ReturnType<typeof orderRow>>> & {
  figure_fen?: number | undefined;
  /** How often its contract was refused (R15, R45). */
  refusals?: number;
  /** What was mended; of a revision that is to be sent again. */
  explanation?: string | undefined;
};

/** Everything that the page of one order shows, in one go. */
export async function loadOrder(id: number) {
  const [stored, step, events, lines, papers, voucher, redemption, submissions, unsent, answers, situations, path] =
    await Promise.all([
      orderRow(id),
      nextStep('order', id),
      timeline('order', id),
      feeLines(id),
      orderPapers(id),
      row(client().from('vouchers').select().eq('order_id', id).maybeSingle()),
      row(
        client()
          .from('redemptions')
          .select(`${redemptionColumns}, round:rounds!redemptions_round_id_fkey(state)`)
          .eq('order_id', id)
          .maybeSingle(),
      ),
      rows(client().from('order_submissions').select().eq('order_id', id).order('revision_no')),
      unsentRevision(id),
      orderAnswers(id),
      exclusions(),
      workflowTransitions(),
    ]);
  if (!stored) return undefined;
  const order: Order = { ...stored, refusals: step.revision_left === 0 ? 1 : 0 };
  // Nothing where this year's rate is not set yet: an order that is open on 1 January says so (R6).
  const rateBp = order.rate_bp ?? (await parametersOf(await thisYear()))['rate_bp'] ?? undefined;
  const shown = unsent && (await asOrder(unsent.content, order, unsent));
  if (shown) Object.assign(order, shown.order);
  if (order.state === 'draft' || order.state === 'returned')
    order.figure_fen = await answer(client().rpc('order_figure', { order_id: id })).catch(() => undefined);
  return {
    order,
    rateBp,
    step,
    events,
    /** What is shown is a revision that has not been sent again: the applicant's alone (R15). */
    unsent: unsent !== undefined,
    lines: shown?.lines ?? (lines as FeeLine[]),
    papers,
    voucher,
    redemption,
    redemptionPapers: redemption ? await redemptionPapers(redemption.id) : [],
    submissions: submissions.map((s) => s.snapshot as Record<string, unknown>),
    answers: shown?.answers ?? (answers as OrderAnswer[]),
    exclusions: situations,
    stations: stationsOf(
      path,
      stationsPassed(events),
      positionOf(order.state, redemption?.state, redemption?.round?.state, step.holder),
      step.holder_label,
    ),
  };
}
export type OrderCase = NonNullable<Awaited<ReturnType<typeof loadOrder>>>;

/** The content of a revision in the shape of the rows that it will become when it is sent again. */
async function asOrder(
  { lines, answers, answers_declared, ...fields }: Revision,
  order: Order,
  { eligible_fee_fen, saved_at }: { eligible_fee_fen: number; saved_at: string },
) {
  const project =
    fields.project_id === order.project_id
      ? order.project
      : await row(
          client()
            .from('projects')
            .select('title, tech_field, leader, content')
            .eq('id', fields.project_id)
            .maybeSingle(),
        );
  return {
    order: { ...fields, project, eligible_fee_fen, answers_declared_at: answers_declared ? saved_at : null },
    lines: (lines ?? []).map(
      (l, i): FeeLine => ({
        ...l,
        line_no: i + 1,
        amount_fen: lineAmount(String(l.quantity), l.unit_price_fen) ?? 0,
      }),
    ),
    answers: answers ?? [],
  };
}

/** The day of each step, by entity and state; one taken again (resubmission, second result, second review) shows its latest day. */
const stationsPassed = (events: Awaited<ReturnType<typeof timeline>>): Map<string, string> =>
  new Map(
    events
      .filter((e) => e.to_state && e.entity_of !== 'voucher')
      .map((e) => [`${e.entity_of}:${e.to_state}`, formatTime(e.at).slice(5, 10)]),
  );

/** What saving sends: the same fields in the names of the database, with the files by their numbers. */
export type OrderPayload = OrderContent & {
  instrument_id?: number;
  service_id?: number;
  documents: { id: number; kind: 'contract' | 'evidence' }[];
  lines: { description: string; quantity: number; unit_price_fen: number; exclusion_code: string | null }[];
  answers: OrderAnswer[];
};
export const saveOrder = (order_id: number | null, payload: OrderPayload, request_id: string) =>
  command('save_order', { order_id, payload, request_id });
export const submitOrder = (args: Arguments<'submit_order'>) => command('submit_order', args);
export const approveOrder = (args: Arguments<'approve_order'>) => command('approve_order', args);
export const deliverOrder = (args: Arguments<'deliver_order'>) => command('deliver_order', args);
export const rateOrder = (args: Arguments<'rate_order'>) => command('rate_order', args);
export const acceptOrder = (order_id: number, request_id: string) => command('accept_order', { order_id, request_id });
export const withdrawOrder = (order_id: number, request_id: string) =>
  command('withdraw_order', { order_id, request_id });
export const discardOrder = (order_id: number, request_id: string) =>
  command('discard_order', { order_id, request_id });
export const agreeOrder = (order_id: number, request_id: string) => command('agree_order', { order_id, request_id });
export const disagreeOrder = (order_id: number, request_id: string) =>
  command('disagree_order', { order_id, request_id });
export const payVoucher = (order_id: number, request_id: string) => command('pay_voucher', { order_id, request_id });
export const declineOrder = (order_id: number, request_id: string, reason: string) =>
  command('decline_order', { order_id, request_id, reason });
export const returnOrder = (order_id: number, request_id: string, reason: string) =>
  command('return_order', { order_id, request_id, reason });
export const disputeOrder = (order_id: number, request_id: string, reason: string) =>
  command('dispute_order', { order_id, request_id, reason });

/** What the applicant said of the service (R17): once of the institution, once of the platform. */
export const ratingsOf = (orderId: number) =>
  rows(client().from('ratings').select().eq('order_id', orderId).order('target'));
