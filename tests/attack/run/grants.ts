// Who may do what, as the catalogue says it: the same after a restart and after every service has been used.
import type postgres from 'postgres';
import type { Outcome } from './outcome.ts';

export async function grants(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql`
    select 'relation ' || c.oid::regclass || ' ' || c.relrowsecurity || ' ' || coalesce(array_to_string(array(select a::text from unnest(c.relacl) a order by 1), ','), '') as line
    from pg_class c where c.relnamespace::regnamespace::text in ('public', 'private', 'auth', 'storage') and c.relkind in ('r', 'p', 'v', 'm', 'S')
    union all
    select 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || array_to_string(array(select x::text from unnest(a.attacl) x order by 1), ',')
    from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace::regnamespace::text in ('public', 'private', 'auth', 'storage') and a.attacl is not null
    union all
    select 'function ' || p.oid::regprocedure || ' ' || p.prosecdef || ' ' || coalesce(array_to_string(array(select a::text from unnest(p.proacl) a order by 1), ','), 'public')
    from pg_proc p where p.pronamespace::regnamespace::text in ('public', 'private')
    union all
    select 'policy ' || p.schemaname || '.' || p.tablename || ' ' || p.policyname || ' ' || array_to_string(p.roles, ',') || ' ' || p.cmd || ' ' || coalesce(p.qual, '') || ' ' || coalesce(p.with_check, '')
    from pg_policies p
    union all
    select 'schema ' || n.nspname || ' ' || coalesce(array_to_string(array(select a::text from unnest(n.nspacl) a order by 1), ','), '') from pg_namespace n
    where n.nspname !~ '^pg_(temp|toast_temp)'
    union all
    select 'role ' || r.rolname || ' ' || r.rolsuper || ' ' || r.rolbypassrls || ' ' || r.rolcreaterole || ' ' || coalesce(array_to_string(r.rolconfig, ','), '') from pg_roles r
    union all
    select 'member ' || m.roleid::regrole || ' ' || m.member::regrole || ' ' || m.admin_option from pg_auth_members m
    union all
    select 'default ' || d.defaclrole::regrole || ' ' || d.defaclnamespace::regnamespace || ' ' || d.defaclobjtype::text || ' ' || d.defaclacl::text from pg_default_acl d
    order by 1`;
  return rows.map((r) => String(r['line']));
}

export function grantsKept(before: string[], after: string[]): Outcome {
  const [was, is] = [new Set(before), new Set(after)];
  const changed = [
    ...before.filter((l) => !is.has(l)).map((l) => `− ${l}`),
    ...after.filter((l) => !was.has(l)).map((l) => `+ ${l}`),
  ];
  return {
    attack: 'grants changed by a restart',
    tried: before.length,
    succeeded: changed.length,
    ...(changed.length > 0 && { note: changed.slice(0, 5).join('; ') }),
  };
}
