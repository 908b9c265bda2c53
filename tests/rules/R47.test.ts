// R47: an objection against either result; an upheld one against a refusal has the item alone reviewed once more, by others.
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
  signUp,
  staff,
  stateNoConflict,
  toNotice,
  voucherOf,
} from '../support/people.ts';
import { payOut } from '../support/payments.ts';

// A year of its own, so that its quarters are nobody else’s.
const signed = { contract_signed_on: '2024-01-10' };
let firm: Awaited<ReturnType<typeof applicant>>;
let lab: Awaited<ReturnType<typeof institution>>;
let [office, department, finance]: Person[] = [];
let panel: Person[];
let orders: number[];
let items: number[];
let roundId: number;
const watched: number[] = [];

const act = (who: Person | undefined, name: string, args: Record<string, unknown>) =>
  (who as Person).act(name, { ...args, request_id: requestId() });
const re = (who: Person | undefined, n: number, action: string, reason: string | null = null) =>
  act(who, 'advance_re_review', { redemption_id: items[n], action, reason });
const item = async (n: number) =>
  (
    await admin()`select r.state, r.expert_result as result, r.panel, q.state as round from public.redemptions r join public.rounds q on q.id = r.round_id where r.id = ${items[n] as number}`
  )[0];
const voucher = async (n: number) => voucherOf(orders[n] as number);
const object = async (n: number, words = '该项符合研发检测的要求，请予复核') =>
  Number(
    (
      await admin()`select private.submit_objection(${(await voucher(n)).voucher_no}, '演示公民', '0371-00000000', ${words}) as id`
    )[0]?.['id'],
  );
/** What whoever objected is told by the receipt. */
const told = async (objection_id: number) => {
  const [row] =
    await admin()`select c.* from public.objections o, private.check_receipt(o.receipt) c where o.id = ${objection_id}`;
  return [row?.['result'], row?.['decision'], row?.['answer'], row?.['follows']];
};
const decide = (objection_id: number, upheld: boolean, reason = '经核查理由充分') =>
  act(department, 'decide_objection', { objection_id, upheld, reason });
/** The experts who wait for this item say what they think of it. */
async function vote(n: number, verdict: 'yes' | 'no'): Promise<string[]> {
  const who: string[] = [];
  for (const expert of panel) {
    await stateNoConflict(expert);
    const mine = await expert.must<{ redemption_id: number }[]>('my_reviews', {});
    if (!mine.some((m) => m.redemption_id === items[n])) continue;
    who.push(expert.userId);
    await expert.must('cast_votes', {
      votes: [{ redemption_id: items[n], verdict, reason: verdict === 'no' ? '复评仍认为报告与合同不符' : null }],
      request_id: requestId(),
    });
  }
  return who;
}

beforeAll(async () => {
  await ownYear(2024);
  await setClock('2024-02-05T10:00:00+08:00');
  [firm, lab, office] = [await applicant(), await institution(), await platform()];
  [department, finance] = [await staff('department'), await staff('finance')];
  const body = await recommender(lab);
  orders = [];
  for (let i = 0; i < 5; i++) orders.push(await paid(firm, lab, signed));
  items = [];
  for (const order of orders) items.push(await passed(lab, order));
  const [round] =
    await admin()`select round_id::integer as id from public.redemptions where id = ${items[0] as number}`;
  roundId = Number(round?.['id']);
  panel = await experts(6);
  await setClock('2024-04-08T10:00:00+08:00');
  // The first passes, the others are refused.
  await toNotice(roundId, panel, items.slice(1));
  await archivePapers(roundId, lab, body);
}, 120_000);
afterAll(() => setClock(null));

test('R47: a refusal is not final at publication; both sides read the experts’ reasons, nobody else does', async () => {
  expect(await item(1)).toMatchObject({ state: 'passed', result: 'no' });
  expect((await voucher(1)).state).toBe('paid');
  const reasons = (who: Person) => who.must<string[]>('refusal_reasons', { redemption_id: items[1] });
  for (const who of [firm, lab, department as Person])
    expect(await reasons(who)).toEqual(['报告与合同不符', '报告与合同不符', '报告与合同不符']);
  for (const who of [await signUp(), panel[0] as Person]) expect(await reasons(who)).toEqual([]);
  const told =
    (
      await firm.client
        .from('notifications')
        .select('body')
        .eq('entity_id', items[1] as number)
    ).data ?? [];
  expect(told.map((t) => t.body).join()).toMatch(/报告与合同不符.*\n公示至 2024-04-12；有异议的可在公示期内实名提出/);
});

test('R28: passed, refused and undecided are separate sums, and the confirmation records them', async () => {
  const [sums] = await (department as Person).must<Record<string, number>[]>('round_sums', { round_id: roundId });
  expect(sums).toEqual({
    passed: 1,
    passed_fen: 360_000,
    refused: 4,
    refused_fen: 1_440_000,
    undecided: 0,
    undecided_fen: 0,
  });
  const confirmed =
    await admin()`select details from public.events where entity = 'round' and entity_id = ${roundId} and action = 'confirm' order by seq`;
  expect(confirmed.map((e) => e['details'])).toEqual([
    expect.objectContaining(sums as object),
    expect.objectContaining(sums as object),
  ]);
  expect((await firm.must<{ passed: number }[]>('round_sums', { round_id: roundId }))[0]?.passed).toBe(0);
});

test('R47: upheld against a refusal: the item alone is reviewed again, by other experts, and one decision answers all objections to it', async () => {
  const [one, two] = [await object(1), await object(1, '另一个人也认为符合研发检测的要求')];
  // R28: the receipt tells the whole story, and only what is public of it.
  expect(await told(one)).toEqual([
    'no',
    null,
    null,
    expect.stringMatching(/^由省科技厅裁定，平台服务时限至 2024-04-\d\d；裁定之前这一项不予兑付。$/),
  ]);
  watched.push(one, two);
  const first = (
    await admin()`select expert_id from public.expert_assignments where redemption_id = ${items[1] as number}`
  ).map((r) => String(r['expert_id']));
  expect((await decide(one, true)).error).toBeNull();
  expect(await item(1)).toEqual({ state: 're_review', result: null, panel: 2, round: 'in_notice' });
  const [other] = await admin()`select decision, decision_reason from public.objections where id = ${two}`;
  expect(other).toEqual({ decision: 'upheld', decision_reason: '针对同一结果的另一异议已成立：经核查理由充分' });
  expect((await decide(two, false)).error?.code).toBe('R28_DECIDED');
  const again = '这一项由另一组专家重新评审，复评结果另行公示。';
  expect(await told(one)).toEqual(['no', 'upheld', '经核查理由充分', again]);
  expect(await told(two)).toEqual(['no', 'upheld', '针对同一结果的另一异议已成立：经核查理由充分', again]);
  expect((await re(office, 1, 'report')).error?.code).toBe('R27_VOTES_MISSING');
  // Nobody of the first panel votes, and none of the second reads what the first thought.
  const second = panel.filter((p) => !first.includes(p.userId));
  for (const expert of second) {
    await stateNoConflict(expert);
    expect(
      (
        await expert.client
          .from('expert_votes')
          .select('id')
          .eq('redemption_id', items[1] as number)
      ).data,
    ).toEqual([]);
    expect(await expert.must('refusal_reasons', { redemption_id: items[1] })).toEqual([]);
    expect(JSON.stringify(await expert.must('timeline', { entity: 'redemption', entity_id: items[1] }))).not.toMatch(
      /报告与合同不符|异议/,
    );
  }
  const voters = await vote(1, 'yes');
  expect(voters.filter((v) => first.includes(v))).toEqual([]);
  expect(voters).toHaveLength(3);
});

test('R47: department and finance confirm it again; a send-back moves the item, not its round, and its reason stays inside', async () => {
  expect((await re(department, 1, 'confirm')).error?.code).toBe('STATE_REFUSED');
  expect((await re(finance, 1, 'report')).error?.code).toBe('NOT_YOUR_TURN');
  expect((await re(office, 1, 'report')).error).toBeNull();
  expect(await item(1)).toMatchObject({ state: 're_reported', result: 'yes' });
  // Nobody outside learns a result before its notice.
  expect((await told(watched[0] as number))[3]).toBe('这一项由另一组专家重新评审，复评结果另行公示。');
  expect((await re(finance, 1, 'confirm')).error?.code).toBe('NOT_YOUR_TURN');
  expect((await re(department, 1, 'send_back', '​')).error?.code).toBe('REASON_REQUIRED');
  expect((await re(department, 1, 'send_back', '内部：请核对样品编号')).error).toBeNull();
  expect(await item(1)).toEqual({ state: 're_review', result: null, panel: 2, round: 'in_notice' });
  for (const who of [firm, lab]) {
    expect(JSON.stringify(await who.must('timeline', { entity: 'redemption', entity_id: items[1] }))).not.toContain(
      '内部',
    );
    expect(JSON.stringify((await who.client.from('events').select('reason, details')).data)).not.toContain('样品编号');
  }
  await vote(1, 'yes');
  for (const [who, action] of [
    [office, 'report'],
    [department, 'confirm'],
    [finance, 'confirm'],
    [office, 'publish'],
  ] as const)
    expect((await re(who, 1, action)).error, action).toBeNull();
  expect(await item(1)).toMatchObject({ state: 're_notice', result: 'yes', round: 'in_notice' });
  expect((await told(watched[0] as number))[3]).toBe('复评通过，公示至 2024-04-12。');
  const notices =
    await admin()`select title, redemption_id is not null as own, to_on::text from public.notices where round_id = ${roundId} order by id`;
  expect(notices.map((n) => [n['own'], n['to_on']])).toEqual([
    [false, '2024-04-12'],
    [true, '2024-04-12'],
  ]);
});

test('R47: a refusal after re-review cannot be objected to; there is no third review', async () => {
  watched.push(await object(2));
  expect((await decide(watched[2] as number, true)).error).toBeNull();
  await vote(2, 'no');
  for (const [who, action] of [
    [office, 'report'],
    [department, 'confirm'],
    [finance, 'confirm'],
    [office, 'publish'],
  ] as const)
    expect((await re(who, 2, action)).error, action).toBeNull();
  await expect(object(2)).rejects.toThrow(/R47_FINAL/);
  expect(await lab.must('refusal_reasons', { redemption_id: items[2] })).toEqual(
    Array(3).fill('复评仍认为报告与合同不符'),
  );
});

test('R47, R24: a refusal is final when its notice is over with no objection open — and not before', async () => {
  const late = await object(4);
  await setClock('2024-04-15T10:00:00+08:00');
  await advance(office as Person, roundId, 'start_payout');
  // The one without an objection has ended, quota and all; the one with an open objection waits; the re-reviewed have ended by their own notice.
  expect([(await item(3))?.['state'], (await voucher(3)).state]).toEqual(['rejected', 'failed']);
  expect([(await item(4))?.['state'], (await voucher(4)).state]).toEqual(['passed', 'paid']);
  expect([(await item(2))?.['state'], (await voucher(2)).state]).toEqual(['rejected', 'failed']);
  expect((await item(1))?.['state']).toBe('passed');
  expect((await told(watched[0] as number))[3]).toBe('复评通过，公示已满。');
  expect((await told(watched[2] as number))[3]).toBe('复评未通过，公示已满。');
  const why =
    await admin()`select reason from public.events where entity = 'redemption' and entity_id = ${items[3] as number} and action = 'reject'`;
  expect(why[0]?.['reason']).toContain('报告与合同不符');
  const settle = () => act(office, 'advance_round', { round_id: roundId, action: 'settle', reason: null });
  expect(await payOut()).toMatchObject({ count: 2 });
  expect((await voucher(1)).state).toBe('redeemed');
  expect((await settle()).error?.code).toBe('R30_ITEMS_WAITING');
  expect((await decide(late, false)).error).toBeNull();
  expect(await told(late)).toEqual(['no', 'rejected', '经核查理由充分', '公示的结论不变。']);
  expect([(await item(4))?.['state'], (await voucher(4)).state]).toEqual(['rejected', 'failed']);
  expect((await settle()).error).toBeNull();
  const [quota] =
    await admin()`select spent_fen::integer as spent from public.quotas where organization_id = ${firm.orgId} and year = 2024`;
  expect(quota?.['spent']).toBe(720_000);
});
