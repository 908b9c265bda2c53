// Types, lint, SQL lint and the database advisors. `npm run check`.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, startStack } from './stack.ts';

let failed = false;
function step(name: string, command: string, args: string[]): string {
  const done = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  });
  const text = `${done.stdout ?? ''}${done.stderr ?? ''}`;
  if (done.status !== 0) {
    failed = true;
    console.error(`✗ ${name}\n${text}`);
  } else console.log(`✓ ${name}`);
  return text;
}

step('astro check', 'astro', ['check']);
step('biome', 'biome', ['check', '--max-diagnostics=40', '.']);
const migrations = readdirSync(join(root, 'supabase/migrations'))
  .filter((f) => f.endsWith('.sql'))
  .map((f) => join('supabase/migrations', f));
step('squawk', 'squawk', migrations);

const dataDir = mkdtempSync(join(tmpdir(), 'voucher-check-'));
chmodSync(dataDir, 0o711);
const stack = await startStack({ dataDir });
try {
  step('supabase db advisors', 'supabase', [
    'db',
    'advisors',
    `--remote=${stack.databaseUrl}`,
    '--level',
    'warn',
    '--fail-on',
    'warn',
  ]);
} finally {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
