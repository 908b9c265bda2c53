import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type postgres from 'postgres';
import type { Keys } from '../keys.ts';
import { makeCluster, serverProgram } from '../postgres.ts';
import { clearCluster, mark } from './hold.ts';
import type { Part } from './part.ts';
import { type Places, root } from './places.ts';

const settings = (port: number) => ({
  port,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 300,
  shared_buffers: '256MB',
  log_min_messages: 'fatal',
  client_min_messages: 'warning',
  max_wal_size: '2GB',
});

/** Postgres on the data folder's cluster, which is made at the first start. */
export function databasePart(places: Places, sql: postgres.Sql): Part {
  const cluster = join(places.dataDir, 'postgres');
  const { program, options } = serverProgram('postgres');
  return {
    name: 'postgres',
    async prepare() {
      if (existsSync(cluster)) await clearCluster(cluster);
      else await makeCluster(cluster, places.keys.databasePassword, mark(places.dataDir));
    },
    program,
    args: [
      '-D',
      cluster,
      ...Object.entries(settings(places.databasePort)).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    // SIGINT ends the sessions and writes everything down.
    options: { ...options, env: { ...options.env, ...mark(places.dataDir) }, endBy: 'SIGINT', last: true },
    ready: async () => (await sql`select 1`).length === 1,
  };
}

/** The roles of hosted Supabase, once. */
export async function makeRoles(sql: postgres.Sql, keys: Keys): Promise<void> {
  const [made] = await sql`select 1 from pg_roles where rolname = 'authenticator'`;
  if (made) return;
  await sql.unsafe(readFileSync(join(root, 'local/roles.sql'), 'utf8').replaceAll(':password', keys.databasePassword));
}
