import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectionString, inModules, type Places, root } from './places.ts';

const migrationsDir = join(root, 'supabase/migrations');

/** One checksum over all migrations: `db push` compares versions, not contents. */
export function migrationsChecksum(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(migrationsDir)
    .filter((f) => f.endsWith('.sql'))
    .sort())
    hash.update(file).update(readFileSync(join(migrationsDir, file)));
  return hash.digest('hex');
}

/** Brings a new data folder's database up; refuses a folder that was made from other migrations. */
export async function pushMigrations(places: Places): Promise<void> {
  const checksumFile = join(places.dataDir, 'migrations.sha256');
  const checksum = migrationsChecksum();
  if (existsSync(checksumFile)) {
    if (readFileSync(checksumFile, 'utf8') === checksum) return;
    throw new Error(
      'The migrations have changed since this data folder was made. Run "npm run reset" (it deletes the local data), then start again.',
    );
  }
  await promisify(execFile)(
    inModules('.bin/supabase'),
    ['db', 'push', `--remote=${connectionString(places, 'postgres')}`, '--yes'],
    { cwd: root, env: { ...process.env, SUPABASE_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' } },
  ).catch((error: { stdout?: string; stderr?: string }) => {
    throw new Error(`supabase db push:\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  });
  writeFileSync(checksumFile, checksum);
}
