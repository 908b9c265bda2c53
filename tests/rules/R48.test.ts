// R48: a round can always be ended.
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
  toNotice,
  voucherOf,
} from '../support/people.ts';
import { payOut } from '../support/payments.ts';

const signed = { contract_signed_on: '2024-04-02' };
let office: Person;
let [prompt, slow]: Awaited<ReturnType<typeof institution>>[] = [];
let orders: number[];
let items: number[];
let roundId: number;
let body: Person;

const move = (pack: number, reason: string | null = '逾期没有报送') =>
  office.act('advance_paper_pack', { pack_id: pack, action: 'move', reason, request_id: requestId() });
const settle = () =>
  office.act('advance_round', { round_id: roundId, action: 'settle', reason: null, request_id: requestId() });
const packOf = async (round: number, lab: { orgId: number } | undefined) =>
  (
    await admin()`select id::integer, state from public.paper_packs where round_id = ${round} and institution_id = ${(lab as Person).orgId}`
  )[0] as { id: number; state: string } | undefined;

beforeAll(async () => {
  await ownYear(2024);
  await setClock('2024-05-13T10:00:00+08:00');
  const firm = await applicant();
  [prompt, slow, office] = [await institution(), await institution(), await platform()];
  body = await recommender(prompt);
  orders = [];
  items = [];
  for (const lab of [prompt, slow]) {
    orders.push(await paid(firm, lab, signed));
    items.push(await passed(lab, orders.at(-1) as number));
  }
  const [round] =
    await admin()`select round_id::integer as id from public.redemptions where id = ${items[0] as number}`;
  roundId = Number(round?.['id']);
  await setClock('2024-07-08T10:00:00+08:00');
  await toNotice(roundId, await experts(3));
  await archivePapers(roundId, prompt, body);
}, 120_000);
afterAll(() => setClock(null));

test('R48: an institution without a recommender is given one by the platform, once, with a reason', async () => {
  const give = (who: Person, to: number, reason = '该单位没有推荐单位') =>
    who.act('assign_recommender', {
      institution_id: (slow as Person).orgId,
      recommender_id: to,
      reason,
      request_id: requestId(),
    });
  expect((await give(slow as Person, body.orgId)).error?.code).toBe('NOT_FOUND');
  expect((await give(office, body.orgId, '​​')).error?.code).toBe('REASON_REQUIRED');
  expect((await give(office, (prompt as Person).orgId)).error?.code).toBe('INPUT_INVALID');
  expect((await give(office, body.orgId)).error).toBeNull();
  expect((await give(office, body.orgId)).error?.code).toBe('R48_HAS_RECOMMENDER');
  const events =
    await admin()`select reason from public.events where entity = 'organization' and entity_id = ${(slow as Person).orgId} and action = 'assign_recommender'`;
  expect(events).toHaveLength(1);
});

test('R48: papers overdue are reminded of and may be moved with a reason: votes, confirmation and notice stay, the round is settled without them', async () => {
  const pack = (await packOf(roundId, slow)) as { id: number };
  expect((await move(pack.id)).error?.code).toBe('R48_NOT_OVERDUE');
  await setClock('2024-07-23T10:00:00+08:00');
  await advance(office, roundId, 'start_payout');
  await payOut();
  const states = async () => [
    (await voucherOf(orders[0] as number)).state,
    (await voucherOf(orders[1] as number)).state,
  ];
  expect(await states()).toEqual(['redeemed', 'paid']);
  expect((await settle()).error?.code).toBe('R30_ITEMS_WAITING');
  await admin()`select private.send_reminders()`;
  const reminded =
    await admin()`select title from public.notifications where organization_id = ${(slow as Person).orgId} and entity = 'paper_pack' and kind = 'reminder'`;
  expect(reminded.map((r) => r['title'])).toEqual([expect.stringMatching(/^已超过平台服务时限/)]);
  expect((await move(pack.id, null)).error?.code).toBe('REASON_REQUIRED');
  expect(
    (
      await (slow as Person).act('advance_paper_pack', {
        pack_id: pack.id,
        action: 'move',
        reason: '自己移',
        request_id: requestId(),
      })
    ).error?.code,
  ).toBe('NOT_YOUR_TURN');
  expect((await move(pack.id)).data).toMatchObject({ state: 'moved', items: 1, year: 2024, quarter: 3 });
  const [row] =
    await admin()`select round_id::integer as round, state, expert_result as result from public.redemptions where id = ${items[1] as number}`;
  expect(row).toEqual({ round: roundId, state: 'passed', result: 'yes' });
  // An archived pack is not late.
  expect((await move((await packOf(roundId, prompt))?.id as number)).error?.code).toBe('STATE_REFUSED');
  expect((await settle()).error).toBeNull();
});

test('R48: moved papers join the pack of the later round, once more if need be, and are paid from there without a second review', async () => {
  await admin()`select private.close_due_rounds()`;
  const third = Number((await admin()`select id from public.rounds where year = 2024 and quarter = 3`)[0]?.['id']);
  await setClock('2024-10-08T10:00:00+08:00');
  await advance(office, third, 'close');
  const pack = await packOf(third, slow);
  expect(pack?.state).toBe('not_printed');
  // Nothing to review: the round goes its way.
  for (const action of ['open_review', 'report']) await advance(office, third, action);
  await setClock('2024-10-23T10:00:00+08:00');
  expect((await move(pack?.id as number)).data).toMatchObject({ quarter: 4 });
  const fourth = Number((await admin()`select id from public.rounds where year = 2024 and quarter = 4`)[0]?.['id']);
  // The fourth quarter ends with the year: its pack is there as its closing would make it.
  await admin()`insert into public.paper_packs (round_id, institution_id) values (${fourth}, ${(slow as Person).orgId})`;
  await archivePapers(fourth, slow as Person, body);
  await payOut();
  expect((await voucherOf(orders[1] as number)).state).toBe('redeemed');
  // What settling froze is still frozen.
  await expect(
    admin()`update public.redemptions set expert_result = 'no' where id = ${items[1] as number}`,
  ).rejects.toThrow(/R30/);
  await expect(
    admin()`update public.redemptions set amount_fen = 1 where id = ${items[1] as number}`,
  ).rejects.toThrow();
});
