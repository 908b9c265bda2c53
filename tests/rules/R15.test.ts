// R15: what was submitted stays what it was; a returned order is sent again once, changed, and nobody sees the change before.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  applicant,
  draft,
  institution,
  mend,
  type Person,
  platform,
  requestId,
  resourcePayload,
  resubmit,
  secondOfficer,
  setClock,
  submitted,
  upload,
} from '../support/people.ts';

let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
beforeAll(async () => {
  await setClock('2026-05-13T10:00:00+08:00');
  [firm, lab] = [await applicant(), await institution()];
}, 60_000);
afterAll(() => setClock(null));

const returned = async (extra: Record<string, unknown> = {}) => {
  const id = await accepted(firm, lab, extra);
  await (await platform()).must('return_order', { order_id: id, reason: '请补充检测目的', request_id: requestId() });
  return id;
};
const papersOf = async (who: Person, order: number) =>
  (
    await who.client
      .from('order_documents')
      .select('document_id, revision_no, document:documents(sha256)')
      .eq('order_id', order)
      .order('document_id')
  ).data as unknown as { document_id: number; revision_no: number; document: { sha256: string } | null }[];
const readable = async (who: Person, sha256: string) =>
  (await who.client.storage.from('documents').download(sha256)).error === null;
const shaOf = async (id: number) =>
  String((await admin()`select sha256 from public.documents where id = ${id}`)[0]?.['sha256']);

test('R15: an order sent again as it was is refused with what is missing; a change, another file or an explanation counts, an invisible one does not', async () => {
  const id = await returned();
  const send = async () => {
    const figure = await firm.must<number>('order_figure', { order_id: id });
    return firm.act<{ state: string }>('submit_order', { order_id: id, accepted_fen: figure, request_id: requestId() });
  };
  expect((await send()).error?.code).toBe('R15_UNCHANGED');
  const offered = await firm.must<{ action: string }[]>('available_actions', { entity: 'order', entity_id: id });
  expect(offered.map((a) => a.action)).toEqual(['withdraw']);
  for (const change of [{}, { explanation: '\u200b \u3164' }, { title: '高速轴承钢\u200b断口形貌分析' }]) {
    await mend(firm, id, change);
    const { error } = await send();
    expect(error?.code, JSON.stringify(change)).toBe('R15_UNCHANGED');
    expect((error as unknown as { details: string }).details).toContain('请补充检测目的');
  }
  // The same bytes under another number and name are the same file.
  const [{ document_id }] = (await papersOf(firm, id)) as unknown as [{ document_id: number }];
  const bytes = await (
    await firm.client.storage.from('documents').download(await shaOf(document_id))
  ).data?.arrayBuffer();
  const again = await upload(firm, 'contract', new Uint8Array(bytes as ArrayBuffer), '另一个名字.pdf');
  await mend(firm, id, { documents: [{ id: again, kind: 'contract' }] });
  expect((await send()).error?.code).toBe('R15_UNCHANGED');
  const [row] = await admin()`select state, revision_no from public.orders where id = ${id}`;
  expect(row).toEqual({ state: 'returned', revision_no: 0 });
  await mend(firm, id, { explanation: '检测对应任务书第 3 项' });
  expect((await send()).data?.state).toBe('submitted');
  const { data } = await lab.client
    .from('order_submissions')
    .select('snapshot')
    .eq('order_id', id)
    .order('revision_no');
  expect(data?.[1]?.snapshot.explanation).toBe('检测对应任务书第 3 项');
});

test('R15: a change and another file are each enough', async () => {
  expect((await resubmit(firm, await returned(), { purpose: '验证热处理工艺' })).error).toBeNull();
  const file = { documents: [{ id: await upload(firm, 'contract'), kind: 'contract' }] };
  expect((await resubmit(firm, await returned(), file)).error).toBeNull();
});

test('R15: edits are seen by nobody before they are sent; then each submission has its own set, for ever', async () => {
  const id = await returned();
  const office = await platform();
  const [first] = (await papersOf(firm, id)) as unknown as [{ document_id: number }];
  const second = await upload(firm, 'contract');
  await mend(firm, id, {
    title: '改过的名称',
    contract_total_fen: 1_300_000,
    lines: [{ description: '改过的检测', quantity: 2, unit_price_fen: 500_000 }],
    documents: [{ id: second, kind: 'contract' }],
  });
  for (const other of [lab, office]) {
    const { data } = await other.client
      .from('orders')
      .select('title, contract_total_fen, eligible_fee_fen')
      .eq('id', id)
      .single();
    expect(data).toEqual({
      title: '高速轴承钢断口形貌分析',
      contract_total_fen: 1_250_000,
      eligible_fee_fen: 1_200_000,
    });
    expect((await other.client.from('order_fee_lines').select('line_no').eq('order_id', id)).data).toHaveLength(3);
    expect(await papersOf(other, id)).toMatchObject([{ document_id: first.document_id, revision_no: 0, document: {} }]);
    expect(await readable(other, await shaOf(second))).toBe(false);
    expect((await other.client.from('order_revisions').select('order_id').eq('order_id', id)).data).toEqual([]);
  }
  // The figure that the applicant accepts is the one of the edits.
  expect(await firm.must<number>('order_figure', { order_id: id })).toBe(300_000);
  await firm.must('submit_order', { order_id: id, accepted_fen: 300_000, request_id: requestId() });
  for (const other of [lab, office, firm]) {
    expect((await other.client.from('orders').select('title').eq('id', id).single()).data?.title).toBe('改过的名称');
    expect(await papersOf(other, id)).toMatchObject([
      { document_id: first.document_id, revision_no: 0, document: {} },
      { document_id: second, revision_no: 1, document: {} },
    ]);
    expect(await readable(other, await shaOf(first.document_id))).toBe(true);
    expect(await readable(other, await shaOf(second))).toBe(true);
  }
  for (const statement of [
    `delete from public.order_documents where order_id = ${id} and revision_no = 0`,
    `update public.order_documents set document_id = ${second} where order_id = ${id} and revision_no = 0`,
    `delete from public.order_documents where order_id = ${id} and revision_no = 1`,
  ])
    await expect(admin().unsafe(statement)).rejects.toThrow(/kept/);
});

test('R15: a revision for a contract that is used up is refused', async () => {
  const contract_no = `HT-${requestId()}`;
  const other = await returned({ contract_no });
  expect((await resubmit(firm, other)).error).toBeNull();
  await lab.must('accept_order', { order_id: other, request_id: requestId() });
  await (await secondOfficer()).must('return_order', { order_id: other, reason: '仍不符合', request_id: requestId() });
  expect((await resubmit(firm, await returned(), { contract_no })).error?.code).toBe('R15_NO_MORE');
});

test('R12: a draft is deleted, not withdrawn: nothing is left of it, nobody is told, and staff never saw it', async () => {
  const saved = await draft(firm, lab);
  const office = await platform();
  const events = (who: Person) =>
    who.client.from('events').select('action').eq('entity', 'order').eq('entity_id', saved.id).order('seq');
  expect((await events(office)).data).toEqual([]);
  expect((await firm.act('withdraw_order', { order_id: saved.id, request_id: requestId() })).error?.code).toBe(
    'STATE_REFUSED',
  );
  expect(await firm.must('discard_order', { order_id: saved.id, request_id: requestId() })).toMatchObject({
    state: 'discarded',
  });
  const left = await admin()`select (select count(*) from public.orders where id = ${saved.id})
    + (select count(*) from public.order_documents where order_id = ${saved.id})
    + (select count(*) from public.order_fee_lines where order_id = ${saved.id}) as n`;
  expect(Number(left[0]?.['n'])).toBe(0);
  expect((await events(firm)).data).toEqual([{ action: 'create' }, { action: 'discard' }]);
  expect((await events(lab)).data).toEqual([]);
  expect((await events(office)).data).toEqual([]);
  const told = await admin()`select title from public.notifications where entity = 'order' and entity_id = ${saved.id}`;
  expect([...told]).toEqual([]);
  // What has been submitted is no draft any more.
  const sent = await submitted(firm, lab);
  expect((await firm.act('discard_order', { order_id: sent, request_id: requestId() })).error?.code).toBe(
    'STATE_REFUSED',
  );
  const messages =
    await admin()`select organization_id::integer as org from public.notifications where entity = 'order' and entity_id = ${sent}`;
  expect(messages.map((m) => m['org'])).toContain(lab.orgId);
});

test('R15: what was booked keeps its name when the instrument is renamed or no longer public', async () => {
  const own = await institution();
  const id = await submitted(firm, own);
  const resource = { kind: 'instrument', resource_id: own.instrumentId };
  const payload = { ...resourcePayload, name: '另一台仪器', model: 'X' };
  await own.must('edit_resource', { ...resource, payload, request_id: requestId() });
  await (await platform()).must('approve_resource', { ...resource, request_id: requestId() });
  const { data } = await firm.client.from('orders').select('resource_name, resource_model').eq('id', id).single();
  expect(data).toEqual({ resource_name: '场发射扫描电子显微镜', resource_model: 'DEMO-8100' });
  const snapshot = (await firm.client.from('order_submissions').select('snapshot').eq('order_id', id).single()).data
    ?.snapshot;
  expect([snapshot.resource_name, snapshot.resource_model]).toEqual(['场发射扫描电子显微镜', 'DEMO-8100']);
});
