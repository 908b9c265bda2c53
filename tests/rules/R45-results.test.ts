// R45 for the bank's results: one recorded wrongly is corrected by two persons, with its payment, fund, voucher and public figures; what stands in the way is named.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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
  secondOfficer,
  setClock,
  staff,
  toNotice,
  verifiedAccount,
  voucherOf,
} from '../support/people.ts';
import { answerOf, bringIn, drawUp, type Line, linesOf, payOut, sent, step } from '../support/payments.ts';

const year = 2085;
const small = {
  contract_signed_on: '2085-01-05',
  contract_total_fen: 100_000,
  test_fee_fen: 100_000,
  lines: [{ description: '检测', quantity: 1, unit_price_fen: 100_000 }],
};
let [office, second, department, finance]: Person[] = [];
let firm: Awaited<ReturnType<typeof applicant>>;
let lab: Awaited<ReturnType<typeof institution>>;
const orders: number[] = [];
const items: number[] = [];
let roundId: number;
let list: number;
let lines: Line[];

// Six claims of one quarter; the first is returned, the others arrive; the quarter is settled by what arrived later.
beforeAll(async () => {
  await payOut();
  await ownYear(year);
  await setClock('2085-02-05T10:00:00+08:00');
  [office, second, department, finance] = [
    await platform(),
    await secondOfficer(),
    await staff('department'),
    await staff('finance'),
  ];
  [firm, lab] = [await applicant(), await institution()];
  const body = await recommender(lab);
  for (let n = 0; n < 5; n++) orders.push(await paid(firm, lab, small));
  for (const order of orders) items.push(await passed(lab, order));
  const [round] =
    await admin()`select round_id::integer as id from public.redemptions where id = ${items[0] as number}`;
  roundId = Number(round?.['id']);
  await setClock('2085-04-09T10:00:00+08:00');
  await toNotice(roundId, await experts(3));
  await archivePapers(roundId, lab, body);
  await setClock('2085-05-07T10:00:00+08:00');
  await advance(office as Person, roundId, 'start_payout');
  list = (await sent()).id;
  lines = await linesOf(list);
  expect(lines.map((l) => l.redemption_id)).toEqual(items);
  await setClock('2085-05-10T10:00:00+08:00');
  const results = await Promise.all(lines.map((l, i) => answerOf(l, i === 0 ? '账号与户名不符' : '')));
  expect((await bringIn(list, results)).data?.state).toBe('done');
}, 120_000);
afterAll(async () => {
  await setFund(null);
  await setClock(null);
});

const setFund = (fen: number | null) =>
  admin()`update public.policy_parameters set value = ${fen} where year = ${year} and key = 'fund_fen'`;
const fund = async () =>
  (
    await admin()`select arrived_fen::integer as arrived, used_fen::integer as used, free_fen::integer as free
      from private.fund_of(${year})`
  )[0] as { arrived: number; used: number; free: number | null };
interface Decision {
  event_id: number;
  label: string;
  blocks: string[];
  payment_no: string | null;
  result: string | null;
  result_on: string | null;
  reference: string | null;
  return_reason: string | null;
}
const resultOf = async (i: number, who: Person = office as Person) =>
  (await who.must<Decision[]>('correctable_decisions', { entity: 'redemption', entity_id: items[i] as number })).find(
    (d) => d.payment_no !== null,
  ) as Decision;
const because = { reason: '登记时看错了行', evidence: '银行回单第 3 页' };
const arrived = { result: 'arrived', result_on: '2085-05-08', reference: 'HD-0001' };
const returned = { result: '退票', return_reason: '账户已注销' };
const propose = (event: number, change: Record<string, unknown>, who: Person = office as Person) =>
  who.act<{ id: number }>('propose_rectification', {
    event_id: event,
    payload: { ...because, ...change },
    request_id: requestId(),
  });
const settle = (id: number, action: string, who: Person = second as Person, reason: string | null = null) =>
  who.act<{ state: string }>('advance_rectification', {
    rectification_id: id,
    action,
    reason,
    request_id: requestId(),
  });
/** Proposed by one and confirmed by another. */
async function correct(i: number, change: Record<string, unknown>) {
  const { data, error } = await propose((await resultOf(i)).event_id, change);
  return error ? { error, data: null } : settle(Number(data?.id), 'confirm');
}
const paymentOf = async (i: number) =>
  (
    await admin()`select state, arrived_on::text, bank_reference, returned_reason from public.payments
      where redemption_id = ${items[i] as number} and list_id = ${list}`
  )[0];
const caseOf = async (i: number) => {
  const voucher = await voucherOf(orders[i] as number);
  const [row] = await admin()`select r.state, (select b.arrived_on::text from public.published_payouts b
    where b.voucher_no = r.voucher_no) as published from public.redemptions r where r.id = ${items[i] as number}`;
  return { claim: row?.['state'], voucher: voucher.state, published: row?.['published'] ?? null };
};
const fieldOf = (error: unknown) => {
  const e = error as { code: string; details: string | null } | null;
  return e && [e.code, e.details];
};
const told = async (who: Person, title: string) =>
  (
    await admin()`select kind, body from public.notifications where organization_id = ${who.orgId} and title like ${title}`
  ).map((n) => ({ kind: n['kind'] as string, body: String(n['body']) }));

// After whatever a test did: the books, the records and what is published agree.
afterEach(async () => {
  await admin()`select private.reconcile(true)`;
  const bad =
    await admin()`select item, details from public.reconciliations where day = private.today() and not balanced`;
  expect([...bad]).toEqual([]);
});

test('R45: a result is proposed with what it should be; each fault is at its field and nothing changes', async () => {
  const event = (await resultOf(1)).event_id;
  expect(await resultOf(1)).toMatchObject({
    label: '银行结果：到账',
    result: 'arrived',
    result_on: '2085-05-10',
    reference: `LS${lines[1]?.payment_no}`,
    blocks: [],
  });
  // Found by what a bank's paper shows: the number of the payment, or the bank's own.
  for (const words of [lines[1]?.payment_no, `LS${lines[1]?.payment_no}`])
    expect(
      (await (office as Person).must<{ entity_id: number }[]>('find_decided', { words })).map((f) => f.entity_id),
    ).toContain(items[1]);
  for (const who of [firm, lab, department, finance] as Person[]) {
    expect(await resultOf(1, who)).toBeUndefined();
    expect((await propose(event, returned, who)).error?.code).toBe('NOT_FOUND');
  }
  for (const [change, code, field] of [
    [{}, 'FIELD_REQUIRED', 'result'],
    [{ result: '也许' }, 'FIELD_REQUIRED', 'result'],
    [{ result: 'returned' }, 'FIELD_REQUIRED', 'return_reason'],
    [{ ...returned, return_reason: '　\u200b' }, 'FIELD_REQUIRED', 'return_reason'],
    [{ ...returned, return_reason: '长'.repeat(501) }, 'TEXT_TOO_LONG', 'return_reason'],
    [{ ...returned, return_reason: '=1+1' }, 'INPUT_INVALID', 'return_reason'],
    [{ ...arrived, result_on: null }, 'FIELD_REQUIRED', 'result_on'],
    [{ ...arrived, result_on: '2085-05-06' }, 'DATE_INVALID', 'result_on'],
    [{ ...arrived, result_on: '2085-05-11' }, 'DATE_INVALID', 'result_on'],
    [{ ...arrived, result_on: '2085-02-30' }, 'DATE_INVALID', 'result_on'],
    [{ ...arrived, reference: ' ' }, 'FIELD_REQUIRED', 'reference'],
    [{ ...arrived, reference: '@x' }, 'INPUT_INVALID', 'reference'],
    [{ result: '到账', result_on: '2085-05-10', reference: `LS${lines[1]?.payment_no}` }, 'R45_SAME', 'result'],
    [{ ...returned, reason: ' ' }, 'REASON_REQUIRED', 'reason'],
    [{ ...returned, evidence: '' }, 'FIELD_REQUIRED', 'evidence'],
  ] as [Record<string, unknown>, string, string][])
    expect([change, fieldOf((await propose(event, change)).error)]).toEqual([change, [code, field]]);
  expect(await paymentOf(1)).toMatchObject({ state: 'arrived', arrived_on: '2085-05-10' });
  const [none] =
    await admin()`select count(*)::integer as n from public.rectifications where payment_id is not null and entity_id = any (${items})`;
  expect(none?.['n']).toBe(0);
});

test('R45: 到账 that was 退票: the voucher is 已支付 again, the fund is free of it, what is public follows, it is paid again first', async () => {
  const before = await fund();
  const event = (await resultOf(1)).event_id;
  const { data } = await propose(event, returned);
  const id = Number(data?.id);
  expect((await propose(event, returned, second)).error?.code).toBe('R45_PENDING');
  expect((await settle(id, 'confirm', office)).error?.code).toBe('R45_FOUR_EYES');
  // Nothing moves before the second person.
  expect(await caseOf(1)).toEqual({ claim: 'paid_out', voucher: 'redeemed', published: '2085-05-10' });
  const [shown] = (await (second as Person).must<Record<string, unknown>[]>('rectification_list', {})).filter(
    (r) => r['id'] === id,
  );
  expect(shown).toMatchObject({
    payment_no: lines[1]?.payment_no,
    was: `到账 2085-05-10，流水号 LS${lines[1]?.payment_no}`,
    becomes: '退票：账户已注销',
    blocks: [],
  });
  expect((await settle(id, 'confirm')).data?.state).toBe('confirmed');
  expect(await paymentOf(1)).toEqual({
    state: 'returned',
    arrived_on: null,
    bank_reference: null,
    returned_reason: '账户已注销',
  });
  expect(await caseOf(1)).toEqual({ claim: 'passed', voucher: 'paid', published: null });
  expect(await fund()).toMatchObject({ arrived: before.arrived - 30_000, used: before.used - 30_000 });
  const [status] = await admin()`select arrived_fen::integer as arrived from public.fund_status where year = ${year}`;
  expect(status?.['arrived']).toBe((await fund()).arrived);
  expect(await told(lab, '银行结果已更正%退票')).toEqual([
    { kind: 'turn', body: '退票原因：账户已注销\n更正的原因：登记时看错了行\n账户核验后排在最前重付。' },
  ]);
  expect((await told(firm, '银行结果已更正%退票')).map((t) => t.kind)).toEqual(['told']);
  const history = await lab.must<{ label: string; reason: string | null; details: object }[]>('timeline', {
    entity: 'redemption',
    entity_id: items[1],
  });
  expect(history.find((e) => e.label === '更正：银行结果')?.reason).toBe('登记时看错了行');
  expect(JSON.stringify(history.map((e) => e.details))).not.toContain('账户已注销');
  // The list stays done, and an import that repeats the old result is now a contradiction.
  const [state] = await admin()`select state from public.payment_lists where id = ${list}`;
  expect(state?.['state']).toBe('done');
  // It waits for a mended account, then goes first.
  const queue = async () =>
    (office as Person).must<{ redemption_id: number; again: boolean; hindrance: string | null }[]>(
      'payout_candidates',
      {},
    );
  expect((await queue()).find((q) => q.redemption_id === items[1])).toMatchObject({
    again: true,
    hindrance: 'account_returned',
  });
  expect(
    (await lab.must<{ title: string }[]>('my_tasks', {})).some((t) => t.title === '银行退票，请更正收款账户'),
  ).toBe(true);
});

test('R45: 退票 that was 到账 is always recorded, beyond the fund too; nothing is listed until the fund has room again', async () => {
  await setFund((await fund()).used);
  expect((await fund()).free).toBe(0);
  const of = await resultOf(0);
  expect(of).toMatchObject({ label: '银行结果：退票', result: 'returned', return_reason: '账号与户名不符' });
  expect((await correct(0, arrived)).error).toBeNull();
  expect(await paymentOf(0)).toEqual({
    state: 'arrived',
    arrived_on: '2085-05-08',
    bank_reference: 'HD-0001',
    returned_reason: null,
  });
  expect(await caseOf(0)).toEqual({ claim: 'paid_out', voucher: 'redeemed', published: '2085-05-08' });
  expect((await fund()).free).toBe(-30_000);
  // Item 1 becomes ready, and there is no room for it.
  await verifiedAccount(lab);
  expect((await drawUp()).error?.code).toBe('R43_NOTHING_READY');
  await setFund((await fund()).used + 30_000);
  const next = await sent();
  expect((await linesOf(next.id)).map((l) => l.redemption_id)).toEqual([items[1]]);
  // While it is with the bank again, the first attempt cannot become an arrival: the list is named.
  const { error } = await propose((await resultOf(1)).event_id, arrived);
  expect(error?.code).toBe('R45_IN_THE_WAY');
  expect((error as unknown as { details: string }).details).toBe(`拨付单 ${next.list_no} 又拨了这一项（在途）`);
  expect(
    (await bringIn(next.id, await Promise.all((await linesOf(next.id)).map((l) => answerOf(l))))).error,
  ).toBeNull();
  expect(await caseOf(1)).toMatchObject({ claim: 'paid_out', voucher: 'redeemed' });
  await setFund(null);
});

test('R45: a wrong date or reference, a wrong reason: only that changes, and it can be corrected once more', async () => {
  const before = await caseOf(2);
  expect((await correct(2, { result: 'arrived', result_on: '2085-05-09', reference: 'HD-0002' })).error).toBeNull();
  expect(await paymentOf(2)).toMatchObject({ state: 'arrived', arrived_on: '2085-05-09', bank_reference: 'HD-0002' });
  expect(await caseOf(2)).toEqual({ ...before, published: '2085-05-09' });
  expect((await correct(2, { result: 'arrived', result_on: '2085-05-07', reference: 'HD-0002' })).error).toBeNull();
  expect((await caseOf(2)).published).toBe('2085-05-07');
  expect((await told(firm, '银行结果已更正%到账')).length).toBeGreaterThanOrEqual(2);
  const [old] = await admin()`select e.id::integer from public.events e where e.entity = 'redemption'
    and e.entity_id = ${items[2] as number} and e.action = 'pay_out'`;
  expect((await propose(Number(old?.['id']), returned)).error?.code).toBe('R45_NOTHING');
});

test('R45, R44: a recovery stands in the way of 退票, not of a reference; a date not after what came back', async () => {
  const decide = async (i: number) =>
    Number(
      (
        await (department as Person).must<{ id: number }>('decide_recovery', {
          redemption_id: items[i],
          payload: { amount_fen: 10_000, reason: '检测没有实际进行' },
          request_id: requestId(),
        })
      ).id,
    );
  const proposed = Number((await propose((await resultOf(3)).event_id, returned)).data?.id);
  const recovery = await decide(3);
  expect((await resultOf(3)).blocks).toEqual(['追回 100.00 元（追回中）']);
  const refused = (await settle(proposed, 'confirm')).error;
  expect(refused).toMatchObject({ code: 'R45_IN_THE_WAY', details: '追回 100.00 元（追回中）' });
  expect((await settle(proposed, 'withdraw', office)).error).toBeNull();
  await (finance as Person).must('record_repayment', {
    recovery_id: recovery,
    payload: { amount_fen: 4_000, received_on: '2085-05-10', reference: 'TK-1' },
    request_id: requestId(),
  });
  await setClock('2085-05-20T10:00:00+08:00');
  const late = { result: 'arrived', result_on: '2085-05-12', reference: 'HD-3' };
  expect(fieldOf((await propose((await resultOf(3)).event_id, late)).error)).toEqual(['DATE_INVALID', 'result_on']);
  expect((await correct(3, { ...late, result_on: '2085-05-10' })).error).toBeNull();
  expect(await paymentOf(3)).toMatchObject({ bank_reference: 'HD-3' });
  // A cancelled one stands in nobody's way; two at once, one comes first.
  const cancelled = await decide(4);
  await (department as Person).must('cancel_recovery', {
    recovery_id: cancelled,
    reason: '核查有误',
    request_id: requestId(),
  });
  const id = Number((await propose((await resultOf(4)).event_id, returned)).data?.id);
  const both = await Promise.all([
    settle(id, 'confirm'),
    (department as Person).act('decide_recovery', {
      redemption_id: items[4],
      payload: { amount_fen: 10_000, reason: '检测没有实际进行' },
      request_id: requestId(),
    }),
  ]);
  const codes = both.map((b) => b.error?.code ?? 'ok');
  expect([
    ['ok', 'R44_NOT_ARRIVED'],
    ['R45_IN_THE_WAY', 'ok'],
  ]).toContainEqual(codes);
  if (codes[1] === 'ok') {
    const [running] =
      await admin()`select max(id)::integer as id from public.recoveries where redemption_id = ${items[4] as number}`;
    await (department as Person).must('cancel_recovery', {
      recovery_id: running?.['id'],
      reason: '核查有误',
      request_id: requestId(),
    });
    expect((await settle(id, 'confirm')).error).toBeNull();
  }
  expect(await caseOf(4)).toEqual({ claim: 'passed', voucher: 'paid', published: null });
});

test('R45, R48: a corrected result leaves a settled quarter settled, and its item is paid again', async () => {
  await verifiedAccount(lab);
  await payOut();
  await advance(office as Person, roundId, 'settle');
  const settled = async () =>
    (await admin()`select state from public.rounds where id = ${roundId}`)[0]?.['state'] as string;
  expect(await settled()).toBe('settled');
  expect((await correct(2, returned)).error).toBeNull();
  expect([await settled(), await caseOf(2)]).toEqual([
    'settled',
    { claim: 'passed', voucher: 'paid', published: null },
  ]);
  // The owner of the database still changes nothing of it by himself.
  await expect(
    (async () => admin()`update public.redemptions set state = 'paid_out' where id = ${items[2] as number}`)(),
  ).rejects.toThrow('R30');
  await expect(
    (async () => admin()`update public.redemptions set state = 'passed' where id = ${items[0] as number}`)(),
  ).rejects.toThrow('R30');
  await verifiedAccount(lab);
  const again = await sent();
  // A list in draft or approved stands in the way as well, by its name.
  const stands = (await propose((await resultOf(2)).event_id, arrived)).error as unknown as { details: string };
  expect(stands.details).toContain(again.list_no);
  expect(
    (await bringIn(again.id, await Promise.all((await linesOf(again.id)).map((l) => answerOf(l))))).error,
  ).toBeNull();
  expect([await settled(), (await caseOf(2)).voucher]).toEqual(['settled', 'redeemed']);
});

test('R45: a correction beside a list that is being drawn up, and beside its own confirmation twice: one comes first', async () => {
  const [now] = await admin()`select p.list_id::integer as list from public.payments p
    where p.redemption_id = ${items[0] as number} and p.state = 'arrived'`;
  expect(now?.['list']).toBe(list);
  expect((await correct(0, returned)).error).toBeNull();
  await verifiedAccount(lab);
  const id = Number((await propose((await resultOf(0)).event_id, arrived)).data?.id);
  const [confirmed, drawn] = await Promise.all([settle(id, 'confirm'), drawUp()]);
  expect([
    ['ok', 'R43_NOTHING_READY'],
    ['R45_IN_THE_WAY', 'ok'],
  ]).toContainEqual([confirmed.error?.code ?? 'ok', drawn.error?.code ?? 'ok']);
  if (drawn.data) await step(second as Person, drawn.data.id, 'send_back', '先更正');
  const twice = await Promise.all([settle(id, 'confirm'), settle(id, 'confirm', await staff('platform'))]);
  expect(twice.filter((t) => t.error === null)).toHaveLength(confirmed.error ? 1 : 0);
  expect(await caseOf(0)).toEqual({ claim: 'paid_out', voucher: 'redeemed', published: '2085-05-08' });
});
