import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import type { Keys } from '../keys.ts';
import { reachable } from '../postgres.ts';
import { writeWhole } from './files.ts';
import { holderOf } from './hold.ts';
import { root } from './places.ts';

/** How other scripts (clock, seed, build) reach a running stack; the database password is in it. */
export interface Address {
  url: string;
  keys: Keys;
  /** As `postgres`, the owner that hosted gives: for migrations, seeds and tests, never for the application. */
  databaseUrl: string;
  /** As the superuser, whom nobody has on hosted. */
  superuserUrl: string;
}

/** The portal of `npm start` keeps its data here, and its built site there. */
export const portalDir = resolve(process.env['DATA_DIR'] ?? join(root, '.local'));
export const siteDir = resolve(process.env['OUT_DIR'] ?? join(root, 'dist'));

const fileIn = (dataDir: string) => join(dataDir, 'address.json');
export const publishAddress = (dataDir: string, address: Address): void =>
  writeWhole(fileIn(dataDir), JSON.stringify(address));
export const withdrawAddress = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true });

/** What supabase/.env.example tells of a hosted project: after «. supabase/.env» it stands in the shell, and must not reach the pages and keys of the portal here. SITE_URL stays where it is one of this portal's own names. */
export function forgetHosted(): void {
  const { SITE_URL, SITE_HOST = '' } = process.env;
  // With a hosted project's address in the shell, whom it tells is that project's matter too.
  if (process.env['PUBLIC_SUPABASE_URL'])
    for (const name of Object.keys(process.env))
      if (/^(ALERTS?_[A-Z_]+|METRICS_TOKEN)$/.test(name)) delete process.env[name];
  const named = SITE_URL && URL.canParse(SITE_URL) ? new URL(SITE_URL).host : undefined;
  if (!named || !SITE_HOST.split(',').some((host) => host.trim().toLowerCase() === named))
    delete process.env['SITE_URL'];
  for (const name of [
    'BUILD_API_URL',
    'PUBLIC_SUPABASE_URL',
    'PUBLIC_SUPABASE_KEY',
    'PUBLIC_CAPTCHA_PROVIDER',
    'PUBLIC_CAPTCHA_SITE_KEY',
  ])
    delete process.env[name];
}

/** The portal that `npm start` runs now, for a script beside it; undefined when none does. */
export async function runningPortal(): Promise<(Address & { sql: postgres.Sql }) | undefined> {
  const dataDir = reachable(portalDir);
  const file = fileIn(dataDir);
  if (!holderOf(dataDir) || !existsSync(file)) return undefined;
  const address = JSON.parse(readFileSync(file, 'utf8')) as Address;
  const sql = postgres(address.databaseUrl, { max: 4, onnotice: () => {}, connect_timeout: 3 });
  try {
    await sql`select 1`;
    forgetHosted();
    return { ...address, sql };
  } catch {
    await sql.end();
    return undefined;
  }
}
