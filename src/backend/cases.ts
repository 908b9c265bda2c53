import type { TableName } from './client.ts';
import { act } from './client.ts';
import { policyOf, thisYear } from './policy.ts';
import { list, nextStep, one, type Row, timeline, workflowTransitions } from './work.ts';
import { formatTime } from '../domain/dates.ts';
import { stationsOf } from '../domain/rail.ts';

const doc = 'kind, revision_no, document:documents(id, original_name, object_key, byte_size, sha256)';
const parties =
  'applicant:organizations!orders_applicant_id_fkey(name, uscc, legal_representative), institution:organizations!orders_institution_id_fkey(name, uscc, legal_representative)';

/** Everything that the page of one order shows, in one go. */
export async function loadOrder(id: number) {
  const [row, step, events, lines, papers, voucher, redemption, submissions, answers, exclusions, transitions] =
    await Promise.all([
      one<Row>(
        'orders',
        `*, ${parties}, project:projects(title, tech_field, leader, content), instrument:instruments(name, model), service:services(name)`,
        { id },
      ),
      nextStep('order', id),
      timeline('order', id),
      list<Row>('order_fee_lines', '*', { order_id: id }, 'line_no'),
      list<Row>('order_documents', doc, { order_id: id }, 'document_id'),
      one<Row>('vouchers', '*', { order_id: id }),
      one<Row>('redemptions', '*', { order_id: id }),
      list<Row>('order_submissions', '*', { order_id: id }, 'revision_no'),
      list<Row>('order_answers', '*', { order_id: id }, 'code'),
      list<Row>('exclusions', '*', {}, 'code'),
      workflowTransitions(),
    ]);
  if (!row) return undefined;
  const rateBp = row['rate_bp'] ? Number(row['rate_bp']) : Number((await policyOf(await thisYear()))['rate_bp']);
  if (row.state === 'draft' || row.state === 'returned')
    row['figure_fen'] = await act<number>('order_figure', { order_id: id }).catch(() => undefined);
  const redemptionPapers = redemption
    ? await list<Row>(
        'redemption_documents',
        'kind, document:documents(id, original_name, object_key, byte_size, sha256)',
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
    lines,
    papers,
    voucher,
    redemption,
    redemptionPapers,
    submissions,
    answers,
    exclusions,
    stations: stationsOf(transitions, ended ? passed : withoutReturned(passed, String(row.state)), ended),
  };
}
export type OrderData = NonNullable<Awaited<ReturnType<typeof loadOrder>>>;

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
