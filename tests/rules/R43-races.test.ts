// R43 beside what else happens at the same moment: an objection being decided, a suspension, another officer. One comes first, nothing is half done.
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
  secondOfficer,
  setClock,
  staff,
  toNotice,
  verifiedAccount,
} from '../support/people.ts';
import { answerOf, drawUp, type Line, type List, linesOf, payOut, record, sent, step } from '../support/payments.ts';

const year = 2086;
const small = {
  contract_signed_on: '2086-01-05',
  contract_total_fen: 100_000,
  test_fee_fen: 100_000,
  lines: [{ description: '检测', quantity: 1, unit_price_fen: 100_000 }],
};
let [office, second, department]: Person[] = [];
let lab: Awaited<ReturnType<typeof institution>>;
let roundId: number;
const items: number[] = [];
beforeAll(async () => {
  await payOut();
  await ownYear(year);
  await setClock('2086-02-05T10:00:00+08:00');
  [office, second, department] = [await platform(), await secondOfficer(), await staff('department')];
  const firm = await applicant();
  lab = await institution();
  const body = await recommender(lab);
  const orders: number[] = [];
  for (let n = 0; n < 8; n++) orders.push(await paid(firm, lab, small));
  for (const order of orders) items.push(await passed(lab, order));
  const [round] =
    await admin()`select round_id::integer as id from public.redemptions where id = ${items[0] as number}`;
  roundId = Number(round?.['id']);
  await setClock('2086-04-09T10:00:00+08:00');
  await toNotice(roundId, await experts(3));
  await archivePapers(roundId, lab, body);
  await setClock('2086-05-07T10:00:00+08:00');
  await advance(office as Person, roundId, 'start_payout');
}, 120_000);
afterAll(() => setClock(null));

const code = (answer: { error: { code: string } | null }) => answer.error?.code ?? 'ok';
const balanced = async () =>
  expect([
    ...(await admin()`select item, details from private.imbalances() where item in ('年度资金', '拨付单与各笔', '到账与兑付成功的券')`),
  ]).toEqual([]);
const stateOf = async (item: number) =>
  (
    await admin()`select r.state, v.state as voucher, (select string_agg(p.state, ',' order by p.id) from public.payments p
      where p.redemption_id = r.id and p.state <> 'dropped') as attempts
      from public.redemptions r join public.vouchers v on v.id = r.voucher_id where r.id = ${item}`
  )[0];
const object = async (item: number) => {
  const [notice] = await admin()`select id from public.notices where round_id = ${roundId} and redemption_id is null`;
  const [row] = await admin()`insert into public.objections (notice_id, redemption_id, real_name, contact, body)
    values (${notice?.['id']}, ${item}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。') returning id::integer`;
  return (upheld: boolean) =>
    (department as Person).act('decide_objection', {
      objection_id: row?.['id'],
      upheld,
      reason: '经核查属于批量检验',
      request_id: requestId(),
    });
};
const suspend = () =>
  (department as Person).act<{ id: number }>('suspend_organization', {
    organization_id: lab.orgId,
    payload: { from_on: '2086-05-07', to_on: '2086-06-30', holds_payouts: true, reason: '核查中' },
    request_id: requestId(),
  });
const lift = async (id: number) =>
  (department as Person).must('lift_suspension', { suspension_id: id, reason: '核查完毕', request_id: requestId() });

test('R43: two officers draw up at the same moment, three times: always one list, and the other is told', async () => {
  for (let n = 0; n < 3; n++) {
    const both = await Promise.all(
      [office, second].map((who) => (who as Person).act<List>('draw_up_payment_list', { request_id: requestId() })),
    );
    expect(both.map(code).sort()).toEqual(['R43_LIST_OPEN', 'ok']);
    const list = both.find((b) => b.data)?.data as List;
    // Sent back beside its approval: one of the two.
    const [author, other] = both[0]?.data ? [office, second] : [second, office];
    const ends = await Promise.all([
      step(other as Person, list.id, 'send_back', '重新拟制'),
      step(author as Person, list.id, 'send_back', '重新拟制'),
    ]);
    expect(ends.map(code).sort()).toEqual(['STATE_REFUSED', 'ok']);
    await balanced();
  }
});

test('R43, R46: a suspension that holds payouts, beside the approval: refused by name or approved before it; then the bank’s file leaves it out', async () => {
  for (let n = 0; n < 3; n++) {
    const list = (await drawUp(2)).data as List;
    const [approved, suspended] = await Promise.all([step(second as Person, list.id, 'approve'), suspend()]);
    expect(['ok', 'R43_LINE_NOT_READY']).toContain(code(approved));
    expect(code(suspended)).toBe('ok');
    if (approved.error) {
      expect(approved.error.hint).toContain('暂停资格，暂缓兑付');
      await step(second as Person, list.id, 'send_back', '机构暂停');
    } else
      expect((await step(office as Person, list.id, 'send')).data).toMatchObject({
        state: 'emptied',
        count: 0,
        dropped: 2,
      });
    await lift(Number(suspended.data?.id));
    await balanced();
  }
  // Beside the making of the file: what is in it stays with the bank, what is not is left out; never both.
  const list = (await drawUp(2)).data as List;
  expect(code(await step(second as Person, list.id, 'approve'))).toBe('ok');
  const [file, suspended] = await Promise.all([step(office as Person, list.id, 'send'), suspend()]);
  expect([code(file), code(suspended)]).toEqual(['ok', 'ok']);
  expect([0, 2]).toContain(file.data?.count);
  if (file.data?.count === 2)
    for (const line of await linesOf(list.id))
      expect(code(await record(list.id, { ...(await answerOf(line)) }))).toBe('ok');
  await lift(Number(suspended.data?.id));
  await balanced();
});

test('R43, R28: a result beside the decision on an objection: never both a failure and an arrival', async () => {
  // Returned and upheld at once: the result stands, and the objection is upheld or waits for it.
  const list = await sent(3);
  const lines = await linesOf(list.id);
  const [a, b, c] = lines as [Line, Line, Line];
  for (const [line, reason] of [
    [a, '账户已注销'],
    [b, ''],
  ] as const) {
    const decide = await object(line.redemption_id);
    const [result, decided] = await Promise.all([record(list.id, { ...(await answerOf(line, reason)) }), decide(true)]);
    expect(code(result)).toBe('ok');
    const state = await stateOf(line.redemption_id);
    if (reason) {
      expect(['ok', 'R43_IN_TRANSIT']).toContain(code(decided));
      if (decided.error) expect(code(await decide(true))).toBe('ok');
      expect(await stateOf(line.redemption_id)).toEqual({ state: 'objected', voucher: 'failed', attempts: 'returned' });
    } else {
      expect(code(decided)).not.toBe('ok');
      expect(state).toMatchObject({ state: 'paid_out', voucher: 'redeemed' });
      expect(code(await decide(false))).toBe('ok');
    }
    await balanced();
  }
  // The same line recorded by two at once, one way and the other: the first stands, the second is named a contradiction.
  const both = await Promise.all([
    record(list.id, { ...(await answerOf(c)) }, office),
    record(list.id, { ...(await answerOf(c, '账户已注销')) }, second),
  ]);
  expect(both.filter((r) => r.error === null)).toHaveLength(1);
  expect(['R43_LINES_BAD', 'STATE_REFUSED']).toContain(both.map(code).find((k) => k !== 'ok'));
  await balanced();
});

test('R43, R42: an account replaced beside the approval: the list goes to the account it names, or not at all', async () => {
  await verifiedAccount(lab);
  const list = (await drawUp(1)).data as List;
  const [approved] = await Promise.all([step(second as Person, list.id, 'approve'), verifiedAccount(lab)]);
  expect(['ok', 'R43_LINE_NOT_READY']).toContain(code(approved));
  if (!approved.error)
    expect((await step(office as Person, list.id, 'send')).data).toMatchObject({ state: 'emptied', dropped: 1 });
  else await step(second as Person, list.id, 'send_back', '账户已更换');
  const [line] = await linesOf(list.id);
  expect(line?.state).toBe('dropped');
  await balanced();
});
