// R36, «Bad input»: a refusal names its field, by its path in what was sent, and the page marks it. Every field of every form is sent wrong,
// one at a time; and every field that a payload has, stands in a form under that name.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  accountPayload,
  admin,
  answers,
  applicant,
  draft,
  institution,
  lines,
  orderPayload,
  paid,
  type Person,
  platform,
  projectPayload,
  redemptionPayload,
  registered,
  requestId,
  resourcePayload,
  setClock,
  signUp,
  staff,
  submitted,
  voucherOf,
} from '../support/people.ts';

let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
let [office, department, fresh, nobody]: Person[] = [];
let [order, awaiting, voucher, certifiable]: number[] = [];
let foreign: number;
beforeAll(async () => {
  await setClock('2026-03-10T10:00:00+08:00');
  [firm, lab, office, department] = [
    await applicant(),
    await institution(),
    await platform(),
    await staff('department'),
  ];
  [fresh, nobody] = [await registered('applicant'), await signUp()];
  order = (await draft(firm, lab)).id;
  awaiting = await accepted(firm, lab);
  voucher = (await voucherOf(await paid(firm, lab))).id;
  const { id } = await fresh.must<{ id: number }>('submit_certification', {
    request_id: requestId(),
    payload: {
      kind: 'tech_sme',
      certificate_no: `2026410${Date.now()}`,
      valid_from: '2026-01-01',
      valid_to: '2026-12-31',
    },
  });
  certifiable = id;
  const other = await applicant();
  const [file] = await admin()`select d.id::integer from public.documents d
    join public.order_documents l on l.document_id = d.id where l.order_id = ${await submitted(other, lab)} limit 1`;
  foreign = Number(file?.['id']);
}, 120_000);
afterAll(() => setClock(null));

type Wrong = [field: string, value: unknown, named?: string];
const long = '长'.repeat(6000);
/** What is no text of 2 to so many characters. */
const text = (field: string, required = true, length = 6000): Wrong[] => [
  ...(required ? ([null, '', ' ', '\u200b\u2060', 'ㅤ'] as const).map((value): Wrong => [field, value]) : []),
  [field, '长'.repeat(length)],
  [field, { a: 1 }],
  [field, ['x']],
];
const date = (field: string): Wrong[] =>
  ['', '2026-02-30', '0001-01-01', '2999-01-01', 'gestern', '2026/03/01', 20260301].map(
    (value): Wrong => [field, value],
  );
const fen = (field: string): Wrong[] =>
  ['', -1, 1.5, '1e9', 'NaN', 99_999_999_999_999, '￥1'].map((value): Wrong => [field, value]);
const at = (list: Record<string, unknown>[], place: number, field: string, value: unknown) =>
  list.map((x, n) => (n === place ? { ...x, [field]: value } : x));
/** A field of one entry of a list, wrong in each way. */
const inside = (
  list: Record<string, unknown>[],
  name: string,
  place: number,
  field: string,
  values: unknown[],
): Wrong[] => values.map((value) => [name, at(list, place, field, value), `${name}.${place}.${field}`]);

/** Sends a form with one field wrong at a time; each is refused, and the refusal names that field. */
async function each(
  wrongs: Wrong[],
  whole: Record<string, unknown>,
  send: (payload: Record<string, unknown>) => Promise<{ error: unknown }>,
): Promise<void> {
  const astray: string[] = [];
  for (const [field, value, named = field] of wrongs) {
    const { error } = await send({ ...whole, [field]: value });
    const e = error as { code?: string; details?: string; hint?: string } | null;
    if (e?.details !== named || !e.hint)
      astray.push(
        `${field} = ${JSON.stringify(value)?.slice(0, 60)}: ${e?.code ?? 'taken'} names ${e?.details} instead of ${named}`,
      );
  }
  expect(astray).toEqual([]);
}

test('R36: registration names each of its fields', async () => {
  const profile = {
    name: '演示字段有限公司',
    region_code: '410100',
    uscc: null,
    contact_name: '演示联系人',
    contact_phone: '0371-65957129',
    legal_representative: '演示法人',
    address: '',
  };
  await each(
    [
      ...text('name', true, 600),
      ...text('legal_representative', true, 600),
      ...text('contact_name', true, 600),
      ...text('address', false, 600),
      ...['', '110000', '41', 'x', '410000'].map((value): Wrong => ['region_code', value]),
      ...['1', 'OIOI'.repeat(5), '9'.repeat(19)].map((value): Wrong => ['uscc', value]),
      ...['', '12', 'abc', '1'.repeat(30), '0371-6595712X'].map((value): Wrong => ['contact_phone', value]),
    ],
    profile,
    (payload) => (nobody as Person).act('register_organization', { kind: 'applicant', profile: payload }),
  );
});

test('R36: certification and project name each of their fields', async () => {
  const certificate = {
    kind: 'high_tech_enterprise',
    certificate_no: `GR20264100${Date.now()}`,
    valid_from: '2026-01-01',
    valid_to: '2028-12-31',
    documents: [],
  };
  await each(
    [
      ...text('certificate_no'),
      ['certificate_no', '12345'],
      ...date('valid_from'),
      ...date('valid_to'),
      ['valid_to', '2026-01-31'],
      ...['', null, 'baker', 7, 'institution'].map((value): Wrong => ['kind', value]),
      ...['x', -1, 999_999_999].map((value): Wrong => ['carrier_id', value]),
      ['documents', 'x'],
      ['documents', [foreign]],
      ['documents', ['x']],
      ['documents', [999_999_999]],
    ],
    certificate,
    (payload) => (fresh as Person).act('submit_certification', { request_id: requestId(), payload }),
  );
  await each(
    [
      ...text('title'),
      ...text('leader'),
      ...text('content'),
      ...date('start_on'),
      ...date('end_on'),
      ['end_on', '2025-12-31'],
      ...fen('budget_fen'),
      ...['', null, 'x'].flatMap((value): Wrong[] => [
        ['source', value],
        ['tech_field', value],
      ]),
    ],
    projectPayload,
    (payload) => firm.act('register_project', { request_id: requestId(), payload }),
  );
});

test('R36: a resource names each of its fields', async () => {
  for (const kind of ['instrument', 'service'])
    await each(
      [
        ...text('name'),
        ...text('purpose', false),
        ...text('unit', false),
        ...(kind === 'instrument'
          ? [...text('model', false), ...text('maker', false), ...text('specs', false)]
          : [
              ...text('standard', false),
              ...text('sample_requirement', false),
              ...[0, -1, 366, 'x', 1.5].map((value): Wrong => ['turnaround_days', value]),
            ]),
        ...['', null, 'x', '99', 1].map((value): Wrong => ['class_code', value]),
        ...fen('price_min_fen'),
        ...fen('price_max_fen'),
        ['price_max_fen', 1],
      ],
      { ...resourcePayload, ...(kind === 'service' && { model: undefined }) },
      (payload) => lab.act('add_resource', { kind, payload, request_id: requestId() }),
    );
});

test('R36: an order names each of its fields, and each field of its lines and answers', async () => {
  const whole = await orderPayload(firm, lab, { documents: [] });
  await each(
    [
      ...text('title'),
      ...text('purpose', false),
      ...text('contract_no', false),
      ...date('contract_signed_on').filter(([, value]) => value !== ''),
      ...fen('contract_total_fen').filter(([, value]) => value !== ''),
      ...fen('test_fee_fen').filter(([, value]) => value !== ''),
      ['test_fee_fen', 1_250_001],
      ...['', null, 'x', 0, 999_999_999, {}].map((value): Wrong => ['project_id', value]),
      ['lines', 'x'],
      ['lines', { a: 1 }],
      ...inside(lines, 'lines', 0, 'description', [null, '', '\u200b', long]),
      ...inside(lines, 'lines', 1, 'quantity', [null, 0, -1, 0.001, 'x', 1e30]),
      ...inside(lines, 'lines', 1, 'unit_price_fen', [null, -1, 0.5, 'x', 1e30]),
      ...inside(lines, 'lines', 2, 'exclusion_code', ['E1.1', 'x']),
      ['answers', 'x'],
      ...inside(answers, 'answers', 3, 'code', [null, 'x', 'E9.9']),
      ...inside(answers, 'answers', 3, 'applies', [null, 'perhaps', 7]),
      ...inside(answers, 'answers', 3, 'justification', [long, {}]),
      ['documents', 'x'],
      ['documents', [{ id: foreign, kind: 'contract' }]],
      ['documents', [{ id: 'x', kind: 'contract' }]],
      ['documents', [{ id: 999_999_999, kind: 'evidence' }]],
      ['documents', [{ id: foreign, kind: 'result' }]],
      ['explanation', long],
    ],
    whole,
    (payload) => firm.act('save_order', { request_id: requestId(), order_id: null, payload }),
  );
  // What a draft may leave open, submitting asks for.
  const { documents } = await orderPayload(firm, lab);
  for (const [change, named] of [
    [{ contract_no: '' }, 'contract_no'],
    [{ contract_signed_on: null }, 'contract_signed_on'],
    [{ contract_signed_on: '2026-03-11' }, 'contract_signed_on'],
    [{ contract_total_fen: null, test_fee_fen: null }, 'contract_total_fen'],
    [{ documents: [] }, 'documents'],
    [{ answers_declared: false }, 'answers_declared'],
  ] as const) {
    const saved = await firm.act<{ id: number; figure_fen: number }>('save_order', {
      request_id: requestId(),
      order_id: order,
      payload: { ...whole, documents, ...change },
    });
    const refused =
      saved.error ??
      (
        await firm.act('submit_order', {
          order_id: order,
          accepted_fen: saved.data?.figure_fen ?? 1,
          request_id: requestId(),
        })
      ).error;
    expect([JSON.stringify(change), (refused as { details?: string } | null)?.details]).toEqual([
      JSON.stringify(change),
      named,
    ]);
  }
});

test('R36: a claim names each of its fields, and each field of its invoices', async () => {
  const whole = (await redemptionPayload(lab)) as { invoices: Record<string, unknown>[]; documents: object[] };
  await each(
    [
      ['documents', []],
      ['documents', 'x'],
      ['documents', whole.documents.slice(1)],
      ['documents', [{ id: foreign, kind: 'report' }, ...whole.documents]],
      ['documents', [{ id: 'x', kind: 'report' }]],
      ['documents', [{ id: 1, kind: 'passport' }]],
      ['invoices', 'x'],
      ['invoices', Array(51).fill(whole.invoices[0])],
      ['invoices', [whole.invoices[0], whole.invoices[0]], 'invoices.1.number'],
      ['invoices', [], 'invoices.0.amount_fen'],
      ...inside(whole.invoices, 'invoices', 0, 'number', [null, '', 'x', '1234567', '1'.repeat(21)]),
      ...inside(whole.invoices, 'invoices', 0, 'code', ['12345', '1'.repeat(12), 'x']),
      ...inside(whole.invoices, 'invoices', 0, 'issued_on', [null, '2026-01-04', '2026-03-11', '1900-01-01', 'x']),
      ...inside(whole.invoices, 'invoices', 0, 'amount_fen', [null, 0, -1, 1.5, 'x', 1e30, 1]),
      ...inside(whole.invoices, 'invoices', 0, 'buyer', [null, '', '\u200b', long]),
      ...inside(whole.invoices, 'invoices', 0, 'seller', [null, '', 'x', long]),
      ['explanation', long],
    ],
    whole,
    (payload) => lab.act('submit_redemption', { voucher_id: voucher, payload, request_id: requestId() }),
  );
});

test('R36: accounts, suspensions, files, reasons and switches name their fields', async () => {
  await each(
    [
      ...text('holder_name'),
      ...text('bank_name'),
      ...['', null, '123', 'x'.repeat(20), '4'.repeat(40)].map((value): Wrong => ['account_no', value]),
      ...['', null, '123', 'x'.repeat(12), '1'.repeat(13)].map((value): Wrong => ['bank_code', value]),
      ...['', null, 'x'].map((value): Wrong => ['document_id', value]),
    ],
    await accountPayload(lab),
    (payload) => lab.act('file_payee_account', { payload, request_id: requestId() }),
  );
  await each(
    [
      ...text('reason').slice(0, -2),
      ...date('from_on'),
      ...date('to_on'),
      ['to_on', '2026-03-01'],
      ['holds_payouts', null],
    ],
    { from_on: '2026-03-11', to_on: '2026-04-11', holds_payouts: false, reason: '演示原因' },
    (payload) =>
      (department as Person).act('suspend_organization', {
        organization_id: firm.orgId,
        payload,
        request_id: requestId(),
      }),
  );
  await each(
    [
      ['name', ''],
      ['name', '\u200b'],
      ['name', '长'.repeat(1001)],
      ['bytes', 0],
      ['bytes', -1],
      ['bytes', 21 * 1024 * 1024],
      ['kind', 'passport'],
      ['kind', null],
    ],
    { kind: 'evidence', name: '演示.pdf', bytes: 10 },
    (args) => firm.act('create_document', args),
  );
  const reasons: Wrong[] = [null, '', ' ', '\u200b\u2060', 'ㅤ', long].map((value) => ['reason', value]);
  for (const [who, name, args] of [
    [office, 'return_order', { order_id: awaiting }],
    [office, 'return_certification', { certification_id: certifiable }],
    [lab, 'decline_order', { order_id: await submitted(firm, lab) }],
  ] as const)
    await each(reasons, { ...args, reason: '演示原因' }, (sent) =>
      (who as Person).act(name, { ...sent, request_id: requestId() }),
    );
  await each(
    [
      ['is_open', null],
      ['voucher_enabled', null],
      ['reopens_on', '2026-03-01'],
      ['reopens_on', '2099-01-01'],
    ],
    { kind: 'instrument', resource_id: lab.instrumentId, is_open: false, voucher_enabled: true },
    (sent) => lab.act('set_resource_switches', { ...sent, request_id: requestId() }),
  );
});

test('R36: what the public sends names its fields', async () => {
  await expect(
    admin()`select private.submit_objection('41-0000-0000-0000', '演示公民', '0371-00000000', '该项检测并非研发活动，请予核查。')`,
  ).rejects.toThrow(/voucher_no/);
  for (const [field, page, body, contact] of [
    ['page', '', '这一页有错误', ''],
    ['page', '/x'.repeat(200), '这一页有错误', ''],
    ['body', '/faq/', '错', ''],
    ['body', '/faq/', '\u200b'.repeat(9), ''],
    ['body', '/faq/', long, ''],
    ['contact', '/faq/', '这一页有错误', long],
  ])
    await expect(
      admin()`select private.report_error(${page as string}, ${body as string}, ${contact as string})`,
      field,
    ).rejects.toThrow(new RegExp(`"details" : "${field}"`));
});

test('R36: each field that a refusal may name stands in a form under that name, so that the page can mark it', () => {
  const folder = join(import.meta.dirname, '../../src/islands');
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.tsx') || f.endsWith('.ts'))
    .map((f) => readFileSync(join(folder, f), 'utf8'))
    .join('\n');
  const named = (field: string) =>
    field
      .replace(/\.\d+\./, '.*.')
      .split('.*.')
      .every((part, n, all) => {
        if (all.length === 1) return new RegExp(`name(=|: )["']${part}["']`).test(pages);
        return n === 0 ? pages.includes('name={`' + part + '.$' + '{') : pages.includes('}.' + part + '`}');
      });
  const fields = [
    ...['name', 'region_code', 'uscc', 'contact_name', 'contact_phone', 'legal_representative', 'address'],
    ...['certificate_no', 'valid_from', 'valid_to', 'carrier_id', 'documents', 'explanation'],
    ...['title', 'leader', 'content', 'start_on', 'end_on', 'budget_fen', 'source', 'tech_field'],
    ...['class_code', 'price_min_fen', 'price_max_fen', 'unit', 'purpose', 'model', 'maker', 'specs', 'standard'],
    ...['sample_requirement', 'turnaround_days', 'project_id', 'contract_no', 'contract_signed_on', 'answers_declared'],
    ...['contract_total_fen', 'test_fee_fen', 'lines.0.description', 'lines.0.quantity', 'lines.0.unit_price_fen'],
    ...['number', 'code', 'issued_on', 'amount_fen', 'buyer', 'seller'].map((f) => `invoices.0.${f}`),
    ...['holder_name', 'bank_name', 'account_no', 'bank_code', 'document_id', 'from_on', 'to_on', 'holds_payouts'],
    ...['reason', 'voucher_no', 'real_name', 'contact', 'body', 'evidence', 'page'],
  ];
  expect(fields.filter((f) => !named(f))).toEqual([]);
});
