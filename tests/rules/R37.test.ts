// R37: an invoice is told apart by its digits; whom a number bars, and whom it does not.
import { expect, test } from 'vitest';
import {
  admin,
  applicant,
  institution,
  invoiceNumber,
  paid,
  type Person,
  platform,
  redemptionPayload,
  requestId,
  voucherOf,
} from '../support/people.ts';

type Lab = Person & { instrumentId: number };
const invoice = (number: string, more: Record<string, unknown> = {}) => ({
  code: null,
  number,
  issued_on: '2026-01-05',
  amount_fen: 1_250_000,
  buyer: '演示买方',
  seller: '演示卖方',
  ...more,
});
/** A laboratory's report and invoice file, uploaded once: what is refused uses nothing up. */
const papers = new Map<Lab, Promise<Record<string, unknown>>>();
const papersOf = (lab: Lab) => {
  if (!papers.has(lab)) papers.set(lab, redemptionPayload(lab));
  return papers.get(lab) as Promise<Record<string, unknown>>;
};
const claim = async (lab: Lab, orderId: number, invoices: unknown[]) =>
  lab.act<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(orderId)).id,
    payload: { ...(await papersOf(lab)), invoices },
    request_id: requestId(),
  });
const pass = async (id: number | undefined) =>
  (await platform()).act('pass_redemption', { redemption_id: id, request_id: requestId() });
const listed = async (id: number | undefined) =>
  (await admin()`select digits from public.invoices where redemption_id = ${id ?? 0} order by digits`).map(
    (r) => r['digits'],
  );

test('R37: the six claims that one base number opened are one claim', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const number = invoiceNumber();
  const orders = [await paid(firm, lab), await paid(firm, lab)] as [number, number];
  expect((await claim(lab, orders[0], [invoice(number)])).error).toBeNull();
  for (const [written, code] of [
    [number, null],
    [`${number.slice(0, 4)}\u00a0${number.slice(4)}`, null],
    [`${number.slice(0, 12)}\u200b${number.slice(12)}`, null],
    [`${number.slice(0, 4)}-${number.slice(4, 12)}—${number.slice(12)}`, null],
    [number.slice(12), number.slice(0, 12)],
    [` ${number.slice(12, 16)} ${number.slice(16)}`, `${number.slice(0, 6)}·${number.slice(6, 12)}`],
    [[...number].map((d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).join(''), ''],
  ] as const)
    expect([written, (await claim(lab, orders[1], [invoice(written, { code })])).error?.code]).toEqual([
      written,
      'R23_INVOICE_USED',
    ]);
});

test('R37: 20 digits without a code, 8 digits with one of 10 or 12; anything else is refused, and the field is named', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const order = await paid(firm, lab);
  const number = invoiceNumber();
  for (const [written, code, field] of [
    ['ABCDEFGHIJKLMNOPQRST', null, 'number'],
    [number.slice(1), null, 'number'],
    [`${number}1`, null, 'number'],
    ['1234567', '0410000000', 'number'],
    ['', null, 'number'],
    ['\u200b\u200b', null, 'number'],
    ['12345678', null, 'code'],
    ['12345678', '12345678901', 'code'],
    ['12345678', 'A234567890', 'code'],
    [number, '0410000000', 'code'],
  ] as const) {
    const { error } = await claim(lab, order, [invoice(`${number.slice(0, 19)}9`), invoice(written, { code })]);
    expect([written, code, (error as { details?: string } | null)?.details]).toEqual([
      written,
      code,
      `invoices.1.${field}`,
    ]);
  }
  expect((await claim(lab, order, [invoice('12345678', { code: '0410000000' })])).error).toBeNull();
});

test('R37: the date lies between the contract’s signing and today', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const order = await paid(firm, lab, { contract_signed_on: '2026-02-03' });
  for (const day of [
    '2099-01-01',
    '0001-01-01',
    '2026-02-02',
    '2027-01-01',
    'infinity',
    '2020-05-05',
    '2026-02-30',
    '',
  ])
    expect([
      day,
      ((await claim(lab, order, [invoice(invoiceNumber(), { issued_on: day })])).error as { details?: string } | null)
        ?.details,
    ]).toEqual([day, 'invoices.0.issued_on']);
  expect((await claim(lab, order, [invoice(invoiceNumber(), { issued_on: '2026-02-03' })])).error).toBeNull();
});

test('R37: at most 50 invoices a claim, and none of them twice', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const order = await paid(firm, lab);
  const many = Array.from({ length: 51 }, () => invoice(invoiceNumber()));
  expect((await claim(lab, order, many)).error?.code).toBe('R37_INVOICES_MANY');
  const one = invoiceNumber();
  expect(
    (await claim(lab, order, [invoice(one), invoice(one.slice(12), { code: one.slice(0, 12) })])).error?.code,
  ).toBe('R37_INVOICE_TWICE');
  expect((await claim(lab, order, many.slice(0, 50))).error).toBeNull();
});

test('R37: 3,000 invented numbers of a squatter bar nobody else', async () => {
  const [firm, lab, squatter] = [await applicant(), await institution(), await institution()];
  const mine = invoiceNumber();
  const [order, other] = [await paid(firm, lab), await paid(firm, squatter)];
  const invented = Array.from({ length: 3000 }, (_, i) => invoice(String(BigInt(mine) - 1500n + BigInt(i))));
  // Too many, and too long for one request: whichever is seen first.
  expect((await claim(squatter, other, invented)).error?.code).toMatch(/R37_INVOICES_MANY|TEXT_TOO_LONG/);
  expect((await claim(squatter, other, invented.slice(1475, 1525))).error).toBeNull();
  const honest = await claim(lab, order, [invoice(mine)]);
  expect(honest.error).toBeNull();
  expect((await pass(honest.data?.id)).error).toBeNull();
});

test('R37: of two institutions’ claims with one invoice only one can pass, and then it bars everybody', async () => {
  const [firm, lab, otherLab, third] = [
    await applicant(),
    await institution(),
    await institution(),
    await institution(),
  ];
  const number = invoiceNumber();
  const one = await claim(lab, await paid(firm, lab), [invoice(number)]);
  const two = await claim(otherLab, await paid(firm, otherLab), [
    invoice(number.slice(12), { code: number.slice(0, 12) }),
  ]);
  expect([one.error, two.error]).toEqual([null, null]);
  expect((await pass(two.data?.id)).error).toBeNull();
  expect((await pass(one.data?.id)).error?.code).toBe('R23_INVOICE_USED');
  expect((await claim(third, await paid(firm, third), [invoice(number)])).error?.code).toBe('R23_INVOICE_USED');
});

test('R37: a supplement states the whole list anew: what is left out is released, what is changed is replaced', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const [wrong, right, changed] = [invoiceNumber(), invoiceNumber(), invoiceNumber()];
  const { data } = await claim(lab, await paid(firm, lab), [invoice(wrong), invoice(changed)]);
  await (await platform()).must('return_redemption', {
    redemption_id: data?.id,
    reason: '发票号码有误',
    request_id: requestId(),
  });
  await lab.must('supplement_redemption', {
    redemption_id: data?.id,
    payload: await redemptionPayload(lab, { invoices: [invoice(right), invoice(changed, { buyer: '演示改正买方' })] }),
    request_id: requestId(),
  });
  expect(await listed(data?.id)).toEqual([right, changed].sort());
  const [row] = await admin()`select buyer from public.invoices where digits = ${changed}`;
  expect(row?.['buyer']).toBe('演示改正买方');
  expect((await claim(lab, await paid(firm, lab), [invoice(wrong)])).error).toBeNull();
});
