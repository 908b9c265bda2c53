// R40: who reviews, and what happens when he cannot, does not, or is asked again.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  experts,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  requestId,
  sendBack,
  setClock,
  staff,
  stateNoConflict,
  voteAll,
} from '../support/people.ts';

// A year of its own, so that its quarters are nobody else’s.
const signed = { contract_signed_on: '2022-04-06' };
let firm: Awaited<ReturnType<typeof applicant>>;
let lab: Awaited<ReturnType<typeof institution>>;
let office: Person;
let department: Person;
let finance: Person;
let panel: Person[];
let items: number[];
let roundId: number;

beforeAll(async () => {
  await ownYear(2022);
  await setClock('2022-05-10T10:00:00+08:00');
  [firm, lab, office] = [await applicant(), await institution(), await platform()];
  [department, finance] = [await staff('department'), await staff('finance')];
  items = [];
  for (let i = 0; i < 5; i++) items.push(await passed(lab, await paid(firm, lab, signed)));
  const [round] = await admin()`select id::integer from public.rounds where year = 2022 and quarter = 2`;
  roundId = Number(round?.['id']);
  panel = await experts(3);
  await setClock('2022-07-08T10:00:00+08:00');
  await advance(office, roundId, 'close');
  await advance(office, roundId, 'open_review');
}, 120_000);
afterAll(() => setClock(null));

const item = (n: number) => items[n] as number;
const [one, two, three] = [0, 1, 2].map((n) => () => panel[n] as Person) as [() => Person, () => Person, () => Person];
const cast = (who: Person, id: number, verdict = 'yes', reason: string | null = null) =>
  who.act('cast_votes', { votes: [{ redemption_id: id, verdict, reason }], request_id: requestId() });
const on = (n: number, reason = '演示理由') => ({ redemption_id: item(n), reason, request_id: requestId() });
const report = async () =>
  (await office.act('advance_round', { round_id: roundId, action: 'report', reason: null, request_id: requestId() }))
    .error?.code;
const told = async () =>
  (
    await admin()`select count(*)::integer as n from public.notifications where role = 'platform' and title like '评审缺少专家%' and entity_id in ${admin()(items)}`
  )[0]?.['n'];

test('R40: before the statement an expert sees the parties and nothing else; one statement opens many items', async () => {
  const seen = async () => ({
    items: (await one().client.from('redemptions').select('id')).data?.length,
    orders: (await one().client.from('orders').select('id')).data?.length,
    lines: (await one().client.from('order_fee_lines').select('order_id')).data?.length,
    files: (await one().client.from('documents').select('id')).data?.length,
  });
  expect(await seen()).toEqual({ items: 0, orders: 0, lines: 0, files: 0 });
  const waiting = await one().must<Record<string, unknown>[]>('my_reviews', {});
  expect(waiting.map((w) => [w['applicant_name'], w['institution_name'], w['stated'], w['voted']])).toEqual(
    items.map(() => [expect.stringContaining('演示单位'), expect.stringContaining('演示单位'), false, false]),
  );
  expect((await cast(one(), item(0))).error?.code).toBe('R40_STATE_FIRST');
  expect(
    (await one().act('save_vote_drafts', { drafts: [{ redemption_id: item(0), verdict: 'yes', reason: '' }] })).error
      ?.code,
  ).toBe('R27_NOT_ASSIGNED');
  for (const who of panel) expect((await stateNoConflict(who)).toSorted()).toEqual(items.toSorted());
  const open = await seen();
  expect([open.items, open.orders, open.lines]).toEqual([5, 5, 15]);
  expect(open.files).toBeGreaterThanOrEqual(15);
  // R34: never the people behind an organization.
  expect((await one().client.from('organization_contacts').select('*')).data).toEqual([]);
  expect((await one().client.from('memberships').select('*')).data).toEqual([]);
});

test('R40: drafts are in the database, each expert’s own; what is sent leaves no draft', async () => {
  await one().must('save_vote_drafts', { drafts: [{ redemption_id: item(0), verdict: 'no', reason: '报告缺页' }] });
  await one().must('save_vote_drafts', { drafts: [{ redemption_id: item(0), verdict: '', reason: '再看看' }] });
  const drafts = async (who: Person) => (await who.client.from('vote_drafts').select('redemption_id, reason')).data;
  expect(await drafts(one())).toEqual([{ redemption_id: item(0), reason: '再看看' }]);
  for (const who of [two(), office, department]) expect(await drafts(who)).toEqual([]);
  expect((await cast(one(), item(0))).error).toBeNull();
  expect(await drafts(one())).toEqual([]);
});

test('R40: 回避 before sending, whatever the number of experts; where nobody is left the platform is told, and mends it', async () => {
  expect((await one().act('declare_conflict', on(0))).error?.code).toBe('R40_SENT');
  for (const empty of ['​​', ' 　', 'ㅤ'])
    expect((await one().act('declare_conflict', on(1, empty))).error?.code).toBe('REASON_REQUIRED');
  // Three experts, three seats: nobody can take this one.
  expect(await one().must('declare_conflict', on(1, '曾与申请人合作'))).toEqual({ replaced: false });
  expect(await told()).toBe(1);
  expect((await one().client.from('redemptions').select('id').eq('id', item(1))).data).toEqual([]);
  expect((await cast(one(), item(1))).error?.code).toBe('R27_NOT_ASSIGNED');
  for (const who of [two(), three()]) expect((await cast(who, item(1))).error).toBeNull();
  await voteAll(panel, roundId);
  // Two votes are no odd number.
  expect(await report()).toBe('R27_VOTES_MISSING');
  const tasks = await office.must<{ entity: string; id: number; title: string }[]>('my_tasks', {});
  expect(tasks.filter((t) => t.entity === 'round' && t.id === roundId).map((t) => t.title)).toEqual([
    '评审缺少专家或有专家逾期',
  ]);
  expect((await office.act('add_expert', on(1))).error?.code).toBe('R27_EXPERTS_SHORT');
  expect((await office.act('add_expert', on(0))).error?.code).toBe('R40_PANEL_FULL');
  expect((await department.act('add_expert', on(1))).error?.code).toBe('NOT_FOUND');
  const fourth = await staff('expert');
  panel.push(fourth);
  expect(await office.must('add_expert', on(1))).toEqual({ added: 1 });
  expect(await report()).toBe('R27_VOTES_MISSING');
});

test('R40: an overdue expert is replaced by the platform with a reason; votes already sent stand', async () => {
  const replace = (n: number, who: Person, reason = '逾期两周未提交') =>
    office.act('replace_expert', { redemption_id: item(n), expert_id: who.userId, reason, request_id: requestId() });
  const fourth = panel[3] as Person;
  await stateNoConflict(fourth);
  expect((await replace(1, fourth)).error?.code).toBe('R40_NOT_OVERDUE');
  await setClock('2022-07-23T10:00:00+08:00');
  expect((await replace(1, two())).error?.code).toBe('R40_SENT');
  expect((await replace(1, fourth, '​')).error?.code).toBe('REASON_REQUIRED');
  // Nobody to take over: refused, and he keeps the item.
  expect((await replace(1, fourth)).error?.code).toBe('R27_EXPERTS_SHORT');
  const progress = await office.must<{ redemption_id: number; expert_id: string; overdue: boolean; voted: boolean }[]>(
    'review_progress',
    { round_id: roundId },
  );
  expect(progress.filter((p) => p.overdue).map((p) => [p.redemption_id, p.expert_id])).toEqual([
    [item(1), fourth.userId],
  ]);
  expect(JSON.stringify(progress)).not.toMatch(/"verdict"|报告/);
  const fifth = await staff('expert');
  panel.push(fifth);
  expect((await replace(1, fourth)).error).toBeNull();
  expect((await cast(fourth, item(1))).error?.code).toBe('R27_NOT_ASSIGNED');
  expect(
    (
      await admin()`select count(distinct expert_id)::integer as n from public.expert_votes where redemption_id = ${item(1)}`
    )[0]?.['n'],
  ).toBe(2);
});

test('R40: the platform moves an item to the next round’s review; its votes stay', async () => {
  expect((await office.act('postpone_review', on(0))).error?.code).toBe('STATE_REFUSED');
  const moved = await office.must<{ year: number; quarter: number }>('postpone_review', on(1, '专家不足，下季度再评'));
  expect([moved.year, moved.quarter]).toEqual([2022, 3]);
  const [row] =
    await admin()`select r.round_id <> ${roundId} as elsewhere, r.review_open, (select count(distinct v.expert_id)::integer from public.expert_votes v where v.redemption_id = r.id) as votes from public.redemptions r where r.id = ${item(1)}`;
  expect(row).toEqual({ elsewhere: true, review_open: false, votes: 2 });
  expect(await report()).toBeUndefined();
});

test('R28, R40: a send-back names its items; each expert votes anew, the old vote stays, the latest counts, the unnamed keep their result', async () => {
  const back = (named: unknown, reason: string | null = '请复核') =>
    department.act('advance_round', {
      round_id: roundId,
      action: 'send_back',
      reason,
      items: named,
      request_id: requestId(),
    });
  const none = [undefined, [], 'x', [{ redemption_id: item(0) }], [{ redemption_id: item(0), reason: '​​' }]];
  for (const named of none) expect((await back(named)).error?.code).toBe('R40_ITEMS_REQUIRED');
  // Not of this round any more.
  expect((await back([{ redemption_id: item(1), reason: '请复核' }])).error?.code).toBe('R40_ITEMS_REQUIRED');
  expect((await back([{ redemption_id: item(0), reason: '请复核' }], null)).error?.code).toBe('REASON_REQUIRED');
  await sendBack(department, roundId, [item(0)]);
  const results = async () =>
    (
      await admin()`select expert_result from public.redemptions where id in ${admin()([item(0), item(2), item(3)])} order by id`
    ).map((r) => r['expert_result']);
  expect(await results()).toEqual([null, 'yes', 'yes']);
  expect((await cast(one(), item(2))).error?.code).toBe('R27_NOT_ASSIGNED');
  expect(await one().must('my_reviews', {})).toMatchObject([
    { redemption_id: item(0), voted: false, sent_back_reason: '请核对报告与合同的检测项目' },
  ]);
  for (const who of [one(), two(), three()])
    expect((await cast(who, item(0), 'no', '报告与合同不符')).error).toBeNull();
  expect(await report()).toBeUndefined();
  expect(await results()).toEqual(['no', 'yes', 'yes']);
  const kept =
    await admin()`select turn, verdict, count(distinct expert_id)::integer as n from public.expert_votes where redemption_id = ${item(0)} group by 1, 2 order by 1`;
  expect(kept.map((k) => [k['turn'], k['verdict'], k['n']])).toEqual([
    [1, 'yes', 3],
    [2, 'no', 3],
  ]);
  const turns =
    await admin()`select turn, result from public.review_turns where redemption_id = ${item(0)} order by turn`;
  expect(turns.map((t) => t['result'])).toEqual(['yes', 'no']);
  // Finance sends back as the department does.
  await advance(department, roundId, 'confirm');
  await sendBack(finance, roundId, [item(3)]);
  expect(await report()).toBe('R27_VOTES_MISSING');
  await voteAll(panel, roundId);
  expect(await report()).toBeUndefined();
});

test('R40: a vote is never altered or deleted, not by the owner of the tables', async () => {
  await expect(
    admin()`update public.expert_votes set verdict = 'yes' where redemption_id = ${item(0)}`,
  ).rejects.toThrow(/append-only/);
  await expect(admin()`delete from public.expert_votes where redemption_id = ${item(0)}`).rejects.toThrow(
    /append-only/,
  );
  await expect(admin()`truncate public.expert_votes`).rejects.toThrow(/append-only/);
});
