// The embedded database is as strict as hosted Supabase: what would be refused there fails here.
import { expect, inject, test } from 'vitest';
import postgres from 'postgres';
import { admin, signUp } from '../support/people.ts';

test('the owner is hosted’s postgres: no superuser, in no group that hosted does not give it, owner of nothing in auth and storage', async () => {
  const [me] = await admin()`
    select current_user as name, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user`;
  expect(me).toEqual({
    name: 'postgres',
    rolsuper: false,
    rolcreaterole: true,
    rolcreatedb: true,
    rolbypassrls: true,
  });
  const groups = await admin()`
    select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid
    where m.member = 'postgres'::regrole and r.rolname <> 'migrations_owner' order by 1`;
  expect(groups.map((g) => g['rolname'])).toEqual([
    'anon',
    'authenticated',
    'authenticator',
    'pg_create_subscription',
    'pg_monitor',
    'pg_read_all_data',
    'pg_signal_backend',
    'service_role',
  ]);
  const owned = await admin()`
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('auth', 'storage') and c.relkind in ('r', 'p') and c.relowner = 'postgres'::regrole`;
  expect([...owned]).toEqual([]);
});

test('the limits of the API roles are hosted’s, and our own for waiting', async () => {
  const settings = await admin()`
    select r.rolname, unnest(s.setconfig) as setting from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
    where r.rolname in ('anon', 'authenticated', 'authenticator', 'service_role') order by 1, 2`;
  expect(settings.map((s) => `${s['rolname']} ${s['setting']}`)).toEqual([
    'anon lock_timeout=1s',
    'anon statement_timeout=3s',
    'authenticated lock_timeout=2s',
    'authenticated statement_timeout=8s',
    'authenticator lock_timeout=8s',
    'authenticator pgrst.db_aggregates_enabled=false',
    'authenticator pgrst.db_plan_enabled=false',
    'authenticator statement_timeout=8s',
    'service_role lock_timeout=2s',
  ]);
});

test('PostgREST applies them: a statement of a signed-in person ends after 8 s, a visitor’s after 3 s', async () => {
  // What takes long is made for this test alone, in a function that both may call.
  const owner = postgres(inject('databaseUrl'), { max: 1, onnotice: () => {} });
  await owner`create function public.sleep_long() returns void language sql as 'select pg_sleep(20)'`;
  await owner`grant execute on function public.sleep_long() to anon, authenticated`;
  await owner`notify pgrst, 'reload schema'`;
  try {
    const token = (await (await signUp()).client.auth.getSession()).data.session?.access_token;
    const took = async (headers: Record<string, string>) => {
      const start = performance.now();
      const answer = await fetch(`${inject('url')}/rest/v1/rpc/sleep_long`, {
        method: 'POST',
        headers: { apikey: inject('publishableKey'), 'content-type': 'application/json', ...headers },
        body: '{}',
      });
      return [((await answer.json()) as { code: string }).code, Math.round((performance.now() - start) / 1000)];
    };
    while ((await took({}))[0] === 'PAGE_OUTDATED') await new Promise((r) => setTimeout(r, 100));
    expect(await took({})).toEqual(['BUSY', 3]);
    expect(await took({ authorization: `Bearer ${token}` })).toEqual(['BUSY', 8]);
  } finally {
    await owner`drop function public.sleep_long()`;
    await owner`notify pgrst, 'reload schema'`;
    await owner.end();
  }
});

test('a request reaches the schema `local` in the ordinary suite alone, where the embedded Auth needs it; on hosted there is none', async () => {
  const [row] = await admin()`select has_schema_privilege('authenticated', 'local', 'usage') as open`;
  expect(row?.['open']).toBe(process.env['TEST_STACK'] !== 'hosted');
});

test('files go through the storage API alone: a row of storage is not deleted by SQL', async () => {
  await expect(admin()`delete from storage.objects where name = 'none'`).rejects.toThrow(/Storage API/);
});

/** What safeupdate refuses on hosted: an UPDATE or DELETE that names no rows. */
function unbounded(body: string): string[] {
  const text = body.replaceAll(/--[^\n]*/g, '').replaceAll(/\s+/g, ' ');
  const found: string[] = [];
  for (const start of text.matchAll(
    /\bdelete from [\w.%"]+|(?<!\b(?:do|for|on|or|before|after) )\bupdate [\w.%"]+(?: (?:as )?\w+)? set\b/gi,
  )) {
    let depth = 0;
    let end = start.index;
    for (; end < text.length && depth >= 0; end++) {
      const c = text[end];
      if (c === '(') depth++;
      else if (c === ')') depth--;
      else if (c === ';' && depth === 0) break;
    }
    const statement = text.slice(start.index, end);
    // Only a WHERE of its own counts, not one in a sub-select.
    let own = '';
    depth = 0;
    for (const c of statement) {
      if (c === '(') depth++;
      if (depth === 0) own += c;
      if (c === ')') depth--;
    }
    if (!/\bwhere\b/i.test(own)) found.push(statement);
  }
  return found;
}

test('safeupdate: no function of ours updates or deletes without saying which rows', async () => {
  expect(unbounded('delete from public.a; update public.b set x = (select 1 from c where true);')).toHaveLength(2);
  expect(unbounded('with m as (update a q set x = 1 where y returning 1) delete from b where z')).toEqual([]);
  const functions = await admin()<{ name: string; body: string }[]>`
    select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as body from pg_proc p
    where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prokind = 'f'`;
  expect(functions.length).toBeGreaterThan(100);
  expect(functions.flatMap((f) => unbounded(f.body).map((s) => `${f.name}: ${s.slice(0, 120)}`))).toEqual([]);
});
