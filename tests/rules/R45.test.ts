// R45: a wrong decision is corrected while nothing later depends on it: one proposes, another confirms, what stands in the way is named.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  advance,
  applicant,
  approved,
  approvedProject,
  certify,
  delivered,
  draft,
  institution,
  mend,
  orderPayload,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  pledgeId,
  projectPayload,
  redemptionPayload,
  registered,
  requestId,
  resourcePayload,
  resubmit,
  secondOfficer,
  setClock,
  staff,
  submitted,
  supplementPayload,
  upload,
  voucherOf,
} from '../support/people.ts';

let office: Person;
let second: Person;
let third: Person;
let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
beforeAll(async () => {
  await setClock('2026-05-13T10:00:00+08:00');
  [office, second, third] = [await platform(), await secondOfficer(), await staff('platform')];
  [firm, lab] = [await applicant(), await institution()];
}, 60_000);
afterAll(() => setClock(null));

interface Decision {
  event_id: number;
  action: string;
  blocks: string[];
}
const decisions = (entity: string, id: number, who: Person = office) =>
  who.must<Decision[]>('correctable_decisions', { entity, entity_id: id });
const words = { reason: '核对时看错了合同页', evidence: '合同第 3 页与费用清单一致，见扫描件' };
const propose = (event: number, who: Person = office, payload: Record<string, unknown> = words) =>
  who.act<{ id: number }>('propose_rectification', { event_id: event, payload, request_id: requestId() });
const settle = (id: number, action: string, who: Person = second, reason: string | null = null) =>
  who.act<{ state: string }>('advance_rectification', {
    rectification_id: id,
    action,
    reason,
    request_id: requestId(),
  });
/** The latest decision on a case, corrected by two officers; `which` counts from the newest. */
async function rectify(entity: string, id: number, which = 0) {
  const found = await decisions(entity, id);
  const { data, error } = await propose((found[which] as Decision).event_id);
  if (error) return { error };
  return settle(Number(data?.id), 'confirm');
}
const detailsOf = (error: unknown) => String((error as { details?: string } | null)?.details);
const row = async (table: string, id: number) =>
  (await admin().unsafe(`select * from public.${table} where id = ${id}`))[0] as Record<string, unknown>;
const stateOf = async (table: string, id: number) => (await row(table, id))['state'];
const quota = async (who: Person) => {
  const [q] = await admin()`select held_fen::integer as held, spent_fen::integer as spent, cap_fen::integer as cap
    from public.quotas where organization_id = ${who.orgId} and year = private.this_year()`;
  return q as { held: number; spent: number; cap: number };
};
const refuse = (order: number, who: Person = office) =>
  who.act<{ state: string }>('return_order', { order_id: order, reason: '请补充检测目的', request_id: requestId() });
const approve = (order: number, who: Person = office) =>
  who.act<{ state: string }>('approve_order', { order_id: order, request_id: requestId() });
const accept = (order: number) => lab.act('accept_order', { order_id: order, request_id: requestId() });
const left = async (order: number) =>
  (await firm.must<{ revision_left: number }[]>('next_step', { entity: 'order', entity_id: order }))[0]?.revision_left;

test('R45: one proposes with reason and evidence, another person of the platform confirms; each refusal says why', async () => {
  const order = await approved(firm, lab);
  const event = ((await decisions('order', order))[0] as Decision).event_id;
  for (const who of [firm, lab, await staff('department'), await staff('finance')]) {
    expect(await decisions('order', order, who)).toEqual([]);
    expect((await propose(event, who)).error?.code).toBe('NOT_FOUND');
  }
  expect((await propose(event, office, { ...words, reason: ' \u200b' })).error).toMatchObject({
    code: 'REASON_REQUIRED',
    details: 'reason',
  });
  expect((await propose(event, office, { reason: words.reason })).error).toMatchObject({
    code: 'FIELD_REQUIRED',
    details: 'evidence',
  });
  expect((await propose(0)).error?.code).toBe('NOT_FOUND');
  const [other] =
    await admin()`select max(id)::integer as id from public.events where entity = 'order' and entity_id = ${order} and action = 'accept'`;
  expect((await propose(Number(other?.['id']))).error?.code).toBe('R45_NOTHING');
  const request = { event_id: event, payload: words, request_id: requestId() };
  const { id } = await office.must<{ id: number }>('propose_rectification', request);
  expect((await office.must<{ id: number }>('propose_rectification', request)).id).toBe(id);
  expect((await propose(event, second)).error?.code).toBe('R45_PENDING');
  // Not the proposer; the others of the platform may; who is no officer finds nothing, who reads has no turn.
  expect((await settle(id, 'confirm', office)).error?.code).toBe('R45_FOUR_EYES');
  expect((await settle(id, 'refuse', office, '不对')).error?.code).toBe('R45_FOUR_EYES');
  expect((await settle(id, 'withdraw', second)).error?.code).toBe('R45_NOT_PROPOSER');
  expect((await settle(id, 'confirm', firm)).error?.code).toBe('NOT_FOUND');
  expect((await settle(id, 'confirm', await staff('department'))).error?.code).toBe('NOT_YOUR_TURN');
  const can = async (who: Person) =>
    (await who.must<{ action: string }[]>('available_actions', { entity: 'rectification', entity_id: id })).map(
      (a) => a.action,
    );
  expect([await can(office), await can(second)]).toEqual([['withdraw'], ['confirm', 'refuse']]);
  const waiting = await second.must<{ entity: string; id: number }[]>('my_tasks', {});
  expect(waiting.some((t) => t.entity === 'rectification' && t.id === id)).toBe(true);
  expect(
    (await office.must<{ entity: string; id: number }[]>('my_tasks', {})).some(
      (t) => t.entity === 'rectification' && t.id === id,
    ),
  ).toBe(false);
  // Nobody decides on his own organization.
  await admin()`insert into public.memberships (user_id, organization_id) values (${third.userId}, ${lab.orgId})`;
  await third.must('act_as', { kind: 'platform' });
  expect((await settle(id, 'confirm', third)).error?.code).toBe('OWN_ORGANIZATION');
  await admin()`delete from public.memberships where user_id = ${third.userId}`;
  // Before it is confirmed the parties know nothing of it.
  expect((await firm.client.from('rectifications').select('id')).data).toEqual([]);
  expect((await settle(id, 'refuse', second, null)).error?.code).toBe('REASON_REQUIRED');
  expect((await settle(id, 'refuse', second, '原来的审核没有错')).data?.state).toBe('refused');
  expect(await stateOf('orders', order)).toBe('approved');
  // Refused or withdrawn, it may be proposed anew.
  const again = Number((await propose(event)).data?.id);
  expect((await settle(again, 'withdraw', office)).error).toBeNull();
  const last = Number((await propose(event)).data?.id);
  expect((await settle(last, 'confirm')).error).toBeNull();
  expect((await settle(last, 'confirm')).error?.code).toBe('STATE_REFUSED');
  // A transition with its event; both sides are told, with the reason, not the evidence.
  for (const who of [firm, lab]) {
    const seen = await who.must<
      { action: string; label: string; reason: string; to_label: string; entity_of: string }[]
    >('timeline', { entity: 'order', entity_id: order });
    expect(seen.filter((e) => e.entity_of === 'order').at(-1)).toMatchObject({
      action: 'rectify',
      label: '更正：撤销审核通过',
      reason: words.reason,
      to_label: '待审核',
    });
    expect(JSON.stringify(seen)).not.toContain(words.evidence);
    const { data } = await who.client
      .from('notifications')
      .select('title, body')
      .eq('entity', 'order')
      .eq('entity_id', order)
      .order('id', { ascending: false })
      .limit(1);
    expect(data?.[0]?.body).toContain(words.reason);
  }
});

test('R45: a withdrawn approval: the voucher is expired «已更正», the hold returns, no refusal counts, a new voucher at the next approval', async () => {
  const before = await quota(firm);
  const order = await approved(firm, lab);
  const voucher = await voucherOf(order);
  expect((await rectify('order', order)).error).toBeNull();
  expect(await row('vouchers', voucher.id)).toMatchObject({ state: 'expired', rectified: true, withdrawn: false });
  expect(await quota(firm)).toEqual(before);
  expect(await row('orders', order)).toMatchObject({ state: 'platform_review', approved_fen: null, quota_id: null });
  expect(await left(order)).toBe(1);
  const steps = async () => await firm.must<{ action: string }[]>('timeline', { entity: 'order', entity_id: order });
  expect((await steps()).length).toBeGreaterThan(0);
  expect((await approve(order)).data?.state).toBe('approved');
  const vouchers =
    await admin()`select id::integer, state, rectified, voucher_no from public.vouchers where order_id = ${order} order by id`;
  expect(vouchers.map((v) => [v['state'], v['rectified']])).toEqual([
    ['expired', true],
    ['unpaid', false],
  ]);
  expect(vouchers[1]?.['voucher_no']).not.toBe(voucher.voucher_no);
  expect((await steps()).map((s) => s.action).filter((a) => a === 'issue')).toHaveLength(2);
  // Of a settled correction there is nothing left to correct; the new approval is one of its own.
  expect((await decisions('order', order)).map((d) => d.action)).toEqual(['approve']);
  const documents = [await upload(lab, 'result')];
  await lab.must('deliver_order', { order_id: order, documents, note: '', request_id: requestId() });
  expect(detailsOf((await rectify('order', order)).error)).toBe('检测结果已经上传');
  await firm.must('pay_voucher', { order_id: order, request_id: requestId() });
  expect(detailsOf((await rectify('order', order)).error)).toBe('电子券已经支付');
  expect(await stateOf('vouchers', Number(vouchers[0]?.['id']))).toBe('expired');
  expect(await stateOf('vouchers', Number(vouchers[1]?.['id']))).toBe('paid');
});

test('R45: an approval that waits for consent is withdrawn likewise; withdrawn by its applicant it can no longer be', async () => {
  const before = await quota(firm);
  const order = await accepted(firm, lab);
  await office.must('approve_order', {
    order_id: order,
    amount_fen: 100_000,
    reason: '按样品数核定',
    request_id: requestId(),
  });
  expect((await rectify('order', order)).error).toBeNull();
  expect(await stateOf('orders', order)).toBe('platform_review');
  expect(await quota(firm)).toEqual(before);
  expect((await firm.act('agree_order', { order_id: order, request_id: requestId() })).error?.code).toBe(
    'STATE_REFUSED',
  );
  expect((await approve(order)).data?.state).toBe('approved');
  await firm.must('withdraw_order', { order_id: order, request_id: requestId() });
  expect(detailsOf((await rectify('order', order)).error)).toBe('订单现在是「已撤回」');
});

test('R45: an approval is not withdrawn while another order of its contract is under way; it is named', async () => {
  const contract = { contract_no: `HT-R45-${requestId()}`, test_fee_fen: 1_200_000 };
  const small = { ...contract, lines: [{ description: '断口分析', quantity: 1, unit_price_fen: 300_000 }] };
  const one = await approved(firm, lab, small);
  const two = await submitted(firm, lab, small);
  const event = ((await decisions('order', one))[0] as Decision).event_id;
  const { error } = await propose(event);
  expect(error?.code).toBe('R45_IN_THE_WAY');
  expect(detailsOf(error)).toBe(`同一合同的订单 ${(await row('orders', two))['order_no']}（待受理）`);
  await firm.must('withdraw_order', { order_id: two, request_id: requestId() });
  // Proposed while free, in the way at the confirmation: refused then, and nothing half done.
  const id = Number((await propose(event)).data?.id);
  const three = await submitted(firm, lab, small);
  const list = await second.must<{ id: number; blocks: string[] }[]>('rectification_list', {});
  expect(list.find((r) => r.id === id)?.blocks).toHaveLength(1);
  expect((await settle(id, 'confirm')).error?.code).toBe('R45_IN_THE_WAY');
  expect(await stateOf('orders', one)).toBe('approved');
  await firm.must('withdraw_order', { order_id: three, request_id: requestId() });
  expect((await settle(id, 'confirm')).error).toBeNull();
});

test('R45, R15: a withdrawn refusal takes one off: at once, or after the resubmission, and whoever refused wrongly may review again', async () => {
  const order = await accepted(firm, lab);
  await refuse(order);
  expect(await left(order)).toBe(1);
  // While it is mended: back to review; what was being mended stays the applicant's own.
  await mend(firm, order);
  expect((await rectify('order', order)).error).toBeNull();
  expect(await stateOf('orders', order)).toBe('platform_review');
  expect(await left(order)).toBe(1);
  // The same officer may decide: the refusal that was corrected is none.
  expect((await refuse(order)).data?.state).toBe('returned');
  expect((await resubmit(firm, order)).error).toBeNull();
  await accept(order);
  expect(await left(order)).toBe(0);
  // After the resubmission: the count goes back, the order stays where it is, and both are told.
  expect((await rectify('order', order)).error).toBeNull();
  expect(await stateOf('orders', order)).toBe('platform_review');
  expect(await left(order)).toBe(1);
  const told = await firm.client
    .from('notifications')
    .select('title')
    .eq('entity', 'order')
    .eq('entity_id', order)
    .order('id', { ascending: false })
    .limit(1);
  expect(told.data?.[0]?.title).toContain('一次不通过已更正');
  // The count alone decides: refused after one resubmission, it may be mended once more.
  expect((await refuse(order)).data?.state).toBe('returned');
  expect((await resubmit(firm, order, { explanation: '第二次修改的说明' })).error).toBeNull();
  await accept(order);
  expect((await row('orders', order))['revision_no']).toBe(2);
  const { data } = await lab.client
    .from('order_submissions')
    .select('revision_no')
    .eq('order_id', order)
    .order('revision_no');
  expect(data?.map((s) => s.revision_no)).toEqual([0, 1, 2]);
  expect((await refuse(order, third)).data?.state).toBe('ordinary');
});

test('R45, R15: the last chance used up by the platform’s mistake is given back', async () => {
  const twice = async (extra: Record<string, unknown> = {}) => {
    const order = await accepted(firm, lab, extra);
    await refuse(order);
    await resubmit(firm, order);
    await accept(order);
    expect((await refuse(order, second)).data?.state).toBe('ordinary');
    return order;
  };
  // The second refusal was wrong: back in review.
  const one = await twice();
  expect((await rectify('order', one)).error).toBeNull();
  expect(await stateOf('orders', one)).toBe('platform_review');
  expect((await approve(one, third)).data?.state).toBe('approved');
  // The first was wrong: what was the last chance is one chance.
  const two = await twice();
  expect((await rectify('order', two, 1)).error).toBeNull();
  expect(await stateOf('orders', two)).toBe('returned');
  expect(await left(two)).toBe(1);
  expect((await resubmit(firm, two, { explanation: '又一次说明' })).error).toBeNull();
  await accept(two);
  expect((await refuse(two, third)).data?.state).toBe('ordinary');
  // Spread over two orders of one contract: the refusal of the one costs the other its chance.
  const contract = { contract_no: `HT-R45-${requestId()}` };
  const first = await accepted(firm, lab, contract);
  await refuse(first);
  await firm.must('withdraw_order', { order_id: first, request_id: requestId() });
  const other = await accepted(firm, lab, contract);
  expect((await refuse(other, second)).data?.state).toBe('ordinary');
  const again = await draft(firm, lab, contract);
  const send = () =>
    firm.act('submit_order', { order_id: again.id, accepted_fen: again.figure_fen, request_id: requestId() });
  expect((await send()).error?.code).toBe('R15_NO_MORE');
  expect((await rectify('order', first)).error).toBeNull();
  expect([await stateOf('orders', first), await stateOf('orders', other)]).toEqual(['withdrawn', 'returned']);
  expect((await send()).error?.code).toBe('R45_CONTRACT_BUSY');
  // Another number at the resubmission gains nothing.
  const sly = await accepted(firm, lab);
  await refuse(sly);
  await resubmit(firm, sly, { contract_no: `HT-NEU-${requestId()}`, explanation: '换了合同号' });
  await accept(sly);
  expect((await refuse(sly, second)).data?.state).toBe('ordinary');
});

const claim = async (order: number) =>
  (
    await lab.must<{ id: number }>('submit_redemption', {
      voucher_id: (await voucherOf(order)).id,
      payload: await redemptionPayload(lab),
      request_id: requestId(),
    })
  ).id;
const giveBack = (id: number, who: Person = office) =>
  who.act<{ state: string }>('return_redemption', { redemption_id: id, reason: '报告缺页', request_id: requestId() });
const supplement = async (id: number, explanation = '补上缺页') =>
  lab.must('supplement_redemption', {
    redemption_id: id,
    payload: await supplementPayload(id, { explanation }),
    request_id: requestId(),
  });
const chances = async (id: number) =>
  (await lab.must<{ supplement_left: number }[]>('next_step', { entity: 'redemption', entity_id: id }))[0]
    ?.supplement_left;

test('R45, R24: formal review: a withdrawn pass leaves the quarter and frees its invoices; a withdrawn return counts nothing', async () => {
  const usual = { firm, lab };
  await ownYear(2060);
  await setClock('2060-02-10T10:00:00+08:00');
  [firm, lab] = [await applicant(), await institution()];
  const id = await claim(await paid(firm, lab));
  const pass = (who: Person = office) => who.act('pass_redemption', { redemption_id: id, request_id: requestId() });
  const taken = async () => (await admin()`select 1 from private.taken_invoices where redemption_id = ${id}`).length;
  await pass();
  expect(await taken()).toBe(1);
  expect((await rectify('redemption', id)).error).toBeNull();
  expect(await row('redemptions', id)).toMatchObject({ state: 'submitted', round_id: null, papers_round_id: null });
  expect(await taken()).toBe(0);
  expect((await giveBack(id)).data?.state).toBe('returned');
  expect(await chances(id)).toBe(1);
  expect((await rectify('redemption', id)).error).toBeNull();
  expect(await stateOf('redemptions', id)).toBe('submitted');
  expect((await giveBack(id)).data?.state).toBe('returned');
  await supplement(id);
  expect(await chances(id)).toBe(0);
  // Even after the supplement: one off, and the next return is the first again.
  expect((await rectify('redemption', id)).error).toBeNull();
  expect([await stateOf('redemptions', id), await chances(id)]).toEqual(['submitted', 1]);
  expect((await giveBack(id, second)).data?.state).toBe('returned');
  await supplement(id, '再补一页');
  expect((await row('redemptions', id))['supplement_no']).toBe(2);
  expect((await pass(third)).error).toBeNull();
  // Once its round has been listed, the list stands in the way.
  expect((await decisions('redemption', id))[0]?.blocks).toEqual([]);
  ({ firm, lab } = usual);
  await setClock('2026-05-13T10:00:00+08:00');
});

test('R45, R24: once the quarter is listed a pass is no longer withdrawn', async () => {
  await ownYear(2033);
  await setClock('2033-02-10T10:00:00+08:00');
  const [who, where] = [await applicant(), await institution()];
  const order = await paid(who, where);
  const id = await passed(where, order);
  const round = Number((await row('redemptions', id))['round_id']);
  await setClock('2033-04-01T10:00:00+08:00');
  await advance(office, round, 'close');
  const { error } = await rectify('redemption', id);
  expect([error?.code, detailsOf(error)]).toEqual(['R45_IN_THE_WAY', '2033 年第 1 季度「已汇总」，这一项已在名单里']);
  await setClock('2026-05-13T10:00:00+08:00');
});

/** A claim that failed for good: its voucher and order with it, the quota given back. */
const failed = async (who: Person & { projectId: number }, extra: Record<string, unknown> = {}) => {
  const order = await paid(who, lab, extra);
  const id = await claim(order);
  await giveBack(id);
  await supplement(id);
  expect((await giveBack(id, second)).data?.state).toBe('failed');
  return { order, id };
};

test('R45: a withdrawn failure: quota is taken again first, contract room likewise, voucher and order are paid again', async () => {
  const who = await applicant();
  const { order, id } = await failed(who);
  const { spent: none } = await quota(who);
  expect(none).toBe(0);
  expect((await rectify('redemption', id)).error).toBeNull();
  expect([await stateOf('redemptions', id), await stateOf('orders', order), (await voucherOf(order)).state]).toEqual([
    'submitted',
    'paid',
    'paid',
  ]);
  expect((await quota(who)).spent).toBe(360_000);
  const kinds = await admin()`select kind from public.quota_entries where order_id = ${order} order by id`;
  expect(kinds.map((k) => k['kind'])).toEqual(['hold', 'spend', 'restore', 'retake']);
  // It may fail again, rightly, and is given back again.
  expect((await giveBack(id, third)).data?.state).toBe('failed');
  expect((await quota(who)).spent).toBe(0);
  // The first return was the wrong one: the claim is one to be supplemented.
  expect((await rectify('redemption', id, 1)).error).toBeNull();
  expect([await stateOf('redemptions', id), await chances(id)]).toEqual(['returned', 1]);
  expect((await quota(who)).spent).toBe(360_000);
});

test('R45: what the quota given back, or the contract’s room, was used for since stands in the way, by name', async () => {
  const who = await applicant();
  const { order, id } = await failed(who);
  await admin()`update public.quotas set cap_fen = 400000 where organization_id = ${who.orgId}`;
  await admin()`alter table public.quota_entries disable trigger keep_forever`;
  await admin()`update public.quota_entries set amount_fen = 400000 where kind = 'grant'
    and quota_id = (select id from public.quotas where organization_id = ${who.orgId})`;
  await admin()`alter table public.quota_entries enable trigger keep_forever`;
  const since = await approved(who, lab);
  const { error } = await rectify('redemption', id);
  expect([error?.code, detailsOf(error)]).toEqual([
    'R45_IN_THE_WAY',
    `退还的额度已用于订单 ${(await row('orders', since))['order_no']}（待履约）`,
  ]);
  expect([await stateOf('redemptions', id), await stateOf('orders', order)]).toEqual(['failed', 'ordinary']);
  await who.must('withdraw_order', { order_id: since, request_id: requestId() });
  expect((await rectify('redemption', id)).error).toBeNull();

  const contract = { contract_no: `HT-R45-${requestId()}` };
  const full = await failed(firm, contract);
  const next = await approved(firm, lab, contract);
  const blocked = await rectify('redemption', full.id);
  expect(detailsOf(blocked.error)).toBe(
    `合同可抵扣的金额已用于订单 ${(await row('orders', next))['order_no']}（待履约）`,
  );
  await firm.must('withdraw_order', { order_id: next, request_id: requestId() });
  expect((await rectify('redemption', full.id)).error).toBeNull();
});

test('R45: a certification or a project goes back to review while nothing rests on it', async () => {
  const who = await registered('applicant');
  const certification = await certify(who, 'high_tech_enterprise');
  expect((await rectify('certification', certification)).error).toBeNull();
  expect(await stateOf('certifications', certification)).toBe('submitted');
  const claimQuota = async () =>
    who.act('claim_quota', { request_id: requestId(), pledge_id: await pledgeId('applicant') });
  expect((await claimQuota()).error?.code).toBe('NOT_CERTIFIED');
  await office.must('approve_certification', { certification_id: certification, request_id: requestId() });
  expect((await claimQuota()).error).toBeNull();
  const project = await approvedProject(who);
  const { error } = await rectify('certification', certification);
  expect([error?.code, detailsOf(error)]).toEqual([
    'R45_IN_THE_WAY',
    `2026 年度的额度；项目「${projectPayload.title}」`,
  ]);
  // A second certificate in force carries them: then nothing rests on the first alone.
  const sme = await certify(who, 'tech_sme', { certificate_no: `2026410${requestId()}` });
  expect((await rectify('certification', certification)).error).toBeNull();
  expect(detailsOf((await rectify('certification', sme)).error)).toBe(
    `2026 年度的额度；项目「${projectPayload.title}」`,
  );
  // A refusal.
  const returned = await who.must<{ id: number }>('register_project', {
    request_id: requestId(),
    payload: projectPayload,
  });
  await office.must('return_project', { project_id: returned.id, reason: '内容过于简略', request_id: requestId() });
  expect((await rectify('project', returned.id)).error).toBeNull();
  expect(await stateOf('projects', returned.id)).toBe('submitted');
  expect((await rectify('project', project)).error).toBeNull();
  const used = await approvedProject(firm);
  const order = await submitted({ ...firm, projectId: used }, lab);
  expect(detailsOf((await rectify('project', used)).error)).toBe(`订单 ${(await row('orders', order))['order_no']}`);
  // An institution's rests under the resources added since.
  const otherLab = await institution();
  const [mine] = await admin()`select id::integer from public.certifications where organization_id = ${otherLab.orgId}`;
  expect(detailsOf((await rectify('certification', Number(mine?.['id']))).error)).toContain('资源「');
});

test('R45: a publication is withdrawn from the public, an edit’s approval brings the old content back', async () => {
  const own = await institution();
  const entry = async () =>
    (await admin()`select name, is_open from public.catalogue where slug = ${`i${own.instrumentId}`}`)[0];
  expect((await rectify('instrument', own.instrumentId)).error).toBeNull();
  expect(await stateOf('instruments', own.instrumentId)).toBe('submitted');
  expect(await entry()).toEqual({ name: '已撤销发布', is_open: false });
  const book = async () =>
    firm.act('save_order', { request_id: requestId(), order_id: null, payload: await orderPayload(firm, own) });
  expect((await book()).error?.code).toBe('R12_RESOURCE_CLOSED');
  // The switches open nothing that is not published.
  const switches = { kind: 'instrument', resource_id: own.instrumentId, is_open: true, voucher_enabled: true };
  await own.must('set_resource_switches', { ...switches, request_id: requestId() });
  expect((await entry())?.['is_open']).toBe(false);
  const decide = (action: 'approve' | 'return') =>
    office.must(`${action}_resource`, {
      kind: 'instrument',
      resource_id: own.instrumentId,
      request_id: requestId(),
      ...(action === 'return' && { reason: '名称不符' }),
    });
  await decide('approve');
  expect(await entry()).toEqual({ name: resourcePayload.name, is_open: true });
  expect((await book()).error).toBeNull();
  const edit = (name: string) =>
    own.must('edit_resource', {
      kind: 'instrument',
      resource_id: own.instrumentId,
      payload: { ...resourcePayload, name },
      request_id: requestId(),
    });
  await edit('错误的新名字');
  await decide('approve');
  expect((await entry())?.['name']).toBe('错误的新名字');
  expect((await rectify('instrument', own.instrumentId)).error).toBeNull();
  expect((await entry())?.['name']).toBe(resourcePayload.name);
  expect(await row('instruments', own.instrumentId)).toMatchObject({
    state: 'edit_review',
    name: resourcePayload.name,
    pending: { name: '错误的新名字' },
  });
  // A refused edit waits again.
  await decide('return');
  expect(await stateOf('instruments', own.instrumentId)).toBe('published');
  expect((await rectify('instrument', own.instrumentId)).error).toBeNull();
  expect(await row('instruments', own.instrumentId)).toMatchObject({
    state: 'edit_review',
    pending: { name: '错误的新名字' },
  });
  await decide('return');
  const order = await submitted(firm, own);
  const first = (await decisions('instrument', own.instrumentId)).at(-1) as Decision;
  expect(first.blocks.join()).toContain(String((await row('orders', order))['order_no']));
});

test('R45: confirmation beside a payment, a result, an approval or a submission: one comes first, and the books agree', async () => {
  for (let i = 0; i < 3; i++) {
    // Beside a result.
    const order = await approved(firm, lab);
    const id = Number((await propose(((await decisions('order', order))[0] as Decision).event_id)).data?.id);
    const documents = [await upload(lab, 'result')];
    const [corrected, sent] = await Promise.all([
      settle(id, 'confirm'),
      lab.act('deliver_order', { order_id: order, documents, note: '', request_id: requestId() }),
    ]);
    expect([corrected.error === null, sent.error === null].filter(Boolean)).toHaveLength(1);
    expect(await stateOf('orders', order)).toBe(sent.error ? 'platform_review' : 'delivered');
    if (!sent.error) {
      const [late, payment] = await Promise.all([
        settle(id, 'confirm'),
        firm.act('pay_voucher', { order_id: order, request_id: requestId() }),
      ]);
      expect([late.error?.code, payment.error]).toEqual(['R45_IN_THE_WAY', null]);
    }
    // Beside the agreement to a lower figure.
    const lower = await accepted(firm, lab);
    await office.must('approve_order', {
      order_id: lower,
      amount_fen: 100_000,
      reason: '按样品数核定',
      request_id: requestId(),
    });
    const its = Number((await propose(((await decisions('order', lower))[0] as Decision).event_id)).data?.id);
    const both = await Promise.all([
      settle(its, 'confirm'),
      firm.act('agree_order', { order_id: lower, request_id: requestId() }),
    ]);
    // Whichever comes first, the correction stands in the end; agreeing may only come before it.
    expect(both[0].error).toBeNull();
    expect(await stateOf('orders', lower)).toBe('platform_review');
    // Beside the submission of another order of the same contract.
    const small = {
      contract_no: `HT-R45-${requestId()}`,
      lines: [{ description: '断口分析', quantity: 1, unit_price_fen: 300_000 }],
    };
    const one = await approved(firm, lab, small);
    const next = await draft(firm, lab, small);
    const third = Number((await propose(((await decisions('order', one))[0] as Decision).event_id)).data?.id);
    const race = await Promise.all([
      settle(third, 'confirm'),
      firm.act('submit_order', { order_id: next.id, accepted_fen: next.figure_fen, request_id: requestId() }),
    ]);
    expect(race.map((r) => r.error?.code).sort()).toEqual(
      race[0].error ? ['R45_IN_THE_WAY', undefined] : ['R45_CONTRACT_BUSY', undefined],
    );
  }
  // Two confirm at once: one effect.
  const order = await delivered(firm, lab);
  expect(await stateOf('orders', order)).toBe('delivered');
  const waits = await approved(firm, lab);
  const id = Number((await propose(((await decisions('order', waits))[0] as Decision).event_id)).data?.id);
  const answers = await Promise.all([settle(id, 'confirm', second), settle(id, 'confirm', third)]);
  expect(answers.map((a) => a.error?.code).sort()).toEqual(['STATE_REFUSED', undefined]);
  // A failure is withdrawn beside the approval that uses what it gave back.
  const who = await applicant();
  const lost = await failed(who);
  await admin()`alter table public.quota_entries disable trigger keep_forever`;
  await admin()`update public.quotas set cap_fen = 400000 where organization_id = ${who.orgId}`;
  await admin()`update public.quota_entries set amount_fen = 400000 where kind = 'grant'
    and quota_id = (select id from public.quotas where organization_id = ${who.orgId})`;
  await admin()`alter table public.quota_entries enable trigger keep_forever`;
  const wants = await accepted(who, lab);
  const back = Number((await propose(((await decisions('redemption', lost.id))[0] as Decision).event_id)).data?.id);
  await Promise.all([settle(back, 'confirm'), approve(wants)]);
  const q = await quota(who);
  expect(q.held + q.spent).toBeLessThanOrEqual(q.cap);
}, 60_000);

test('R45: a corrected voucher verifies as such, and everything agrees with its events', async () => {
  const order = await approved(firm, lab);
  const [v] = await admin()`select voucher_no, verify_code from public.vouchers where order_id = ${order}`;
  await rectify('order', order);
  const [seen] = await admin()`select * from private.verify_voucher(${v?.['voucher_no']}, ${v?.['verify_code']})`;
  expect(seen).toMatchObject({ state: 'expired', rectified: true });
  await admin()`select private.reconcile(true), private.refresh_statistics()`;
  const bad =
    await admin()`select item, details from public.reconciliations where day = private.today() and not balanced`;
  // Two caps were set by hand above: their rows differ from their events, nothing else does.
  expect([...bad].filter((b) => b['item'] !== '业务数据与事件')).toEqual([]);
});
