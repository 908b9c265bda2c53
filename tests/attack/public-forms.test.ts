// What an anonymous flood and a curious stranger try at the public forms (R28, R33, R34, R47). Each of these once succeeded.
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  admin,
  applicant,
  experts,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  setClock,
  staff,
  toNotice,
  voucherOf,
} from '../support/people.ts';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}
/** Sends as somebody at `from`, one of this machine's own addresses: the gateway sees another client. */
const send = (name: string, body: unknown, from = '127.0.0.1', headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const url = new URL(`${inject('url')}/functions/v1/${name}`);
    const text = JSON.stringify(body);
    const call = request(
      {
        host: url.hostname,
        port: url.port,
        path: url.pathname,
        method: 'POST',
        localAddress: from,
        headers: {
          apikey: inject('publishableKey'),
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          ...headers,
        },
      },
      (answer) => {
        let got = '';
        answer.setEncoding('utf8').on('data', (part) => {
          got += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(got || '{}') }));
      },
    );
    call.on('error', reject);
    call.end(text);
  });
/** `times` requests, a few at a time, as one attacker manages. */
async function flood(times: number, one: (i: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < times; i += 20)
    answers.push(...(await Promise.all(Array.from({ length: Math.min(20, times - i) }, (_, n) => one(i + n)))));
  return answers;
}
/** The limits count by the minute: not at the end of one. */
async function freshMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 25_000) await new Promise((r) => setTimeout(r, left + 50));
}

let voucherNo: string;
let department: Person;
const objection = (extra: Record<string, unknown> = {}) => ({
  voucher_no: voucherNo,
  real_name: '演示公民',
  contact: '0371-00000000',
  body: '该项检测并非研发活动，请予核查。',
  evidence: '',
  website: '',
  ...extra,
});

beforeAll(async () => {
  await ownYear(2062);
  await setClock('2062-02-06T10:00:00+08:00');
  const [firm, lab] = [await applicant(), await institution()];
  const order = await paid(firm, lab, { contract_signed_on: '2062-01-10' });
  const item = await passed(lab, order);
  const [round] = await admin()`select round_id::integer as id from public.redemptions where id = ${item}`;
  const panel = await experts(3);
  department = await staff('department');
  await setClock('2062-04-10T10:00:00+08:00');
  await toNotice(Number(round?.['id']), panel);
  voucherNo = (await voucherOf(order)).voucher_no;
}, 120_000);
beforeEach(async () => {
  await admin()`delete from private.public_turns`;
});
afterAll(() => setClock(null));

test('R28: 200 objections from one address lock nobody else out', async () => {
  await freshMinute();
  const answers = await flood(200, (i) =>
    send('submit-objection', objection({ body: `第 ${i} 次：该项检测并非研发活动` })),
  );
  expect(answers.filter((a) => a.status === 200)).toHaveLength(3);
  expect(answers.filter((a) => a.status === 429)).toHaveLength(197);
  const honest = await send('submit-objection', objection({ real_name: '另一公民' }), '127.9.0.1');
  expect([honest.status, honest.body['receipt']]).toEqual([200, expect.any(String)]);
}, 60_000);

test('R35: 1,300 voucher checks from one address lock nobody else out', async () => {
  await freshMinute();
  const check = (from: string) => send('verify-voucher', { no: voucherNo, code: 'wrong' }, from);
  const answers = await flood(1300, () => check('127.0.0.1'));
  expect(answers.filter((a) => a.status === 404).length).toBeLessThanOrEqual(40);
  expect(answers.filter((a) => a.status === 429).length).toBeGreaterThanOrEqual(1260);
  expect((await check('127.9.0.2')).status).toBe(404);
}, 120_000);

test('R28: a network of many addresses is held to ten; other networks are not', async () => {
  await freshMinute();
  const from = (net: number, i: number) => `127.${net}.0.${i + 1}`;
  const answers = await flood(60, (i) =>
    send('submit-objection', objection({ body: `网段 ${i}：该项检测并非研发活动` }), from(20, i)),
  );
  const taken = answers.filter((a) => a.status === 200).length;
  // Three a minute and ten times that for its network; what came at the very same moment may slip in beside.
  expect(taken).toBeGreaterThanOrEqual(30);
  expect(taken).toBeLessThanOrEqual(50);
  expect((await send('submit-objection', objection({ real_name: '邻网公民' }), from(21, 1))).status).toBe(200);
}, 60_000);

test('R28: over the total nothing is refused: it is taken and marked for a person to look at; checks are only slower', async () => {
  await freshMinute();
  // A hundred networks at their limits have filled the common minute.
  for (const [kind, times] of [
    ['objection', 3],
    ['verify', 20],
    ['correction', 3],
  ] as const)
    await admin()`insert into private.public_turns (kind, who, net, minute, times) select ${kind}, md5('a' || n), md5('n' || n), date_trunc('minute', statement_timestamp()), ${times} from generate_series(1, 100) n`;
  const late = await send('submit-objection', objection({ real_name: '迟来公民' }), '127.30.0.1');
  expect(late.status).toBe(200);
  expect(
    (await department.client.from('objections').select('needs_look').eq('receipt', late.body['receipt'])).data,
  ).toEqual([{ needs_look: true }]);
  const started = Date.now();
  expect((await send('verify-voucher', { no: voucherNo, code: 'wrong' }, '127.30.0.1')).status).toBe(404);
  expect(Date.now() - started).toBeGreaterThan(900);
  expect((await send('report-error', { page: '/faq/', body: '第四条写错了', contact: '' }, '127.30.0.1')).status).toBe(
    200,
  );
}, 60_000);

test('R28: no header makes one address many', async () => {
  await freshMinute();
  const answers = await flood(12, (i) =>
    send('submit-objection', objection({ body: `伪造 ${i}：该项检测并非研发活动` }), '127.40.0.1', {
      'x-forwarded-for': `10.1.${i}.1`,
      'cf-connecting-ip': `10.2.${i}.1`,
      'x-real-ip': `10.3.${i}.1`,
      forwarded: `for=10.4.${i}.1`,
    }),
  );
  expect(answers.filter((a) => a.status === 200)).toHaveLength(3);
});

test('R28, R33: the same objection again with evidence keeps the evidence, once', async () => {
  const words = { real_name: '补证公民', body: '该项检测与合同所写的样品不同，请予核查。' };
  const first = await send('submit-objection', objection(words), '127.50.0.1');
  const evidence = '样品照片存于郑州市金水区某处，可查';
  for (const from of ['127.50.0.2', '127.50.0.3']) {
    const again = await send('submit-objection', objection({ ...words, evidence }), from);
    expect(again).toEqual(first);
  }
  const more = await send('submit-objection', objection({ ...words, evidence: '另有证人一名' }), '127.50.0.4');
  expect(more).toEqual(first);
  const rows =
    await admin()`select id::integer, evidence from public.objections where receipt = ${String(first.body['receipt'])}`;
  expect(rows.map((r) => r['evidence'])).toEqual([`${evidence}\n另有证人一名`]);
  const events =
    await admin()`select action from public.events where entity = 'objection' and entity_id = ${rows[0]?.['id']} order by seq`;
  expect(events.map((e) => e['action'])).toEqual(['submit', 'add_evidence', 'add_evidence']);
  // Twice at once is one.
  const twin = objection({ real_name: '双击公民', body: '同一份异议同时提交了两次，请予核查。' });
  const both = await Promise.all([
    send('submit-objection', twin, '127.51.0.1'),
    send('submit-objection', twin, '127.51.0.2'),
  ]);
  expect(both[0]).toEqual(both[1]);
});

test('R36: an objection of what nobody sees is refused, field by field', async () => {
  let host = 0;
  for (const [field, value] of [
    ['body', '\u200b'.repeat(40)],
    ['body', 'ㅤ'.repeat(40)],
    ['real_name', '\u2060\u200b\u200d'],
    ['contact', '\ufeff'.repeat(8)],
  ] as const) {
    const answer = await send('submit-objection', objection({ [field]: value }), `127.60.${host++}.1`);
    expect([answer.status, answer.body['code']], field).toEqual([400, 'INPUT_INVALID']);
  }
});

test('R47: a receipt has a hundred random bits, tells its holder the decision and nobody else anything', async () => {
  const sent = await send('submit-objection', objection({ real_name: '查询公民' }), '127.70.0.1');
  const receipt = String(sent.body['receipt']);
  expect(receipt).toMatch(/^YY(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
  const open = await send('check-receipt', { receipt }, '127.70.0.1');
  expect(open).toEqual({
    status: 200,
    body: {
      kind: 'objection',
      about: voucherNo,
      received_on: '2062-04-10',
      decision: null,
      answer: null,
      decided_on: null,
      notice: '2062 年第一季度科技创新券兑付结果公示',
      result: 'yes',
      follows: '由省科技厅裁定，平台服务时限至 2062-04-24；裁定之前这一项不予兑付。',
    },
  });
  const [row] = await admin()`select id::integer from public.objections where receipt = ${receipt}`;
  await department.must('decide_objection', {
    objection_id: row?.['id'],
    upheld: false,
    reason: '经核查属于研发检测',
    request_id: crypto.randomUUID(),
  });
  // As people type it: without hyphens, in lower case, an O for a zero.
  const typed = receipt.replaceAll('-', ' ').toLowerCase().replaceAll('0', 'o');
  expect((await send('check-receipt', { receipt: typed }, '127.70.0.2')).body).toMatchObject({
    decision: 'rejected',
    answer: '经核查属于研发检测',
    decided_on: '2062-04-10',
    follows: '公示的结论不变。',
  });
  const nobody = [`YY-${String(row?.['id']).padStart(6, '0')}`, 'YY-00000-00000-00000-00000', '', '%', "' or 1=1 --"];
  for (const [i, wrong] of nobody.entries())
    expect((await send('check-receipt', { receipt: wrong }, `127.71.${i}.1`)).body['code']).toBe('RECEIPT_NOT_FOUND');
  const report = await send('report-error', { page: '/faq/', body: '第五条的数字写错了', contact: '' }, '127.70.0.3');
  expect(String(report.body['receipt'])).toMatch(/^ZC(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
  expect((await send('check-receipt', { receipt: report.body['receipt'] }, '127.70.0.3')).body).toMatchObject({
    kind: 'correction',
    about: '/faq/',
    answer: null,
  });
});
