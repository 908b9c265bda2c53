// Real parallel requests against the running stack (S6, R5, R14, R16, R23, R33).
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  applicant,
  certify,
  delivered,
  institution,
  invoiceNumber,
  paid,
  platform,
  pledgeId,
  projectPayload,
  registered,
  redemptionPayload,
  requestId,
  secondOfficer,
  setClock,
  signUp,
  voucherOf,
} from '../support/people.ts';

beforeAll(() => setClock('2026-05-11T10:00:00+08:00'));
afterAll(() => setClock(null));

const books = async (orgId: number) =>
  (
    await admin()`
  select q.cap_fen::integer as cap, q.held_fen::integer as held, q.spent_fen::integer as spent,
    (select coalesce(sum(case e.kind when 'hold' then e.amount_fen when 'release' then -e.amount_fen when 'spend' then -e.amount_fen else 0 end), 0)::integer from public.quota_entries e where e.quota_id = q.id) as ledger_held,
    (select coalesce(sum(case e.kind when 'spend' then e.amount_fen when 'restore' then -e.amount_fen else 0 end), 0)::integer from public.quota_entries e where e.quota_id = q.id) as ledger_spent
  from public.quotas q where q.organization_id = ${orgId} and q.year = private.this_year()`
  )[0] as { cap: number; held: number; spent: number; ledger_held: number; ledger_spent: number };

test('S6, R14, R16: 200 approvals and payments at once on one quota: never one 分 too much, books agree', async () => {
  const [firm, lab, office] = [await applicant(), await institution(), await platform()];
  const line = {
    contract_total_fen: 1_000_000,
    test_fee_fen: 1_000_000,
    lines: [{ description: '检测', quantity: 1, unit_price_fen: 1_000_000 }],
  };
  const [ready, waiting]: [number[], number[]] = [[], []];
  // Forty delivered ones can be paid while a hundred and sixty others fight for what is left: 3,000 yuan each of 200,000.
  for (let i = 0; i < 8; i++)
    ready.push(...(await Promise.all(Array.from({ length: 5 }, () => delivered(firm, lab, line)))));
  for (let i = 0; i < 16; i++)
    waiting.push(...(await Promise.all(Array.from({ length: 10 }, () => accepted(firm, lab, line)))));
  const answers = await Promise.all([
    ...ready.map((order_id) => firm.act<{ state: string }>('pay_voucher', { order_id, request_id: requestId() })),
    ...waiting.map((order_id) => office.act<{ state: string }>('approve_order', { order_id, request_id: requestId() })),
  ]);
  const count = (state: string) => answers.filter((a) => a.data?.state === state).length;
  expect([
    count('paid'),
    count('approved'),
    count('awaiting_consent'),
    answers.filter((a) => a.error?.code === 'R5_NOTHING_LEFT').length,
  ]).toEqual([40, 26, 1, 133]);
  expect(await books(firm.orgId)).toEqual({
    cap: 20_000_000,
    held: 8_000_000,
    spent: 12_000_000,
    ledger_held: 8_000_000,
    ledger_spent: 12_000_000,
  });
}, 120_000);

test('R33: the same request twenty times at once: one effect, one answer; with another payload it is refused', async () => {
  const [firm, lab, office] = [await applicant(), await institution(), await platform()];
  const id = await accepted(firm, lab);
  const request_id = requestId();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => office.act('approve_order', { order_id: id, request_id })),
  );
  expect(answers.every((a) => a.error === null)).toBe(true);
  expect(new Set(answers.map((a) => JSON.stringify(a.data))).size).toBe(1);
  expect(
    (
      await admin()`select count(*)::integer as n from public.events where entity = 'order' and entity_id = ${id} and action = 'approve'`
    )[0]?.['n'],
  ).toBe(1);
  expect(
    (await office.act('approve_order', { order_id: id, request_id, amount_fen: 1, reason: '换内容' })).error?.code,
  ).toBe('REQUEST_REUSED');
});

test('R14, R15: two reviewers decide at once: one wins, the other is told the state', async () => {
  const [firm, lab, one, two] = [await applicant(), await institution(), await platform(), await secondOfficer()];
  for (let i = 0; i < 5; i++) {
    const id = await accepted(firm, lab);
    const answers = await Promise.all([
      one.act('approve_order', { order_id: id, request_id: requestId() }),
      two.act('return_order', { order_id: id, reason: '请补充', request_id: requestId() }),
    ]);
    expect(answers.filter((a) => a.error === null).length).toBe(1);
    expect(answers.find((a) => a.error)?.error?.code).toBe('STATE_REFUSED');
  }
});

test('R16: paying twice at once pays once', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const id = await delivered(firm, lab);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => firm.act('pay_voucher', { order_id: id, request_id: requestId() })),
  );
  expect(answers.filter((a) => a.error === null).length).toBe(1);
  expect((await books(firm.orgId)).spent).toBe(360_000);
});

test('R23, R37: one invoice in two claims at once: of one institution one is taken; of two institutions both are, and one passes', async () => {
  const [firm, lab, otherLab] = [await applicant(), await institution(), await institution()];
  const vouchers = await Promise.all(
    [lab, lab, otherLab].map(async (l) => voucherOf(await paid(firm, l, { contract_no: `HT-${requestId()}` }))),
  );
  const invoice = {
    code: ' 0410 0000 0000 ',
    number: invoiceNumber().slice(-8),
    issued_on: '2026-05-10',
    amount_fen: 1_250_000,
    buyer: '演示买方',
    seller: '演示卖方',
  };
  const claim = async (who: typeof lab, voucher: number, written: object) =>
    who.act<{ id: number }>('submit_redemption', {
      voucher_id: voucher,
      payload: await redemptionPayload(who, { invoices: [written] }),
      request_id: requestId(),
    });
  const [a, b, c] = vouchers.map((v) => v.id) as [number, number, number];
  const answers = await Promise.all([
    claim(lab, a, invoice),
    claim(lab, b, { ...invoice, code: null, number: `041000000000${invoice.number}` }),
    claim(otherLab, c, { ...invoice, code: '０４１０００００００００' }),
  ]);
  const taken = answers.filter((x) => x.error === null);
  expect(taken.length).toBe(2);
  expect(answers[2]?.error).toBeNull();
  expect(answers.find((x) => x.error)?.error?.code).toBe('R23_INVOICE_USED');
  const office = await platform();
  const passes = await Promise.all(
    taken.map((x) => office.act('pass_redemption', { redemption_id: x.data?.id, request_id: requestId() })),
  );
  expect(passes.filter((x) => x.error === null).length).toBe(1);
  expect(passes.find((x) => x.error)?.error?.code).toBe('R23_INVOICE_USED');
});

test('R4, R10: claiming and registering ten times at once grants once', async () => {
  const person = await registered('applicant');
  await certify(person, 'high_tech_enterprise');
  const pledge_id = await pledgeId('applicant');
  const claims = await Promise.all(
    Array.from({ length: 10 }, () => person.act('claim_quota', { request_id: requestId(), pledge_id })),
  );
  expect(claims.every((c) => c.error === null)).toBe(true);
  expect(
    (
      await admin()`select count(*)::integer as n from public.quota_entries e join public.quotas q on q.id = e.quota_id where q.organization_id = ${person.orgId} and e.kind = 'grant'`
    )[0]?.['n'],
  ).toBe(1);
  const fresh = await signUp();
  const profile = {
    name: '演示并发登记',
    region_code: '410100',
    contact_name: '演示',
    contact_phone: '0371-00000000',
    legal_representative: '演示',
  };
  const registrations = await Promise.all(
    Array.from({ length: 10 }, () => fresh.act('register_organization', { kind: 'applicant', profile })),
  );
  expect(registrations.filter((r) => r.error === null).length).toBe(1);
  // R33: with one request id, one organization and one answer; a file registered twice is one row.
  const again = await signUp();
  const request_id = requestId();
  const retried = await Promise.all(
    Array.from({ length: 5 }, () =>
      again.act<number>('register_organization', { kind: 'applicant', profile, request_id }),
    ),
  );
  expect(retried.every((r) => r.error === null)).toBe(true);
  expect(new Set(retried.map((r) => r.data)).size).toBe(1);
  const file = { kind: 'evidence', name: '演示.pdf', bytes: 10, request_id: requestId() };
  expect(await again.must('create_document', file)).toEqual(await again.must('create_document', file));
  expect((await person.act('register_project', { request_id: requestId(), payload: projectPayload })).error).toBeNull();
});
