import { createHash } from 'node:crypto';
import type postgres from 'postgres';

/** What a schema is, in lines that two databases share exactly when they behave alike. */
export interface Fingerprint {
  /** SHA-256 over all parts, in hexadecimal. */
  whole: string;
  /** Of each part: how many lines, and their SHA-256. */
  parts: Record<string, { lines: number; sha256: string }>;
  lines: { part: string; line: string }[];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Columns, constraints, indexes, functions, grants, policies, triggers and jobs of `public` and `private`, with what stands on auth and storage for them. Reads the catalogue alone. */
export async function fingerprint(sql: postgres.Sql | postgres.TransactionSql): Promise<Fingerprint> {
  const lines = await sql<{ part: string; line: string }[]>`
    with ours as (select n.oid, n.nspname from pg_namespace n where n.nspname in ('public', 'private')),
    tables as (select c.*, o.nspname || '.' || c.relname as name
      from pg_class c join ours o on o.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'S')),
    acl as (
      select 'schema ' || n.nspname as on_what, n.nspacl as acl from pg_namespace n join ours o on o.oid = n.oid
      union all select t.name, t.relacl from tables t
      union all select t.name || '.' || a.attname, a.attacl from tables t join pg_attribute a on a.attrelid = t.oid
        where a.attnum > 0
      union all select p.oid::regprocedure::text, p.proacl from pg_proc p join ours o on o.oid = p.pronamespace)
    select 'columns' as part, t.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where t.relkind <> 'S'
    union all select 'row security', t.name || ' ' || t.relrowsecurity || ' ' || t.relforcerowsecurity
      from tables t where t.relkind in ('r', 'p')
    union all select 'constraints', c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
      from pg_constraint c join tables t on t.oid = c.conrelid
    union all select 'indexes', pg_get_indexdef(i.indexrelid) from pg_index i join tables t on t.oid = i.indrelid
    union all select 'functions', pg_get_functiondef(p.oid) from pg_proc p join ours o on o.oid = p.pronamespace
      where p.prokind = 'f'
    union all select 'grants', a.on_what || ': ' || coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC') || ' '
        || x.privilege_type from acl a cross join lateral aclexplode(a.acl) x
    union all select 'policies', to_jsonb(p)::text from pg_policies p
      where p.schemaname in ('public', 'private', 'storage')
    union all select 'triggers', pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text from pg_trigger g
      join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_proc p on p.oid = g.tgfoid join ours o on o.oid = p.pronamespace where not g.tgisinternal`;
  const [cron] = await sql`select to_regclass('cron.job') is not null as there`;
  if (cron?.['there'])
    lines.push(
      ...(await sql<{ part: string; line: string }[]>`
        select 'jobs' as part, jobname || ' ' || schedule || ' ' || command || ' ' || active as line from cron.job`),
    );
  lines.sort((a, b) => (a.part + a.line < b.part + b.line ? -1 : 1));
  const byPart = Map.groupBy(lines, ({ part }) => part);
  const parts = Object.fromEntries(
    [...byPart].map(([part, of]) => [
      part,
      { lines: of.length, sha256: sha256(of.map(({ line }) => line).join('\n')) },
    ]),
  );
  return { whole: sha256(JSON.stringify(parts)), parts, lines };
}

/** The parts in which two fingerprints differ. */
export const differingParts = (a: Fingerprint['parts'], b: Fingerprint['parts']): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((part) => a[part]?.sha256 !== b[part]?.sha256).sort();
