// Everything a portal has, in one folder: `npm run backup -- <folder> [--encrypt]`. Which portal: see local/backup/source.ts.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import type postgres from 'postgres';
import { fingerprint } from './backup/fingerprint.ts';
import { type Manifest, type Table, writeManifest } from './backup/manifest.ts';
import { fileAddress, findSource, type Source } from './backup/source.ts';
import { Vault } from './backup/vault.ts';
import { Complaint } from './complaints.ts';

/** What stands in auth and ends by itself: whoever was signed in signs in again. */
const passing =
  /^auth\.(schema_migrations|sessions|refresh_tokens|one_time_tokens|flow_state|saml_relay_states|mfa_challenges|mfa_amr_claims|audit_log_entries)$/;

/** The tables whose rows travel: ours and the accounts. Storage's own rows are written by the storage service when the files come back. */
export async function tablesOf(
  sql: postgres.Sql | postgres.TransactionSql,
): Promise<{ name: string; columns: string[] }[]> {
  const found = await sql<{ name: string; columns: string[] }[]>`
    select n.nspname || '.' || c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname in ('public', 'private', 'auth') and c.relkind = 'r' group by 1 order by 1`;
  return found.filter(({ name }) => !passing.test(name));
}

/** One name of SQL, in quotes. */
export const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');

/** The rows of a table, a thousand at a time, each a line of JSON: its columns as texts, null where there is nothing. Not COPY: the driver stops for ever when it pauses a copy near its end. */
async function* linesOf(
  tx: postgres.TransactionSql,
  { name, columns }: { name: string; columns: string[] },
): AsyncGenerator<string> {
  const texts = columns.map((c) => `${quoted(c)}::text`).join(', ');
  const rows = tx.unsafe<{ row: string }[]>(`select json_build_array(${texts})::text as row from ${quoted(name)}`);
  for await (const batch of rows.cursor(1000)) yield batch.map(({ row }) => `${row}\n`).join('');
}

/** Writes a backup into an empty folder: all tables as of one moment, then the bytes of every file, each against its SHA-256; the manifest last, so that what was broken off is none. */
export async function backup(source: Source, vault: Vault, say: (line: string) => void): Promise<Manifest> {
  vault.begin();
  const manifest = await source.sql.begin('isolation level repeatable read read only', async (tx) => {
    await tx`set local statement_timeout = 0`;
    const { whole, parts } = await fingerprint(tx);
    const tables: Table[] = [];
    for (const table of await tablesOf(tx)) {
      tables.push({
        ...table,
        ...(await vault.write(`tables/${table.name}`, Readable.from(linesOf(tx, table), { objectMode: false }))),
      });
    }
    const sequences = await tx<Manifest['sequences']>`
      select schemaname || '.' || sequencename as name, coalesce(last_value, start_value)::text as last,
        last_value is not null as called
      from pg_sequences where schemaname in ('public', 'private') order by 1`;
    const files = await tx<Manifest['files']>`
      select distinct on (sha256) sha256, media_type as type, byte_size::integer as bytes from public.documents
      where verified_at is not null order by sha256`;
    const [event] = await tx`select coalesce(max(id), 0)::text as id from public.events`;
    const [seal] = await tx<{ day: string; root: string }[]>`
      select day::text, encode(root, 'hex') as root from public.seals order by day desc limit 1`;
    const [migration] = await tx`select max(version) as version from supabase_migrations.schema_migrations`;
    return {
      format: 1,
      madeAt: new Date().toISOString(),
      migration: String(migration?.['version']),
      fingerprint: { whole, parts },
      tables,
      sequences: [...sequences],
      files: [...files],
      newestEvent: String(event?.['id']),
      newestSeal: seal ?? null,
    } satisfies Manifest;
  });
  say(`${manifest.tables.length} tables, ${manifest.tables.reduce((n, t) => n + t.lines, 0)} rows.`);
  for (const { sha256, bytes } of manifest.files) {
    const answer = await fetch(fileAddress(source, sha256), { headers: headers(source) });
    if (!answer.ok) throw new Complaint(`The file ${sha256} cannot be read from storage (${answer.status}).`);
    const content = Buffer.from(await answer.arrayBuffer());
    if (content.byteLength !== bytes || createHash('sha256').update(content).digest('hex') !== sha256)
      throw new Complaint(`The file ${sha256} in storage is not the one that was verified: it has been altered.`);
    await vault.write(`files/${sha256}`, Readable.from([content]));
  }
  say(`${manifest.files.length} files.`);
  await writeManifest(vault, manifest);
  return manifest;
}

export const headers = ({ secretKey }: Source): Record<string, string> => ({
  apikey: secretKey,
  authorization: `Bearer ${secretKey}`,
});

/** Where the passphrase of an encrypted backup is read: never from the command line, which others can see. */
export const passphrase = (): string | undefined => process.env['BACKUP_PASSPHRASE'] || undefined;

if (import.meta.main) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { encrypt: { type: 'boolean' } } });
  const [folder] = positionals;
  if (!folder) throw new Complaint('Say where to: npm run backup -- <empty folder> [--encrypt].');
  if (values.encrypt && !passphrase())
    throw new Complaint('--encrypt needs a passphrase in BACKUP_PASSPHRASE; without it nobody can restore.');
  const source = await findSource();
  try {
    const { newestSeal } = await backup(
      source,
      new Vault(folder, values.encrypt ? passphrase() : undefined),
      console.log,
    );
    console.log(`The backup is in ${folder}${newestSeal ? `, sealed until ${newestSeal.day}` : ''}.`);
  } finally {
    await source.sql.end();
  }
}
