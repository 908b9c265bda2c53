// R26: the recommender checks the quarter's papers against the same pages that the institution printed, and reads nothing behind them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amountInWords } from '../../src/domain/yuan.ts';
import {
  admin,
  advance,
  applicant,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  recommender,
  requestId,
  setClock,
} from '../support/people.ts';

const signed = { contract_signed_on: '2080-01-10' };
let [lab, body, strangers]: Person[] = [];
let [pack, item, order]: number[] = [];
beforeAll(async () => {
  await ownYear(2080);
  await setClock('2080-02-05T10:00:00+08:00');
  const [firm, seller, other] = [await applicant(), await institution(), await institution()];
  lab = seller;
  [body, strangers] = [await recommender(seller), await recommender(other)];
  order = await paid(firm, seller, signed);
  item = await passed(seller, order);
  await passed(seller, await paid(firm, seller, signed));
  // Another institution's quarter, with another recommender.
  await passed(other, await paid(firm, other, signed));
  const [round] = await admin()`select round_id::integer as id from public.redemptions where id = ${item}`;
  await setClock('2080-04-08T10:00:00+08:00');
  await advance(await platform(), Number(round?.['id']), 'close');
  pack = Number(
    (
      await admin()`select id from public.paper_packs where round_id = ${round?.['id']} and institution_id = ${seller.orgId}`
    )[0]?.['id'],
  );
}, 120_000);
afterAll(() => setClock(null));

const sheets = (who: Person | undefined) =>
  (who as Person).must<Record<string, unknown>[]>('pack_sheets', { pack_id: pack });
const sums = (who: Person | undefined) => (who as Person).must('pack_sums', { pack_id: pack });

test('R26: the recommender sees every page and the sum of what it checks, the same as the institution printed', async () => {
  const [theirs, printed] = [await sheets(body), await sheets(lab)];
  expect(theirs).toEqual(printed);
  expect(theirs).toHaveLength(2);
  expect(await sums(body)).toEqual([{ items: 2, amount_fen: 720_000 }]);
  expect(theirs.find((s) => s['id'] === item)).toMatchObject({
    amount_fen: 360_000,
    eligible_fee_fen: 1_200_000,
    contract_total_fen: 1_250_000,
    lines: [{ line_no: 1 }, { line_no: 2 }, { line_no: 3, exclusion_code: 'E3.2' }],
    invoices: [{ amount_fen: 1_250_000 }],
    papers: [
      { original_name: '演示文件.pdf', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { original_name: '演示文件.pdf', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ],
  });
  expect(amountInWords(720_000)).toBe('柒仟贰佰元整');
  // No person stands on paper: no name, no phone.
  const [people] = await admin()`select string_agg(c.contact_name || '|' || c.contact_phone, '|') as said
    from public.organization_contacts c join public.redemptions r on c.organization_id in (r.applicant_id, r.institution_id)
    where r.id = ${item as number}`;
  for (const said of String(people?.['said']).split('|')) expect(JSON.stringify(theirs)).not.toContain(said);
});

test('R26, R34: it reads no claim, order, invoice, voucher or file itself, and nothing of another institution', async () => {
  const who = body as Person;
  for (const table of ['redemptions', 'orders', 'invoices', 'vouchers', 'documents', 'redemption_documents'])
    expect([table, (await who.client.from(table).select('*').limit(5)).data ?? []]).toEqual([table, []]);
  expect([await sheets(strangers), await sums(strangers)]).toEqual([[], [{ items: 0, amount_fen: 0 }]]);
  expect((await who.act('next_step', { entity: 'order', entity_id: order })).error?.code).toBe('NOT_FOUND');
});

test('R26: it returns the papers with a reason, and finds them as before when they come again', async () => {
  const act = (who: Person | undefined, action: string, reason: string | null = null) =>
    (who as Person).must('advance_paper_pack', { pack_id: pack, action, reason, request_id: requestId() });
  await act(lab, 'print');
  await act(lab, 'send');
  await act(body, 'return', '第二页没有盖章');
  expect(await sheets(body)).toHaveLength(2);
  for (const action of ['print', 'send']) await act(lab, action);
  await act(body, 'approve');
  await act(body, 'forward');
  expect(await sums(body)).toEqual([{ items: 2, amount_fen: 720_000 }]);
});
