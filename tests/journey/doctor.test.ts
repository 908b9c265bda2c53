// The doctor on a portal from which each thing is taken away once: it names that thing, with the way out, and nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { examine, report } from '../../local/doctor.ts';
import type { Finding, Patient } from '../../local/doctor/finding.ts';
import { jobNames } from '../../local/doctor/inside.ts';
import { root } from '../../local/stack.ts';
import { admin, experts, platform, secondOfficer, setClock, staff } from '../support/people.ts';

type Answer = [status: number, body: string, headers?: Record<string, string>];
/** What stands between the doctor and the real stack: nothing, or an answer in place of the real one. */
let instead: (path: string, method: string) => Answer | undefined = () => undefined;
/** The uploaded site: its pages by path. */
let pages: Record<string, string> = {};
let siteHeaders: Record<string, string> = {};

const closing: Server[] = [];
async function serve(handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  closing.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const send = (res: ServerResponse, [status, body, headers = {}]: Answer) =>
  res.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);

let patient: Patient;
beforeAll(async () => {
  await setClock(null);
  await Promise.all([platform(), secondOfficer(), staff('department'), staff('finance'), experts(3)]);
  await admin()`select private.run_daily()`;
  const api = await serve((req, res) => {
    const answer = instead(req.url ?? '', req.method ?? '');
    if (answer) {
      req.resume();
      send(res, answer);
      return;
    }
    const real = new URL(inject('url'));
    req.pipe(
      request(
        {
          host: real.hostname,
          port: real.port,
          path: req.url,
          method: req.method,
          headers: { ...req.headers, host: real.host },
        },
        (answered) => {
          res.writeHead(answered.statusCode ?? 502, answered.headers);
          answered.pipe(res);
        },
      ),
    );
  });
  const site = await serve((req, res) => {
    const page = pages[(req.url ?? '').split('?')[0] as string];
    send(res, page === undefined ? [404, 'nothing here', siteHeaders] : [200, page, siteHeaders]);
  });
  patient = { site, api, publishableKey: inject('publishableKey'), secretKey: inject('secretKey'), embedded: true };
  whole();
}, 120_000);
afterAll(async () => {
  for (const server of closing) server.close();
  await admin()`delete from private.public_turns`;
});

/** As it is after a build and an upload in order. */
function whole(): void {
  const html = `<meta http-equiv="content-security-policy" content="connect-src 'self' ${patient.api}"><script src="/_astro/page.abc.js"></script>`;
  pages = Object.fromEntries(
    ['/', '/work/', '/user/', '/institution/', '/desk/', '/instruments/', '/notices/', '/policies/', '/verify/'].map(
      (p) => [p, html],
    ),
  );
  pages['/sitemap.xml'] =
    `<sitemapindex><sitemap><loc>${patient.site}/sitemaps/pages.xml</loc></sitemap></sitemapindex>`;
  pages['/_astro/page.abc.js'] = 'import{c}from"./client.def.js";c()';
  pages['/_astro/client.def.js'] =
    `export const c=()=>fetch("${patient.api}",{headers:{apikey:"${patient.publishableKey}"}})`;
  siteHeaders = {
    'content-security-policy': "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  };
  instead = () => undefined;
}
const lacking = async (): Promise<Finding[]> => (await examine(patient)).filter((f) => f.state === 'missing');

test('a portal in order: nothing is missing', async () => {
  const findings = await examine(patient);
  expect(report(findings.filter((f) => f.state === 'missing'))).toBe('');
  expect(findings.filter((f) => f.state === 'good').length).toBeGreaterThan(10);
});

test('every job of the night is asked for by the doctor, and scheduled where pg_cron is', async () => {
  const nightly = (await admin()`select job from private.planned_jobs()`).map((r) => String(r['job']));
  expect(nightly.toSorted()).toEqual(jobNames.toSorted());
  // Scheduled are all that are planned; those left out of the loop have a schedule of their own.
  const migration = readFileSync(join(root, 'supabase/migrations/20260101001900_jobs.sql'), 'utf8');
  const schedules = migration.slice(migration.indexOf('create extension if not exists pg_cron'));
  expect(schedules).toContain('from private.planned_jobs()');
  const apart = /not in \(([^)]+)\)/.exec(schedules)?.[1]?.match(/\w+/g) ?? [];
  for (const job of apart) expect(schedules, job).toContain(`cron.schedule('${job}'`);
});

test('every page of the manual that the doctor sends to is there', () => {
  const manual = readFileSync(join(root, 'docs/production.md'), 'utf8');
  const sent = readdirSync(join(root, 'local/doctor')).flatMap((file) =>
    [...readFileSync(join(root, 'local/doctor', file), 'utf8').matchAll(/docs\/production\.md, «([^»]+)»/g)].map(
      (m) => m[1],
    ),
  );
  expect(sent.length).toBeGreaterThan(2);
  expect(sent.filter((heading) => !manual.includes(`\n## ${heading}\n`))).toEqual([]);
});

test('without a key of its own, or with the example’s, it says so instead of blaming the portal', async () => {
  for (const [publishableKey, says] of [
    ['', /no key is set/],
    ['sb_publishable_…', /still that of the example/],
  ] as const) {
    const findings = await examine({ ...patient, publishableKey });
    expect(findings.find((f) => f.part === 'API')).toMatchObject({
      state: 'missing',
      says: expect.stringMatching(says),
    });
  }
});

test('without the secret key it says what it did not look at', async () => {
  const findings = await examine({ ...patient, secretKey: undefined });
  expect(findings.filter((f) => f.state === 'missing')).toEqual([]);
  expect(findings.find((f) => f.part === 'Inside')).toMatchObject({
    state: 'note',
    way: expect.stringContaining('SUPABASE_SECRET_KEY'),
  });
});

/** From outside: an answer in place of the real one, or a page gone. */
const outside: [what: string, take: () => void, says: RegExp, way: RegExp][] = [
  ['the API', () => (instead = () => [503, 'paused']), /API: 503 paused/, /resumed in the dashboard/],
  [
    'the publishable key',
    () =>
      (instead = (p) => (p.startsWith('/rest/v1/policy_years') ? [401, '{"message":"Invalid API key"}'] : undefined)),
    /refuses the publishable key/,
    /API keys/,
  ],
  [
    'the tables',
    () => (instead = (p) => (p.startsWith('/rest/v1/policy_years') ? [404, '{"code":"PGRST205"}'] : undefined)),
    /none of our tables/,
    /supabase db push/,
  ],
  [
    'what keeps strangers out',
    () => (instead = (p) => (p.startsWith('/rest/v1/orders') ? [200, '[]'] : undefined)),
    /anyone may read orders/,
    /Backup and restore/,
  ],
  [
    'sign-up',
    () =>
      (instead = (p) =>
        p.startsWith('/auth/v1/settings') ? [200, '{"disable_signup":true,"external":{"email":true}}'] : undefined),
    /nobody can register/,
    /config push/,
  ],
  ['Auth', () => (instead = (p) => (p.startsWith('/auth/') ? [500, 'no'] : undefined)), /Sign-in: 500/, /dashboard/],
  [
    'a function',
    () =>
      (instead = (p) =>
        p === '/functions/v1/export'
          ? [404, '{"code":"NOT_FOUND","message":"Requested function was not found"}']
          : undefined),
    /export: 404/,
    /functions deploy export/,
  ],
  [
    'what a function starts with',
    () => (instead = (p) => (p === '/functions/v1/verify-document' ? [503, '{"code":"BOOT_ERROR"}'] : undefined)),
    /verify-document: 503/,
    /its log/,
  ],
  [
    'the functions’ secret key',
    () =>
      (instead = (p, m) =>
        p === '/functions/v1/verify-voucher' && m === 'POST' && ++calls > 1
          ? [503, '{"code":"UNAVAILABLE","hint":"请稍后重试。"}', { 'access-control-allow-origin': '*' }]
          : undefined),
    /does not reach the database/,
    /SUPABASE_SECRET_KEYS/,
  ],
  [
    'this site from the functions’ answers',
    () =>
      (instead = (p) =>
        p.startsWith('/functions/')
          ? [
              p.endsWith('verify-voucher') ? 404 : 400,
              '{"hint":"请重试。"}',
              { 'access-control-allow-origin': 'https://other.example' },
            ]
          : undefined),
    /answer https:\/\/other\.example/,
    /SITE_ORIGIN=/,
  ],
  [
    'the migrations’ last',
    () => (instead = (p) => (p === '/rest/v1/rpc/health' ? [404, '{"code":"PGRST202"}'] : undefined)),
    /cannot tell of itself/,
    /db push/,
  ],
  [
    'the secret key',
    () => (instead = (p) => (p === '/rest/v1/rpc/health' ? [401, '{}'] : undefined)),
    /refuses the secret key/,
    /secret key of this project/,
  ],
  ['the site', () => (pages = {}), /Site: 404/, /upload the whole of dist/],
  ['a page', () => delete pages['/desk/'], /no page at \/desk\//, /upload/],
  [
    'the 404 page',
    () => (pages = new Proxy(pages, { get: (all, path: string) => all[path] ?? all['/'] })),
    /does not exist answers 200/,
    /404\.html/,
  ],
  [
    'this project from the build',
    () => (pages['/_astro/client.def.js'] = `fetch("${patient.api}")`),
    /another publishable key/,
    /npm run build/,
  ],
  [
    'this API from the build',
    () => (pages['/_astro/client.def.js'] = patient.publishableKey),
    /ask another address/,
    /PUBLIC_SUPABASE_URL=/,
  ],
  [
    'the API from the policy',
    () => (pages['/work/'] = '<script src="/_astro/page.abc.js"></script>'),
    /policy lets no page ask/,
    /PUBLIC_SUPABASE_URL=/,
  ],
  [
    'this address from the site map',
    () => (pages['/sitemap.xml'] = '<loc>https://old.example/sitemaps/pages.xml</loc>'),
    /speaks of https:\/\/old\.example/,
    /SITE_URL=/,
  ],
  ['a header', () => delete siteHeaders['x-content-type-options'], /x-content-type-options missing/, /nosniff/],
];
let calls = 0;
test.each(outside)('taken away: %s', async (_, take, says, way) => {
  calls = 0;
  take();
  const found = await lacking();
  whole();
  expect(found.map((f) => `${f.part}: ${f.says}`).join('\n')).toMatch(says);
  expect(found, report(found)).toHaveLength(1);
  expect(found[0]?.way).toMatch(way);
});

/** From inside: changed by the owner, as somebody in the dashboard would, and put back. */
const inside: [what: string, take: string, back: string, says: RegExp, way: RegExp][] = [
  [
    'a migration',
    "update supabase_migrations.schema_migrations set version = '0' || version where version = (select max(version) from supabase_migrations.schema_migrations)",
    "update supabase_migrations.schema_migrations set version = substr(version, 2) where version like '0%'",
    /these sources have/,
    /db push/,
  ],
  [
    'the revoked defaults',
    'grant insert on public.orders to authenticated',
    'revoke insert on public.orders from authenticated',
    /the API may write orders/,
    /Backup and restore/,
  ],
  [
    'row security',
    'alter table public.carriers disable row level security',
    'alter table public.carriers enable row level security',
    /no row security on carriers/,
    /Backup and restore/,
  ],
  [
    'the limit on waiting',
    'alter role authenticated reset lock_timeout',
    "alter role authenticated set lock_timeout = '2s'",
    /how long a request waits/,
    /lock_timeout/,
  ],
  [
    'a bucket’s privacy',
    "update storage.buckets set public = true where id = 'documents'",
    "update storage.buckets set public = false where id = 'documents'",
    /«documents» is public/,
    /private/,
  ],
  [
    'a bucket’s limits',
    "update storage.buckets set allowed_mime_types = null where id = 'uploads'",
    "update storage.buckets set allowed_mime_types = array['application/pdf', 'application/ofd', 'image/jpeg', 'image/png'] where id = 'uploads'",
    /takes any size or type/,
    /20 MiB/,
  ],
  [
    'a nightly job',
    "update private.job_runs set job = 'x_seal_days' where job = 'seal_days'",
    "update private.job_runs set job = 'seal_days' where job = 'x_seal_days'",
    /never run: seal_days/,
    /run_daily/,
  ],
  [
    'last night',
    "update private.job_runs set started_at = started_at - interval '3 days'",
    "update private.job_runs set started_at = started_at + interval '3 days'",
    /more than a day/,
    /cron/,
  ],
  [
    'a job’s success',
    "insert into private.job_runs (job, took, error) values ('reconcile', '0', 'broken on purpose')",
    "delete from private.job_runs where error = 'broken on purpose'",
    /reconcile failed: broken on purpose/,
    /job_runs/,
  ],
  [
    'agreement of the books',
    "update public.reconciliations set balanced = false where item = '年度资金' and day = (select max(day) from public.reconciliations)",
    "update public.reconciliations set balanced = true where item = '年度资金' and day = (select max(day) from public.reconciliations)",
    /books do not agree: 年度资金/,
    /对账/,
  ],
  [
    'the calendar',
    'update public.policy_years set calendar_authoritative_until = make_date(year, 6, 30) where year = private.this_year()',
    'update public.policy_years set calendar_authoritative_until = make_date(year, 12, 31) where year = private.this_year()',
    /cannot open: missing 放假安排/,
    /year/,
  ],
  [
    'finance',
    "update public.staff_roles set role = 'administrator' where role = 'finance'",
    "update public.staff_roles set role = 'finance' where role = 'administrator'",
    /somebody of finance, there are 0/,
    /private\.grant_role\('<address>', 'finance'/,
  ],
];
test.each(inside)('taken away inside: %s', async (_, take, back, says, way) => {
  await admin().unsafe(take);
  const found = await lacking();
  await admin().unsafe(back);
  expect(found.map((f) => `${f.part}: ${f.says}`).join('\n')).toMatch(says);
  expect(found, report(found)).toHaveLength(1);
  expect(found[0]?.way).toMatch(way);
});

/** On hosted, where mail and pg_cron are: what the embedded stack has otherwise, answered as hosted answers. */
async function onHosted(
  change: (health: Record<string, unknown>, settings: Record<string, unknown>) => void,
): Promise<Finding[]> {
  const answer = await fetch(`${inject('url')}/rest/v1/rpc/health`, {
    method: 'POST',
    headers: { apikey: inject('secretKey'), 'content-type': 'application/json' },
    body: '{}',
  });
  const health: Record<string, unknown> = {
    ...((await answer.json()) as object),
    clock_moved: false,
    jobs_scheduled: [...jobNames, 'sweep_files'],
  };
  const settings: Record<string, unknown> = {
    disable_signup: false,
    mailer_autoconfirm: false,
    external: { email: true },
  };
  change(health, settings);
  instead = (path) =>
    path === '/rest/v1/rpc/health'
      ? [200, JSON.stringify(health)]
      : path === '/auth/v1/settings'
        ? [200, JSON.stringify(settings)]
        : undefined;
  const findings = await examine({ ...patient, embedded: false });
  whole();
  return findings;
}

test('on hosted: in order, with what only a mail shows and what may still be narrowed as notes', async () => {
  const findings = await onHosted(() => {});
  expect(report(findings.filter((f) => f.state === 'missing'))).toBe('');
  const notes = report(findings.filter((f) => f.state === 'note'));
  expect(notes).toContain('only a mail shows');
  expect(notes).toContain('SITE_ORIGIN=');
});

test.each<[what: string, change: Parameters<typeof onHosted>[0], says: RegExp, way: RegExp]>([
  ['confirmation', (_, s) => (s['mailer_autoconfirm'] = true), /not confirmed before it acts/, /config push/],
  ['pg_cron', (h) => (h['jobs_scheduled'] = null), /pg_cron is not there/, /Extensions/],
  [
    'a schedule',
    (h) => (h['jobs_scheduled'] = (h['jobs_scheduled'] as string[]).filter((j) => j !== 'reconcile')),
    /not scheduled: reconcile/,
    /migration 1900/,
  ],
  ['the real time', (h) => (h['clock_moved'] = true), /clock is not the real time/, /private\.clock/],
  ['next year', (h) => (h['next_year_missing'] = '政策参数'), /begins soon: missing 政策参数/, /year/],
])('taken away on hosted: %s', async (_, change, says, way) => {
  const found = (await onHosted(change)).filter((f) => f.state === 'missing');
  expect(found.map((f) => `${f.part}: ${f.says}`).join('\n')).toMatch(says);
  expect(found, report(found)).toHaveLength(1);
  expect(found[0]?.way).toMatch(way);
});
