import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  advance,
  applicant,
  archivePapers,
  experts,
  institution,
  invoiceNumber,
  ownYear,
  paid,
  passed,
  platform,
  recommender,
  redemptionPayload,
  requestId,
  secondOfficer,
  setClock,
  supplementPayload,
  toNotice,
  voucherOf,
} from '../support/people.ts';
import { payOut } from '../support/payments.ts';

beforeAll(() => setClock('2026-06-10T10:00:00+08:00'));
afterAll(() => setClock(null));

test('R23: an invoice backs one redemption only, however it is written; two at once, one wins', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const [one, two] = [await voucherOf(await paid(firm, lab)), await voucherOf(await paid(firm, lab))];
  const number = invoiceNumber();
  const invoice = (written: string) => ({
    code: null,
    number: written,
    issued_on: '2026-06-01',
    amount_fen: 1_250_000,
    buyer: '演示买方',
    seller: '演示卖方',
  });
  const wide = [...number].map((d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).join('');
  const payloads = [
    await redemptionPayload(lab, { invoices: [invoice(number)] }),
    await redemptionPayload(lab, { invoices: [invoice(` ${wide} `)] }),
  ];
  const tries = await Promise.all(
    [one, two].map((v, i) =>
      lab.act('submit_redemption', { voucher_id: v.id, payload: payloads[i], request_id: requestId() }),
    ),
  );
  expect(tries.filter((t) => t.error === null)).toHaveLength(1);
  expect(tries.find((t) => t.error)?.error?.code).toBe('R23_INVOICE_USED');
});

test('R23: only the holder, only a paid voucher, only once, only with report and invoice of enough', async () => {
  const [firm, lab, other] = [await applicant(), await institution(), await institution()];
  const voucher = await voucherOf(await paid(firm, lab));
  const claim = (who: typeof lab, payload: Record<string, unknown>) =>
    who.act('submit_redemption', { voucher_id: voucher.id, payload, request_id: requestId() });
  expect((await claim(other, await redemptionPayload(other))).error?.code).toBe('NOT_FOUND');
  expect(
    (await firm.act('submit_redemption', { voucher_id: voucher.id, payload: {}, request_id: requestId() })).error?.code,
  ).toBe('NOT_FOUND');
  expect((await claim(lab, await redemptionPayload(lab, { documents: [] }))).error?.code).toBe('R23_PAPERS_REQUIRED');
  const small = await redemptionPayload(lab, {
    invoices: [
      {
        code: null,
        number: invoiceNumber(),
        issued_on: '2026-06-01',
        amount_fen: 100,
        buyer: '演示买方',
        seller: '演示卖方',
      },
    ],
  });
  expect((await claim(lab, small)).error?.code).toBe('R23_INVOICE_SUM');
  expect((await claim(lab, await redemptionPayload(lab))).error).toBeNull();
  expect((await claim(lab, await redemptionPayload(lab))).error?.code).toBe('R23_NOT_PAID');
});

test('R24: supplemented once, failed the second time: 兑付失败, ordinary order, the quota given back', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const office = await platform();
  const orderId = await paid(firm, lab);
  const { id } = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(orderId)).id,
    payload: await redemptionPayload(lab),
    request_id: requestId(),
  });
  const back = () =>
    office.act<{ state: string }>('return_redemption', {
      redemption_id: id,
      reason: '报告缺页',
      request_id: requestId(),
    });
  expect((await back()).data?.state).toBe('returned');
  await lab.must('supplement_redemption', {
    redemption_id: id,
    payload: await supplementPayload(id),
    request_id: requestId(),
  });
  expect((await back()).error?.code).toBe('FOUR_EYES');
  const second = await (await secondOfficer()).must<{ state: string }>('return_redemption', {
    redemption_id: id,
    reason: '仍缺页',
    request_id: requestId(),
  });
  expect(second.state).toBe('failed');
  expect((await voucherOf(orderId)).state).toBe('failed');
  const [order] = await admin()`select state from public.orders where id = ${orderId}`;
  expect(order?.['state']).toBe('ordinary');
  const [quota] = await admin()`select spent_fen::integer from public.quotas where organization_id = ${firm.orgId}`;
  expect(quota?.['spent_fen']).toBe(0);
  expect(
    (
      await lab.act('supplement_redemption', {
        redemption_id: id,
        payload: await redemptionPayload(lab),
        request_id: requestId(),
      })
    ).error?.code,
  ).toBe('STATE_REFUSED');
});

test('R8: payouts follow payment time across institutions; the first that does not fit stops all behind it', async () => {
  // A quarter that no other file's night lists.
  await ownYear(2059);
  await setClock('2059-06-10T10:00:00+08:00');
  const [firm, labA, labB] = [await applicant(), await institution(), await institution()];
  const body = await recommender(labA, labB);
  const panel = await experts(3);
  const small = {
    contract_total_fen: 100_000,
    test_fee_fen: 100_000,
    lines: [{ description: '检测', quantity: 1, unit_price_fen: 100_000 }],
  };
  const first = await paid(firm, labB, small);
  const second = await paid(firm, labA);
  const third = await paid(firm, labB, small);
  for (const [lab, order] of [
    [labB, third],
    [labA, second],
    [labB, first],
  ] as const)
    await passed(lab, order);
  const [round] = await admin()<
    { id: number }[]
  >`select id::integer from public.rounds where year = 2059 and quarter = 2`;
  const roundId = round?.id as number;
  const office = await platform();
  await setClock('2059-07-02T10:00:00+08:00');
  await toNotice(roundId, panel);
  await setClock('2059-07-20T10:00:00+08:00');
  await advance(office, roundId, 'start_payout');
  await archivePapers(roundId, labA, body);
  await archivePapers(roundId, labB, body);
  const [spent] = await admin()<{ fen: number }[]>`select used_fen::integer as fen from private.fund_of(2059)`;
  // Enough for the first and the third, not for the second between them.
  await admin()`update public.policy_parameters set value = ${(spent?.fen ?? 0) + 70_000} where year = 2059 and key = 'fund_fen'`;
  expect(await payOut()).toMatchObject({
    count: 1,
    amount_fen: 30_000,
    stopped_by_fund: true,
  });
  expect([(await voucherOf(first)).state, (await voucherOf(second)).state, (await voucherOf(third)).state]).toEqual([
    'redeemed',
    'paid',
    'paid',
  ]);
  await admin()`update public.policy_parameters set value = ${(spent?.fen ?? 0) + 10_000_000} where year = 2059 and key = 'fund_fen'`;
  expect(await payOut()).toMatchObject({ count: 2, stopped_by_fund: false });
  const order =
    await admin()`select r.voucher_no from public.payments p join public.redemptions r on r.id = p.redemption_id where r.round_id = ${roundId} order by p.id`;
  expect(order.map((o) => o['voucher_no'])).toEqual([
    (await voucherOf(first)).voucher_no,
    (await voucherOf(second)).voucher_no,
    (await voucherOf(third)).voucher_no,
  ]);
  await setClock('2026-06-10T10:00:00+08:00');
});

test('R14: a hundred approvals at once on one quota never hold one 分 too much, and books agree', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const office = await platform();
  // 30 % of 10,000 yuan is 3,000: 66 fit into 200,000, the 67th gets the last 2,000 and must be consented to, the rest nothing.
  const line = {
    contract_total_fen: 1_000_000,
    test_fee_fen: 1_000_000,
    lines: [{ description: '检测', quantity: 1, unit_price_fen: 1_000_000 }],
  };
  const orders: number[] = [];
  for (let i = 0; i < 100; i++) orders.push(await accepted(firm, lab, line));
  const answers = await Promise.all(
    orders.map((order_id) => office.act<{ state: string }>('approve_order', { order_id, request_id: requestId() })),
  );
  const states = (state: string) => answers.filter((a) => a.data?.state === state).length;
  expect([
    states('approved'),
    states('awaiting_consent'),
    answers.filter((a) => a.error?.code === 'R5_NOTHING_LEFT').length,
  ]).toEqual([66, 1, 33]);
  const [quota] =
    await admin()`select q.held_fen::integer, q.cap_fen::integer, (select sum(case e.kind when 'hold' then e.amount_fen when 'release' then -e.amount_fen else 0 end)::integer from public.quota_entries e where e.quota_id = q.id) as ledger
    from public.quotas q where q.organization_id = ${firm.orgId}`;
  expect(quota).toEqual({ held_fen: 20_000_000, cap_fen: 20_000_000, ledger: 20_000_000 });
}, 120_000);
