// Brings a backup into a project whose migrations have been pushed: `npm run restore -- <folder> [--replace --really] [--seals <file or address>]`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { parseArgs } from 'node:util';
import type postgres from 'postgres';
import { headers, passphrase, quoted, tablesOf } from './backup.ts';
import { differingParts, fingerprint } from './backup/fingerprint.ts';
import { type Manifest, readManifest, type Table } from './backup/manifest.ts';
import { fileAddress, findSource, type Source } from './backup/source.ts';
import { Vault } from './backup/vault.ts';
import { Complaint } from './complaints.ts';
import { type Finding, good, missing, note } from './doctor/finding.ts';
import { report } from './doctor.ts';

/** Refuses a database of another schema, with other tables, or with rows that nobody said may go. */
async function checkTarget({ sql }: Source, manifest: Manifest, replace: boolean): Promise<void> {
  const [there] = await sql`select to_regclass('public.events') is not null as yes`;
  if (!there?.['yes'])
    throw new Complaint(
      'The database has none of our tables: push the migrations first (npx supabase db push --remote).',
    );
  const differing = differingParts((await fingerprint(sql)).parts, manifest.fingerprint.parts);
  if (differing.length > 0)
    throw new Complaint(
      `The schema is not the one that was backed up (migration ${manifest.migration}); it differs in: ${differing.join(', ')}. Push exactly those migrations into a new project; "npm run fingerprint -- --list" shows every line.`,
    );
  const here = await tablesOf(sql);
  for (const { name, columns } of manifest.tables) {
    const table = here.find((t) => t.name === name);
    const lacking = table ? columns.filter((c) => !table.columns.includes(c)) : ['(the table)'];
    if (lacking.length > 0) throw new Complaint(`${name} lacks ${lacking.join(', ')}: another version of Supabase.`);
  }
  // The embedded stack has one account of its own, whose password nobody knows (local/auth.sql).
  const [rows] = await sql`select (select count(*) from auth.users where email <> 'nobody@localhost')
    + (select count(*) from public.organizations) as n`;
  if (Number(rows?.['n']) > 0 && !replace)
    throw new Complaint(
      'The database holds accounts or organizations. Restore into a new project; to throw away everything in this one say so twice: --replace --really.',
    );
}

/** Takes a table's lines of JSON and writes them as rows, a thousand at a time; each text becomes the column's type as Postgres reads it. */
async function rowsInto(tx: postgres.TransactionSql, { name, columns }: Table): Promise<Writable> {
  const types = await tx<{ column: string; type: string }[]>`
    select attname::text as column, format_type(atttypid, atttypmod) as type
    from pg_attribute where attrelid = ${quoted(name)}::regclass and attnum > 0 and not attisdropped`;
  const typeOf = new Map(types.map(({ column, type }) => [column, type]));
  const values = columns.map((c, i) => `(r ->> ${i})::${typeOf.get(c)}`).join(', ');
  const insert = `insert into ${quoted(name)} (${columns.map(quoted).join(', ')}) overriding system value
    select ${values} from jsonb_array_elements($1::text::jsonb) with ordinality x (r, n) order by n`;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  const write = async (atEnd: boolean) => {
    const lines = rest.split('\n');
    if (lines.length <= 1000 && !atEnd) return;
    rest = lines.pop() ?? '';
    for (let at = 0; at < lines.length; at += 1000)
      await tx.unsafe(insert, [`[${lines.slice(at, at + 1000).join(',')}]`]);
  };
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      rest += decoder.write(chunk);
      write(false).then(() => done(), done);
    },
    final(done) {
      write(true).then(() => done(), done);
    },
  });
}

/** All rows in one transaction, with triggers and foreign keys at rest: all of it or nothing. */
async function load(sql: postgres.Sql, vault: Vault, manifest: Manifest): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`set local statement_timeout = 0`;
    const here = (await tablesOf(tx)).map(({ name }) => name);
    await tx.unsafe(
      `truncate ${here
        .filter((t) => !t.startsWith('auth.'))
        .map(quoted)
        .join(', ')}`,
    );
    for (const table of here.filter((t) => t.startsWith('auth.')))
      await tx.unsafe(`delete from ${quoted(table)} where true`);
    for (const table of manifest.tables) await vault.read(`tables/${table.name}`, await rowsInto(tx, table), table);
    for (const { name, last, called } of manifest.sequences)
      await tx`select setval(${quoted(name)}::regclass, ${last}::bigint, ${called})`;
  });
}

async function loadFiles(source: Source, vault: Vault, files: Manifest['files']): Promise<void> {
  for (const { sha256, type } of files) {
    const parts: Buffer[] = [];
    const into = new Writable({
      write(chunk: Buffer, _encoding, done) {
        parts.push(chunk);
        done();
      },
    });
    await vault.read(`files/${sha256}`, into, { sha256 });
    const stored = await fetch(fileAddress(source, sha256), {
      method: 'POST',
      headers: { ...headers(source), 'content-type': type, 'x-upsert': 'true' },
      body: Buffer.concat(parts),
    });
    if (!stored.ok) throw new Complaint(`The file ${sha256} was not stored: ${stored.status} ${await stored.text()}`);
  }
}

/** What must be true of a restored portal; each thing by itself, in words. */
export async function examineRestored(
  source: Source,
  manifest: Manifest,
  published?: { day: string; root: string }[],
): Promise<Finding[]> {
  const { sql } = source;
  const findings: Finding[] = [];
  const say = (ok: boolean, part: string, yes: string, no: string, way: string) =>
    findings.push(ok ? good(part, yes) : missing(part, no, way));
  const differing = differingParts((await fingerprint(sql)).parts, manifest.fingerprint.parts);
  say(
    differing.length === 0,
    'Schema',
    'functions, grants, policies, triggers and jobs are those that were backed up.',
    `it differs in ${differing.join(', ')}.`,
    'npm run fingerprint -- --list, here and there, and compare.',
  );
  const wrong: string[] = [];
  for (const { name, lines } of manifest.tables) {
    const [row] = await sql.unsafe(`select count(*) as n from ${quoted(name)}`);
    if (Number(row?.['n']) !== lines) wrong.push(`${name} ${row?.['n']} for ${lines}`);
  }
  say(wrong.length === 0, 'Rows', `all of ${manifest.tables.length} tables.`, `${wrong.join('; ')}.`, 'Restore again.');
  const altered: string[] = [];
  for (const { sha256 } of manifest.files) {
    const answer = await fetch(fileAddress(source, sha256), { headers: headers(source) });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok || createHash('sha256').update(bytes).digest('hex') !== sha256) altered.push(sha256);
  }
  say(
    altered.length === 0,
    'Files',
    `${manifest.files.length}, each with its SHA-256.`,
    `${altered.length} missing or altered: ${altered.slice(0, 5).join(', ')}.`,
    'Look for them in an older backup.',
  );
  // After the counts: what it finds out it writes down.
  const [books] = await sql.begin(async (tx) => {
    await tx`set local statement_timeout = 0`;
    return tx`select private.reconcile(true) as differences, (select count(*) from private.check_events()) as events`;
  });
  say(
    Number(books?.['differences']) === 0,
    'Books',
    'accounts, rows and events agree.',
    `${books?.['differences']} differences.`,
    'select * from reconciliations where not balanced',
  );
  say(
    Number(books?.['events']) === 0,
    'Events',
    'every chain and every seal is whole.',
    `${books?.['events']} findings.`,
    'select * from private.check_events()',
  );
  if (!published) findings.push(note('Seals', 'not compared with published ones (--seals).'));
  else findings.push(...(await compareSeals(sql, published)));
  return findings;
}

/** Published seals against those of the database: one that differs is tampering, one that is missing is a day lost since the backup. */
export async function compareSeals(sql: postgres.Sql, published: { day: string; root: string }[]): Promise<Finding[]> {
  const seals = await sql<
    { day: string; root: string }[]
  >`select day::text, encode(root, 'hex') as root from public.seals`;
  const here = new Map(seals.map(({ day, root }) => [day, root]));
  const differing = published.filter(({ day, root }) => here.has(day) && here.get(day) !== root);
  const lost = published.filter(({ day }) => !here.has(day));
  const findings =
    differing.length === 0
      ? [good('Seals', `${published.length - lost.length} published ones agree.`)]
      : [
          missing(
            'Seals',
            `differ on ${differing.map(({ day }) => day).join(', ')}.`,
            'Do not open: this is not the past that was published.',
          ),
        ];
  if (lost.length > 0)
    findings.push(
      note(
        'Days lost',
        `${lost[0]?.day} to ${lost.at(-1)?.day}: published, but after the backup. Keep the published list, announce which days are gone, and ask for what was handed in then; new seals go on from the newest one here.`,
      ),
    );
  return findings;
}

export async function restore(source: Source, vault: Vault, options: { replace?: boolean } = {}): Promise<Manifest> {
  const manifest = await readManifest(vault);
  await checkTarget(source, manifest, options.replace ?? false);
  await load(source.sql, vault, manifest);
  await loadFiles(source, vault, manifest.files);
  return manifest;
}

async function readSeals(from: string): Promise<{ day: string; root: string }[]> {
  const text = URL.canParse(from) ? await (await fetch(from)).text() : readFileSync(from, 'utf8');
  const parsed = JSON.parse(text) as { seals?: { day: string; root: string }[] } | { day: string; root: string }[];
  return Array.isArray(parsed) ? parsed : (parsed.seals ?? []);
}

if (import.meta.main) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { replace: { type: 'boolean' }, really: { type: 'boolean' }, seals: { type: 'string' } },
  });
  const [folder] = positionals;
  if (!folder)
    throw new Complaint(
      'Say what: npm run restore -- <folder of the backup> [--seals https://<site>/open-data/seals.json].',
    );
  const published = values.seals ? await readSeals(values.seals) : undefined;
  const source = await findSource();
  try {
    const manifest = await restore(source, new Vault(folder, passphrase()), {
      replace: Boolean(values.replace && values.really),
    });
    const findings = await examineRestored(source, manifest, published);
    console.log(report(findings));
    process.exitCode = findings.some((f) => f.state === 'missing') ? 1 : 0;
  } finally {
    await source.sql.end();
  }
}
