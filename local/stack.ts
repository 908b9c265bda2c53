import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { Complaint } from './complaints.ts';
import { startGateway } from './gateway.ts';
import { loadKeys } from './keys.ts';
import { becomesFree, freePort } from './ports.ts';
import { reachable } from './postgres.ts';
import { databasePart, makeRoles } from './stack/database.ts';
import { openFolder, type SeedOptions, writeProgress } from './stack/first-start.ts';
import { functionPart, functionPorts } from './stack/functions.ts';
import { holdFolder } from './stack/hold.ts';
import { asHosted, handOver, lendOwners, litePart } from './stack/lite.ts';
import { pushMigrations } from './stack/migrations.ts';
import { type Kept, keep, type Part } from './stack/part.ts';
import { choosePlaces, connectionString } from './stack/places.ts';
import { type Address, forgetHosted, publishAddress, siteDir, withdrawAddress } from './stack/portal.ts';
import { restPart } from './stack/rest.ts';

export { migrationsChecksum } from './stack/migrations.ts';
export { root } from './stack/places.ts';
export { portalDir, runningPortal, siteDir } from './stack/portal.ts';

export interface StackOptions {
  dataDir: string;
  /** The gateway's port; a free one when left out. */
  port?: number;
  /** The built site's folder, or the port of a development server. */
  site?: string | number;
  /** What the demo data of a new data folder are to be, remembered should its first start be broken off. */
  seed?: SeedOptions;
  /** As like hosted as the embedded parts can be made: for `npm run test:hosted`. */
  hosted?: boolean;
  /** Hears what the operator should know: what is made anew, what died and runs again. */
  say?: (message: string) => void;
  /** A part died too often: the stack cannot go on. */
  onCrash?: (reason: string) => void;
}
export interface Stack extends Address {
  dataDir: string;
  sql: postgres.Sql;
  stop(): Promise<void>;
  /** Restarts the API parts (Lite, PostgREST), as a crash or a deploy would. */
  restartApi(): Promise<void>;
}

/** Starts the whole portal: database, API, auth and storage, edge functions, one gateway. Everything binds 127.0.0.1, and ends with this process however that ends. */
export async function startStack(options: StackOptions): Promise<Stack> {
  forgetHosted();
  const say = options.say ?? console.error;
  const dataDir = reachable(resolve(options.dataDir));
  mkdirSync(dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const release = await holdFolder(dataDir, `http://127.0.0.1:${port}`, say);
  const running: Kept[] = [];
  let database: Kept | undefined;
  const connections: postgres.Sql[] = [];
  let gateway: Server | undefined;
  let stopping = false;
  const stop = async () => {
    stopping = true;
    withdrawAddress(dataDir);
    gateway?.closeAllConnections();
    gateway?.close();
    for (const sql of connections) await sql.end({ timeout: 2 }).catch(() => {});
    await Promise.all(running.map((part) => part !== database && part.stop()));
    await database?.stop();
    release();
  };
  const unlessStopping = (tell?: (message: string) => void) => (message: string) => {
    if (!stopping) tell?.(message);
  };
  const keeper = { say: unlessStopping(say), giveUp: unlessStopping(options.onCrash) };
  const add = (part: Part) => {
    const kept = keep(part, keeper);
    running.push(kept);
    return kept;
  };
  try {
    withdrawAddress(dataDir);
    if (!(await becomesFree(port)))
      throw new Complaint(
        `Port ${port} is taken by another program. End that one, or choose another port: PORT=${port + 100} npm start.`,
      );
    const progress = openFolder(dataDir, say, options.seed);
    const places = await choosePlaces(dataDir, loadKeys(dataDir), port);
    const connect = (user: string, max: number) => {
      // A database that starts again is there within moments: no growing pauses.
      const sql = postgres(connectionString(places, user), { max, onnotice: () => {}, backoff: () => 0.02 });
      connections.push(sql);
      return sql;
    };
    const superuser = connect('supabase_admin', 1);
    database = add(databasePart(places, superuser));
    const lite = add(litePart(places));
    const rest = add(restPart(places, options.hosted));
    const functions = await functionPorts();
    await database.start();
    await makeRoles(superuser, places.keys);
    const liteStarts = lite.start().then(async () => {
      await handOver(superuser);
      if (options.hosted) await asHosted(superuser);
    });
    if (progress.step === 'making') {
      await liteStarts;
      await lendOwners(superuser, () => pushMigrations(places));
      writeProgress(dataDir, { ...progress, step: 'made' });
    }
    const sql = connect('postgres', 4);
    await Promise.all([
      liteStarts,
      rest.start(),
      ...[...functions].map(([name, at]) => add(functionPart(places, name, at)).start()),
    ]);
    gateway = await startGateway({
      port,
      keys: places.keys,
      sql,
      mail: join(dataDir, 'mail'),
      restPort: places.restPort,
      litePort: places.litePort,
      functions,
      site: options.site ?? siteDir,
      built: siteDir,
    });
    const address: Address = {
      url: places.url,
      keys: places.keys,
      databaseUrl: connectionString(places, 'postgres'),
      superuserUrl: connectionString(places, 'supabase_admin'),
    };
    publishAddress(dataDir, address);
    return {
      ...address,
      dataDir,
      sql,
      stop,
      async restartApi() {
        for (const part of [lite, rest]) await part.stop();
        for (const part of [lite, rest]) await part.start();
        if (options.hosted) await asHosted(superuser);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
