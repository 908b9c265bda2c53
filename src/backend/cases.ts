import type { TableName } from './client.ts';
import { act } from './client.ts';
import { policyOf, thisYear } from './policy.ts';
import { list, nextStep, one, redemptionColumns, type Row, timeline, workflowTransitions } from './work.ts';
import { formatTime } from '../domain/dates.ts';
import { stationsOf } from '../domain/rail.ts';

const doc = 'document:documents(id, original_name, byte_size, sha256)';
const parties =
  'applicant:organizations!orders_applicant_id_fkey(name, uscc), institution:organizations!orders_institution_id_fkey(name, uscc)';

/** Everything that the page of one order shows, in one go. */
export async function loadOrder(id: number) {
  const [
    row,
    step,
    events,
    lines,
    papers,
    voucher,
    redemption,
    submissions,
    revisions,
    answers,
    exclusions,
    transitions,
  ] = await Promise.all([
    one<Row>('orders', `*, ${parties}, project:projects(title, tech_field, leader, content)`, { id }),
    nextStep('order', id),
    timeline('order', id),
    list<Row>('order_fee_lines', '*', { order_id: id }, 'line_no'),
    list<Row>('order_documents', `kind, revision_no, ${doc}`, { order_id: id }, 'document_id'),
    one<Row>('vouchers', '*', { order_id: id }),
    one<Row>('redemptions', redemptionColumns, { order_id: id }),
    list<Row>('order_submissions', '*', { order_id: id }, 'revision_no'),
    list<Row>('order_revisions', '*', { order_id: id }, 'order_id'),
    list<Row>('order_answers', '*', { order_id: id }, 'code'),
    list<Row>('exclusions', '*', {}, 'code'),
    workflowTransitions(),
  ]);
  if (!row) return undefined;
  // How often the contract was refused decides what a refusal means, not which submission this is (R15, R45).
  row['refusals'] = step.revision_left === 0 ? 1 : 0;
  const rateBp = row['rate_bp'] ? Number(row['rate_bp']) : Number((await policyOf(await thisYear()))['rate_bp']);
  const unsent = revisions[0] ? await unsentOf(revisions[0], row) : undefined;
  if (unsent) Object.assign(row, unsent.row);
  if (row.state === 'draft' || row.state === 'returned')
    row['figure_fen'] = await act<number>('order_figure', { order_id: id }).catch(() => undefined);
  const redemptionPapers = redemption
    ? await list<Row>(
        'redemption_documents',
        `kind, supplement_no, ${doc}`,
        { redemption_id: redemption.id },
        'document_id',
      )
    : [];
  const passed = new Map<string, string>();
  for (const e of events) {
    // The claim's station is passed when it is made; its formal review follows on the next.
    const to = e.action === 'submit' && e.entity_of === 'redemption' ? 'passed' : e.to_state;
    // A step taken again (resubmission, second result) shows its latest day.
    if (to && e.entity_of !== 'voucher' && !(e.entity_of === 'redemption' && e.action === 'pass'))
      passed.set(`${e.entity_of}:${to}`, formatTime(e.at).slice(5, 10));
  }
  const ended = ['declined', 'withdrawn', 'ordinary'].includes(String(row.state));
  return {
    row,
    rateBp,
    step,
    events,
    /** What is shown is a revision that has not been sent again: the applicant's alone (R15). */
    unsent: unsent !== undefined,
    lines: unsent?.lines ?? lines,
    papers,
    voucher,
    redemption,
    redemptionPapers,
    submissions,
    answers: unsent?.answers ?? answers,
    exclusions,
    stations: stationsOf(transitions, ended ? passed : withoutReturned(passed, String(row.state)), ended),
  };
}
export type OrderData = NonNullable<Awaited<ReturnType<typeof loadOrder>>>;

/** The content of a revision in the shape of the rows that it will become when it is sent again. */
async function unsentOf(revision: Row, order: Row): Promise<{ row: Partial<Row>; lines: Row[]; answers: Row[] }> {
  const { lines, answers, ...fields } = revision['payload'] as Record<string, unknown> & {
    lines?: { description: string; quantity: number; unit_price_fen: number; exclusion_code: string | null }[];
    answers?: { code: string; applies: boolean; justification: string }[];
  };
  const project =
    fields['project_id'] === order['project_id']
      ? order['project']
      : await one<Row>('projects', 'title, tech_field, leader, content', { id: Number(fields['project_id']) });
  return {
    row: { ...fields, project, eligible_fee_fen: revision['eligible_fee_fen'] },
    lines: (lines ?? []).map((l, i) => ({
      ...l,
      id: i,
      line_no: i + 1,
      amount_fen: Math.floor((Math.round(Number(l.quantity) * 100) * Number(l.unit_price_fen)) / 100),
    })),
    answers: (answers ?? []).map((a, i) => ({ ...a, id: i })),
  };
}

/** An order that went back stands where it is now, not where it once was. */
function withoutReturned(passed: Map<string, string>, state: string): Map<string, string> {
  const path = ['submitted', 'platform_review', 'approved', 'delivered', 'paid'];
  const reached =
    {
      draft: -1,
      returned: -1,
      submitted: 0,
      platform_review: 1,
      awaiting_consent: 1,
      approved: 2,
      disputed: 2,
      delivered: 3,
      paid: 4,
    }[state] ?? 4;
  return new Map(
    [...passed].filter(([key]) => {
      const at = path.indexOf(key.split(':')[1] ?? '');
      return !key.startsWith('order:') || (at >= 0 && at <= reached);
    }),
  );
}

/** One case of any other kind: its row, next step and history. */
export async function loadCase(entity: string, table: TableName, id: number, select = '*') {
  const [row, step, events] = await Promise.all([
    one<Row>(table, select, { id }),
    nextStep(entity, id),
    timeline(entity, id),
  ]);
  return row ? { row, step, events } : undefined;
}
