import { mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import type { Child } from './child.ts';
import { startGateway } from './gateway.ts';
import { type Keys, loadKeys } from './keys.ts';
import { reachable, startPostgres } from './postgres.ts';
import { functionPart, functionPorts } from './stack/functions.ts';
import { handOver, lendOwners, litePart } from './stack/lite.ts';
import { pushMigrations } from './stack/migrations.ts';
import { type Part, until } from './stack/part.ts';
import { choosePlaces, connectionString, root } from './stack/places.ts';
import { type Address, publishAddress, withdrawAddress } from './stack/portal.ts';
import { restPart } from './stack/rest.ts';

export { migrationsChecksum } from './stack/migrations.ts';
export { root } from './stack/places.ts';
export { portalDir, runningPortal } from './stack/portal.ts';

export interface StackOptions {
  dataDir: string;
  /** The gateway's port; a free one when left out. */
  port?: number;
  /** The built site's folder, or the port of a development server. */
  site?: string | number;
  onCrash?: (reason: string) => void;
}
export interface Stack extends Address {
  sql: postgres.Sql;
  stop(): Promise<void>;
  /** Restarts the API parts (Lite, PostgREST), as a crash or a deploy would. */
  restartApi(): Promise<void>;
}

/** Starts the whole portal: database, API, auth and storage, edge functions, one gateway. Everything binds 127.0.0.1. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = reachable(resolve(options.dataDir));
  mkdirSync(dataDir, { recursive: true });
  const keys = loadKeys(dataDir);
  const places = await choosePlaces(dataDir, keys, options.port);
  const running = new Map<Part, Child>();
  let crash: string | undefined;
  let stopping = false;
  const onCrash = (reason: string) => {
    if (stopping || crash) return;
    crash = reason;
    options.onCrash?.(reason);
  };
  const start = (part: Part) => running.set(part, part.start(onCrash));
  const answers = (part: Part) => until(part.name, part.ready, () => crash);
  let database: Child | undefined;
  let gateway: Server | undefined;
  let sql: postgres.Sql | undefined;
  const stop = async () => {
    stopping = true;
    withdrawAddress(dataDir);
    gateway?.closeAllConnections();
    gateway?.close();
    await sql?.end({ timeout: 2 }).catch(() => {});
    for (const child of [...running.values()].reverse()) await child.stop();
    await database?.stop('SIGINT');
  };
  try {
    database = await startPostgres(join(dataDir, 'postgres'), places.databasePort, keys.databasePassword, onCrash);
    const superuser = postgres(connectionString(places, 'supabase_admin'), { max: 1, onnotice: () => {} });
    sql = superuser;
    await until(
      'Postgres',
      async () => (await superuser`select 1`).length === 1,
      () => crash,
    );
    await makeRoles(superuser, keys);
    const lite = litePart(places);
    start(lite);
    await answers(lite);
    await handOver(superuser);
    await lendOwners(superuser, () => pushMigrations(places));
    await superuser.end();
    const db = postgres(connectionString(places, 'postgres'), { max: 4, onnotice: () => {} });
    sql = db;
    const rest = restPart(places);
    const functions = await functionPorts();
    const parts = [rest, ...[...functions].map(([name, port]) => functionPart(places, name, port))];
    parts.forEach(start);
    gateway = await startGateway({
      port: places.port,
      keys,
      restPort: places.restPort,
      litePort: places.litePort,
      functions,
      site: options.site ?? join(root, 'dist'),
      built: join(root, 'dist'),
    });
    for (const part of parts) await answers(part);
    const address: Address = {
      url: places.url,
      keys,
      databaseUrl: connectionString(places, 'postgres'),
      superuserUrl: connectionString(places, 'supabase_admin'),
    };
    publishAddress(dataDir, address);
    return {
      ...address,
      sql: db,
      stop,
      async restartApi() {
        for (const part of [lite, rest]) {
          await running.get(part)?.stop();
          start(part);
        }
        for (const part of [lite, rest]) await answers(part);
      },
    };
  } catch (error) {
    await stop();
    throw crash && error instanceof Error && !error.message.includes(crash)
      ? new Error(`${error.message}\n${crash}`)
      : error;
  }
}

/** The roles of hosted Supabase, once. */
async function makeRoles(sql: postgres.Sql, keys: Keys): Promise<void> {
  const [made] = await sql`select 1 from pg_roles where rolname = 'authenticator'`;
  if (made) return;
  await sql.unsafe(readFileSync(join(root, 'local/roles.sql'), 'utf8').replaceAll(':password', keys.databasePassword));
}
