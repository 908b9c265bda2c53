import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../stack/places.ts';
import { ask, type Finding, failure, good, json, missing, note, type Patient } from './finding.ts';

/** What private.health() tells. */
interface Health {
  migration: string | null;
  clock_moved: boolean;
  year: number;
  year_missing: string | null;
  next_year_missing: string | null;
  staff: Record<string, number>;
  experts_per_item: number | null;
  buckets: Record<string, { public: boolean; limited: boolean }>;
  storage_policies: string[];
  jobs_scheduled: string[] | null;
  jobs: Record<string, { at: string; error: string | null }>;
  unbalanced: string[];
  writable: string[];
  unguarded: string[];
  waits_limited: boolean;
}
const part = {
  migrations: 'Migrations',
  rights: 'Rights',
  storage: 'Files',
  jobs: 'Nightly jobs',
  year: 'The year',
  people: 'People',
};
const dbPush = 'npx supabase db push --remote';

const newest = (): string =>
  readdirSync(join(root, 'supabase/migrations'))
    .filter((f) => f.endsWith('.sql'))
    .sort()
    .at(-1)
    ?.split('_')[0] as string;

function migrations(h: Health): Finding {
  if (h.migration === newest()) return good(part.migrations, `all applied, up to ${h.migration}`);
  return missing(part.migrations, `applied up to ${h.migration ?? 'none'}, these sources have ${newest()}`, dbPush);
}
function rights(h: Health): Finding[] {
  const again =
    'Made by hand, or a dump restored with hosted’s default privileges: take it away (docs/production.md, «Backup and restore»).';
  const found: Finding[] = [];
  if (h.writable.length > 0) found.push(missing(part.rights, `the API may write ${h.writable.join(', ')}`, again));
  if (h.unguarded.length > 0) found.push(missing(part.rights, `no row security on ${h.unguarded.join(', ')}`, again));
  if (!h.waits_limited)
    found.push(
      missing(
        part.rights,
        'nothing limits how long a request waits for a locked row',
        `alter role authenticated set lock_timeout = '2s' (migration 0120), in the SQL editor.`,
      ),
    );
  return found.length > 0 ? found : [good(part.rights, 'the API writes through functions alone')];
}
function storage(h: Health): Finding[] {
  const found: Finding[] = [];
  for (const bucket of ['uploads', 'documents']) {
    const b = h.buckets[bucket];
    if (!b)
      found.push(
        missing(
          part.storage,
          `there is no bucket «${bucket}»`,
          'insert it as migration 0600 does, or make it in the dashboard: private, 20 MiB, PDF, OFD, JPEG, PNG.',
        ),
      );
    else if (b.public)
      found.push(missing(part.storage, `the bucket «${bucket}» is public`, 'Storage → the bucket → Edit → private.'));
    else if (!b.limited)
      found.push(
        missing(
          part.storage,
          `the bucket «${bucket}» takes any size or type`,
          'Storage → the bucket → Edit: 20 MiB; PDF, OFD, JPEG, PNG.',
        ),
      );
  }
  for (const policy of ['uploads_write', 'files_read'])
    if (!h.storage_policies.includes(policy))
      found.push(
        missing(
          part.storage,
          `the policy «${policy}» on storage.objects is gone`,
          'create it as migration 0600 does, in the SQL editor.',
        ),
      );
  return found.length > 0 ? found : [good(part.storage, 'both buckets are private, limited and guarded')];
}
/** What runs at night: private.planned_jobs(). */
export const jobNames = [
  'turn_suspensions',
  'expire_vouchers',
  'close_due_rounds',
  'finish_notices',
  'drop_lapsed_lists',
  'tell_missing_accounts',
  'send_reminders',
  'refresh_statistics',
  'reconcile',
  'seal_hour',
  'seal_days',
  'sweep_documents',
  'clear_old_requests',
];
function jobs(h: Health, embedded: boolean): Finding[] {
  const found: Finding[] = [];
  if (!embedded) {
    if (h.jobs_scheduled === null)
      found.push(
        missing(
          part.jobs,
          'pg_cron is not there, so nothing runs at night',
          'Database → Extensions → pg_cron, then run the last block of migration 1900 in the SQL editor.',
        ),
      );
    else {
      const unscheduled = jobNames.filter((job) => !h.jobs_scheduled?.includes(job));
      if (unscheduled.length > 0)
        found.push(
          missing(
            part.jobs,
            `not scheduled: ${unscheduled.join(', ')}`,
            'Run the last block of migration 1900 again, in the SQL editor.',
          ),
        );
      if (!h.jobs_scheduled.includes('sweep_files'))
        found.push(
          note(part.jobs, 'files that nobody uses stay in Storage', 'Schedule sweep-files once: docs/production.md.'),
        );
    }
  }
  const never = jobNames.filter((job) => !h.jobs[job]);
  const late = jobNames.filter((job) => h.jobs[job] && Date.now() - Date.parse(h.jobs[job].at) > 26 * 3_600_000);
  const failed = jobNames.filter((job) => h.jobs[job]?.error);
  if (never.length === jobNames.length && !embedded)
    found.push(note(part.jobs, 'they have not run yet: the first night is still to come', 'Look again tomorrow.'));
  else if (never.length > 0)
    found.push(
      missing(
        part.jobs,
        `never run: ${never.join(', ')}`,
        'select private.run_daily() in the SQL editor, and look at cron.job_run_details.',
      ),
    );
  if (late.length > 0)
    found.push(
      missing(
        part.jobs,
        `not run for more than a day: ${late.join(', ')}`,
        'Look at cron.job_run_details in the SQL editor.',
      ),
    );
  for (const job of failed)
    found.push(
      missing(
        part.jobs,
        `${job} failed: ${h.jobs[job]?.error}`,
        'select * from private.job_runs order by id desc, in the SQL editor.',
      ),
    );
  if (h.unbalanced.length > 0)
    found.push(
      missing(
        part.jobs,
        `the books do not agree: ${h.unbalanced.join('、')}`,
        '审核与管理 → 对账与查账; stop payouts until it is understood. «触发器与存储桶» alone, after a change of yours: select private.seal_schema() (docs/production.md).',
      ),
    );
  return found.length > 0 ? found : [good(part.jobs, 'ran within the last day, and the books agree')];
}
function year(h: Health, embedded: boolean): Finding[] {
  const open = 'The rows of a year: docs/production.md, «What administrators do in the dashboard».';
  const found: Finding[] = [];
  if (h.year_missing) found.push(missing(part.year, `${h.year} cannot open: missing ${h.year_missing}`, open));
  if (h.next_year_missing)
    found.push(missing(part.year, `${h.year + 1} begins soon: missing ${h.next_year_missing}`, open));
  if (h.clock_moved && !embedded)
    found.push(
      missing(
        part.year,
        'the portal’s clock is not the real time',
        `update private.clock set shift = '0', in the SQL editor.`,
      ),
    );
  return found.length > 0 ? found : [good(part.year, `${h.year} is open`)];
}
function people(h: Health): Finding[] {
  const grant = (role: string) =>
    `Let the person register on the site, then in the SQL editor: select private.grant_role('<address>', '${role}', '<name>', '<reason>', '<your name>').`;
  const found: Finding[] = [];
  const least: [string, number, string][] = [
    ['platform', 2, 'two officers of the platform (the second review is never the first reviewer’s)'],
    ['department', 1, 'somebody of the department'],
    ['finance', 1, 'somebody of finance'],
    ['expert', h.experts_per_item ?? 3, `${h.experts_per_item ?? 3} experts`],
  ];
  for (const [role, n, words] of least)
    if ((h.staff[role] ?? 0) < n)
      found.push(missing(part.people, `needs ${words}, there are ${h.staff[role] ?? 0}`, grant(role)));
  return found.length > 0 ? found : [good(part.people, 'every office is held')];
}

/** What only the secret key shows: the database’s own account of itself. */
export async function examineInside({ api, secretKey, embedded }: Patient): Promise<Finding[]> {
  if (!secretKey)
    return [
      note(
        'Inside',
        'migrations, rights, files, jobs, year and people were not looked at',
        'Set SUPABASE_SECRET_KEY (Settings → API keys → secret key) and ask again.',
      ),
    ];
  const answer = await ask(`${api}/rest/v1/rpc/health`, {
    method: 'POST',
    headers: { apikey: secretKey, 'content-type': 'application/json' },
    body: '{}',
  });
  const h = json<Health & { code?: string }>(answer);
  if (answer.status === 401 || answer.status === 403)
    return [
      missing(
        'Inside',
        `refuses the secret key (${failure(answer)})`,
        'SUPABASE_SECRET_KEY: Settings → API keys → secret key of this project.',
      ),
    ];
  if (answer.status !== 200 || !h)
    return [missing(part.migrations, `the database cannot tell of itself: ${failure(answer)}`, dbPush)];
  return [migrations(h), ...rights(h), ...storage(h), ...jobs(h, embedded), ...year(h, embedded), ...people(h)];
}
