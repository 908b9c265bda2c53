// R38: a case is looked at across cases: what the contract leaves, one order at a time, one certificate in one organization.
import { expect, test } from 'vitest';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import {
  accepted,
  admin,
  applicant,
  approved,
  draft,
  institution,
  invoiceNumber,
  type Person,
  paid,
  platform,
  redemptionPayload,
  registered,
  requestId,
  submitted,
  upload,
  voucherOf,
} from '../support/people.ts';

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

const certificate = (person: Person, certificate_no: string, more: Record<string, unknown> = {}) =>
  person.act<{ id: number }>('submit_certification', {
    request_id: requestId(),
    payload: {
      kind: 'high_tech_enterprise',
      certificate_no,
      valid_from: '2026-01-01',
      valid_to: '2028-12-31',
      ...more,
    },
  });
const certified = async (id: number | undefined, reason?: string) =>
  (await platform()).act('approve_certification', {
    certification_id: id,
    request_id: requestId(),
    ...(reason && { reason }),
  });
const named = (error: unknown) => [
  (error as { code?: string } | null)?.code,
  (error as { details?: string } | null)?.details,
];

test('R38: a certificate that is valid in another organization is refused, however it is written, at submission and at approval', async () => {
  const [one, two, three] = [
    await registered('applicant'),
    await registered('applicant'),
    await registered('applicant'),
  ];
  const number = `GR2026410${String(Date.now()).slice(-6)}`;
  const first = await certificate(one, number);
  const pending = await certificate(two, `gr 2026－410${number.slice(9)}`);
  expect([first.error, pending.error]).toEqual([null, null]);
  const answers = await Promise.all([certified(first.data?.id), certified(pending.data?.id)]);
  expect(answers.filter((a) => a.error === null)).toHaveLength(1);
  expect(answers.find((a) => a.error)?.error?.code).toBe('R38_CERTIFICATE_TAKEN');
  expect(named((await certificate(three, `ＧR${number.slice(2, 6)}\u200b${number.slice(6)}`)).error)).toEqual([
    'R38_CERTIFICATE_TAKEN',
    'certificate_no',
  ]);
});

test('R38: the same name is certified only with the reviewer’s reason; an enterprise has a USCC', async () => {
  const name = `演示同名（河南）科技有限公司${Date.now()}`;
  await registered('applicant', { name });
  const twin = await registered('applicant', { name: name.replace('（', '(').replace('）', ') ') });
  const { data } = await certificate(twin, `GR2026410${String(Date.now()).slice(-6)}`);
  expect((await certified(data?.id)).error?.code).toBe('R38_SAME_NAME');
  expect((await certified(data?.id, '\u200b\u200b\u200b')).error?.code).toBe('R38_SAME_NAME');
  expect((await certified(data?.id, '两家注册地与代码都不同，已电话核实')).error).toBeNull();
  const team = await registered('applicant', { uscc: null });
  expect(named((await certificate(team, 'GR202641000777')).error)).toEqual(['R38_USCC_REQUIRED', 'uscc']);
});

interface Check {
  code: string;
  level: string;
  sentence: string;
  evidence: Record<string, unknown>[];
}
const checks = async (who: Person, entity: string, entity_id: number) => {
  const rows = (await who.must('case_checks', { entity, entity_id })) as unknown as Check[];
  return Object.fromEntries(rows.map((r) => [r.code, r]));
};

test('R38: the checks of an order: contract and fee lines, other orders, files, relations, dates; the applicant sees its own before submitting', async () => {
  const [firm, other, lab, office] = [await applicant(), await applicant(), await institution(), await platform()];
  const same = tinyPdf(`the same bytes ${Date.now()}`);
  const contract_no = contract();
  const first = await accepted(firm, lab, {
    contract_no,
    documents: [{ id: await upload(firm, 'contract', same), kind: 'contract' }],
  });
  await approve(first, 100_000);
  await firm.must('agree_order', { order_id: first, request_id: requestId() });
  const second = await draft(firm, lab, {
    contract_no,
    contract_total_fen: 1_260_000,
    contract_signed_on: '2026-01-05',
    documents: [{ id: await upload(firm, 'contract', same), kind: 'contract' }],
  });
  const mine = await checks(firm, 'order', second.id);
  expect(Object.entries(mine).map(([code, c]) => [code, c.level])).toEqual([
    ['fee_lines', 'amber'],
    ['contract_orders', 'amber'],
    ['quota', 'green'],
    ['relations', 'green'],
    ['files', 'amber'],
    ['dates', 'green'],
    ['certified', 'green'],
  ]);
  expect(mine['contract_orders']?.sentence).toContain('还留下 2,600.00 元');
  expect(mine['files']?.evidence).toEqual([expect.objectContaining({ entity: 'order', id: first })]);
  // Nobody else sees a draft, and the institution no checks of an order at all.
  expect(await checks(office, 'order', second.id)).toEqual({});
  expect(await checks(lab, 'order', first)).toEqual({});
  expect(await checks(other, 'order', first)).toEqual({});
  // Another applicant sends the same file: the reviewer sees it, that applicant does not learn whose it was.
  const theirs = await submitted(other, lab, {
    documents: [{ id: await upload(other, 'contract', same), kind: 'contract' }],
  });
  expect((await checks(other, 'order', theirs))['files']?.level).toBe('green');
  expect((await checks(office, 'order', theirs))['files']?.evidence).toEqual([
    expect.objectContaining({ entity: 'order', id: first }),
  ]);
});

test('R38: the checks of a claim: invoices against the contract and the parties, the same file and the same invoice elsewhere', async () => {
  const name = `演示检测（郑州）有限公司${Date.now()}`;
  const [firm, lab, otherLab, office] = [
    await applicant(),
    await institution({ name }),
    await institution(),
    await platform(),
  ];
  const [applicantName] = await admin()`select name from public.organizations where id = ${firm.orgId}`;
  const number = invoiceNumber();
  const claim = async (who: Person & { instrumentId: number }, invoices: Record<string, unknown>[]) => {
    const order = await paid(firm, who);
    return (
      await who.must<{ id: number }>('submit_redemption', {
        voucher_id: (await voucherOf(order)).id,
        payload: await redemptionPayload(who, { invoices }),
        request_id: requestId(),
      })
    ).id;
  };
  const invoice = { code: null, number, issued_on: '2026-01-05', amount_fen: 1_250_000 };
  const good = await claim(lab, [
    { ...invoice, buyer: `${applicantName?.['name']} `, seller: name.replace('（', '(').replace('）', ')') },
  ]);
  expect(Object.values(await checks(lab, 'redemption', good)).map((c) => [c.code, c.level])).toEqual([
    ['invoice_sum', 'green'],
    ['invoice_parties', 'green'],
    ['files', 'green'],
  ]);
  const bad = await claim(otherLab, [{ ...invoice, amount_fen: 900_000, buyer: '不相干公司', seller: '另一家公司' }]);
  const seen = await checks(office, 'redemption', bad);
  expect(['invoice_sum', 'invoice_parties', 'invoice_elsewhere'].map((c) => seen[c]?.level)).toEqual([
    'amber',
    'amber',
    'amber',
  ]);
  expect(seen['invoice_elsewhere']?.evidence).toEqual([expect.objectContaining({ number, institution: name })]);
  expect((await checks(office, 'redemption', good))['invoice_elsewhere']?.level).toBe('amber');
  expect(Object.keys(await checks(otherLab, 'redemption', bad))).not.toContain('invoice_elsewhere');
});

test('R38: the same report, invoice or evidence in two claims is shown to the reviewer, to its own institution as far as it is its own, to nobody else', async () => {
  const [firm, other] = [await applicant(), await applicant()];
  const [lab, otherLab, office] = [await institution(), await institution(), await platform()];
  for (const kind of ['report', 'invoice', 'evidence']) {
    const same = tinyPdf(`the same ${kind} ${Date.now()}`);
    const claim = async (who: Person & { projectId: number }, at: Person & { instrumentId: number }) => {
      const order = await paid(who, at);
      const usual = (await redemptionPayload(at)) as { documents: { id: number; kind: string }[] };
      const documents = [...usual.documents.filter((d) => d.kind !== kind), { id: await upload(at, kind, same), kind }];
      const made = await at.must<{ id: number }>('submit_redemption', {
        voucher_id: (await voucherOf(order)).id,
        payload: { ...usual, documents },
        request_id: requestId(),
      });
      return { order, id: made.id };
    };
    const files = async (who: Person, id: number) => (await checks(who, 'redemption', id))['files'];
    const first = await claim(firm, lab);
    expect([kind, (await files(office, first.id))?.level]).toEqual([kind, 'green']);
    // The same institution, another order and applicant: both claims say so, to it and to the office.
    const second = await claim(other, lab);
    for (const who of [office, lab]) {
      expect((await files(who, second.id))?.evidence).toEqual([
        expect.objectContaining({ entity: 'redemption', id: first.id }),
      ]);
      expect((await files(who, first.id))?.evidence).toEqual([
        expect.objectContaining({ entity: 'redemption', id: second.id }),
      ]);
    }
    // Another institution: the office sees all three; that institution learns of no other.
    const third = await claim(firm, otherLab);
    expect(
      ((await files(office, third.id))?.evidence ?? []).map((e) => Number(e['id'])).toSorted((a, b) => a - b),
    ).toEqual([first.id, second.id]);
    expect((await files(otherLab, third.id))?.level).toBe('green');
    // The decision keeps what was shown.
    await office.must('pass_redemption', { redemption_id: third.id, request_id: requestId() });
    const [event] = await admin()`select details from public.events
      where entity = 'redemption' and entity_id = ${third.id} and action = 'pass'`;
    expect(event?.['details'].checks).toMatchObject({ files: 'amber' });
  }
}, 60_000);

test('R38: a claim whose report is its own order’s result is no repetition; an order’s contract in a claim is', async () => {
  const [firm, lab, office] = [await applicant(), await institution(), await platform()];
  const order = await paid(firm, lab);
  const [result] =
    await admin()`select document_id::integer as id from public.order_documents where order_id = ${order} and kind = 'result'`;
  const usual = (await redemptionPayload(lab)) as { documents: { id: number; kind: string }[] };
  const documents = [
    ...usual.documents.filter((d) => d.kind === 'invoice'),
    { id: Number(result?.['id']), kind: 'report' },
  ];
  const { id } = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(order)).id,
    payload: { ...usual, documents },
    request_id: requestId(),
  });
  expect((await checks(office, 'redemption', id))['files']?.level).toBe('green');
  // The same result stands as another claim's report: that is no test of its own.
  const next = await paid(firm, lab);
  const again = (await redemptionPayload(lab)) as { documents: { id: number; kind: string }[] };
  const { id: twice } = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(next)).id,
    payload: {
      ...again,
      documents: [
        ...again.documents.filter((d) => d.kind === 'invoice'),
        { id: Number(result?.['id']), kind: 'report' },
      ],
    },
    request_id: requestId(),
  });
  expect((await checks(office, 'redemption', twice))['files']?.evidence).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ entity: 'order', id: order }),
      expect.objectContaining({ entity: 'redemption', id }),
    ]),
  );
});

test('R38: the checks of a certification name who is the same elsewhere; the decision’s event records what was shown', async () => {
  const legal_representative = `欧阳演示${Date.now()}`;
  const first = await registered('applicant', { legal_representative });
  const second = await registered('applicant', {
    legal_representative: legal_representative.replace('欧阳', '欧 阳·'),
  });
  const { data } = await certificate(second, `GR2026410${String(Date.now()).slice(-6)}`, { valid_to: '2040-12-31' });
  const id = data?.id ?? 0;
  const seen = await checks(await platform(), 'certification', id);
  expect(seen['same_people']?.evidence).toEqual([
    expect.objectContaining({ organization_id: first.orgId, same: '法定代表人' }),
  ]);
  expect([seen['validity']?.level, seen['uscc']?.level, seen['same_name']?.level]).toEqual(['amber', 'green', 'green']);
  expect(Object.keys(await checks(second, 'certification', id))).toEqual(['uscc', 'validity', 'files']);
  await certified(id);
  const [event] = await admin()`
    select details from public.events where entity = 'certification' and entity_id = ${id} and action = 'approve'`;
  const [kept] = await admin()`
    select checks, sha256, encode(sha256(salt || convert_to(checks::text, 'UTF8')), 'hex') as again from public.decision_checks
    where entity = 'certification' and entity_id = ${id}`;
  expect(event?.['details'].checks).toMatchObject({ same_people: 'amber', validity: 'amber', uscc: 'green' });
  expect(event?.['details'].checks_sha256).toBe(kept?.['sha256']);
  expect(kept?.['again']).toBe(kept?.['sha256']);
  expect(JSON.stringify(kept?.['checks'])).toContain('法定代表人');
});
