// What an expert, a member or a stranger tries at a review (R27, R28, R34, R40). Each of these once succeeded.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  experts,
  institution,
  paid,
  passed,
  type Person,
  platform,
  registered,
  requestId,
  sendBack,
  setClock,
  signUp,
  staff,
  stateNoConflict,
  voteAll,
} from '../support/people.ts';

// The first quarter of 2021 belongs to this file alone.
const signed = { contract_signed_on: '2021-01-10' };
let firm: Awaited<ReturnType<typeof applicant>>;
let lab: Awaited<ReturnType<typeof institution>>;
let panel: Person[];
let items: number[];
let roundId: number;
let department: Person;
const parentUscc = '91410100MA0000000A';

beforeAll(async () => {
  await setClock('2021-02-04T10:00:00+08:00');
  firm = await applicant();
  lab = await institution({ parent_uscc: parentUscc });
  department = await staff('department');
  items = [];
  for (let i = 0; i < 11; i++) items.push(await passed(lab, await paid(firm, lab, signed)));
  const [round] = await admin()`select id::integer from public.rounds where year = 2021 and quarter = 1`;
  roundId = Number(round?.['id']);
  panel = await experts(9);
}, 180_000);
afterAll(() => setClock(null));

const assignedTo = async (item: number) =>
  (
    await admin()`select expert_id from public.expert_assignments where redemption_id = ${item} and active order by expert_id`
  ).map((r) => String(r['expert_id']));
const person = (id: string | undefined) => panel.find((p) => p.userId === id) as Person;
const vote = (who: Person, item: number, verdict = 'yes') =>
  who.act('cast_votes', {
    votes: [{ redemption_id: item, verdict, reason: verdict === 'no' ? '报告与合同不符' : null }],
    request_id: requestId(),
  });
const report = async () =>
  (
    await (
      await platform()
    ).act('advance_round', {
      round_id: roundId,
      action: 'report',
      reason: null,
      request_id: requestId(),
    })
  ).error?.code;

test('R40: an expert of the institution’s parent, by code alone, is not asked', async () => {
  const office = await platform();
  const [parent] = await admin()<
    { id: number }[]
  >`insert into public.organizations (kind, name, uscc, region_code) values ('platform', '演示上级单位', ${parentUscc}, '410100') returning id::integer`;
  const [kin] = panel as [Person];
  await admin()`update public.experts set organization_id = ${parent?.id as number} where user_id = ${kin.userId}`;
  await setClock('2021-04-08T10:00:00+08:00');
  await advance(office, roundId, 'close');
  await advance(office, roundId, 'open_review');
  for (const item of items) expect(await assignedTo(item)).not.toContain(kin.userId);
});

test('R40: whoever becomes a member of a party, or of its parent, after the assignment can neither state nor vote', async () => {
  const item = items[10] as number;
  const [one, two, three] = (await assignedTo(item)).map(person) as [Person, Person, Person];
  await stateNoConflict(one);
  await admin()`insert into public.memberships (user_id, organization_id) values (${one.userId}, ${firm.orgId})`;
  await admin()`insert into public.memberships (user_id, organization_id) select ${two.userId}, id from public.organizations where uscc = ${parentUscc}`;
  await admin()`insert into public.expert_relations (expert_id, organization_id, note) values (${three.userId}, ${lab.orgId}, '配偶在该单位任职')`;
  // Acting as the expert changes rights, never prohibitions.
  for (const who of [one, two]) await who.must('act_as', { kind: 'expert' });
  expect((await vote(one, item)).error?.code).toBe('R27_CONFLICT');
  for (const who of [two, three])
    expect((await who.act('state_no_conflict', { redemption_ids: [item], request_id: requestId() })).error?.code).toBe(
      'R27_CONFLICT',
    );
  expect((await admin()`select 1 from public.expert_votes where redemption_id = ${item}`).length).toBe(0);
  await admin()`delete from public.memberships where user_id in (${one.userId}, ${two.userId})`;
  await admin()`delete from public.expert_relations where expert_id = ${three.userId}`;
});

test('R27, R40: a recusal beside a vote, ten times: never a recused expert’s vote that counts', async () => {
  for (const p of panel) await stateNoConflict(p);
  for (const item of items.slice(0, 10)) {
    const who = person((await assignedTo(item))[0]);
    const [cast, recused] = await Promise.all([
      vote(who, item),
      who.act('declare_conflict', { redemption_id: item, reason: '与申请人有合作', request_id: requestId() }),
    ]);
    // One of the two, whichever came first.
    expect([cast.error === null, recused.error === null].filter(Boolean)).toHaveLength(1);
    const [row] =
      await admin()`select a.active, (select count(*)::integer from private.valid_votes(r) v where v.expert_id = a.expert_id) as counted,
        (select count(*)::integer from public.expert_votes v where v.redemption_id = r.id and v.expert_id = a.expert_id) as votes
      from public.expert_assignments a join public.redemptions r on r.id = a.redemption_id where a.redemption_id = ${item} and a.expert_id = ${who.userId}`;
    expect([row?.['counted'], row?.['votes']], JSON.stringify([cast.error, recused.error])).toEqual(
      row?.['active'] ? [1, 1] : [0, 0],
    );
  }
  await voteAll(panel, roundId);
  const odd =
    await admin()`select r.id, (select count(*)::integer from private.valid_votes(r)) as n from public.redemptions r where r.round_id = ${roundId}`;
  expect(new Set(odd.map((r) => r['n']))).toEqual(new Set([3]));
});

test('R28, R34: a stranger reads neither the tally nor why the department sent a round back', async () => {
  expect(await report()).toBeUndefined();
  const secret = '内部意见：第一项的合同疑似拆分';
  await sendBack(department, roundId, [items[0] as number], secret);
  for (const stranger of [await signUp(), firm, lab]) {
    const events = await stranger.must<unknown[]>('timeline', { entity: 'round', entity_id: roundId });
    expect(JSON.stringify(events)).not.toMatch(/内部意见|"yes"|"no":|请核对报告/);
    const told = JSON.stringify((await stranger.client.from('notifications').select('*')).data);
    expect(told).not.toContain('内部意见');
    expect((await stranger.client.from('review_turns').select('*')).data).toEqual([]);
  }
  expect(JSON.stringify(await department.must('timeline', { entity: 'round', entity_id: roundId }))).toContain(secret);
});

test('R40: after a send-back the round cannot be reported before every expert of the named item has voted anew', async () => {
  expect(await report()).toBe('R27_VOTES_MISSING');
  const named = items[0] as number;
  const reviewers = (await assignedTo(named)).map(person);
  // What stood before is shown to nobody who is to vote again.
  for (const who of reviewers) {
    expect((await who.client.from('redemptions').select('id')).data).toEqual([{ id: named }]);
    expect((await who.client.from('redemptions').select('expert_result')).error?.code).toBe('NOT_ALLOWED');
    expect(new Set((await who.client.from('expert_votes').select('expert_id')).data?.map((v) => v.expert_id))).toEqual(
      new Set([who.userId]),
    );
  }
  for (const who of reviewers.slice(0, 2)) expect((await vote(who, named)).error).toBeNull();
  expect(await report()).toBe('R27_VOTES_MISSING');
  expect((await vote(reviewers[2] as Person, named)).error).toBeNull();
  expect(await report()).toBeUndefined();
});

test('R34: the accounts of officers are nobody’s to read in the events of a case', async () => {
  for (const who of [firm, lab, department]) {
    expect((await who.client.from('events').select('actor_user').limit(1)).error?.code).toBe('NOT_ALLOWED');
    expect((await who.client.from('events').select('id, action').limit(1)).data).toHaveLength(1);
  }
});

test('R40: nobody holds two offices, not even by a row in the dashboard', async () => {
  const who = await staff('platform');
  for (const role of ['department', 'finance', 'administrator', 'expert', 'platform'])
    await expect(
      admin()`insert into public.staff_roles (user_id, role, display_name) values (${who.userId}, ${role}, '兼任')`,
    ).rejects.toThrow(/one_role/);
});

test('R9, R39: an officer who belongs to an organization does not decide its cases, whatever he acts as', async () => {
  const member = await registered('applicant');
  await admin()`insert into public.staff_roles (user_id, role, display_name) values (${member.userId}, 'platform', '兼')`;
  const { id } = await firm.must<{ id: number }>('register_project', {
    request_id: requestId(),
    payload: {
      title: '轴承钢断口研究',
      tech_field: '新材料',
      source: 'self',
      start_on: '2021-01-01',
      end_on: '2021-12-31',
      budget_fen: 100,
      leader: '演示',
      content: '研究轴承钢在高速工况下的疲劳失效机理，需要断口形貌与成分分析。',
    },
  });
  await admin()`insert into public.memberships (user_id, organization_id) values (${member.userId}, ${firm.orgId})`;
  await member.must('act_as', { kind: 'platform' });
  const answer = await member.act('approve_project', { project_id: id, request_id: requestId() });
  expect(answer.error?.code).toBe('OWN_ORGANIZATION');
});
