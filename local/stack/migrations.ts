import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runGuarded } from '../processes/guarded.ts';
import { mark } from './hold.ts';
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

/** Brings a new database up, as the role that does it on hosted. */
export async function pushMigrations(places: Places): Promise<void> {
  await runGuarded(
    process.execPath,
    [inModules('supabase/dist/supabase.js'), 'db', 'push', `--remote=${connectionString(places, 'postgres')}`, '--yes'],
    {
      cwd: root,
      env: { ...process.env, ...mark(places.dataDir), SUPABASE_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    },
  ).catch((error: Error) => {
    throw new Error(`supabase db push:\n${error.message}`);
  });
}
