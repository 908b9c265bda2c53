// R44: after an arrival the department may have money come back, whole or part; each repayment returns to the fund of its year.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  archivePapers,
  experts,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  recommender,
  requestId,
  setClock,
  staff,
  toNotice,
  verifiedAccount,
  voucherOf,
} from '../support/people.ts';
import { payOut } from '../support/payments.ts';

let firm: Awaited<ReturnType<typeof applicant>>;
let lab: Awaited<ReturnType<typeof institution>>;
let [department, finance]: [Person, Person] = [] as never;
const orders: number[] = [];
const items: number[] = [];
const signed = { contract_signed_on: '2034-01-05' };

beforeAll(async () => {
  await ownYear(2034);
  await ownYear(2035);
  await setClock('2034-02-13T10:00:00+08:00');
  [firm, lab] = [await applicant(), await institution()];
  [department, finance] = [await staff('department'), await staff('finance')];
  const body = await recommender(lab);
  await verifiedAccount(lab);
  for (let i = 0; i < 3; i++) orders.push(await paid(firm, lab, signed));
  for (const order of orders.slice(0, 2)) items.push(await passed(lab, order));
  const [round] =
    await admin()`select round_id::integer as id from public.redemptions where id = ${items[0] as number}`;
  await setClock('2034-04-10T10:00:00+08:00');
  await toNotice(Number(round?.['id']), await experts(3));
  await archivePapers(Number(round?.['id']), lab, body);
  await setClock('2034-05-08T10:00:00+08:00');
  await advance(await platform(), Number(round?.['id']), 'start_payout');
  await payOut();
}, 120_000);
afterAll(() => setClock(null));

const decide = (item: number, extra: Record<string, unknown> = {}, who: Person = department) =>
  who.act<{ id: number }>('decide_recovery', {
    redemption_id: item,
    payload: { amount_fen: 100_000, reason: '检测没有实际进行', ...extra },
    request_id: requestId(),
  });
const repay = (id: number, extra: Record<string, unknown> = {}, who: Person = finance) =>
  who.act<{ state: string; left_fen: number }>('record_repayment', {
    recovery_id: id,
    payload: { amount_fen: 40_000, received_on: '2034-05-08', reference: `LS-${requestId()}`, ...extra },
    request_id: requestId(),
  });
const cancel = (id: number, who: Person = department, reason: string | null = '核查有误') =>
  who.act('cancel_recovery', { recovery_id: id, reason, request_id: requestId() });
const answer = (id: number, who: Person = lab, text = '检测记录见附件三') =>
  who.act('answer_recovery', { recovery_id: id, answer: text, request_id: requestId() });
const fund = async (year: number) =>
  (
    await admin()`select recovered_fen::integer as recovered, used_fen::integer as used, arrived_fen::integer as arrived
      from private.fund_of(${year})`
  )[0] as { recovered: number; used: number; arrived: number };
const mark = async (i: number) => {
  const { id } = await voucherOf(orders[i] as number);
  return (await admin()`select state, recovery from public.vouchers where id = ${id}`)[0];
};
const verified = async (i: number) => {
  const { id } = await voucherOf(orders[i] as number);
  return (
    await admin()`select c.* from public.vouchers v, private.verify_voucher(v.voucher_no, v.verify_code) c where v.id = ${id}`
  )[0];
};
const fieldOf = (error: unknown) =>
  (error as { code?: string; details?: string } | null) && [
    (error as { code: string }).code,
    (error as { details: string | null }).details,
  ];

test('R44: one person of the department decides after an arrival, whole or part; the institution is told why and may answer', async () => {
  const item = items[0] as number;
  for (const who of [lab, firm, finance, await platform()])
    expect((await decide(item, {}, who)).error?.code).toBe('NOT_FOUND');
  expect(fieldOf((await decide(item, { amount_fen: 360_001 })).error)).toEqual(['AMOUNT_INVALID', 'amount_fen']);
  expect(fieldOf((await decide(item, { amount_fen: 0 })).error)).toEqual(['AMOUNT_INVALID', 'amount_fen']);
  expect(fieldOf((await decide(item, { reason: ' ' })).error)).toEqual(['REASON_REQUIRED', 'reason']);
  const waiting = await passed(lab, orders[2] as number);
  expect((await decide(waiting)).error?.code).toBe('R44_NOT_ARRIVED');
  await admin()`insert into public.memberships (user_id, organization_id) values (${department.userId}, ${firm.orgId})`;
  await department.must('act_as', { kind: 'department' });
  expect((await decide(item)).error?.code).toBe('OWN_ORGANIZATION');
  await admin()`delete from public.memberships where user_id = ${department.userId}`;
  const before = (
    await admin()`select spent_fen::integer as n from public.quotas where organization_id = ${firm.orgId}`
  )[0];
  const { data, error } = await decide(item);
  expect(error).toBeNull();
  const id = Number(data?.id);
  expect(await mark(0)).toEqual({ state: 'redeemed', recovery: 'recovering' });
  // Whoever checks the voucher sees the mark, neither why nor how much.
  const checked = await verified(0);
  expect(checked).toMatchObject({ state_label: '兑付成功', recovery: 'recovering', amount_fen: '360000' });
  expect(JSON.stringify(checked)).not.toMatch(/实际|100000/);
  expect((await decide(item)).error?.code).toBe('R44_RUNNING');
  const { data: told } = await lab.client.from('notifications').select('kind, body').eq('entity', 'recovery');
  expect(told?.[0]).toMatchObject({ kind: 'turn' });
  expect(told?.[0]?.body).toContain('检测没有实际进行');
  expect((await lab.client.from('recoveries').select('amount_fen, reason')).data).toHaveLength(1);
  expect((await firm.client.from('recoveries').select('id')).data).toEqual([]);
  expect((await lab.must<{ entity: string }[]>('my_tasks', {})).some((t) => t.entity === 'recovery')).toBe(true);
  for (const [who, code] of [
    [firm, 'NOT_FOUND'],
    [finance, 'NOT_YOUR_TURN'],
  ] as const)
    expect((await answer(id, who)).error?.code).toBe(code);
  expect((await answer(id, lab, '')).error?.code).toBe('REASON_REQUIRED');
  expect((await answer(id)).error).toBeNull();
  const [row] = await admin()`select answer, state from public.recoveries where id = ${id}`;
  expect(row).toEqual({ answer: '检测记录见附件三', state: 'recovering' });
  // Nothing of it gives quota back.
  expect(
    (await admin()`select spent_fen::integer as n from public.quotas where organization_id = ${firm.orgId}`)[0],
  ).toEqual(before);
  // Cancelled while nothing has come: the mark goes.
  expect((await cancel(id, lab)).error?.code).toBe('NOT_YOUR_TURN');
  expect((await cancel(id, department, '')).error?.code).toBe('REASON_REQUIRED');
  expect((await cancel(id)).error).toBeNull();
  expect(await mark(0)).toEqual({ state: 'redeemed', recovery: null });
  expect((await verified(0))?.['recovery']).toBeNull();
});

test('R44: finance records each repayment; it returns to the fund of the year in which it comes; all back is 已追回', async () => {
  const item = items[0] as number;
  const id = Number((await decide(item)).data?.id);
  const start = await fund(2034);
  expect((await repay(id, {}, await platform())).error?.code).toBe('NOT_YOUR_TURN');
  expect((await repay(id, {}, department)).error?.code).toBe('NOT_YOUR_TURN');
  expect((await repay(id, {}, firm)).error?.code).toBe('NOT_FOUND');
  const bad: [Record<string, unknown>, string, string][] = [
    [{ amount_fen: 100_001 }, 'AMOUNT_INVALID', 'amount_fen'],
    [{ received_on: '2034-05-07' }, 'DATE_INVALID', 'received_on'],
    [{ received_on: '2034-05-09' }, 'DATE_INVALID', 'received_on'],
    [{ received_on: null }, 'FIELD_REQUIRED', 'received_on'],
    [{ reference: '' }, 'FIELD_REQUIRED', 'reference'],
  ];
  for (const [extra, code, field] of bad)
    expect(fieldOf((await repay(id, extra)).error), JSON.stringify(extra)).toEqual([code, field]);
  expect((await repay(id, { reference: 'LS 001' })).data).toMatchObject({ state: 'recovering', left_fen: 60_000 });
  expect((await repay(id, { reference: 'ＬＳ-001', amount_fen: 1 })).error?.code).toBe('R44_TWICE');
  expect((await cancel(id)).error?.code).toBe('R44_REPAID');
  expect(await fund(2034)).toEqual({ ...start, recovered: 40_000, used: start.used - 40_000 });
  // The rest comes next year: it is the next year's.
  await setClock('2035-01-20T10:00:00+08:00');
  const request = {
    recovery_id: id,
    payload: { amount_fen: 60_000, received_on: '2035-01-15', reference: 'LS-2' },
    request_id: requestId(),
  };
  const done = await finance.must<{ state: string }>('record_repayment', request);
  expect(done.state).toBe('recovered');
  expect(await finance.must('record_repayment', request)).toEqual(done);
  expect([(await fund(2034)).recovered, (await fund(2035)).recovered]).toEqual([40_000, 60_000]);
  const [status] = await admin()`select recovered_fen::integer as n from public.fund_status where year = 2035`;
  expect(status?.['n']).toBe(60_000);
  expect(await mark(0)).toEqual({ state: 'redeemed', recovery: 'recovered' });
  expect((await verified(0))?.['recovery']).toBe('recovered');
  expect((await repay(id, { amount_fen: 1 })).error?.code).toBe('STATE_REFUSED');
  // What is left of the payment may still be decided on; never more than arrived.
  expect(fieldOf((await decide(item, { amount_fen: 260_001 })).error)).toEqual(['AMOUNT_INVALID', 'amount_fen']);
  const rest = Number((await decide(item, { amount_fen: 260_000 })).data?.id);
  expect(await mark(0)).toEqual({ state: 'redeemed', recovery: 'recovering' });
  expect((await repay(rest, { amount_fen: 260_000, received_on: '2035-01-20' })).data?.state).toBe('recovered');
  expect((await decide(item)).error?.code).toBe('R44_ALL_BACK');
  await expect(
    (async () => admin()`update public.recovery_instalments set amount_fen = 1 where recovery_id = ${id}`)(),
  ).rejects.toThrow('append-only');
});

test('R44: two decisions, two records at once: one comes first, never more than was decided', async () => {
  const item = items[1] as number;
  const both = await Promise.all([decide(item), decide(item)]);
  expect(both.map((b) => b.error?.code).sort()).toEqual(['R44_RUNNING', undefined]);
  const id = Number(both.find((b) => b.data)?.data?.id);
  const day = { received_on: '2035-01-20', amount_fen: 60_000 };
  const records = await Promise.all([repay(id, day), repay(id, day)]);
  expect(records.map((r) => r.error?.code).sort()).toEqual(['AMOUNT_INVALID', undefined]);
  const ends = await Promise.all([cancel(id), repay(id, { ...day, amount_fen: 40_000 })]);
  expect(ends[0]?.error?.code ?? ends[1]?.error?.code).toMatch(/^(R44_REPAID|STATE_REFUSED)$/);
  expect(ends[1]?.error).toBeNull();
}, 30_000);

test('R44: the books agree, the record names no reason', async () => {
  await admin()`select private.reconcile(true)`;
  const bad =
    await admin()`select item, details from public.reconciliations where day = private.today() and not balanced`;
  expect([...bad]).toEqual([]);
  const facts = await admin()`select facts::text as f from public.events where entity = 'recovery'`;
  expect(facts.some((f) => String(f['f']).includes('实际进行'))).toBe(false);
});
