import type { BankColumn, BankLine, BankResult } from '../domain/bank-file.ts';
import { sha256 } from '../domain/seal.ts';
import { client, newRequestId } from './client.ts';
import { answer, command, row, rows } from './query.ts';
import { wholeOf } from './pages.ts';
import { resultCorrections } from './rectifications.ts';
import { nextStep, timeline } from './workflow.ts';

/** What waits to be listed, in the order in which it will be served; `hindrance` says why not yet (R8, R43). */
export interface Candidate {
  place: number;
  redemption_id: number;
  voucher_no: string;
  institution_name: string;
  amount_fen: number;
  paid_at: string;
  again: boolean;
  hindrance: string | null;
  hindrance_label: string | null;
}
/** How much waits, by reason; what is ready has none. Counted by the database. */
export interface Waiting {
  hindrance: string | null;
  hindrance_label: string | null;
  items: number;
  amount_fen: number;
}
/** A year's fund: used = listed + in transit + arrived − recovered. Without a fund there is no limit and no rest. */
export interface Fund {
  fund_fen: number | null;
  listed: number;
  listed_fen: number;
  in_transit: number;
  in_transit_fen: number;
  arrived: number;
  arrived_fen: number;
  recovered_fen: number;
  used_fen: number;
  free_fen: number | null;
}
/** One attempt on a list. The account stands there with its last four digits (R42). */
export interface Line {
  payment_id: number;
  line_no: number;
  payment_no: string;
  voucher_no: string;
  redemption_id: number;
  institution_name: string;
  holder_name: string;
  bank_name: string;
  account_tail: string;
  name_differs: boolean;
  amount_fen: number;
  again: boolean;
  state: string;
  state_label: string;
  problem: string | null;
  arrived_on: string | null;
  bank_reference: string | null;
  returned_reason: string | null;
  dropped_reason: string | null;
}

/** The rows of a function that answers with many, fetched to the end by one of its columns. */
async function whole<T>(ask: (from: number, to: number) => PromiseLike<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await ask(all.length, all.length + 999);
    all.push(...page);
    if (page.length < 1000) return all;
  }
}

export const fundOf = async (year: number) =>
  (await rows(client().rpc('fund_of', { year })))[0] as unknown as Fund | undefined;
export const waitingByReason = async () => (await rows(client().rpc('payout_overview'))) as unknown as Waiting[];
/** The first that wait; the overview has the sums of all. */
export const candidates = async (first: number) =>
  (await rows(client().rpc('payout_candidates').limit(first))) as unknown as Candidate[];

export const paymentLists = () =>
  wholeOf(
    () =>
      client()
        .from('payment_lists')
        .select('id, list_no, items, amount_fen, state, state_since, drawn_up_at, approved_at, sent_at'),
    { columns: ['id'], descending: true },
  );
export type PaymentList = Awaited<ReturnType<typeof paymentLists>>[number];

export const linesOf = (list: number) =>
  whole(
    async (from, to) =>
      (await rows(client().rpc('payment_list_lines', { list_id: list }).range(from, to))) as unknown as Line[],
  );

/** One list with all that is shown of it. */
export async function paymentList(id: number) {
  const [list, step, events, lines, imports, corrections] = await Promise.all([
    row(
      client()
        .from('payment_lists')
        .select('id, list_no, year, fund_year, items, amount_fen, stopped_by_fund, state, sent_at')
        .eq('id', id)
        .maybeSingle(),
    ),
    nextStep('payment_list', id),
    timeline('payment_list', id),
    linesOf(id),
    rows(
      client()
        .from('bank_imports')
        .select('id, file_name, lines, started_at, finished_at')
        .eq('list_id', id)
        .not('started_at', 'is', null)
        .is('finished_at', null),
    ),
    resultCorrections(id),
  ]);
  return list && { list, step, events, lines, running: imports[0], corrections };
}

/** An institution's own payments for one claim, from approval on. */
export const paymentsOf = (redemption: number) =>
  rows(
    client()
      .from('payments')
      .select(
        'id, payment_no, amount_fen, state, state_since, arrived_on, bank_reference, returned_reason, dropped_reason, account:payee_accounts(bank_name, account_tail)',
      )
      .eq('redemption_id', redemption)
      .order('id', { ascending: false }),
  );

export const bankColumns = async (): Promise<BankColumn[]> =>
  rows(client().from('bank_columns').select('file, key, position, header').order('position'));
/** The lines for the bank, with whole numbers: the platform's alone, and only after the list was sent. */
export const bankFile = (list: number) =>
  whole(
    async (from, to) =>
      (await rows(client().rpc('bank_file', { list_id: list }).range(from, to))) as unknown as BankLine[],
  );

export const recordResult = (list: number, line: Partial<BankResult>, request: string) =>
  command('record_bank_result', { list_id: list, line: line as never, request_id: request });

/** What bringing a file in has come to: how many lines are recorded of how many, or which cannot be. */
export interface Progress {
  total: number;
  done: number;
}
export interface BadLine {
  line_no: number;
  payment_no: string;
  problem: string;
}
/** Opens the import of a file, or the one that was broken off; stages its lines. */
export async function stageResults(list: number, name: string, bytes: Uint8Array, results: BankResult[]) {
  const opened = (await command('open_bank_import', {
    list_id: list,
    sha256: await sha256(bytes),
    file_name: name,
    lines: results.length,
    request_id: newRequestId(),
  })) as unknown as { id: number; started: boolean };
  if (!opened.started)
    for (let at = 0; at < results.length; at += 500)
      await answer(
        client().rpc('stage_bank_lines', {
          import_id: opened.id,
          lines: results.slice(at, at + 500) as never,
        }),
      );
  return opened.id;
}
export const badLines = async (importId: number) =>
  whole(
    async (from, to) =>
      (await rows(client().rpc('bank_import_problems', { import_id: importId }).range(from, to))) as BadLine[],
  );
/** Records an import batch by batch; broken off, it goes on where it was. */
export async function applyResults(list: number, importId: number, total: number, tell: (p: Progress) => void) {
  for (;;) {
    const batch = await command('apply_bank_import', {
      list_id: list,
      import_id: importId,
      request_id: newRequestId(),
    });
    const left = batch.left ?? 0;
    tell({ total, done: total - left });
    if (left === 0) return batch;
  }
}

/** Draws up a list of what is ready, in order; of no more than so many where that is said. */
export const drawUpList = (max_items: number | null, request_id: string) =>
  command('draw_up_payment_list', { request_id, ...(max_items ? { max_items } : {}) });
export const advancePaymentList = (list_id: number, action: string, request_id: string, reason: string | null) =>
  command('advance_payment_list', { list_id, action, request_id, reason });
