import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Keys } from '../keys.ts';
import { freePort } from '../ports.ts';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where one stack keeps its data and on which ports its parts listen. Everything is on 127.0.0.1. */
export interface Places {
  dataDir: string;
  keys: Keys;
  /** The one address: the gateway's. */
  url: string;
  port: number;
  databasePort: number;
  restPort: number;
  litePort: number;
}

export async function choosePlaces(dataDir: string, keys: Keys, port: number): Promise<Places> {
  return {
    dataDir,
    keys,
    port,
    url: `http://127.0.0.1:${port}`,
    databasePort: await freePort(),
    restPort: await freePort(),
    litePort: await freePort(),
  };
}

/** How a role reaches the database. */
export const connectionString = ({ keys, databasePort }: Places, user: string): string =>
  `postgresql://${user}:${keys.databasePassword}@127.0.0.1:${databasePort}/postgres`;

export const inModules = (path: string): string => join(root, 'node_modules', path);
