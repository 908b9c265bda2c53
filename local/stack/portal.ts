import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import type { Keys } from '../keys.ts';
import { reachable } from '../postgres.ts';
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

/** The portal of `npm start` keeps its data here. */
export const portalDir = join(root, '.local');

const fileIn = (dataDir: string) => join(dataDir, 'address.json');
export const publishAddress = (dataDir: string, address: Address): void =>
  writeFileSync(fileIn(dataDir), JSON.stringify(address), { mode: 0o600 });
export const withdrawAddress = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true });

/** The portal that `npm start` runs now, for a script beside it; undefined when none does. */
export async function runningPortal(): Promise<(Address & { sql: postgres.Sql }) | undefined> {
  const file = fileIn(reachable(portalDir));
  if (!existsSync(file)) return undefined;
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
