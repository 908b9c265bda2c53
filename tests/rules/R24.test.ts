// R24: a supplement restates the whole claim; the same claim again is refused; each submission keeps its own set.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  applicant,
  institution,
  paid,
  type Person,
  platform,
  redemptionPayload,
  requestId,
  setClock,
  supplementPayload,
  upload,
  voucherOf,
} from '../support/people.ts';

let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
beforeAll(async () => {
  await setClock('2026-06-11T10:00:00+08:00');
  [firm, lab] = [await applicant(), await institution()];
}, 60_000);
afterAll(() => setClock(null));

/** A claim that came back for want of a page. */
async function returned(): Promise<number> {
  const { id } = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(await paid(firm, lab))).id,
    payload: await redemptionPayload(lab),
    request_id: requestId(),
  });
  await (await platform()).must('return_redemption', {
    redemption_id: id,
    reason: '检验报告缺第 2 页',
    request_id: requestId(),
  });
  return id;
}
const supplement = (id: number, payload: Record<string, unknown>) =>
  lab.act<{ state: string }>('supplement_redemption', { redemption_id: id, payload, request_id: requestId() });

test('R24: the same claim again is refused with what is missing, and the one chance is still there', async () => {
  const id = await returned();
  for (const change of [{}, { explanation: '\u200b\u200b\u200b' }]) {
    const { error } = await supplement(id, await supplementPayload(id, change));
    expect(error?.code).toBe('R24_UNCHANGED');
    expect((error as unknown as { details: string }).details).toContain('缺第 2 页');
  }
  expect((await supplement(id, {})).error?.code).toBe('R23_PAPERS_REQUIRED');
  const [row] = await admin()`select state, supplement_no from public.redemptions where id = ${id}`;
  expect(row).toEqual({ state: 'returned', supplement_no: 0 });
  expect((await supplement(id, await supplementPayload(id))).data?.state).toBe('submitted');
});

test('R24: a supplement is the whole list; what it leaves out stays with the first submission, and both keep their files', async () => {
  const id = await returned();
  const [report, invoice] = [await upload(lab, 'report'), await upload(lab, 'invoice')];
  const documents = [
    { id: report, kind: 'report' },
    { id: invoice, kind: 'invoice' },
  ];
  expect((await supplement(id, await supplementPayload(id, { documents }))).error).toBeNull();
  for (const who of [firm, lab, await platform()]) {
    const { data } = await who.client
      .from('redemption_documents')
      .select('document_id, supplement_no, document:documents(id)')
      .eq('redemption_id', id)
      .order('supplement_no');
    expect(data?.map((d) => d.supplement_no)).toEqual([0, 0, 1, 1]);
    expect(data?.every((d) => d.document !== null)).toBe(true);
    expect(
      data
        ?.filter((d) => d.supplement_no === 1)
        .map((d) => d.document_id)
        .toSorted((a, b) => a - b),
    ).toEqual([report, invoice]);
    const { data: frozen } = await who.client
      .from('redemption_submissions')
      .select('supplement_no, snapshot')
      .eq('redemption_id', id)
      .order('supplement_no');
    expect(frozen?.map((s) => s.snapshot.documents.length)).toEqual([2, 2]);
  }
  await expect(admin()`delete from public.redemption_documents where redemption_id = ${id}`).rejects.toThrow(
    /append-only/,
  );
  await expect(
    admin()`update public.redemption_submissions set snapshot = '{}' where redemption_id = ${id}`,
  ).rejects.toThrow(/append-only/);
});

test('R24: a supplement without a report or an invoice file is refused: the first ones are not silently kept', async () => {
  const id = await returned();
  const documents = [{ id: await upload(lab, 'evidence'), kind: 'evidence' }];
  expect((await supplement(id, await supplementPayload(id, { documents }))).error?.code).toBe('R23_PAPERS_REQUIRED');
});
