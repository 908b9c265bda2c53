import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type postgres from 'postgres';
import { writeWhole } from './files.ts';
import { mark } from './hold.ts';
import type { Part } from './part.ts';
import { connectionString, inModules, type Places, root } from './places.ts';

/** Supabase Lite, of which only /auth/v1 and /storage/v1 are reached. Its settings live beside the data, never in the repository. */
export function litePart(places: Places): Part {
  const home = join(places.dataDir, 'lite');
  const ask = (path: string, apikey: string) =>
    fetch(`http://127.0.0.1:${places.litePort}${path}`, { headers: { apikey } });
  return {
    name: 'auth and storage',
    prepare() {
      mkdirSync(join(home, 'supabase'), { recursive: true });
      writeWhole(join(home, 'supabase/config.toml'), liteConfig(places));
    },
    program: process.execPath,
    args: [
      '--no-warnings',
      '--import',
      new URL('../lite-preload.ts', import.meta.url).href,
      inModules('@supabase/lite/dist/cli/index.js'),
      '--no-telemetry',
      'start',
      '--host',
      '127.0.0.1',
      '--no-admin',
    ],
    options: {
      cwd: home,
      env: {
        ...mark(places.dataDir),
        PATH: process.env['PATH'],
        HOME: home,
        LITE_TELEMETRY: '0',
        DO_NOT_TRACK: '1',
        EXPERIMENTAL_STORAGE: '1',
      },
    },
    async ready() {
      const { keys } = places;
      if ((await ask('/auth/v1/settings', keys.publishableKey)).status >= 500) return false;
      // The first storage request after a start fails once: make it here, not the user's.
      for (let i = 0; i < 2; i++) await (await ask('/storage/v1/bucket', keys.secretKey)).arrayBuffer();
      return true;
    },
  };
}

const liteConfig = (places: Places): string => `[api]
port = ${places.litePort}
[db]
driver = "postgres"
url = "${connectionString(places, 'lite_server')}"
[auth]
enabled = true
site_url = "${places.url}"
jwt_secret = "${places.keys.jwtSecret}"
jwt_expiry = 3600
enable_signup = true
minimum_password_length = 10
enable_refresh_token_rotation = true
publishable_key = "${places.keys.publishableKey}"
secret_key = "${places.keys.secretKey}"
[auth.email]
enable_signup = true
enable_confirmations = false
[storage]
enabled = true
file_size_limit = "21MiB"
`;

/** Lite made its tables as itself; hosted Supabase has them owned by the admin roles, so that migrations may add triggers and policies. */
export async function handOver(sql: postgres.Sql): Promise<void> {
  for (const [schema, owner] of [
    ['auth', 'supabase_auth_admin'],
    ['storage', 'supabase_storage_admin'],
    ['supabase_migrations', 'migrations_owner'],
  ] as const) {
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relkind in ('r', 'p')`;
    for (const { name } of tables) await sql.unsafe(`alter table ${name} owner to ${owner}`);
  }
  await sql.unsafe(`
    grant all on all tables in schema auth, storage to postgres;
    grant usage on schema auth to supabase_auth_admin;
    grant select, insert on storage.buckets to service_role;
    grant select, insert, update, delete on storage.objects to authenticated, service_role;
    grant select on storage.buckets to authenticated, anon;
    alter table storage.objects enable row level security;
    alter table storage.buckets enable row level security;
    -- As on hosted: a row that goes without its file would leave the file for ever.
    create or replace function storage.protect_delete() returns trigger language plpgsql set search_path = '' as $$
    begin
      if session_user <> 'lite_server' and coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
        raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.' using errcode = '42501';
      end if;
      return null;
    end $$;
    create or replace trigger protect_objects_delete before delete on storage.objects
      for each statement execute function storage.protect_delete();
    create or replace trigger protect_buckets_delete before delete on storage.buckets
      for each statement execute function storage.protect_delete()`);
  await sql.unsafe(readFileSync(join(root, 'local/auth.sql'), 'utf8'));
}

/** On hosted, supautils lets postgres make policies and triggers on tables of auth and storage without owning them. Without it, postgres is lent their owners while the migrations run. */
export async function lendOwners(sql: postgres.Sql, meanwhile: () => Promise<void>): Promise<void> {
  await sql`grant supabase_auth_admin, supabase_storage_admin to postgres`;
  try {
    await meanwhile();
  } finally {
    await sql`revoke supabase_auth_admin, supabase_storage_admin from postgres`;
  }
}

/** Hosted's own reading of who asks (supabase/auth), in place of Lite's, and nothing of `local` within reach of a request. */
export async function asHosted(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(readFileSync(join(root, 'local/hosted.sql'), 'utf8'));
}
