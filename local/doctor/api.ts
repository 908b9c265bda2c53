import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../stack/places.ts';
import { ask, type Finding, failure, good, json, missing, note, type Patient } from './finding.ts';

const part = { api: 'API', closed: 'Closed to strangers', auth: 'Sign-in', functions: 'Functions' };
const dbPush = 'npx supabase link --project-ref <ref> && npx supabase db push --remote';

/** The REST address answers, with this key, from our schema. */
async function rest({ api, publishableKey }: Patient): Promise<Finding> {
  if (!/^[\x21-\x7e]{10,}$/.test(publishableKey))
    return missing(
      part.api,
      publishableKey === '' ? 'was not asked: no key is set' : 'was not asked: the key is still that of the example',
      'PUBLIC_SUPABASE_KEY: Settings → API keys → publishable key of this project (supabase/.env.example).',
    );
  const answer = await ask(`${api}/rest/v1/policy_years?select=year&limit=1`, { headers: { apikey: publishableKey } });
  if (answer.status === 200) return good(part.api, 'answers from our tables');
  if (answer.status === 401)
    return missing(
      part.api,
      `refuses the publishable key (${failure(answer)})`,
      'PUBLIC_SUPABASE_KEY: Settings → API keys → publishable key of this project.',
    );
  // Hosted says it in PostgREST's words, the gateway in ours.
  if (['PGRST205', 'PAGE_OUTDATED'].includes(String(json(answer)?.['code'])))
    return missing(part.api, 'answers, but has none of our tables', `Send the migrations: ${dbPush}`);
  return missing(
    part.api,
    failure(answer),
    'PUBLIC_SUPABASE_URL: https://<ref>.supabase.co, or your custom domain; a paused project is resumed in the dashboard.',
  );
}

/** What the public must not read. */
async function closed({ api, publishableKey }: Patient): Promise<Finding> {
  const open: string[] = [];
  for (const table of [
    'orders',
    'organizations',
    'organization_contacts',
    'documents',
    'events',
    'memberships',
    'quotas',
    'objections',
  ]) {
    const answer = await ask(`${api}/rest/v1/${table}?limit=1`, { headers: { apikey: publishableKey } });
    if (answer.status === 200) open.push(table);
  }
  return open.length === 0
    ? good(part.closed, 'nobody reads orders, people or files without signing in')
    : missing(
        part.closed,
        `anyone may read ${open.join(', ')}`,
        'A restored dump brings hosted’s default privileges back: run the «revoke» lines of the migrations again (docs/production.md, «Backup and restore»).',
      );
}

/** What Auth says of itself; whether its mail leaves, only a mail shows. */
async function auth({ api, publishableKey, embedded }: Patient): Promise<Finding[]> {
  const answer = await ask(`${api}/auth/v1/settings`, { headers: { apikey: publishableKey } });
  const settings = json<{
    disable_signup?: boolean;
    mailer_autoconfirm?: boolean;
    external?: { email?: boolean; anonymous_users?: boolean };
  }>(answer);
  if (answer.status !== 200 || !settings)
    return [
      missing(part.auth, failure(answer), 'Auth does not answer: look at the project’s status in the dashboard.'),
    ];
  const push = 'npx supabase config push (supabase/config.toml)';
  const found: Finding[] = [];
  if (settings.disable_signup) found.push(missing(part.auth, 'nobody can register', push));
  if (settings.external?.email === false) found.push(missing(part.auth, 'signing in by e-mail is off', push));
  if (settings.external?.anonymous_users) found.push(missing(part.auth, 'anonymous accounts are allowed', push));
  if (settings.mailer_autoconfirm && !embedded)
    found.push(missing(part.auth, 'an address is not confirmed before it acts', push));
  if (found.length > 0) return found;
  if (embedded) return [good(part.auth, 'accounts can be made (the embedded stack confirms no address)')];
  return [
    good(part.auth, 'accounts can be made, and are confirmed by mail'),
    note(
      part.auth,
      'whether its mail arrives only a mail shows',
      'Register an account of your own; without [auth.email.smtp] hosted sends to members of the project alone.',
    ),
  ];
}

export const functionNames = (): string[] => {
  const folder = join(root, 'supabase/functions');
  return readdirSync(folder).filter((name) => !name.startsWith('_') && existsSync(join(folder, name, 'index.ts')));
};
/** Each function is deployed, runs, and answers this site; one that needs the secret key reaches the database with it. */
async function functions({ api, site, publishableKey, embedded }: Patient): Promise<Finding[]> {
  const found: Finding[] = [];
  const origins = new Set<string | null>();
  for (const name of functionNames()) {
    const answer = await ask(`${api}/functions/v1/${name}`, {
      method: 'POST',
      headers: { apikey: publishableKey, 'content-type': 'text/plain' },
      body: '',
    });
    origins.add(answer.headers.get('access-control-allow-origin'));
    // A refusal in our own words: whatever else answers is not the function.
    if (!json<{ hint?: string }>(answer)?.hint)
      found.push(
        missing(
          part.functions,
          `${name}: ${failure(answer)}`,
          answer.status === 404
            ? `npx supabase functions deploy ${name}`
            : `Deploy it again (npx supabase functions deploy ${name}) and read its log in the dashboard.`,
        ),
      );
  }
  if (found.length > 0) return found;
  const tried = await ask(`${api}/functions/v1/verify-voucher`, {
    method: 'POST',
    headers: { apikey: publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ no: '41-2021-0000-0000', code: 'DOCTOR' }),
  });
  if (![404, 429].includes(tried.status))
    found.push(
      missing(
        part.functions,
        `verify-voucher does not reach the database: ${failure(tried)}`,
        'Hosted gives SUPABASE_SECRET_KEYS itself once the project has API keys (Settings → API keys); self-hosted: set SUPABASE_SECRET_KEY.',
      ),
    );
  else found.push(good(part.functions, `all ${functionNames().length} answer, and reach the database`));
  const secret = `npx supabase secrets set SITE_ORIGIN=${site}`;
  const own = new URL(site).origin;
  const [origin] = [...origins];
  if (origin === '*') {
    if (!embedded) found.push(note(part.functions, 'they answer pages of any site', secret));
  } else if (origins.size > 1 || origin !== own)
    found.push(
      missing(
        part.functions,
        `they answer ${origin ?? 'nobody'}, not ${own}: the browser refuses what they say`,
        secret,
      ),
    );
  return found;
}

/** What anyone can ask of the project. */
export async function examineApi(patient: Patient): Promise<Finding[]> {
  const first = await rest(patient);
  if (first.state === 'missing') return [first];
  return [first, await closed(patient), ...(await auth(patient)), ...(await functions(patient))];
}
