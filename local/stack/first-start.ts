// How far the first start of a data folder has come: one that was broken off is begun anew, never shown half made.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from '../complaints.ts';
import { writeWhole } from './files.ts';
import { holdsFolder } from './hold.ts';
import { migrationsChecksum } from './migrations.ts';

/** What the demo data are to be. */
export interface SeedOptions {
  instruments?: number;
  /** Besides the two that sign in as demo accounts. */
  applicants?: number;
}
export interface Progress {
  /** The migrations the database was made from. */
  migrations: string;
  step: 'making' | 'made' | 'seeding' | 'seeded';
  seed?: SeedOptions;
}

const record = 'first-start.json';
const fileIn = (dataDir: string) => join(dataDir, record);
export function progressOf(dataDir: string): Progress | undefined {
  const file = fileIn(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Progress) : undefined;
}
export const writeProgress = (dataDir: string, progress: Progress): void =>
  writeWhole(fileIn(dataDir), JSON.stringify(progress));

/** Deletes all that is in a data folder but for what says who holds it; broken off, the rest counts as unfinished. */
export function emptyFolder(dataDir: string): void {
  writeProgress(dataDir, { migrations: '', step: 'making' });
  for (const name of readdirSync(dataDir))
    if (name !== record && !holdsFolder(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
  rmSync(fileIn(dataDir));
}

const reset = 'Run "npm run reset" (it deletes the local data), then start again.';

/** Says whether the database is made already; empties a folder whose first start did not come to its end. */
export function openFolder(dataDir: string, say: (message: string) => void, seed?: SeedOptions): Progress {
  const migrations = migrationsChecksum();
  const before = progressOf(dataDir);
  if (before?.step === 'made' || before?.step === 'seeded') {
    if (before.migrations === migrations) return before;
    throw new Complaint(`The migrations have changed since this data folder was made. ${reset}`);
  }
  if (!before && existsSync(join(dataDir, 'postgres')))
    throw new Complaint(`${dataDir} was made by an earlier version of the portal. ${reset}`);
  if (before) {
    say(
      before.step === 'making'
        ? 'The first start was broken off while the database was being made: it is made anew.'
        : 'The first start was broken off while the demo data were being made: they are made anew, on a new database.',
    );
    emptyFolder(dataDir);
  }
  // What was to be seeded is remembered: a large portal that was broken off becomes one again.
  const wish = seed ?? before?.seed;
  const progress: Progress = { migrations, step: 'making', ...(wish && { seed: wish }) };
  writeProgress(dataDir, progress);
  return progress;
}
