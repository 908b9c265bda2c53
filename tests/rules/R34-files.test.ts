// R34: who may read a file is said by its links, and a link elsewhere neither gives nor takes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  applicant,
  approved,
  delivered,
  institution,
  orderPayload,
  type Person,
  paid,
  platform,
  redemptionPayload,
  requestId,
  resubmit,
  setClock,
  signUp,
  submitted,
  upload,
  voucherOf,
} from '../support/people.ts';

type Firm = Person & { projectId: number };
type Lab = Person & { instrumentId: number };
let firm: Firm;
let other: Firm;
let lab: Lab;
let otherLab: Lab;
beforeAll(async () => {
  await setClock('2026-05-14T10:00:00+08:00');
  [firm, other, lab, otherLab] = [await applicant(), await applicant(), await institution(), await institution()];
}, 60_000);
afterAll(() => setClock(null));

/** Whether the row and the bytes are open to somebody: never one without the other. */
async function reads(who: Person, id: number): Promise<boolean> {
  const [row] = await admin()`select sha256 from public.documents where id = ${id}`;
  const seen = ((await who.client.from('documents').select('id').eq('id', id)).data ?? []).length === 1;
  const opened = (await who.client.storage.from('documents').download(String(row?.['sha256']))).error === null;
  expect(opened).toBe(seen);
  return seen;
}
const deliver = (at: Lab, order: number, documents: number[]) =>
  at.must('deliver_order', { order_id: order, documents, note: '', request_id: requestId() });

test('R34: one result for two firms: each reads it through its own order, and neither loses it', async () => {
  const [first, second] = [await approved(firm, lab), await approved(other, lab)];
  const result = await upload(lab, 'result');
  await deliver(lab, first, [result]);
  expect([await reads(firm, result), await reads(other, result)]).toEqual([true, false]);
  await deliver(lab, second, [result]);
  expect([await reads(firm, result), await reads(other, result), await reads(lab, result)]).toEqual([true, true, true]);
  // What the second firm learns is the file, not the first firm's case.
  const { data } = await other.client.from('order_documents').select('order_id').eq('document_id', result);
  expect(data).toEqual([{ order_id: second }]);
});

test('R34: one contract in orders at two institutions: both read it, and when one declines only that one loses it', async () => {
  const contract = await upload(firm, 'contract');
  const documents = [{ id: contract, kind: 'contract' }];
  const [here, there] = [await submitted(firm, lab, { documents }), await submitted(firm, otherLab, { documents })];
  expect([await reads(lab, contract), await reads(otherLab, contract)]).toEqual([true, true]);
  await lab.must('decline_order', { order_id: here, reason: '设备检修中', request_id: requestId() });
  expect([await reads(lab, contract), await reads(otherLab, contract), await reads(firm, contract)]).toEqual([
    false,
    true,
    true,
  ]);
  await firm.must('withdraw_order', { order_id: there, request_id: requestId() });
  expect([
    await reads(otherLab, contract),
    await reads(firm, contract),
    await reads(await platform(), contract),
  ]).toEqual([false, true, true]);
});

test('R34: an institution whose order was declined or withdrawn no longer reads the other’s contact either', async () => {
  const [own, at] = [await applicant(), await institution()];
  const contact = async () =>
    (
      (await at.client.from('organization_contacts').select('organization_id').eq('organization_id', own.orgId)).data ??
      []
    ).length + (await at.must<unknown[]>('order_contact', { order_id: order })).length;
  const details = async () =>
    ((await at.client.rpc('organization_details', { organization_ids: [own.orgId] })).data as unknown[]).length;
  const project = async () =>
    ((await at.client.from('projects').select('leader').eq('id', own.projectId)).data ?? []).length;
  const order = await accepted(own, at);
  expect([await contact(), await details(), await project()]).toEqual([1, 1, 1]);
  await own.must('withdraw_order', { order_id: order, request_id: requestId() });
  expect([await contact(), await details(), await project()]).toEqual([0, 0, 0]);
});

test('R34: each side has the other’s contact from acceptance on, two fields of it; before, beside and to the staff there is none', async () => {
  const [own, at, stranger] = [await applicant(), await institution(), await institution()];
  const asked = (who: Person, order: number) =>
    who.must<Record<string, string>[]>('order_contact', { order_id: order });
  const phones = async (who: Person) =>
    (await who.client.from('organization_contacts').select('organization_id, contact_phone, email')).data;
  const order = await submitted(own, at);
  for (const who of [own, at, stranger, await platform()]) expect(await asked(who, order)).toEqual([]);
  await at.must('accept_order', { order_id: order, request_id: requestId() });
  const [theirs] = await asked(at, order);
  expect(Object.keys(theirs ?? {})).toEqual(['organization_name', 'contact_name', 'contact_phone']);
  expect(theirs).toMatchObject({ contact_name: '演示联系人', contact_phone: (await phones(own))?.[0]?.contact_phone });
  expect((await asked(own, order))[0]).toMatchObject({ contact_phone: (await phones(at))?.[0]?.contact_phone });
  for (const who of [stranger, await platform(), await signUp()]) expect(await asked(who, order)).toEqual([]);
  // The table itself is one's own: no e-mail, no counterpart.
  expect((await phones(at))?.map((c) => c.organization_id)).toEqual([at.orgId]);
  // An order that came back and was sent again was accepted before; a declined one is nobody's counterpart.
  await (await platform()).must('return_order', { order_id: order, reason: '请补充合同', request_id: requestId() });
  expect((await resubmit(own, order)).error).toBeNull();
  expect(await asked(at, order)).toHaveLength(1);
  await at.must('decline_order', { order_id: order, reason: '设备检修', request_id: requestId() });
  for (const who of [own, at]) expect(await asked(who, order)).toEqual([]);
});

test('R34: one report in two claims: both applicants read it, and the first does not lose it', async () => {
  const report = await upload(lab, 'report');
  const claim = async (who: Firm) => {
    const payload = await redemptionPayload(lab);
    const documents = (payload['documents'] as { id: number; kind: string }[]).map((d) =>
      d.kind === 'report' ? { id: report, kind: 'report' } : d,
    );
    await lab.must('submit_redemption', {
      voucher_id: (await voucherOf(await paid(who, lab))).id,
      payload: { ...payload, documents },
      request_id: requestId(),
    });
  };
  await claim(firm);
  expect([await reads(firm, report), await reads(other, report)]).toEqual([true, false]);
  await claim(other);
  expect([await reads(firm, report), await reads(other, report)]).toEqual([true, true]);
});

test('R34: a file of another organization, of another use or not yet read cannot be linked', async () => {
  const order = await approved(firm, lab);
  const act = async (documents: number[]) =>
    (await lab.act('deliver_order', { order_id: order, documents, note: '', request_id: requestId() })).error?.code;
  expect(await act([await upload(otherLab, 'result')])).toBe('FILE_NOT_YOURS');
  expect(await act([await upload(lab, 'invoice')])).toBe('FILE_NOT_YOURS');
  const open = await lab.must<{ id: number }>('create_document', { kind: 'result', name: '演示.pdf', bytes: 10 });
  expect(await act([open.id])).toBe('FILE_NOT_VERIFIED');
});

test('R16: an applicant cannot hand in the laboratory’s result: neither as a paper of the order nor of a draft', async () => {
  const mine = await upload(firm, 'result');
  const contract = await upload(firm, 'contract');
  const refused = await firm.act('save_order', {
    order_id: null,
    payload: await orderPayload(firm, lab, {
      documents: [
        { id: contract, kind: 'contract' },
        { id: mine, kind: 'result' },
      ],
    }),
    request_id: requestId(),
  });
  expect(refused.error?.code).toBe('FILE_NOT_YOURS');
  const voucher = await voucherOf(await paid(firm, lab));
  const payload = await redemptionPayload(lab);
  const other = { id: await upload(lab, 'contract'), kind: 'contract' };
  const claim = await lab.act('submit_redemption', {
    voucher_id: voucher.id,
    payload: { ...payload, documents: [...(payload['documents'] as object[]), other] },
    request_id: requestId(),
  });
  expect(claim.error?.code).toBe('FILE_NOT_YOURS');
});

test('R2, R34: every file of a certification is linked; the platform reads them all, other organizations none', async () => {
  const own = await applicant();
  const files = [await upload(own, 'certificate'), await upload(own, 'certificate'), await upload(own, 'certificate')];
  await own.must('submit_certification', {
    request_id: requestId(),
    payload: {
      kind: 'tech_sme',
      certificate_no: `2026410${String(own.orgId).padStart(8, '0')}`,
      valid_from: '2026-01-01',
      valid_to: '2026-12-31',
      documents: files,
    },
  });
  for (const id of files)
    expect([await reads(await platform(), id), await reads(own, id), await reads(other, id)]).toEqual([
      true,
      true,
      false,
    ]);
  const borrowed = await other.act('submit_certification', {
    request_id: requestId(),
    payload: {
      kind: 'tech_sme',
      certificate_no: '202641000000001',
      valid_from: '2026-01-01',
      valid_to: '2026-12-31',
      documents: files,
    },
  });
  expect(borrowed.error?.code).toBe('FILE_NOT_YOURS');
});

test('R34: a paid order’s files stay open to both sides and the platform', async () => {
  const order = await delivered(firm, lab);
  const links = await admin()`select document_id::integer as id from public.order_documents where order_id = ${order}`;
  expect(links.length).toBeGreaterThanOrEqual(2);
  for (const { id } of links)
    for (const who of [firm, lab, await platform()]) expect(await reads(who, id as number)).toBe(true);
});
