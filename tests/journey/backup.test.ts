// T7: what a portal has, taken out and brought into a new project; and everything that must not be brought in.
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { backup } from '../../local/backup.ts';
import { fingerprint } from '../../local/backup/fingerprint.ts';
import type { Manifest } from '../../local/backup/manifest.ts';
import type { Source } from '../../local/backup/source.ts';
import { Vault } from '../../local/backup/vault.ts';
import { compareSeals, examineRestored, restore } from '../../local/restore.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { applicant, institution, paid } from '../support/people.ts';

const dir = mkdtempSync(join(tmpdir(), 'voucher-backup-'));
chmodSync(dir, 0o711);
const one = (url: string) => postgres(url, { max: 1, onnotice: () => {} });
const here = (): Source => ({ sql: one(inject('databaseUrl')), api: inject('url'), secretKey: inject('secretKey') });
const passphrase = '演示口令';
let source: Source;
let target: Source;
let stack: Stack;
let manifest: Manifest;

beforeAll(async () => {
  source = here();
  stack = await startStack({ dataDir: join(dir, 'data') });
  target = { sql: one(stack.databaseUrl), api: stack.url, secretKey: stack.keys.secretKey };
}, 120_000);
afterAll(async () => {
  for (const { sql } of [source, target]) await sql.end();
  await stack.stop();
  rmSync(dir, { recursive: true, force: true });
});

test('a backup holds every table, account and file; encrypted, nothing of it can be read', async () => {
  await paid(await applicant(), await institution());
  manifest = await backup(source, new Vault(join(dir, 'one'), passphrase), () => {});
  const rows = Object.fromEntries(manifest.tables.map(({ name, lines }) => [name, lines]));
  const [counted] = await source.sql`select (select count(*) from public.orders)::integer as orders,
    (select count(*) from public.events)::integer as events, (select count(*) from auth.users)::integer as users`;
  expect([rows['public.orders'], rows['public.events'], rows['auth.users']]).toEqual([
    counted?.['orders'],
    counted?.['events'],
    counted?.['users'],
  ]);
  expect(rows['auth.sessions']).toBeUndefined();
  expect(manifest.files.length).toBeGreaterThan(0);
  await expect(new Vault(join(dir, 'one')).read('manifest.json', process.stdout)).rejects.toThrow(/BACKUP_PASSPHRASE/);
  await expect(restore(target, new Vault(join(dir, 'one'), 'another'))).rejects.toThrow(/another passphrase/);
}, 120_000);

test('an altered file in storage is not backed up as if it were good', async () => {
  const file = manifest.files[0];
  const bytes = Buffer.from('%PDF-1.4 altered') as Buffer<ArrayBuffer>;
  const address = `${source.api}/storage/v1/object/documents/${file?.sha256}`;
  const asSystem = { apikey: source.secretKey, authorization: `Bearer ${source.secretKey}` };
  const original = Buffer.from(await (await fetch(address, { headers: asSystem })).arrayBuffer());
  const put = (body: Buffer<ArrayBuffer>) =>
    fetch(address, {
      method: 'POST',
      headers: { ...asSystem, 'content-type': String(file?.type), 'x-upsert': 'true' },
      body,
    });
  expect((await put(bytes)).ok).toBe(true);
  await expect(backup(source, new Vault(join(dir, 'two')), () => {})).rejects.toThrow(/has been altered/);
  // Broken off: there is no manifest, so it is no backup.
  await expect(restore(target, new Vault(join(dir, 'two')))).rejects.toThrow(/no manifest/);
  expect((await put(original)).ok).toBe(true);
}, 120_000);

test('nothing is loaded where the schema is another one, or the backup was touched', async () => {
  await target.sql`create function private.stray() returns integer language sql set search_path = '' as 'select 1'`;
  await expect(restore(target, new Vault(join(dir, 'one'), passphrase))).rejects.toThrow(/differs in: functions\./);
  await target.sql`drop function private.stray()`;
  const path = join(dir, 'one/tables/public.orders.gz');
  const bytes = readFileSync(path);
  appendFileSync(path, 'x');
  await expect(restore(target, new Vault(join(dir, 'one'), passphrase))).rejects.toThrow(/cannot be decrypted/);
  writeFileSync(path, bytes);
  const [left] = await target.sql`select count(*)::integer as n from public.orders`;
  expect(left?.['n']).toBe(0);
}, 120_000);

test('restored into a new project everything is there again, and every check says so', async () => {
  await restore(target, new Vault(join(dir, 'one'), passphrase));
  // Every row is the one it was, to the last character; what ends by itself has not come along.
  const digests = async ({ sql }: Source) => {
    const all: [string, string][] = [];
    for (const { name, columns } of manifest.tables) {
      const [row] = await sql.unsafe(
        `select md5(coalesce(string_agg(x::text, '' order by x::text), '')) as md5 from (select ${columns.map((c) => `"${c}"`).join(', ')} from ${name}) x`,
      );
      all.push([name, String(row?.['md5'])]);
    }
    return all;
  };
  expect(await digests(target)).toEqual(await digests(source));
  const findings = await examineRestored(target, manifest);
  expect(findings.filter((f) => f.state === 'missing')).toEqual([]);
  expect(findings.map((f) => f.part)).toEqual(['Schema', 'Rows', 'Files', 'Books', 'Events', 'Seals']);
  expect((await fingerprint(target.sql)).whole).toBe((await fingerprint(source.sql)).whole);
  // New rows go on where the old ones ended.
  const [last] = await target.sql`select max(id)::integer as id from public.organizations`;
  const [next] = await target.sql`select nextval(pg_get_serial_sequence('public.organizations', 'id'))::integer as id`;
  expect(Number(next?.['id'])).toBeGreaterThan(Number(last?.['id']));
  // The next day seals what was restored; what was published may say otherwise, or more.
  await target.sql`select private.set_clock(private.now() + interval '1 day'), private.seal_days()`;
  const seals = await target.sql<{ day: string; root: string }[]>`
    select day::text, encode(root, 'hex') as root from public.seals`;
  const later = { day: '2999-01-01', root: '0'.repeat(64) };
  expect((await compareSeals(target.sql, [...seals, later])).map((f) => [f.part, f.state])).toEqual([
    ['Seals', 'good'],
    ['Days lost', 'note'],
  ]);
  const forged = [{ day: String(seals[0]?.day), root: 'f'.repeat(64) }];
  expect((await compareSeals(target.sql, forged)).map((f) => [f.part, f.state])).toEqual([['Seals', 'missing']]);
}, 180_000);

test('a database that holds rows is replaced only by whoever says so twice', async () => {
  await expect(restore(target, new Vault(join(dir, 'one'), passphrase))).rejects.toThrow(/--replace --really/);
  await restore(target, new Vault(join(dir, 'one'), passphrase), { replace: true });
  const findings = await examineRestored(target, manifest);
  expect(findings.filter((f) => f.state === 'missing')).toEqual([]);
}, 180_000);
