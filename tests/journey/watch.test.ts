// Who watches the portal hears of each thing that goes wrong, outside of it: /health, /metrics, and alerts delivered to a real HTTP sink.
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { runDaily } from '../../local/daily.ts';
import { endFunctions, startFunction } from '../support/functions.ts';
import { admin, newCode, requestId, setClock, signUp } from '../support/people.ts';

const sql = admin();
const firmProfile = () => ({
  name: `演示单位${requestId().slice(0, 8)}`,
  region_code: '410100',
  uscc: newCode(),
  contact_name: '演示联系人',
  contact_phone: '037100000000',
  legal_representative: '演示人',
});
const servers: Server[] = [];
async function listen(handle: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handle as never);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const bodyOf = async (req: IncomingMessage) => {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

/** What a webhook and a mail service received; each answers with the status that it is told to. */
interface Received {
  to: 'webhook' | 'mail';
  authorization: string | undefined;
  body: Record<string, unknown>;
}
let received: Received[] = [];
const answers = { webhook: 200, mail: 200 };
let alerts: string;
const night = () => sql`select private.run_daily()`;
const tell = async (headers: Record<string, string> = { apikey: inject('secretKey') }) => {
  const answered = await fetch(alerts, { method: 'POST', headers });
  return { status: answered.status, body: (await answered.json()) as Record<string, unknown> };
};
const titles = (to: Received['to'] = 'webhook') =>
  received
    .filter((r) => r.to === to)
    .map((r) => String(((r.body['alert'] ?? { title: r.body['subject'] }) as { title: string }).title));
const health = async () => {
  // The function looks anew after five seconds: here one that has not looked yet.
  const { url } = await startFunction('health', variables);
  const answered = await fetch(url as string);
  const body = (await answered.json()) as { status: string; parts: { part: string; ok: boolean; says: string }[] };
  return {
    ...body,
    status: answered.status,
    wrong: body.parts.filter((p) => !p.ok).map((p) => `${p.part}：${p.says}`),
  };
};
let variables: Record<string, string>;

beforeAll(async () => {
  await setClock(null);
  await runDaily({ sql, url: inject('url'), keys: { secretKey: inject('secretKey') } as never });
  const sink = await listen(async (req, res) => {
    const to = req.url === '/mail' ? 'mail' : 'webhook';
    received.push({ to, authorization: req.headers.authorization, body: JSON.parse(await bodyOf(req)) });
    res.writeHead(answers[to]).end('{}');
  });
  variables = {
    SUPABASE_URL: inject('url'),
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: inject('publishableKey') }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: inject('secretKey') }),
  };
  const { url } = await startFunction('alerts', {
    ...variables,
    SITE_ORIGIN: 'https://voucher.example.cn',
    ALERTS_TOKEN: 'token-of-the-scheduler',
    ALERT_WEBHOOK_URL: `${sink}/hook`,
    ALERT_WEBHOOK_TOKEN: 'token-of-the-robot',
    ALERT_MAIL_URL: `${sink}/mail`,
    ALERT_MAIL_KEY: 'key-of-the-mail',
    ALERT_MAIL_FROM: 'portal@example.cn',
    ALERT_MAIL_TO: 'duty@example.cn，head@example.cn',
  });
  alerts = url as string;
}, 120_000);
beforeEach(async () => {
  received = [];
  Object.assign(answers, { webhook: 200, mail: 200 });
  await sql`delete from private.alerts where true`;
});
afterEach(async () => {
  await sql`delete from private.job_runs where error is not null or started_at < clock_timestamp() - interval '1 day'`;
  await sql`drop schema if exists cron cascade`;
  await setClock(null);
});
afterAll(async () => {
  endFunctions();
  for (const server of servers) server.close();
  await sql`delete from private.alerts where true`;
  await night();
});

/** What is broken on purpose, and what people outside are told of it. */
const broken: [
  what: string,
  breaking: () => Promise<unknown>,
  title: RegExp,
  details: Record<string, unknown>,
  health: RegExp,
][] = [
  [
    'a job that runs out of time',
    () =>
      sql.begin(async (tx) => {
        await tx`set local statement_timeout = '60ms'`;
        await tx`select private.run_job('reconcile')`;
      }),
    /^定期任务“对账”没有完成$/,
    {
      job: 'reconcile',
      state: 'failed',
      sqlstate: '57014',
      context: expect.stringMatching(/reconcile\(boolean\) line \d+/),
    },
    /jobs：对账没有完成/,
  ],
  [
    'a job whose error carries what somebody typed',
    () =>
      sql`insert into private.job_runs (job, took, error) values ('send_reminders', '1s', ${'22P02 invalid input syntax for type bigint: "张三丰 13800000000"\nSQL statement "select \'张三丰\'"\nPL/pgSQL function private.send_reminders() line 7 at SQL statement'})`,
    /^定期任务“办理期限的提醒”没有完成$/,
    { job: 'send_reminders', state: 'failed', sqlstate: '22P02', context: 'private.send_reminders() line 7' },
    /jobs：办理期限的提醒没有完成/,
  ],
  [
    'a job that is late',
    () => sql`update private.job_runs set started_at = started_at - interval '3 days' where job = 'seal_days'`,
    /^定期任务“每日封存”迟到$/,
    { job: 'seal_days', state: 'late' },
    /jobs：每日封存迟到/,
  ],
  [
    'a job that never ran',
    async () => {
      await sql`update private.job_runs set started_at = started_at - interval '3 days'
        where id = (select min(id) from private.job_runs where job = 'turn_suspensions')`;
      await sql`select private.run_job('turn_suspensions')`;
      await sql`delete from private.job_runs where job = 'finish_notices'`;
    },
    /^定期任务“公示期满”从没有执行$/,
    { job: 'finish_notices', state: 'missing' },
    /jobs：公示期满从没有执行/,
  ],
  [
    'a job that hosted has not scheduled',
    async () => {
      await sql`create schema cron`;
      await sql`create table cron.job (jobname text, active boolean)`;
      await sql`insert into cron.job select p.job, p.job <> 'expire_vouchers' from private.planned_jobs() p`;
    },
    /^定期任务“过期的电子券”没有安排$/,
    { job: 'expire_vouchers', state: 'unscheduled' },
    /jobs：过期的电子券没有安排/,
  ],
  [
    'days that are not sealed',
    async () => {
      // A day that is sealed, and three after it that are not.
      await sql`select private.set_clock((greatest((select max(day) from public.seals),
        (select max(at)::date from public.events)) + 2)::timestamp at time zone 'Asia/Shanghai')`;
      await sql`select private.seal_days()`;
      await sql`select private.set_clock((select max(day) + 4 from public.seals)::timestamp at time zone 'Asia/Shanghai')`;
    },
    /^每日封存缺 3 天$/,
    { missing_days: 3 },
    /seals：每日封存缺 3 天/,
  ],
  [
    'books that do not agree',
    () =>
      sql`update public.reconciliations set balanced = false where item = '年度资金' and day = (select max(day) from public.reconciliations)`,
    /^对账不平：.*年度资金/,
    { items: expect.arrayContaining(['年度资金']) },
    /^$/,
  ],
];
test.each(broken)(
  '%s: webhook and mail tell it once, /health says it in words, and both tell when it is over',
  async (_, breaking, title, details, words) => {
    expect((await tell()).body).toMatchObject({ channels: ['webhook', 'mail'], sent: 0, failed: 0 });
    await breaking();
    expect(await tell()).toMatchObject({ status: 200, body: { sent: 2, failed: 0 } });
    const [hook] = received.filter((r) => r.to === 'webhook');
    expect(hook).toMatchObject({
      authorization: 'Bearer token-of-the-robot',
      body: {
        msgtype: 'text',
        text: { content: expect.stringContaining('告警：') },
        alert: { status: 'firing', site: 'https://voucher.example.cn', details },
      },
    });
    expect(titles()).toEqual([expect.stringMatching(title)]);
    expect(received.find((r) => r.to === 'mail')).toMatchObject({
      authorization: 'Bearer key-of-the-mail',
      body: { from: 'portal@example.cn', to: ['duty@example.cn', 'head@example.cn'], subject: `告警：${titles()[0]}` },
    });
    expect(JSON.stringify(received)).not.toMatch(/张三丰|13800000000/);
    // Not once more, also when two ask at once.
    expect((await Promise.all([tell(), tell()])).map((t) => t.body['sent'])).toEqual([0, 0]);
    const said = await health();
    if (words.source === '^$') expect(said.status).toBe(200);
    else expect([said.status, said.wrong.join('；')]).toEqual([503, expect.stringMatching(words)]);
    expect(JSON.stringify(said)).not.toMatch(/张三丰|22P02|57014/);
    // Over: mended as an administrator mends it, told once.
    await sql`drop schema if exists cron cascade`;
    await setClock(null);
    await sql`update public.reconciliations set balanced = true where true`;
    await night();
    received = [];
    expect((await tell()).body).toMatchObject({ sent: 2 });
    expect(
      received.map((r) => [r.to, r.to === 'mail' ? r.body['subject'] : (r.body['alert'] as { status: string }).status]),
    ).toEqual([
      ['webhook', 'resolved'],
      ['mail', expect.stringMatching(/^已恢复：/)],
    ]);
    expect((await tell()).body).toMatchObject({ sent: 0 });
  },
  60_000,
);

test('an alert that a channel refuses is tried again, longer and longer, on that channel alone; /health says so after three', async () => {
  await sql`insert into private.job_runs (job, took, error) values ('reconcile', '0', '22012 division by zero')`;
  answers.mail = 500;
  expect(await tell()).toMatchObject({ status: 502, body: { sent: 1, failed: 1 } });
  expect((await tell()).body).toMatchObject({ sent: 0, failed: 0 });
  for (let i = 0; i < 2; i++) {
    await sql`update private.alerts set tried_at = tried_at - interval '1 hour' where true`;
    expect((await tell()).body).toMatchObject({ sent: 0, failed: 1 });
  }
  expect(titles('webhook')).toHaveLength(1);
  const [row] = await sql`select told, tries, problem from private.alerts`;
  expect(row).toEqual({ told: ['webhook'], tries: 3, problem: 'HTTP 500' });
  expect((await health()).wrong).toContain('alerts：1 条告警没有送到');
  answers.mail = 200;
  await sql`update private.alerts set tried_at = tried_at - interval '1 hour' where true`;
  expect((await tell()).body).toMatchObject({ sent: 1, failed: 0 });
  expect((await health()).wrong).toEqual(['jobs：对账没有完成']);
  // Not over after a day: told again.
  await sql`update private.alerts set told_at = told_at - interval '25 hours', tried_at = tried_at - interval '25 hours' where true`;
  expect((await tell()).body).toMatchObject({ sent: 2 });
});

test('only a scheduler of ours calls the alerts, and only a monitor of ours reads the figures', async () => {
  for (const headers of [{}, { apikey: inject('publishableKey') }, { authorization: 'Bearer token-of-another' }])
    expect((await tell(headers as Record<string, string>)).status).toBe(403);
  expect((await tell({ authorization: 'Bearer token-of-the-scheduler' })).status).toBe(200);
  const { url } = await startFunction('metrics', { ...variables, METRICS_TOKEN: 'token-of-the-scraper' });
  const scrape = async (authorization?: string) =>
    (await fetch(url as string, { headers: authorization ? { authorization } : {} })).status;
  expect([
    await scrape(),
    await scrape('Bearer token-of-another'),
    await scrape('Bearer token-of-the-scraper'),
  ]).toEqual([403, 403, 200]);
});

test('/health and /metrics of the gateway: well, open to this machine, in Prometheus’ form, without a name in them', async () => {
  await night();
  const answered = await fetch(`${inject('url')}/health`);
  expect([answered.status, ((await answered.json()) as { status: string }).status]).toEqual([200, 'ok']);
  await fetch(`${inject('url')}/rest/v1/seals?limit=1`, { headers: { apikey: inject('publishableKey') } });
  const scraped = await fetch(`${inject('url')}/metrics`);
  expect(scraped.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await scraped.text();
  const names = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('# TYPE ')) names.add(line.split(' ')[2] as string);
    else if (!line.startsWith('# HELP '))
      expect(line).toMatch(/^voucher_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?\d+(\.\d+)?(e[+-]?\d+)?$/);
  }
  for (const name of [
    'voucher_up',
    'voucher_job_ok',
    'voucher_job_last_success_timestamp_seconds',
    'voucher_seal_missing_days',
    'voucher_database_bytes',
    'voucher_gateway_requests_total',
  ])
    expect([...names]).toContain(name);
  expect(text).toMatch(/voucher_gateway_requests_total\{service="rest",status="2xx"\} \d+/);
  expect(text).toMatch(/voucher_job_ok\{job="reconcile"\} 1/);
  expect((await fetch(`${inject('url')}/metrics`, { method: 'POST' })).status).toBe(405);
});

test('a database or a storage that does not answer: 503, and which of the two', async () => {
  const { url } = await startFunction('health', { ...variables, SUPABASE_URL: 'http://127.0.0.1:9' });
  const answered = await fetch(url as string);
  const { parts } = (await answered.json()) as { parts: { part: string; ok: boolean }[] };
  expect(answered.status).toBe(503);
  expect(parts).toMatchObject([
    { part: 'database', ok: false, says: '数据库没有应答' },
    { part: 'storage', ok: false, says: '存储没有应答' },
  ]);
});

test('one id leads from the page through the function to the database and its event; the log is JSON without a word of what was sent', async () => {
  // Through the gateway: what a page sends becomes the event's.
  const person = await signUp();
  const id = requestId();
  const registered = await fetch(`${inject('url')}/rest/v1/rpc/register_organization`, {
    method: 'POST',
    headers: {
      apikey: inject('publishableKey'),
      authorization: `Bearer ${(await person.client.auth.getSession()).data.session?.access_token}`,
      'content-type': 'application/json',
      'x-request-id': id,
    },
    body: JSON.stringify({ kind: 'applicant', profile: firmProfile() }),
  });
  expect(registered.status).toBe(200);
  const traced = await sql`select entity, entity_id::integer as id from private.trace(${id.toUpperCase()})`;
  expect([...traced]).toContainEqual({ entity: 'organization', id: Number(await registered.json()) });
  // An act's own request id comes before any header.
  const act = requestId();
  const second = await signUp();
  await second.must('register_organization', { kind: 'applicant', profile: firmProfile(), request_id: act });
  expect([...(await sql`select entity from private.trace(${act})`)]).toContainEqual({ entity: 'organization' });
  // Through a function: what it asks of the database carries the id on, seen by a proxy in between.
  const asked: (string | string[] | undefined)[] = [];
  const real = new URL(inject('url'));
  const proxy = await listen((req, res) => {
    asked.push(req.headers['x-trace-id']);
    req.pipe(
      request(
        {
          host: real.hostname,
          port: real.port,
          path: req.url,
          method: req.method,
          headers: { ...req.headers, host: real.host },
        },
        (back) => {
          res.writeHead(back.statusCode ?? 502, back.headers);
          back.pipe(res);
        },
      ),
    );
  });
  const { url, logged } = await startFunction('verify-voucher', { ...variables, SUPABASE_URL: proxy });
  const page = requestId();
  const send = (no: string, headers: Record<string, string> = {}) =>
    fetch(`${url}?no=${encodeURIComponent(no)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ no, code: '张三丰13800000000' }),
    });
  const answered = await send('41-2026-0000-0000', { 'x-request-id': page });
  expect(answered.headers.get('x-request-id')).toBe(page);
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked)).toEqual(new Set([page]));
  // An id that is none of ours is replaced, not written.
  const other = await send('41-2026-0000-0000', { 'x-request-id': 'a b{"x":1}' });
  expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  await expect
    .poll(
      () =>
        logged()
          .trim()
          .split('\n')
          .filter((l) => l.includes('"status"')).length,
    )
    .toBe(2);
  const lines = logged()
    .trim()
    .split('\n')
    .filter((l) => l.startsWith('{'))
    .map((l) => JSON.parse(l) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({
    level: 'info',
    function: 'verify-voucher',
    request_id: page,
    method: 'POST',
    status: 404,
    ms: expect.any(Number),
  });
  expect(logged()).not.toMatch(/张三丰|13800000000|41-2026/);
  // A fault of ours: one line of level error, with its kind and place, and nothing of what was sent.
  const { url: lost, logged: told } = await startFunction('verify-voucher', {
    ...variables,
    SUPABASE_URL: 'http://127.0.0.1:9',
  });
  expect(
    (
      await fetch(lost as string, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': page },
        body: JSON.stringify({ no: '41-2026-0000-0000', code: '张三丰' }),
      })
    ).status,
  ).toBe(503);
  await expect.poll(told).toContain('"level":"error"');
  const fault = told()
    .split('\n')
    .filter((l) => l.includes('"level":"error"'))
    .map((l) => JSON.parse(l) as Record<string, unknown>);
  expect(fault).toMatchObject([
    { function: 'verify-voucher', request_id: page, error: expect.any(String), at_frames: expect.any(Array) },
  ]);
  expect(told()).not.toMatch(/张三丰|41-2026/);
}, 60_000);
