// Figures for Prometheus, in its text form. With the secret key, or with METRICS_TOKEN as a bearer token: a scraper need not hold the key.
import { corsHeaders, refusal } from '../_shared/http.ts';
import { isOurs } from '../_shared/secret.ts';
import { serve } from '../_shared/serve.ts';
import { askDatabase, askStorage, type Job, type Watch } from '../_shared/watch.ts';

type Sample = [labels: Record<string, string>, value: number | null];
const named = (labels: Record<string, string>) => {
  const inside = Object.entries(labels).map(([k, v]) => `${k}="${v.replaceAll(/["\\\n]/g, '_')}"`);
  return inside.length > 0 ? `{${inside.join(',')}}` : '';
};
/** One measure: what it is, and a line for each value that is known. */
const measure = (name: string, kind: 'gauge' | 'counter', help: string, samples: Sample[]) =>
  [
    `# HELP voucher_${name} ${help}`,
    `# TYPE voucher_${name} ${kind}`,
    ...samples.flatMap(([labels, value]) => (value === null ? [] : [`voucher_${name}${named(labels)} ${value}`])),
  ].join('\n');
const one = (value: number): Sample[] => [[{}, value]];
const each = (jobs: Job[], value: (job: Job) => number | null): Sample[] => jobs.map((j) => [{ job: j.job }, value(j)]);
const seconds = (at: string | null) => (at === null ? null : Date.parse(at) / 1000);

function figures(watch: Watch | undefined, stored: boolean): string[] {
  const up = [
    measure('up', 'gauge', 'Whether this part answers.', [
      [{ part: 'database' }, watch ? 1 : 0],
      [{ part: 'storage' }, stored ? 1 : 0],
    ]),
  ];
  if (!watch) return up;
  const { jobs, seal } = watch;
  return [
    ...up,
    measure(
      'job_ok',
      'gauge',
      '1 when the job is on time, or waits for its first night.',
      each(jobs, (j) => (j.state === 'ok' || j.state === 'waiting' ? 1 : 0)),
    ),
    measure(
      'job_state',
      'gauge',
      'The state that the job is in.',
      jobs.map((j) => [{ job: j.job, state: j.state }, 1]),
    ),
    measure(
      'job_last_success_timestamp_seconds',
      'gauge',
      'When the job last succeeded.',
      each(jobs, (j) => seconds(j.last_success)),
    ),
    measure(
      'job_last_run_timestamp_seconds',
      'gauge',
      'When the job last ran.',
      each(jobs, (j) => seconds(j.last_run)),
    ),
    measure(
      'job_duration_seconds',
      'gauge',
      'How long its last run took.',
      each(jobs, (j) => j.seconds),
    ),
    measure('seal_missing_days', 'gauge', 'Days whose events are not sealed yet.', one(seal.missing_days)),
    measure('seal_waiting_hours', 'gauge', 'How long the oldest event has waited for a head.', one(seal.waiting_hours)),
    measure('books_unbalanced', 'gauge', 'Items of the last reconciliation that do not agree.', one(watch.unbalanced)),
    measure('alerts_open', 'gauge', 'Problems that are not over.', one(watch.alerts)),
    measure('alerts_untold', 'gauge', 'Alerts that three tries did not deliver.', one(watch.untold)),
    measure('events_total', 'counter', 'Events written.', one(watch.events)),
    measure('requests_kept', 'gauge', 'Request ids kept (the planner’s estimate).', one(watch.requests)),
    measure('database_bytes', 'gauge', 'Size of the database.', one(watch.database_bytes)),
    measure('database_connections', 'gauge', 'Sessions of the database.', one(watch.connections)),
    measure('database_waiting_for_locks', 'gauge', 'Sessions that wait for a lock.', one(watch.waiting_for_locks)),
    measure(
      'database_oldest_transaction_seconds',
      'gauge',
      'Age of the oldest running transaction.',
      one(watch.oldest_transaction_seconds),
    ),
  ];
}

serve(async (request) => {
  if (!(await isOurs(request, Deno.env.get('METRICS_TOKEN')?.trim())))
    return refusal(403, 'NOT_FOUND', '没有这项服务。', '这项服务由监测程序调用。');
  if (request.method !== 'GET')
    return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '这项服务供监测程序用 GET 查询。');
  const text = `${figures(...(await Promise.all([askDatabase(), askStorage()]))).join('\n')}\n`;
  return new Response(text, {
    headers: {
      ...corsHeaders,
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    },
  });
});
