// R38: a case is looked at across cases: what the contract leaves, one order at a time, one certificate in one organization.
import { expect, test } from 'vitest';
import { accepted, admin, applicant, approved, draft, institution, platform, requestId } from '../support/people.ts';

const approve = async (id: number, amount_fen?: number) =>
  (await platform()).act<{ state: string }>('approve_order', {
    order_id: id,
    request_id: requestId(),
    ...(amount_fen && { amount_fen, reason: '核定较低' }),
  });
const contract = () => `HT-R38-${requestId()}`;
const held = async (ids: number[]) =>
  Number((await admin()`select sum(approved_fen) as fen from public.orders where id = any (${ids})`)[0]?.['fen']);

test('R38: one contract in two orders is paid once: the second finds nothing left, the third shares what was left', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const contract_no = contract();
  const first = await approved(firm, lab, { contract_no });
  const again = await draft(firm, lab, { contract_no: contract_no.toLowerCase().replaceAll('-', '－') });
  expect(again.figure_fen).toBe(0);
  const { error } = await firm.act('submit_order', {
    order_id: again.id,
    accepted_fen: 360_000,
    request_id: requestId(),
  });
  expect(error?.code).toBe('R38_CONTRACT_FULL');
  expect(await held([first, again.id])).toBe(360_000);
  // Another number is another contract.
  await approved(firm, lab, { contract_no: contract() });
});

test('R38: what an order was approved for less leaves to the next, and never more than the share of the test fee', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const contract_no = contract();
  const first = await accepted(firm, lab, { contract_no });
  expect((await approve(first, 200_000)).data?.state).toBe('awaiting_consent');
  const second = await draft(firm, lab, { contract_no });
  expect(second.figure_fen).toBe(160_000);
  // While the first waits for consent no other order of the contract can be submitted (R45).
  const submit = () =>
    firm.act('submit_order', { order_id: second.id, accepted_fen: 160_000, request_id: requestId() });
  expect((await submit()).error?.code).toBe('R45_CONTRACT_BUSY');
  await firm.must('agree_order', { order_id: first, request_id: requestId() });
  expect((await submit()).error).toBeNull();
  await lab.must('accept_order', { order_id: second.id, request_id: requestId() });
  expect((await approve(second.id)).data?.state).toBe('approved');
  expect(await held([first, second.id])).toBe(360_000);
});

test('R38: another test fee than the first order’s is refused, and the field is named', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const contract_no = contract();
  const first = await accepted(firm, lab, { contract_no });
  expect((await approve(first, 100_000)).data?.state).toBe('awaiting_consent');
  await firm.must('agree_order', { order_id: first, request_id: requestId() });
  const second = await draft(firm, lab, { contract_no, test_fee_fen: 1_240_000 });
  const { error } = await firm.act('submit_order', {
    order_id: second.id,
    accepted_fen: second.figure_fen,
    request_id: requestId(),
  });
  expect([error?.code, (error as { details?: string } | null)?.details]).toEqual(['R38_TEST_FEE', 'test_fee_fen']);
});

test('R45: while an order of a contract is on its way no other of it is submitted; two at once, one wins', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const contract_no = contract();
  const drafts = await Promise.all([1, 2, 3].map(() => draft(firm, lab, { contract_no })));
  const tries = await Promise.all(
    drafts.map((d) =>
      firm.act('submit_order', { order_id: d.id, accepted_fen: d.figure_fen, request_id: requestId() }),
    ),
  );
  expect(tries.filter((t) => t.error === null)).toHaveLength(1);
  expect(new Set(tries.filter((t) => t.error).map((t) => t.error?.code))).toEqual(new Set(['R45_CONTRACT_BUSY']));
  const [won] = drafts.filter((_, i) => tries[i]?.error === null);
  await firm.must('withdraw_order', { order_id: won?.id, request_id: requestId() });
  const [next] = drafts.filter((d) => d !== won);
  expect(
    (await firm.act('submit_order', { order_id: next?.id, accepted_fen: next?.figure_fen, request_id: requestId() }))
      .error,
  ).toBeNull();
});

test('R15, R36: the count of refusals follows the contract through Cyrillic letters, soft hyphens and invisible characters', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const tail = String(Date.now());
  const refuse = async (id: number) =>
    (await platform()).must<{ state: string }>('return_order', {
      order_id: id,
      reason: '不属研发',
      request_id: requestId(),
    });
  const first = await accepted(firm, lab, { contract_no: `HT-${tail}` });
  expect((await refuse(first)).state).toBe('returned');
  await firm.must('withdraw_order', { order_id: first, request_id: requestId() });
  const second = await accepted(firm, lab, { contract_no: `НТ\u00ad${tail.slice(0, 5)}\u2063${tail.slice(5)}` });
  expect((await refuse(second)).state).toBe('ordinary');
  for (const contract_no of [`Н\u200bТ ${tail}`, `ht－${tail}`, `H\u2063T·${tail}`, `ΗΤ/${tail}`]) {
    const third = await draft(firm, lab, { contract_no });
    const { error } = await firm.act('submit_order', {
      order_id: third.id,
      accepted_fen: third.figure_fen,
      request_id: requestId(),
    });
    expect([contract_no, error?.code]).toEqual([contract_no, 'R15_NO_MORE']);
  }
  const nothing = await draft(firm, lab, { contract_no: '\u200b' });
  const { error } = await firm.act('submit_order', { order_id: nothing.id, accepted_fen: 1, request_id: requestId() });
  expect(error?.code).toBe('R12_CONTRACT_REQUIRED');
});

test('R9, R36: nine spellings of the same representative, phone and address are shown as related', async () => {
  const lab = await institution({
    legal_representative: '阿卜杜拉·买买提',
    contact_phone: '0371-65957129',
    address: '郑州市金水区文化路97号1号楼',
  });
  for (const profile of [
    { legal_representative: '阿卜杜拉•买买提' },
    { legal_representative: '阿卜杜拉・买买提' },
    { legal_representative: '阿卜杜拉\u200b买买提' },
    { legal_representative: '阿卜杜拉 买 买提' },
    { contact_phone: '+86 0371 65957129' },
    { contact_phone: '（0371）６５９５７１２９' },
    { contact_phone: '0086-371-6595 7129' },
    { address: '郑州市金水区文化路９７号（1号楼）' },
    { address: '郑州市 金水区 文化路97号-1号楼' },
  ]) {
    const firm = await applicant(profile);
    const saved = await draft(firm, lab);
    const [row] =
      await admin()`select jsonb_array_length(related_evidence) as n from public.orders where id = ${saved.id}`;
    expect([profile, row?.['n']]).toEqual([profile, 1]);
  }
  const stranger = await applicant({ legal_representative: '阿卜杜拉·买买提明', contact_phone: '0371-65957129 转802' });
  const saved = await draft(stranger, lab);
  const [row] = await admin()`select related_evidence from public.orders where id = ${saved.id}`;
  expect(row?.['related_evidence']).toEqual([]);
});
