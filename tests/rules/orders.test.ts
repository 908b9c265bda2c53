import { afterEach, describe, expect, test } from 'vitest';
import {
  accepted,
  admin,
  anonymous,
  answers,
  applicant,
  approved,
  delivered,
  draft,
  institution,
  mend,
  orderPayload,
  platform,
  requestId,
  resubmit,
  secondOfficer,
  setClock,
  submitted,
  upload,
  voucherOf,
} from '../support/people.ts';

afterEach(() => setClock(null));
const approve = async (orderId: number, extra: Record<string, unknown> = {}) =>
  (await platform()).act('approve_order', { order_id: orderId, request_id: requestId(), ...extra });
const refuse = async (orderId: number, reason = '请补充检测目的') =>
  (await platform()).act<{ state: string }>('return_order', { order_id: orderId, reason, request_id: requestId() });

describe('R5 the amount', () => {
  test.each([
    [999_999, 299_999],
    [333, 99],
    [10_000_000, 3_000_000],
  ])('R5: eligible %i fen gives %i, rounded down once over the sum', async (fee, expected) => {
    const [firm, lab] = [await applicant(), await institution()];
    const saved = await draft(firm, lab, {
      contract_total_fen: fee,
      test_fee_fen: fee,
      lines: [{ description: '检测', quantity: 1, unit_price_fen: fee }],
    });
    expect(saved.figure_fen).toBe(expected);
  });
  test('R5: not more than the contract’s test fee counts', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const saved = await draft(firm, lab, {
      contract_total_fen: 100_000,
      test_fee_fen: 50_000,
      lines: [{ description: '检测', quantity: 1, unit_price_fen: 90_000 }],
    });
    expect(saved).toMatchObject({ eligible_fee_fen: 50_000, figure_fen: 15_000 });
  });
  test('R5: when less quota is left the order waits for consent; agreeing issues, declining gives the hold back', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const big = {
      contract_total_fen: 50_000_000,
      test_fee_fen: 50_000_000,
      lines: [{ description: '检测', quantity: 1, unit_price_fen: 50_000_000 }],
    };
    const [one, two, three] = [
      await accepted(firm, lab, big),
      await accepted(firm, lab, big),
      await accepted(firm, lab, big),
    ];
    expect((await approve(one)).data).toMatchObject({ state: 'approved' });
    expect((await approve(two)).data).toMatchObject({ state: 'awaiting_consent' });
    expect((await approve(three)).error?.code).toBe('R5_NOTHING_LEFT');
    await firm.must('agree_order', { order_id: two, request_id: requestId() });
    const [voucher] = await admin()`select amount_fen::integer from public.vouchers where order_id = ${two}`;
    expect(voucher?.['amount_fen']).toBe(5_000_000);
    const other = await applicant();
    const [a, b] = [await accepted(other, lab, big), await accepted(other, lab, big)];
    await approve(a);
    await approve(b);
    expect(await other.must('disagree_order', { order_id: b, request_id: requestId() })).toMatchObject({
      state: 'ordinary',
    });
    const [quota] =
      await admin()`select held_fen::integer, spent_fen::integer from public.quotas where organization_id = ${other.orgId}`;
    expect(quota).toEqual({ held_fen: 15_000_000, spent_fen: 0 });
    const [refusals] =
      await admin()`select count(*)::integer as n from private.contract_refusals where applicant_id = ${other.orgId}`;
    expect(refusals?.['n']).toBe(0);
  });
  test('R5: a reviewer’s lower figure needs a reason and stays between 0 and the 30 %', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const id = await accepted(firm, lab);
    for (const amount_fen of [0, -1, 360_000, 999_999])
      expect((await approve(id, { amount_fen, reason: '部分非研发' })).error?.code, String(amount_fen)).toMatch(
        /R5_REVIEWER_FIGURE|AMOUNT_INVALID/,
      );
    expect((await approve(id, { amount_fen: 100_000 })).error?.code).toBe('R5_REVIEWER_FIGURE');
    expect((await approve(id, { amount_fen: 100_000, reason: '部分非研发' })).data).toMatchObject({
      state: 'awaiting_consent',
    });
  });
  test('R5: what the applicant accepts must be the figure of the database', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const saved = await draft(firm, lab);
    expect(
      (
        await firm.act('submit_order', {
          order_id: saved.id,
          accepted_fen: saved.figure_fen + 1,
          request_id: requestId(),
        })
      ).error?.code,
    ).toBe('R5_FIGURE_CHANGED');
  });
});

describe('R9 exclusions', () => {
  const told = (code: string, justification = '') =>
    answers.map((a) => (a.code === code ? { ...a, applies: true, justification } : a));
  test('R9: a leaf that excludes is refused; a justifiable one passes with its reason; each must be answered', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const send = async (extra: Record<string, unknown>) => {
      const saved = await draft(firm, lab, extra);
      return firm.act('submit_order', { order_id: saved.id, accepted_fen: saved.figure_fen, request_id: requestId() });
    };
    expect((await send({ answers: told('E2.1') })).error?.code).toBe('R9_EXCLUDED');
    expect((await send({ answers: told('E2.3') })).error?.code).toBe('R9_EXCLUDED');
    expect((await send({ answers: told('E2.3', '用于新药研发的动物样本检验，非临床用途') })).error).toBeNull();
    expect((await send({ answers: answers.slice(1) })).error?.code).toBe('R9_ANSWERS_MISSING');
  });
  test('R9: what is not ticked is answered by one act, «以上均无», kept with its time; without it nothing is submitted', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const declared = async (id: number) =>
      (await firm.client.from('orders').select('answers_declared_at').eq('id', id).single()).data?.answers_declared_at;
    for (const answers_declared of [undefined, false, null, 'true', 1]) {
      const saved = await draft(firm, lab, { answers_declared });
      const sent = await firm.act('submit_order', {
        order_id: saved.id,
        accepted_fen: saved.figure_fen,
        request_id: requestId(),
      });
      expect(sent.error, String(answers_declared)).toMatchObject({
        code: 'R9_ANSWERS_MISSING',
        details: 'answers_declared',
      });
      expect(await declared(saved.id)).toBeNull();
    }
    const id = await submitted(firm, lab);
    const at = await declared(id);
    expect(at).not.toBeNull();
    const [frozen] =
      await admin()`select s.snapshot ->> 'answers_declared' as said, e.details ->> 'answers_declared_at' as at
      from public.order_submissions s join public.events e on e.entity = 'order' and e.entity_id = s.order_id and e.action = 'submit'
      where s.order_id = ${id}`;
    expect(frozen?.['said']).toBe('true');
    expect(new Date(String(frozen?.['at'])).getTime()).toBe(new Date(String(at)).getTime());
  });
  test('R9: a returned order that says the same again has not changed, though it was confirmed at another time', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const id = await accepted(firm, lab);
    await (await platform()).must('return_order', { order_id: id, reason: '请补充合同', request_id: requestId() });
    const saved = await mend(firm, id, {});
    expect(
      (await firm.act('submit_order', { order_id: id, accepted_fen: saved.figure_fen, request_id: requestId() })).error
        ?.code,
    ).toBe('R15_UNCHANGED');
    const silent = await mend(firm, id, { explanation: '补充了说明', answers_declared: false });
    expect(
      (await firm.act('submit_order', { order_id: id, accepted_fen: silent.figure_fen, request_id: requestId() })).error
        ?.code,
    ).toBe('R9_ANSWERS_MISSING');
  });
  test('R9: whoever approves confirms every answer, and the approval says so', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const id = await accepted(firm, lab);
    await approve(id);
    const [event] =
      await admin()`select details->'answers_confirmed' as confirmed from public.events where entity = 'order' and entity_id = ${id} and action = 'approve'`;
    expect(event?.['confirmed']).toEqual(Object.fromEntries(answers.map((a) => [a.code, a.applies])));
  });
  test('R9: the same USCC is refused, another relation is shown with its evidence', async () => {
    const uscc = '91410100MA9XTEKT4Y';
    const lab = await institution({ uscc, legal_representative: '演示王五' });
    const inHouse = await applicant({ uscc });
    expect(
      (
        await inHouse.act('save_order', {
          request_id: requestId(),
          order_id: null,
          payload: await orderPayload(inHouse, lab),
        })
      ).error?.code,
    ).toBe('R9_SAME_USCC');
    const related = await applicant({ legal_representative: '演示王五' });
    const saved = await draft(related, lab);
    const { data } = await related.client.from('orders').select('related_evidence').eq('id', saved.id).single();
    expect(data?.related_evidence).toMatchObject([{ kind: 'same_legal_representative' }]);
  });
});

describe('R11–R13', () => {
  test('R11: an order needs an approved project of the same applicant', async () => {
    const [firm, other, lab] = [await applicant(), await applicant(), await institution()];
    const payload = await orderPayload(firm, lab, { project_id: other.projectId });
    expect((await firm.act('save_order', { request_id: requestId(), order_id: null, payload })).error?.code).toBe(
      'R11_PROJECT_REQUIRED',
    );
  });
  test('R12, R21: a resource that is closed or without vouchers takes no booking; a running order goes on', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const running = await submitted(firm, lab);
    await lab.must('set_resource_switches', {
      kind: 'instrument',
      resource_id: lab.instrumentId,
      is_open: true,
      voucher_enabled: false,
      request_id: requestId(),
    });
    expect(
      (
        await firm.act('save_order', {
          request_id: requestId(),
          order_id: null,
          payload: await orderPayload(firm, lab),
        })
      ).error?.code,
    ).toBe('R12_RESOURCE_CLOSED');
    expect((await lab.act('accept_order', { order_id: running, request_id: requestId() })).error).toBeNull();
  });
  test('R21: while closed an institution may say when it opens again; a day that is past, too far or beside an open one is refused', async () => {
    const lab = await institution();
    const set = (is_open: boolean, reopens_on: string | null) =>
      lab.act('set_resource_switches', {
        kind: 'instrument',
        resource_id: lab.instrumentId,
        is_open,
        voucher_enabled: true,
        reopens_on,
        request_id: requestId(),
      });
    const [{ soon, today }] =
      (await admin()`select (private.today() + 7)::text as soon, private.today()::text as today`) as unknown as [
        { soon: string; today: string },
      ];
    expect((await set(true, soon)).error?.code).toBe('DATE_INVALID');
    expect((await set(false, today)).error?.code).toBe('DATE_INVALID');
    expect((await set(false, '2099-01-01')).error?.code).toBe('DATE_INVALID');
    expect((await set(false, soon)).error).toBeNull();
    const shown = async () =>
      (await anonymous().from('catalogue').select('is_open, reopens_on').eq('slug', `i${lab.instrumentId}`).single())
        .data;
    expect(await shown()).toEqual({ is_open: false, reopens_on: soon });
    expect((await set(true, null)).error).toBeNull();
    expect(await shown()).toEqual({ is_open: true, reopens_on: null });
  });
  test('R12: no contract, no submission', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const saved = await draft(firm, lab, { documents: [] });
    expect(
      (await firm.act('submit_order', { order_id: saved.id, accepted_fen: saved.figure_fen, request_id: requestId() }))
        .error?.code,
    ).toBe('R12_CONTRACT_REQUIRED');
  });
  test('R13: only the order’s institution accepts; declining needs a reason and counts as no refusal', async () => {
    const [firm, lab, otherLab] = [await applicant(), await institution(), await institution()];
    const id = await submitted(firm, lab);
    expect((await otherLab.act('accept_order', { order_id: id, request_id: requestId() })).error?.code).toBe(
      'NOT_FOUND',
    );
    expect((await firm.act('accept_order', { order_id: id, request_id: requestId() })).error?.code).toBe(
      'NOT_YOUR_TURN',
    );
    expect((await approve(id)).error?.code).toBe('STATE_REFUSED');
    expect((await lab.act('decline_order', { order_id: id, reason: ' ', request_id: requestId() })).error?.code).toBe(
      'REASON_REQUIRED',
    );
    expect(
      await lab.must('decline_order', { order_id: id, reason: '设备检修中', request_id: requestId() }),
    ).toMatchObject({ state: 'declined' });
    const [row] =
      await admin()`select count(*)::integer as n from private.contract_refusals where applicant_id = ${firm.orgId}`;
    expect(row?.['n']).toBe(0);
  });
});

describe('R15 one revision', () => {
  test('R15: returned once, resubmitted through both steps, refused again: an ordinary order for good', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const id = await accepted(firm, lab, { contract_no: `R15-${requestId()}` });
    expect((await refuse(id)).data?.state).toBe('returned');
    expect((await resubmit(firm, id)).error).toBeNull();
    expect((await approve(id)).error?.code).toBe('STATE_REFUSED');
    await lab.must('accept_order', { order_id: id, request_id: requestId() });
    // Four eyes: who refused it first decides nothing the second time.
    expect((await refuse(id)).error?.code).toBe('FOUR_EYES');
    expect((await approve(id)).error?.code).toBe('FOUR_EYES');
    const second = await (await secondOfficer()).must<{ state: string }>('return_order', {
      order_id: id,
      reason: '仍不是研发检测',
      request_id: requestId(),
    });
    expect(second.state).toBe('ordinary');
    expect(
      (await firm.act('submit_order', { order_id: id, accepted_fen: 1, request_id: requestId() })).error?.code,
    ).toBe('STATE_REFUSED');
    const snapshots = await admin()`select revision_no from public.order_submissions where order_id = ${id} order by 1`;
    expect(snapshots.map((s) => s['revision_no'])).toEqual([0, 1]);
    await expect(admin()`update public.order_submissions set snapshot = '{}' where order_id = ${id}`).rejects.toThrow(
      /append-only/,
    );
  });
  test('R15: a new order for the same contract starts where the old one stood', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const contract_no = `R15-${requestId()}`;
    const first = await accepted(firm, lab, { contract_no });
    await refuse(first);
    await firm.must('withdraw_order', { order_id: first, request_id: requestId() });
    const second = await accepted(firm, lab, {
      contract_no: ` ${contract_no.toLowerCase().replaceAll('-', '－').replace('r15', 'Ｒ１５')} `,
    });
    expect((await refuse(second)).data?.state).toBe('ordinary');
    const third = await draft(firm, lab, { contract_no });
    expect(
      (await firm.act('submit_order', { order_id: third.id, accepted_fen: third.figure_fen, request_id: requestId() }))
        .error?.code,
    ).toBe('R15_NO_MORE');
  });
  test('R2: a lapsed applicant may resubmit what it has begun, but submit nothing new', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const [old, fresh] = [await accepted(firm, lab), await draft(firm, lab)];
    await refuse(old);
    await admin()`update public.certifications set valid_to = '2026-01-01' where organization_id = ${firm.orgId}`;
    expect((await resubmit(firm, old)).error).toBeNull();
    expect(
      (await firm.act('submit_order', { order_id: fresh.id, accepted_fen: fresh.figure_fen, request_id: requestId() }))
        .error?.code,
    ).toBe('NOT_CERTIFIED');
  });
});

describe('R16–R19', () => {
  test('R16: a result can be disputed until it is paid; a disputed order cannot be withdrawn', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const id = await delivered(firm, lab);
    await firm.must('dispute_order', { order_id: id, reason: '数据缺第三组', request_id: requestId() });
    expect((await firm.act('pay_voucher', { order_id: id, request_id: requestId() })).error?.code).toBe(
      'STATE_REFUSED',
    );
    expect((await firm.act('withdraw_order', { order_id: id, request_id: requestId() })).error?.code).toBe(
      'STATE_REFUSED',
    );
    await lab.must('deliver_order', {
      order_id: id,
      documents: [await upload(lab, 'result')],
      note: '已补充',
      request_id: requestId(),
    });
    await firm.must('pay_voucher', { order_id: id, request_id: requestId() });
    expect(
      (await firm.act('dispute_order', { order_id: id, reason: '又想反悔', request_id: requestId() })).error?.code,
    ).toBe('STATE_REFUSED');
  });
  test('R16: two payments at once spend once', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const id = await delivered(firm, lab);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => firm.act('pay_voucher', { order_id: id, request_id: requestId() })),
    );
    expect(answers.filter((a) => a.error === null)).toHaveLength(1);
    const [quota] =
      await admin()`select held_fen::integer, spent_fen::integer from public.quotas where organization_id = ${firm.orgId}`;
    expect(quota).toEqual({ held_fen: 0, spent_fen: 360_000 });
  });
  test('R17: rated once each after paying, never before', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const early = await delivered(firm, lab);
    const rate = (order_id: number, target: string, score: number) =>
      firm.act('rate_order', { order_id, target, score, comment: '', request_id: requestId() });
    expect((await rate(early, 'platform', 5)).error?.code).toBe('R17_NOT_PAID');
    await firm.must('pay_voucher', { order_id: early, request_id: requestId() });
    expect((await rate(early, 'platform', 6)).error?.code).toBe('R17_SCORE');
    expect((await rate(early, 'platform', 4)).error).toBeNull();
    expect((await rate(early, 'platform', 4)).error?.code).toBe('R17_RATED');
    expect((await rate(early, 'institution', 5)).error).toBeNull();
  });
  test('R19: an approved order is withdrawn before its result, and the hold returns; the voucher shows as expired, withdrawn', async () => {
    const [firm, lab] = [await applicant(), await institution()];
    const id = await approved(firm, lab);
    await firm.must('withdraw_order', { order_id: id, request_id: requestId() });
    const { data } = await firm.client.from('vouchers').select('state, withdrawn').eq('order_id', id).single();
    expect(data).toEqual({ state: 'expired', withdrawn: true });
    const [quota] = await admin()`select held_fen::integer from public.quotas where organization_id = ${firm.orgId}`;
    expect(quota?.['held_fen']).toBe(0);
  });
});

test('R7: a voucher not paid by 31 December 24:00 cannot be paid, with or without the daily job, and its hold returns', async () => {
  await setClock('2026-12-31T23:50:00+08:00');
  const [firm, lab] = [await applicant(), await institution()];
  const [late, intime] = [await delivered(firm, lab), await delivered(firm, lab)];
  await setClock('2026-12-31T23:59:58+08:00');
  await firm.must('pay_voucher', { order_id: intime, request_id: requestId() });
  await setClock('2027-01-01T00:00:00+08:00');
  expect((await firm.act('pay_voucher', { order_id: late, request_id: requestId() })).error?.code).toBe('R7_EXPIRED');
  await admin()`select private.run_daily()`;
  expect((await voucherOf(late)).state).toBe('expired');
  expect((await voucherOf(intime)).state).toBe('paid');
  const [order] = await admin()`select state from public.orders where id = ${late}`;
  expect(order?.['state']).toBe('ordinary');
  const [again] = await admin()`select (private.run_daily() ->> 'expire_vouchers')::integer as n`;
  expect(again?.['n']).toBe(0);
});
