import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  archivePapers,
  experts,
  institution,
  paid,
  passed,
  platform,
  recommender,
  requestId,
  sendBack,
  setClock,
  staff,
  voteAll,
  voucherOf,
} from '../support/people.ts';
import { payOut } from '../support/payments.ts';

beforeAll(() => setClock('2026-09-15T10:00:00+08:00'));
afterAll(() => setClock(null));

test('R23–R30: redemption, round, papers, experts, both authorities, notice, objection, payout, settlement', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const body = await recommender(lab);
  const panel = await experts(4);
  const [department, finance] = [await staff('department'), await staff('finance')];
  const office = await platform();
  const orders = [await paid(firm, lab), await paid(firm, lab), await paid(firm, lab)];
  const items: number[] = [];
  for (const order of orders) items.push(await passed(lab, order));
  const [round] = await admin()<
    { id: number; due: string }[]
  >`select id::integer, close_due_on::text as due from public.rounds where year = 2026 and quarter = 3`;
  const roundId = round?.id as number;
  // R25: the State Council's calendar, not Monday to Friday.
  expect(round?.due).toBe('2026-10-15');

  const early = await office.act('advance_round', {
    round_id: roundId,
    action: 'close',
    reason: null,
    request_id: requestId(),
  });
  expect(early.error?.code).toBe('R25_QUARTER_RUNNING');
  await setClock('2026-10-12T10:00:00+08:00');
  await advance(office, roundId, 'close');
  await advance(office, roundId, 'open_review');

  // R27: nobody sees another's vote before the review closes; three experts an item; a conflict is replaced.
  const [first] = await admin()<
    { expert_id: string }[]
  >`select expert_id from public.expert_assignments where redemption_id = ${items[0] as number} limit 1`;
  const conflicted = panel.find((p) => p.userId === first?.expert_id);
  await conflicted?.must('declare_conflict', {
    redemption_id: items[0],
    reason: '与申请人有合作',
    request_id: requestId(),
  });
  const votersOfFirst =
    await admin()`select count(*)::integer as n from public.expert_assignments where redemption_id = ${items[0] as number} and conflict_reason is null`;
  expect(votersOfFirst[0]?.['n']).toBe(3);
  const missing = await office.act('advance_round', {
    round_id: roundId,
    action: 'report',
    reason: null,
    request_id: requestId(),
  });
  expect(missing.error?.code).toBe('R27_VOTES_MISSING');
  await voteAll(panel, roundId, [items[1] as number]);
  expect((await office.client.from('expert_votes').select('*').in('redemption_id', items)).data).toEqual([]);
  for (const person of panel) {
    const seen = await person.client.from('expert_votes').select('expert_id');
    expect(new Set(seen.data?.map((v) => v.expert_id)).size).toBeLessThanOrEqual(1);
  }
  await advance(office, roundId, 'report');
  expect((await office.client.from('expert_votes').select('expert_id').in('redemption_id', items)).data?.length).toBe(
    9,
  );
  for (const person of panel) expect((await person.client.from('redemptions').select('id')).data).toEqual([]);

  // R28: finance may not go first; it may send back, with votes kept; the named item is voted on anew (R40).
  const jumped = await finance.act('advance_round', {
    round_id: roundId,
    action: 'confirm',
    reason: null,
    request_id: requestId(),
  });
  expect(jumped.error?.code).toBe('NOT_YOUR_TURN');
  await advance(department, roundId, 'confirm');
  await sendBack(finance, roundId, [items[1] as number]);
  await voteAll(panel, roundId, [items[1] as number]);
  await advance(office, roundId, 'report');
  await advance(department, roundId, 'confirm');
  await advance(finance, roundId, 'confirm');
  await advance(office, roundId, 'publish');
  const [notice] = await admin()`select from_on::text, to_on::text from public.notices where round_id = ${roundId}`;
  expect(notice).toEqual({ from_on: '2026-10-12', to_on: '2026-10-16' });

  // R47: the rejected one has not ended before its notice is over.
  expect((await voucherOf(orders[1] as number)).state).toBe('paid');

  const third = await voucherOf(orders[2] as number);
  const objection = await admin()<
    { id: number }[]
  >`select private.submit_objection(${third.voucher_no}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。')::integer as id`;
  const still = await office.act('advance_round', {
    round_id: roundId,
    action: 'start_payout',
    reason: null,
    request_id: requestId(),
  });
  expect(still.error?.code).toBe('R28_NOTICE_RUNNING');
  await setClock('2026-10-19T10:00:00+08:00');
  await advance(office, roundId, 'start_payout');
  // Now it has: 兑付失败, ordinary order, quota given back (R24, R29).
  expect((await voucherOf(orders[1] as number)).state).toBe('failed');
  const quota = await firm.client.from('quotas').select('spent_fen').eq('organization_id', firm.orgId).single();
  expect(quota.data?.spent_fen).toBe(720_000);

  // R26, R28: neither before the papers are archived nor while an objection is open.
  // What other files left ready goes first, so that the next list is this round's alone.
  await payOut();
  expect((await voucherOf(orders[0] as number)).state).toBe('paid');
  expect(await payOut()).toMatchObject({ count: 0 });
  await archivePapers(roundId, lab, body);
  expect(await payOut()).toMatchObject({ count: 1, amount_fen: 360_000 });
  expect((await voucherOf(orders[0] as number)).state).toBe('redeemed');
  expect((await voucherOf(orders[2] as number)).state).toBe('paid');
  const unsettled = await office.act('advance_round', {
    round_id: roundId,
    action: 'settle',
    reason: null,
    request_id: requestId(),
  });
  expect(unsettled.error?.code).toBe('R30_ITEMS_WAITING');
  // The public queue holds who waits, and nobody whose objection was upheld.
  const queued = async () =>
    (
      await admin()`select voucher_no from public.payout_queue where voucher_no in ${admin()(await Promise.all(orders.map(async (o) => (await voucherOf(o as number)).voucher_no)))}`
    ).map((r) => r['voucher_no']);
  expect(await queued()).toEqual([third.voucher_no]);
  await department.must('decide_objection', {
    objection_id: objection[0]?.id,
    upheld: true,
    reason: '经核查属于批量检验',
    request_id: requestId(),
  });
  expect((await voucherOf(orders[2] as number)).state).toBe('failed');
  expect(await queued()).toEqual([]);
  await advance(office, roundId, 'settle');
  const after = await office.act('advance_round', {
    round_id: roundId,
    action: 'close',
    reason: null,
    request_id: requestId(),
  });
  expect(after.error?.code).toBe('STATE_REFUSED');

  // R30: nothing of a settled round changes, not even by the owner of the tables.
  const owner = admin();
  await expect(owner`update public.rounds set close_due_on = '2026-12-31' where id = ${roundId}`).rejects.toThrow(
    /R30/,
  );
  await expect(owner`delete from public.rounds where id = ${roundId}`).rejects.toThrow();
  await expect(
    owner`update public.redemptions set amount_fen = amount_fen + 1 where id = ${items[0] as number}`,
  ).rejects.toThrow(/R30/);
  await expect(
    owner`update public.expert_votes set verdict = 'yes' where redemption_id = ${items[1] as number}`,
  ).rejects.toThrow(/R30/);
  await expect(
    owner`delete from public.expert_assignments where redemption_id = ${items[0] as number}`,
  ).rejects.toThrow();
  await expect(
    owner`update public.notice_items set amount_fen = 1 where redemption_id = ${items[0] as number}`,
  ).rejects.toThrow(/R30/);
  await expect(owner`update public.notices set title = '改' where round_id = ${roundId}`).rejects.toThrow(/R30/);
  await expect(
    owner`update public.objections set decision_reason = '改理由' where notice_id in (select id from public.notices where round_id = ${roundId})`,
  ).rejects.toThrow(/R30/);
  await expect(owner`update public.paper_packs set state_since = now() where round_id = ${roundId}`).rejects.toThrow(
    /R30/,
  );
  await expect(
    owner`update public.payments set amount_fen = 1 where redemption_id = ${items[0] as number}`,
  ).rejects.toThrow();
});
