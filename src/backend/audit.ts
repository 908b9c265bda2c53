import type { SealedEvent } from '../domain/seal.ts';
import type { RowOf } from './answers.ts';
import { client } from './client.ts';
import { type Counted, wholeOf } from './pages.ts';
import { answer, rows } from './query.ts';
import { publishedSeals } from './seals.ts';
import type { Entity } from './workflow.types.ts';

/** The newest day's reconciliation: one row an item; staff only, by row security. */
export async function lastReconciliation() {
  const found = await rows(
    client()
      .from('reconciliations')
      .select('day, item, balanced, difference_fen, details')
      .order('day', { ascending: false })
      .order('item')
      .limit(100),
  );
  return found.filter((r) => r.day === found[0]?.day);
}

export interface Audit {
  findings: { item: string; details: string }[];
  late: LateEvent[];
}
type Finding = RowOf<'audit_findings', 'item' | 'details' | 'next_part' | 'next_after'>;
const lateEvents = (how?: Counted) => client().rpc('late_events', {}, how);
export type LateEvent = RowOf<'late_events', 'sealed_on'>;

/** R32: everything, a few seconds a piece: events, chains, seals, sums, and every row against its last event. */
export async function audit(progress: (share: number) => void): Promise<Audit> {
  const findings: Audit['findings'] = [];
  let at: { part: string; after: number } | undefined;
  do {
    const slice: Finding[] = await rows<Finding>(client().rpc('audit_findings', at ?? {}));
    for (const { item, details } of slice) if (item !== null) findings.push({ item, details: details ?? '' });
    const [first] = slice;
    at = first?.next_part ? { part: first.next_part, after: first.next_after ?? -1 } : undefined;
    if (first) progress(first.done / first.parts);
  } while (at);
  return { findings, late: await wholeOf<LateEvent>(lateEvents, { columns: ['event_id'] }) };
}

/** R32: every event sealed in a period with its hashes, and the seals, as one file that /seals/ checks. Empty ends mean everything. */
export async function exportEvents(from: string, to: string, progress: (events: number) => void): Promise<string> {
  let events: SealedEvent[] = [];
  for (;;) {
    const page = (await answer(
      client().rpc('export_events', {
        after_id: events.at(-1)?.event_id ?? 0,
        max_events: 5000,
        ...(from && { from_on: from }),
        ...(to && { to_on: to }),
      }),
    )) as unknown as { events: SealedEvent[] };
    events = events.concat(page.events);
    progress(events.length);
    if (page.events.length < 5000) break;
  }
  return JSON.stringify({ kind: 'export', from: from || null, to: to || null, events, seals: await publishedSeals() });
}

/** The proof of one record for whoever holds it, to be checked on /seals/ (R32). */
export const recordProof = (entity: Entity, entity_id: number) =>
  answer(client().rpc('record_proof', { entity, entity_id }));
