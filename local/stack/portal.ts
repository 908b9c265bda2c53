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

/** The portal that `npm start` runs now, for a script beside it; undefined when none does. */
export async function runningPortal(): Promise<(Address & { sql: postgres.Sql }) | undefined> {
  const dataDir = reachable(portalDir);
  const file = fileIn(dataDir);
  if (!holderOf(dataDir) || !existsSync(file)) return undefined;
  const address = JSON.parse(readFileSync(file, 'utf8')) as Address;
  const sql = postgres(address.databaseUrl, { max: 4, onnotice: () => {}, connect_timeout: 3 });
  try {
    await sql`select 1`;
    return { ...address, sql };
  } catch {
    await sql.end();
    return undefined;
  }
}
