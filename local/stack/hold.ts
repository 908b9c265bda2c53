// One stack a data folder: the lock, who holds it, and what an earlier holder left behind.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Complaint } from '../complaints.ts';
import { releaseLock, takeLock } from '../processes/guarded.ts';
import { type Doomed, endAll, type Identity, identityOf, isAlive, processes } from '../processes/identity.ts';
import { writeWhole } from './files.ts';

/** Every process of a stack carries the data folder under this name: so one is told from a stranger that was given its number. */
export const mark = (dataDir: string): Record<string, string> => ({ VOUCHER_DATA_DIR: dataDir });

const lockFile = 'lock';
const holderFile = 'holder.json';
/** The files that say who holds a folder: they outlive what is in it. */
export const holdsFolder = (name: string): boolean => name === lockFile || name === holderFile;
interface Holder {
  identity: Identity;
  url: string;
}

export function holderOf(dataDir: string): Holder | undefined {
  const file = join(dataDir, holderFile);
  const holder = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Holder) : undefined;
  return holder && isAlive(holder.identity) ? holder : undefined;
}

const runsAlready = ({ url, identity }: Holder, dataDir: string) =>
  new Complaint(
    `A portal already runs on ${dataDir}: ${url} (process ${identity.pid}). Use that one, or end it first (Ctrl-C where it was started, or "kill ${identity.pid}").`,
  );

/** Makes this process the only one that works on the data folder, and ends what a killed one left. Never ends one that runs. */
export async function holdFolder(dataDir: string, url: string, say: (message: string) => void): Promise<() => void> {
  mkdirSync(dataDir, { recursive: true });
  const lock = join(dataDir, lockFile);
  const end = Date.now() + 20_000;
  for (let told = false; !(await takeLock(lock)); told = true) {
    const holder = holderOf(dataDir);
    if (holder) throw runsAlready(holder, dataDir);
    if (Date.now() > end)
      throw new Complaint(`Another process works on ${dataDir} and does not say which. Wait a moment and start again.`);
    if (!told) say('The portal that ran here is just being ended; waiting for it.');
    await new Promise((r) => setTimeout(r, 100));
  }
  // Its guard was killed, and the next one has not taken the lock yet: the holder lives.
  const holder = holderOf(dataDir);
  if (holder) {
    releaseLock(lock);
    throw runsAlready(holder, dataDir);
  }
  const release = () => {
    rmSync(join(dataDir, holderFile), { force: true });
    releaseLock(lock);
  };
  try {
    writeWhole(join(dataDir, holderFile), JSON.stringify({ identity: identityOf(process.pid), url }));
    await endLeftovers(dataDir, say);
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/** The Postgres processes whose data are in this folder: they all stand in it. */
const serversIn = (cluster: string) =>
  processes().filter(
    ({ folder, command: [name = ''] }) => folder === cluster && (isSession(name) || basename(name) === 'postgres'),
  );
/** A session and a helper of Postgres have a title in place of their command. */
const isSession = (name = '') => name.startsWith('postgres: ');

async function endLeftovers(dataDir: string, say: (message: string) => void): Promise<void> {
  const [[name, value]] = Object.entries(mark(dataDir)) as [[string, string]];
  const marked = processes().filter((p) => p.environment.includes(`${name}=${value}`));
  const isServer = (p: { folder: string }) => p.folder === join(dataDir, 'postgres');
  const doomed = (p: { identity: Identity; folder: string }): Doomed => ({
    identity: p.identity,
    signal: isServer(p) ? 'SIGINT' : 'SIGTERM',
  });
  if (marked.length > 0)
    say(
      `A portal that was killed left ${marked.length} processes on this data folder (${marked.map((p) => p.identity.pid).join(', ')}); they are ended.`,
    );
  await endAll(marked.filter((p) => !isServer(p)).map(doomed));
  await endAll(marked.filter(isServer).map(doomed), 8000);
  await clearCluster(join(dataDir, 'postgres'));
}

/** Makes way for a new postmaster: ends the sessions of a dead one, and takes away the pid file that names nobody. */
export async function clearCluster(cluster: string): Promise<void> {
  const servers = serversIn(cluster);
  const masters = servers.filter((p) => !servers.some((q) => q.identity.pid === p.parent));
  // A session without a postmaster above it is the rest of a dead server.
  const rest = masters.filter((p) => isSession(p.command[0]));
  const foreign = masters.find((p) => !rest.includes(p));
  if (foreign)
    throw new Complaint(
      `A Postgres that the portal did not start runs on ${cluster} (process ${foreign.identity.pid}). End it ("kill -INT ${foreign.identity.pid}"), then start again.`,
    );
  await endAll(
    rest.map(({ identity }) => ({ identity, signal: 'SIGQUIT' })),
    3000,
  );
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}
