import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  approved,
  delivered,
  experts,
  institution,
  paid,
  passed,
  type Person,
  platform,
  requestId,
  resourcePayload,
  setClock,
  staff,
  stateNoConflict,
  submitted,
  upload,
  voteAll,
  voucherOf,
} from '../support/people.ts';

// The third quarter of 2021 belongs to this file alone.
const signed = { contract_signed_on: '2021-07-01' };
beforeAll(() => setClock('2021-08-04T10:00:00+08:00'));
afterAll(async () => {
  await admin()`update public.policy_parameters set value = 3 where year = 2021 and key = 'experts_per_item'`;
  await setClock(null);
});

test('R18: 我的电子券 has five states; a withdrawn one stands under 已过期 and says so', async () => {
  const labels = await admin()`select label from public.workflow_states where entity = 'voucher' order by sort`;
  expect(labels.map((l) => l['label'])).toEqual(['未支付', '已支付', '兑付成功', '兑付失败', '已过期']);
  const [firm, lab] = [await applicant(), await institution()];
  const withdrawn = await approved(firm, lab, signed);
  await approved(firm, lab, signed);
  await paid(firm, lab, signed);
  await firm.must('withdraw_order', { order_id: withdrawn, request_id: requestId() });
  const { data } = await firm.client
    .from('vouchers')
    .select('state, withdrawn')
    .eq('applicant_id', firm.orgId)
    .order('id');
  expect(data).toEqual([
    { state: 'expired', withdrawn: true },
    { state: 'unpaid', withdrawn: false },
    { state: 'paid', withdrawn: false },
  ]);
});

test('R22: the institution accepts or declines, uploads results, sees the vouchers it received — its own only', async () => {
  const [firm, lab, other] = [await applicant(), await institution(), await institution()];
  const id = await submitted(firm, lab, signed);
  // Neither another institution nor the applicant itself takes the institution's part, and nothing has changed.
  for (const [person, refusal] of [
    [other, 'NOT_FOUND'],
    [firm, 'NOT_YOUR_TURN'],
  ] as const)
    expect((await person.act('accept_order', { order_id: id, request_id: requestId() })).error?.code).toBe(refusal);
  expect((await admin()`select state from public.orders where id = ${id}`)[0]?.['state']).toBe('submitted');
  expect(
    (await other.act('decline_order', { order_id: id, reason: '不是我的', request_id: requestId() })).error?.code,
  ).toBe('NOT_FOUND');
  await lab.must('decline_order', { order_id: id, reason: '设备检修', request_id: requestId() });
  // What was declined is not accepted afterwards.
  expect((await lab.act('accept_order', { order_id: id, request_id: requestId() })).error?.code).toBe('STATE_REFUSED');
  const done = await delivered(firm, lab, signed);
  expect(
    (
      await other.act('deliver_order', {
        order_id: done,
        documents: [await upload(other, 'result')],
        note: '',
        request_id: requestId(),
      })
    ).error?.code,
  ).toBe('NOT_FOUND');
  // A result needs a verified file of one's own.
  const again = await approved(firm, lab, signed);
  expect(
    (await lab.act('deliver_order', { order_id: again, documents: [], note: '', request_id: requestId() })).error?.code,
  ).toBe('R16_RESULT_REQUIRED');
  expect(
    (
      await lab.act('deliver_order', {
        order_id: again,
        documents: [await upload(other, 'result')],
        note: '',
        request_id: requestId(),
      })
    ).error?.code,
  ).toBe('FILE_NOT_YOURS');
  // Received is what was paid: until then the applicant holds it.
  const received = async () => (await lab.client.from('vouchers').select('state').eq('holder_id', lab.orgId)).data;
  expect(await received()).toEqual([]);
  await firm.must('pay_voucher', { order_id: done, request_id: requestId() });
  expect(await received()).toEqual([{ state: 'paid' }]);
  expect((await other.client.from('vouchers').select('state').eq('institution_id', lab.orgId)).data).toEqual([]);
});

test('R21: an edit that could not be published is refused to whoever sends it in, at its field, and nothing is waiting', async () => {
  const lab = await institution();
  const edit = (part: Record<string, unknown>) =>
    lab.act('edit_resource', {
      kind: 'instrument',
      resource_id: lab.instrumentId,
      payload: { ...resourcePayload, ...part },
      request_id: requestId(),
    });
  const now = async () =>
    (await admin()`select state, pending from public.instruments where id = ${lab.instrumentId}`)[0];
  for (const column of ['purpose', 'specs']) {
    expect((await edit({ [column]: '能'.repeat(2500) })).error).toMatchObject({
      code: 'TEXT_TOO_LONG',
      details: expect.stringContaining(column),
    });
    expect(await now()).toEqual({ state: 'published', pending: null });
  }
  expect((await edit({ purpose: '能'.repeat(2000) })).error).toBeNull();
  expect((await now())?.['state']).toBe('edit_review');
  const office = await platform();
  await office.must('approve_resource', {
    kind: 'instrument',
    resource_id: lab.instrumentId,
    request_id: requestId(),
  });
  expect(await now()).toEqual({ state: 'published', pending: null });
});

test('R27, R29: an odd number of experts without conflict, blind to each other; the majority decides; refused means 兑付失败', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const [good, bad] = [await paid(firm, lab, signed), await paid(firm, lab, signed)];
  const [first, second] = [await passed(lab, good), await passed(lab, bad)];
  const [round] = await admin()<
    { id: number }[]
  >`select id::integer from public.rounds where year = 2021 and quarter = 3`;
  const roundId = round?.id as number;
  const office = await platform();
  const panel = await experts(5);
  // One works for the institution, another is a member of the applicant: neither may be asked.
  const [insider, member] = panel as [Person, Person];
  await admin()`update public.experts set organization_id = ${lab.orgId} where user_id = ${insider.userId}`;
  await admin()`insert into public.memberships (user_id, organization_id) values (${member.userId}, ${firm.orgId})`;
  await setClock('2021-10-11T10:00:00+08:00');
  await advance(office, roundId, 'close');
  await advance(office, roundId, 'open_review');
  const assigned =
    await admin()`select redemption_id::integer as id, expert_id from public.expert_assignments where redemption_id in (${first}, ${second})`;
  expect([assigned.filter((a) => a['id'] === first).length, assigned.filter((a) => a['id'] === second).length]).toEqual(
    [3, 3],
  );
  expect(assigned.some((a) => [insider.userId, member.userId].includes(String(a['expert_id'])))).toBe(false);

  const reviewers = panel.slice(2);
  const [one, two, three] = reviewers as [Person, Person, Person];
  for (const who of reviewers) await stateNoConflict(who);
  const vote = (who: Person, verdict: string, reason: string | null) =>
    who.act('cast_votes', { votes: [{ redemption_id: second, verdict, reason }], request_id: requestId() });
  expect((await vote(one, 'no', null)).error?.code).toBe('REASON_REQUIRED');
  expect((await vote(one, 'maybe', '不确定')).error?.code).toBe('REASON_REQUIRED');
  expect((await vote(insider, 'yes', null)).error?.code).toBe('R27_NOT_ASSIGNED');
  await voteAll([one], roundId, [second]);
  await voteAll([two], roundId, [second]);
  expect((await three.client.from('expert_votes').select('verdict')).data).toEqual([]);
  expect(
    (await office.client.from('expert_votes').select('verdict').in('redemption_id', [first, second])).data,
  ).toEqual([]);
  expect(
    (await office.act('advance_round', { round_id: roundId, action: 'report', reason: null, request_id: requestId() }))
      .error?.code,
  ).toBe('R27_VOTES_MISSING');
  await voteAll([three], roundId);
  await advance(office, roundId, 'report');
  const results =
    await admin()`select id::integer, expert_result from public.redemptions where id in (${first}, ${second}) order by id`;
  expect(results.map((r) => r['expert_result'])).toEqual(['yes', 'no']);
  expect((await vote(one, 'yes', null)).error?.code).toBe('R27_NOT_ASSIGNED');

  await advance(await staff('department'), roundId, 'confirm');
  await advance(await staff('finance'), roundId, 'confirm');
  await advance(office, roundId, 'publish');
  // R47: final when the notice is over.
  expect((await voucherOf(bad)).state).toBe('paid');
  await setClock('2021-10-20T10:00:00+08:00');
  await admin()`select private.finish_notices()`;
  expect([(await voucherOf(good)).state, (await voucherOf(bad)).state]).toEqual(['paid', 'failed']);
  const [told] =
    await admin()`select count(*)::integer as n from public.notifications where organization_id in (${firm.orgId}, ${lab.orgId}) and entity = 'redemption' and entity_id = ${second} and body like '%双方按合同结清%'`;
  expect(told?.['n']).toBe(2);
});

test('R27: an even number of experts is refused by the table itself', async () => {
  await expect(
    admin()`update public.policy_parameters set value = 4 where year = 2021 and key = 'experts_per_item'`,
  ).rejects.toThrow(/experts_per_item/);
});
