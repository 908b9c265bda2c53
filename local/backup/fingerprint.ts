import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type postgres from 'postgres';

/** What a schema is, in lines that two databases share exactly when they behave alike. */
export interface Fingerprint {
  /** SHA-256 over all parts, in hexadecimal. */
  whole: string;
  /** Of each part: how many lines, and their SHA-256. */
  parts: Record<string, { lines: number; sha256: string }>;
  lines: { part: string; line: string }[];
}

/** The query by which the database seals its own schema, read from the migration: a function in a database may have been replaced there. */
function schemaLines(): string {
  const migration = new URL('../../supabase/migrations/20260101003200_schema_seal.sql', import.meta.url);
  const query = readFileSync(migration, 'utf8').split('$lines$')[1];
  if (!query) throw new Error(`no query in ${migration.pathname}`);
  return query;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Columns, constraints, indexes, functions, grants, policies, triggers and jobs of `public` and `private`, with what stands on auth and storage for them. Reads the catalogue alone. */
export async function fingerprint(sql: postgres.Sql | postgres.TransactionSql): Promise<Fingerprint> {
  const lines = await sql.unsafe<{ part: string; line: string }[]>(
    `select part, name || ' ' || line as line from (${schemaLines()}) x (part, name, line)`,
  );
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
