// What the public hands in, through the edge functions as a stranger would reach them (R28, R33–R35).
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { exactTime, formatDate } from '../../src/domain/dates.ts';
import {
  admin,
  advance,
  anonymous,
  applicant,
  archivePapers,
  delivered,
  experts,
  institution,
  passed,
  type Person,
  platform,
  recommender,
  requestId,
  setClock,
  staff,
  toNotice,
  voucherOf,
} from '../support/people.ts';
import { payOut } from '../support/payments.ts';

/** Voucher numbers by payment time, then number, from what is published alone. */
const byTime = (rows: { used_at: string; voucher_no: string }[]) =>
  rows
    .toSorted(
      (a, b) => exactTime(a.used_at).localeCompare(exactTime(b.used_at)) || a.voucher_no.localeCompare(b.voucher_no),
    )
    .map((r) => r.voucher_no);
interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}
async function send(
  name: string,
  body: unknown,
  options: { headers?: Record<string, string>; raw?: string; method?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${inject('url')}/functions/v1/${name}`, {
    method: options.method ?? 'POST',
    headers: { apikey: inject('publishableKey'), 'content-type': 'application/json', ...options.headers },
    ...(options.method !== 'GET' && { body: options.raw ?? JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
    headers: response.headers,
  };
}
let office: Person;
let department: Person;
let finance: Person;
let lab: Person;
let roundId: number;
let running: { voucher_no: string };
let other: { voucher_no: string };
let tied: { voucher_no: string };
let code: string;
let paidOrder: number;
const objection = (extra: Record<string, unknown> = {}) => ({
  voucher_no: running.voucher_no,
  real_name: '演示公民',
  contact: '0371-00000000',
  body: '该项检测并非研发活动，请予核查。',
  evidence: '',
  website: '',
  ...extra,
});

beforeAll(async () => {
  await setClock('2025-09-15T10:00:00+08:00');
  const firm = await applicant();
  const seller = await institution();
  lab = seller;
  const body = await recommender(lab);
  const panel = await experts(3);
  [department, finance, office] = [await staff('department'), await staff('finance'), await platform()];
  // A quarter of its own: the rounds of other files are not in the way.
  const signed = { contract_signed_on: '2025-08-01' };
  // R8: paid for in another order than their vouchers are numbered: the third, the first, the second; the second is then given the third’s time, to the microsecond.
  const [first, second, third] = [
    await delivered(firm, seller, signed),
    await delivered(firm, seller, signed),
    await delivered(firm, seller, signed),
  ];
  const orders = [third, first, second];
  for (const order of orders) await firm.must('pay_voucher', { order_id: order, request_id: requestId() });
  for (const order of orders) await passed(lab, order);
  await admin()`update public.redemptions r set paid_at = x.paid_at from public.redemptions x where r.order_id = ${second} and x.order_id = ${third}`;
  const [round] = await admin()<
    { id: number }[]
  >`select r.round_id::integer as id from public.redemptions r where r.order_id = ${orders[0] as number}`;
  roundId = round?.id as number;
  await setClock('2025-10-13T10:00:00+08:00');
  await toNotice(roundId, panel);
  await archivePapers(roundId, lab, body);
  running = await voucherOf(orders[0] as number);
  other = await voucherOf(orders[1] as number);
  tied = await voucherOf(second);
  paidOrder = orders[0] as number;
  code = String(
    (await admin()`select verify_code from public.vouchers where voucher_no = ${running.voucher_no}`)[0]?.[
      'verify_code'
    ],
  );
}, 120_000);
beforeEach(async () => {
  await admin()`delete from private.public_turns`;
});
afterAll(() => setClock(null));

test('R28: an objection under one’s real name gets a receipt; the same once more is the same one (R33); staff read it, the public does not (R34)', async () => {
  const sent = await send('submit-objection', objection());
  expect([sent.status, sent.body['receipt']]).toEqual([200, expect.stringMatching(/^YY(-[0-9A-Z]{5}){4}$/)]);
  expect((await send('submit-objection', objection())).body).toEqual(sent.body);
  expect((await anonymous().from('objections').select('*')).error?.code).toBe('NOT_ALLOWED');
  expect((await lab.client.from('objections').select('*')).data).toEqual([]);
  expect(
    (await department.client.from('objections').select('body').eq('receipt', sent.body['receipt'])).data,
  ).toHaveLength(1);
});
test('R28: markup is kept as text, word for word, and comes back as JSON', async () => {
  const body = '<script>alert(1)</script><img src=x onerror=alert(1)> =HYPERLINK("x") 请核查';
  const sent = await send('submit-objection', objection({ body, real_name: "O'Brien; drop table" }));
  expect(sent.status).toBe(200);
  expect(sent.headers.get('content-type')).toContain('application/json');
  expect(sent.headers.get('x-content-type-options')).toBe('nosniff');
  expect(
    (await admin()`select body from public.objections where receipt = ${String(sent.body['receipt'])}`)[0]?.['body'],
  ).toBe(body);
});
test('bad input: each refused with its own words, nothing written', async () => {
  const before = Number((await admin()`select count(*) as n from public.objections`)[0]?.['n']);
  const cases: [string, Answer, number, string][] = [
    ['no name', await send('submit-objection', objection({ real_name: '' })), 400, 'INPUT_INVALID'],
    ['number for a text', await send('submit-objection', objection({ contact: 12345 })), 400, 'INPUT_INVALID'],
    ['100,000 characters', await send('submit-objection', objection({ body: '长'.repeat(100_000) })), 413, 'TOO_LARGE'],
    ['6,000 characters', await send('submit-objection', objection({ body: '长'.repeat(6000) })), 400, 'INPUT_INVALID'],
    ['honeypot', await send('submit-objection', objection({ website: 'http://x' })), 400, 'INPUT_INVALID'],
  ];
  await admin()`delete from private.public_turns`;
  cases.push(
    ['no JSON', await send('submit-objection', null, { raw: '{"a":' }), 400, 'INPUT_INVALID'],
    ['an array', await send('submit-objection', [1]), 400, 'INPUT_INVALID'],
    [
      'a form',
      await send('submit-objection', null, {
        raw: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
      415,
      'CONTENT_TYPE_REFUSED',
    ],
    [
      'another voucher',
      await send('submit-objection', objection({ voucher_no: '41-2026-9999-9999' })),
      409,
      'R28_NOTICE_CLOSED',
    ],
  );
  await admin()`delete from private.public_turns`;
  cases.push(
    ['GET', await send('submit-objection', null, { method: 'GET' }), 405, 'METHOD_REFUSED'],
    ['no apikey', await send('submit-objection', objection(), { headers: { apikey: '' } }), 401, 'API_KEY_REQUIRED'],
    [
      'wrong apikey',
      await send('submit-objection', objection(), { headers: { apikey: 'sb_secret_x' } }),
      401,
      'API_KEY_REQUIRED',
    ],
    [
      '30 MiB',
      await send('submit-objection', objection(), { raw: 'x'.repeat(30 * 1024 * 1024) }).catch(() => ({
        status: 413,
        body: { code: 'TOO_LARGE', message: '', hint: '请' },
        headers: new Headers(),
      })),
      413,
      'TOO_LARGE',
    ],
  );
  for (const [name, got, status, wanted] of cases) {
    expect([got.status, got.body['code']], name).toEqual([status, wanted]);
    expect(String(got.body['hint']), name).toMatch(/[\u4e00-\u9fff]/);
  }
  expect(Number((await admin()`select count(*) as n from public.objections`)[0]?.['n'])).toBe(before);
});
test('fifty quick requests: three are taken, the rest get 429 with the way out; a claimed address does not help', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      send(
        'report-error',
        { page: '/notices/', body: `第 ${i} 处错别字`, contact: '' },
        { headers: { 'x-forwarded-for': `10.0.0.${i}` } },
      ),
    ),
  );
  expect(answers.filter((a) => a.status === 200)).toHaveLength(3);
  const refused = answers.filter((a) => a.status === 429);
  expect(refused).toHaveLength(47);
  expect(refused[0]?.body).toMatchObject({
    code: 'TOO_MANY_ATTEMPTS',
    message: expect.stringContaining('频繁'),
    hint: expect.stringContaining('一分钟'),
  });
  expect(refused[0]?.headers.get('retry-after')).toBe('60');
});
test('R34: no address is kept, only a keyed hash, and that for two days', async () => {
  await send('report-error', { page: '/', body: '首页有一处错别字', contact: '' });
  for (const r of await admin()`select who from private.public_turns`)
    expect(String(r['who'])).toMatch(/^[0-9a-f]{32}$/);
  await admin()`update private.public_turns set minute = minute - interval '3 days'`;
  await send('report-error', { page: '/', body: '首页有另一处错别字', contact: '' });
  expect(await admin()`select 1 from private.public_turns`).toHaveLength(1);
});
test('R33: the same report twice is one report; control characters are removed', async () => {
  const one = await send('report-error', { page: '/policies/', body: '发文日期\u0000写错了', contact: '' });
  expect((await send('report-error', { page: '/policies/', body: '发文日期写错了', contact: '' })).body).toEqual(
    one.body,
  );
});

test('R35: the holder of number and code learns how a voucher stands, and nothing about people; spaces and lower case do not matter', async () => {
  const got = await send('verify-voucher', { no: running.voucher_no, code });
  expect(got.status).toBe(200);
  expect(Object.keys(got.body).sort()).toEqual([
    'amount_fen',
    'expires_at',
    'institution_name',
    'issued_on',
    'recovery',
    'rectified',
    'state',
    'state_label',
    'voucher_no',
    'withdrawn',
    'year',
  ]);
  expect(got.body).toMatchObject({
    voucher_no: running.voucher_no,
    amount_fen: 360_000,
    state: 'paid',
    state_label: '已支付',
    year: 2025,
  });
  expect(
    (await send('verify-voucher', { no: ` ${running.voucher_no.replaceAll('-', ' ')} `, code: code.toLowerCase() }))
      .status,
  ).toBe(200);
});
test('R35: a wrong code, another voucher’s code and an unknown number are answered alike', async () => {
  const answers = [
    await send('verify-voucher', { no: running.voucher_no, code: '0'.repeat(20) }),
    await send('verify-voucher', { no: other.voucher_no, code }),
    await send('verify-voucher', { no: '41-2026-9999-9990', code }),
    await send('verify-voucher', { no: '%', code: "' or 1=1 --" }),
  ];
  for (const a of answers) expect([a.status, a.body]).toEqual([404, answers[0]?.body]);
  expect((await anonymous().rpc('verify_voucher', { no: running.voucher_no, code })).error?.code).toBe('NOT_ALLOWED');
});

test('R8, R28, R35: payout publishes its list and the fund; the day after the notice no objection is taken', async () => {
  // Every voucher paid with and without an end stands either in the queue or before its review.
  const open = async () =>
    (await admin()`select count(*)::integer as n from public.vouchers where state = 'paid'`)[0]?.['n'];
  const waiting = await anonymous().from('fund_status').select('*').eq('year', 2025).single();
  expect(Number(waiting.data?.waiting)).toBeGreaterThanOrEqual(2);
  expect(waiting.data?.waiting + waiting.data?.to_review).toBe(await open());
  // The queue in public: exactly what the sum says, in order of use, without people; whoever is paid leaves it.
  const queue = (await anonymous().from('payout_queue').select('*').order('queue_rank')).data ?? [];
  expect(queue.map((q) => q.queue_rank)).toEqual(queue.map((_, i) => i + 1));
  expect([queue.length, queue.reduce((n, q) => n + Number(q.amount_fen), 0)]).toEqual([
    Number(waiting.data?.waiting),
    Number(waiting.data?.waiting_fen),
  ]);
  expect(queue.map((q) => q.voucher_no)).toEqual(byTime(queue));
  const ours = [tied, running, other].map((v) => v.voucher_no);
  const waitingOnes = queue.filter((q) => ours.includes(q.voucher_no));
  expect(waitingOnes.map((q) => q.voucher_no)).toEqual(ours);
  expect(
    waitingOnes.map((q) => [q.amount_fen, formatDate(q.used_at), q.round_year, q.round_quarter, q.notice_ends_on]),
  ).toEqual(ours.map(() => [360_000, '2025-09-15', 2025, 3, '2025-10-17']));
  // Published is the very time that decides, not a rounded one.
  const exact = (voucher: { voucher_no: string }) =>
    queue.find((q) => q.voucher_no === voucher.voucher_no)?.used_at as string;
  expect([exact(tied) === exact(running), exact(running) < exact(other)]).toEqual([true, true]);
  expect(Object.keys(queue[0] ?? {}).sort()).toEqual([
    'amount_fen',
    'applicant_name',
    'institution_name',
    'notice_ends_on',
    'queue_rank',
    'redemption_id',
    'round_quarter',
    'round_year',
    'stage',
    'used_at',
    'voucher_no',
  ]);
  for (const o of await admin()`select id from public.objections where decision is null`)
    await department.must('decide_objection', {
      objection_id: Number(o['id']),
      upheld: false,
      reason: '经核查属于研发检测',
      request_id: requestId(),
    });
  await setClock('2025-10-20T10:00:00+08:00');
  expect((await send('submit-objection', objection({ body: '公示期过后才提出的异议内容' }))).body['code']).toBe(
    'R28_NOTICE_CLOSED',
  );
  await advance(office, roundId, 'start_payout');
  await payOut();
  const { data } = await anonymous().from('published_payouts').select('*').eq('fund_year', 2025).order('queue_rank');
  const mine = (data ?? []).filter((p) => ours.includes(p.voucher_no));
  // Whoever has the published rows can check the order (R8): the payouts by their lists, those of one list by payment time, then voucher number.
  expect(mine.map((p) => p.voucher_no)).toEqual(ours);
  for (const time of new Set(data?.map((p) => p.listed_at))) {
    const together = (data ?? []).filter((p) => p.listed_at === time);
    expect(together.map((p) => p.voucher_no)).toEqual(byTime(together));
  }
  expect(Object.keys(mine[0] ?? {}).sort()).toEqual([
    'again',
    'amount_fen',
    'applicant_name',
    'arrived_on',
    'city',
    'fund_year',
    'institution_name',
    'listed_at',
    'payment_id',
    'queue_rank',
    'round_quarter',
    'round_year',
    'used_at',
    'voucher_no',
  ]);
  expect((await anonymous().from('payout_queue').select('voucher_no').in('voucher_no', ours)).data).toEqual([]);
  expect(mine[0]).toMatchObject({ amount_fen: 360_000, round_year: 2025, round_quarter: 3 });
  expect(mine[0]?.arrived_on).toBe('2025-10-20');
  expect(data?.map((p) => p.queue_rank)).toEqual(data?.map((_, i) => i + 1));
  const fund = await anonymous().from('fund_status').select('*').eq('year', 2025).single();
  expect(fund.data?.waiting + fund.data?.listed + fund.data?.in_transit + fund.data?.to_review).toBe(await open());
  expect(Number(fund.data?.arrived_fen)).toBe((data ?? []).reduce((n, p) => n + Number(p.amount_fen), 0));
});

test('export: finance gets one table of the round as CSV, the institution only its own, a stranger nothing', async () => {
  const get = async (person: Person | undefined, query: string, token?: string) => {
    const bearer = token ?? (await person?.client.auth.getSession())?.data.session?.access_token;
    const response = await fetch(`${inject('url')}/functions/v1/export?${query}`, {
      headers: { apikey: inject('publishableKey'), ...(bearer && { authorization: `Bearer ${bearer}` }) },
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  };
  const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const all = await get(finance, `what=payouts&round=${roundId}`);
  expect([all.status, all.type]).toEqual([200, 'text/csv; charset=utf-8']);
  expect([...all.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(
    text(all.bytes)
      .split('\r\n')
      .filter((l) => l.includes(running.voucher_no)),
  ).toHaveLength(1);
  expect(text(all.bytes)).toContain(',3600,2025,2025Q3,');
  expect(
    text((await get(lab, 'what=redemptions')).bytes)
      .trimEnd()
      .split('\r\n'),
  ).toHaveLength(4);
  expect(text((await get(lab, 'what=orders')).bytes)).toContain('已支付');
  const stranger = await institution();
  expect(
    text((await get(stranger, 'what=payouts')).bytes)
      .trimEnd()
      .split('\r\n'),
  ).toHaveLength(1);
  expect((await get(undefined, 'what=payouts')).status).toBe(401);
  expect((await get(undefined, 'what=payouts', 'a.b.c')).status).toBe(401);
  for (const bad of ['what=objections', 'what=constructor', 'what=orders&round=1', 'what=payouts&round=1;drop', ''])
    expect((await get(finance, bad)).status, bad).toBe(400);
  expect(paidOrder).toBeGreaterThan(0);
});
