import type { SealedEvent } from '../domain/seal.ts';
import { act, client, refused } from './client.ts';
import { publishedSeals } from './seals.ts';

export interface Reconciliation {
  day: string;
  item: string;
  balanced: boolean;
  difference_fen: number;
  details: string;
}
/** The newest day's reconciliation; staff only, by row security. */
export async function lastReconciliation(): Promise<Reconciliation[]> {
  const { data, error } = await client()
    .from('reconciliations')
    .select('day, item, balanced, difference_fen, details')
    .order('day', { ascending: false })
    .limit(20);
  if (error) throw await refused(error);
  const rows = data as Reconciliation[];
  return rows.filter((r) => r.day === rows[0]?.day);
}

export interface Audit {
  findings: { item: string; details: string }[];
  late: { event_id: number; entity: string; entity_id: number; at: string; sealed_on: string | null }[];
}
type Slice = Audit & { next: { part: string; after: number; done: number; of: number } | null };

/** R32: everything, a few seconds a piece: events, chains, seals, sums, and every row against its last event. */
export async function audit(progress: (share: number) => void): Promise<Audit> {
  const all: Audit = { findings: [], late: [] };
  let next: Slice['next'] = null;
  do {
    const slice: Slice = await act<Slice>('audit_findings', next ? { part: next.part, after: next.after } : {});
    all.findings.push(...slice.findings);
    all.late.push(...slice.late);
    next = slice.next;
    if (next) progress(next.done / next.of);
  } while (next);
  return all;
}

/** R32: every event sealed in a period with its hashes, and the seals, as one file that /seals/ checks. Empty ends mean everything. */
export async function exportEvents(from: string, to: string, progress: (events: number) => void): Promise<string> {
  let events: SealedEvent[] = [];
  for (;;) {
    const page = await act<{ events: SealedEvent[] }>('export_events', {
      after_id: events.at(-1)?.event_id ?? 0,
      max_events: 5000,
      from_on: from || null,
      to_on: to || null,
    });
    events = events.concat(page.events);
    progress(events.length);
    if (page.events.length < 5000) break;
  }
  return JSON.stringify({ kind: 'export', from: from || null, to: to || null, events, seals: await publishedSeals() });
}
