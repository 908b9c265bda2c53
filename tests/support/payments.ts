// A payment list's whole way, so that tests of other rules pay in one line (R43).
import { admin, type Person, platform, type Refusal, requestId, secondOfficer } from './people.ts';

export interface List {
  id: number;
  list_no: string;
  count: number;
  amount_fen: number;
  stopped_by_fund: boolean;
}
export interface Line {
  id: number;
  line_no: number;
  payment_no: string;
  redemption_id: number;
  amount_fen: number;
  state: string;
}
export interface Result {
  payment_no: string;
  amount_fen: number | string;
  result: string;
  result_on: string | null;
  reference: string;
  reason: string;
}

/** Draws a list up; one that another test has left unapproved is sent back first. */
export async function drawUp(max?: number): Promise<{ data: List | null; error: Refusal | null }> {
  const [open] = await admin()`select id::integer from public.payment_lists where state = 'drafted'`;
  if (open) await step(await secondOfficer(), Number(open['id']), 'send_back', '另一个测试留下的');
  return (await platform()).act<List>('draw_up_payment_list', {
    request_id: requestId(),
    ...(max !== undefined && { max_items: max }),
  });
}
export const step = (who: Person, list: number, action: string, reason: string | null = null) =>
  who.act<{ state: string; count: number; amount_fen: number; dropped: number }>('advance_payment_list', {
    list_id: list,
    action,
    reason,
    request_id: requestId(),
  });
const done = async <T>(answer: Promise<{ data: T | null; error: Refusal | null }>): Promise<T> => {
  const { data, error } = await answer;
  if (error) throw new Error(JSON.stringify(error));
  return data as T;
};
/** Drawn up by one, approved by another, given to the bank. */
export async function sent(max?: number): Promise<List> {
  const list = await done(drawUp(max));
  await done(step(await secondOfficer(), list.id, 'approve'));
  await done(step(await platform(), list.id, 'send'));
  return list;
}
export async function linesOf(list: number): Promise<Line[]> {
  const rows = await admin()<Line[]>`
    select id::integer, line_no, payment_no, redemption_id::integer, amount_fen::integer, state
    from public.payments where list_id = ${list} order by line_no`;
  return [...rows];
}
const today = async () => String((await admin()`select private.today()::text as day`)[0]?.['day']);
/** What the bank answers to a line that arrives, or is returned where a reason is given. */
export async function answerOf(line: Line, reason = ''): Promise<Result> {
  return {
    payment_no: line.payment_no,
    amount_fen: line.amount_fen,
    result: reason ? '退票' : '到账',
    result_on: reason ? null : await today(),
    reference: reason ? '' : `LS${line.payment_no}`,
    reason,
  };
}
/** One result recorded by hand. */
export const record = (list: number, line: Record<string, unknown>, who?: Person) =>
  (async () =>
    (who ?? (await platform())).act<{ state: string; arrived: number; returned: number }>('record_bank_result', {
      list_id: list,
      line,
      request_id: requestId(),
    }))();
const hex = (bytes: ArrayBuffer) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('');
/** A file of results brought in as the page does it: opened, staged in portions, applied in batches. Ends with the first refusal. */
export async function bringIn(list: number, results: Result[], name = '结果.csv') {
  const office = await platform();
  const sha256 = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(results))));
  const opened = await office.act<{ id: number; started: boolean }>('open_bank_import', {
    list_id: list,
    sha256,
    file_name: name,
    lines: results.length,
    request_id: requestId(),
  });
  if (!opened.data) return { error: opened.error, data: null, import_id: 0 };
  const import_id = opened.data.id;
  if (!opened.data.started)
    for (let at = 0; at < results.length; at += 500) {
      const staged = await office.act('stage_bank_lines', {
        import_id,
        lines: results.slice(at, at + 500).map((r, i) => ({ ...r, line_no: at + i + 1 })),
      });
      if (staged.error) return { error: staged.error, data: null, import_id };
    }
  let left = 1;
  let state = '';
  while (left > 0) {
    const batch = await office.act<{ left: number; state: string }>('apply_bank_import', {
      list_id: list,
      import_id,
      request_id: requestId(),
    });
    if (!batch.data) return { error: batch.error, data: null, import_id };
    ({ left, state } = batch.data);
  }
  return { error: null, data: { state }, import_id };
}

/** Everything that is ready is drawn up, approved, sent and arrives; nothing ready is a list of none. */
export async function payOut(max?: number): Promise<List> {
  const drawn = await drawUp(max);
  if (drawn.error?.code === 'R43_NOTHING_READY')
    return { id: 0, list_no: '', count: 0, amount_fen: 0, stopped_by_fund: false };
  const list = await done(Promise.resolve(drawn));
  await done(step(await secondOfficer(), list.id, 'approve'));
  await done(step(await platform(), list.id, 'send'));
  await done(bringIn(list.id, await Promise.all((await linesOf(list.id)).map((l) => answerOf(l)))));
  return list;
}
