import type { Laboratory } from './orders.ts';
import { requestId } from './person.ts';
import type { Stage } from './stage.ts';

const banks = ['演示银行郑州分行营业部', '演示商业银行洛阳分行', '演示农村商业银行开封支行'];

/** An institution's account, filed as it would file it (R42); a number that no bank has. */
export async function fileAccount(lab: Laboratory, serial: number): Promise<number> {
  const { id } = await lab.act<{ id: number }>('file_payee_account', {
    payload: {
      holder_name: lab.name,
      bank_name: banks[serial % banks.length],
      account_no: `4100 0000 0000 0000 ${100 + serial}`,
      bank_code: `10249100000${serial % 10}`,
      document_id: await lab.upload('account', '银行账户证明.pdf'),
    },
    request_id: requestId(),
  });
  return id;
}
/** Verified by one officer, a change by both (R42). */
export async function verifyAccount(stage: Stage, id: number, change = false): Promise<void> {
  const decide = (who: Stage['office'], action: string) =>
    who.act('advance_payee_account', { account_id: id, action, reason: null, request_id: requestId() });
  if (change) await decide(stage.office, 'check');
  await decide(stage.secondOffice, 'approve');
}

/** What is ready, on one list: drawn up by one officer, approved by the other, given to the bank. */
async function send(
  stage: Stage,
): Promise<{ id: number; lines: { payment_no: string; amount_fen: string; lab: number }[] }> {
  const { id } = await stage.office.act<{ id: number }>('draw_up_payment_list', { request_id: requestId() });
  const step = (who: Stage['office'], action: string) =>
    who.act('advance_payment_list', { list_id: id, action, reason: null, request_id: requestId() });
  await step(stage.secondOffice, 'approve');
  await step(stage.office, 'send');
  const lines = await stage.stack.sql<{ payment_no: string; amount_fen: string; lab: number }[]>`
    select payment_no, amount_fen::text, institution_id::integer as lab from public.payments where list_id = ${id} order by line_no`;
  return { id, lines: [...lines] };
}

/** A quarter's payout (R43): everything arrives but one, which the bank returns; its account is mended, and it is paid first on the next list. */
export async function payOut(
  stage: Stage,
  labs: Laboratory[],
  days: [listed: string, arrived: string, mended: string],
): Promise<void> {
  await stage.on(days[0]);
  const first = await send(stage);
  const returned = first.lines.at(-1);
  await stage.on(days[1]);
  const record = (list: number, line: (typeof first.lines)[number], day: string, reason = '') =>
    stage.office.act('record_bank_result', {
      list_id: list,
      line: {
        payment_no: line.payment_no,
        amount_fen: line.amount_fen,
        result: reason ? '退票' : '到账',
        result_on: day,
        reference: reason ? '' : `YS${line.payment_no.replaceAll('-', '')}`,
        reason,
      },
      request_id: requestId(),
    });
  for (const line of first.lines) await record(first.id, line, days[1], line === returned ? '账号与户名不符' : '');
  const lab = labs.find((l) => l.orgId === returned?.lab);
  if (!lab) return;
  await stage.on(days[2]);
  await verifyAccount(stage, await fileAccount(lab, 20 + labs.indexOf(lab)), true);
  const second = await send(stage);
  for (const line of second.lines) await record(second.id, line, days[2]);
}
