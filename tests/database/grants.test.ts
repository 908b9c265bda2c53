// What the API roles may touch at all, read from the catalogue of the running database: a new table cannot be forgotten.
import { expect, test } from 'vitest';
import { admin, anonymous } from '../support/people.ts';

/** By hand, from R34 and R35: what the public reads. Everything else is closed to anon. */
const publicTables = [
  'announcements',
  'carriers',
  'catalogue',
  'cities',
  'exclusions',
  'fund_status',
  'holidays',
  'instrument_classes',
  'notice_items',
  'notices',
  'open_needs',
  'payout_queue',
  'pledges',
  'policy_parameters',
  'policy_years',
  'published_inquiries',
  'published_payouts',
  'seal_heads',
  'seals',
  'statistics',
  'workflow_entities',
  'workflow_states',
  'workflow_transitions',
  'yearly_exclusions',
  'yearly_steps',
];
const publicFunctions = ['today', 'working_day_after'];

test('R35: anon reads the tables made for the public and nothing else', async () => {
  const rows = await admin()<{ name: string; readable: boolean }[]>`
    select c.relname as name, has_table_privilege('anon', c.oid, 'select') as readable from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p') order by 1`;
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((r) => r.readable).map((r) => r.name)).toEqual(publicTables);
});

test('no API role may insert, update, delete or truncate anything in public or private', async () => {
  const rows = await admin()`
    select r.role, c.relname, v.verb from pg_class c cross join (values ('anon'), ('authenticated')) r (role)
    cross join (values ('insert'), ('update'), ('delete'), ('truncate'), ('references'), ('trigger')) v (verb)
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p') and has_table_privilege(r.role, c.oid, v.verb)`;
  expect([...rows]).toEqual([]);
  const columns = await admin()`
    select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid cross join (values ('anon'), ('authenticated')) r (role)
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and (has_column_privilege(r.role, c.oid, a.attnum, 'update') or has_column_privilege(r.role, c.oid, a.attnum, 'insert'))`;
  expect([...columns]).toEqual([]);
});

test('every table has row security, a comment and at least one policy where it is readable', async () => {
  const bare = await admin()`
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind = 'r' and (not c.relrowsecurity or obj_description(c.oid) is null
      or (has_table_privilege('authenticated', c.oid, 'select') and not exists (select 1 from pg_policy p where p.polrelid = c.oid)))`;
  expect([...bare]).toEqual([]);
});

test('every function says what it is, keeps an empty search path, and only named ones are open to anon', async () => {
  const bare = await admin()`
    select p.proname from pg_proc p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
      and (obj_description(p.oid) is null or not coalesce(p.proconfig, '{}') @> array['search_path=""'])`;
  expect(bare.map((r) => r['proname'])).toEqual([]);
  const open =
    await admin()`select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and has_function_privilege('anon', p.oid, 'execute') order by 1`;
  expect(open.map((r) => r['proname'])).toEqual(publicFunctions);
  const definer =
    await admin()`select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef`;
  expect([...definer]).toEqual([]);
});

test('no API role may look into the schema private', async () => {
  const [row] =
    await admin()`select has_schema_privilege('anon', 'private', 'usage') or has_schema_privilege('authenticated', 'private', 'usage') as open`;
  expect(row?.['open']).toBe(false);
});

test('a stranger with the publishable key gets refusals with stable codes, never another’s data', async () => {
  const stranger = anonymous();
  for (const table of [
    'orders',
    'organizations',
    'organization_contacts',
    'documents',
    'events',
    'memberships',
    'objections',
    'quotas',
  ]) {
    const { data, error } = await stranger.from(table).select('*').limit(1);
    expect([data, error?.code], table).toEqual([null, 'NOT_ALLOWED']);
  }
  expect((await stranger.rpc('claim_quota', { request_id: crypto.randomUUID(), pledge_id: 1 })).error?.code).toBe(
    'NOT_ALLOWED',
  );
  expect((await stranger.from('catalogue').insert({ slug: 'x' })).error?.code).toBe('NOT_ALLOWED');
});
