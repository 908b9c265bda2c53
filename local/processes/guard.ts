// Ends what its parent started when the parent is gone, however it went: a process of its own that reads from a pipe, which closes with the parent.
// It also holds the locks of data folders, until the last process is gone: the lock dies with its holder, no file says so.
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { type Doomed, endAll, identityOf } from './identity.ts';

/** One line of the pipe. */
export type Order =
  | { watch: number; signal: NodeJS.Signals; last: boolean }
  | { forget: number }
  | { lock: string }
  | { unlock: string };
/** What the guard answers to `lock`. */
export interface Answer {
  lock: string;
  held: boolean;
  error?: string;
}

const watched = new Map<number, Doomed & { last: boolean }>();
const locks = new Map<string, DatabaseSync>();

/** SQLite's exclusive lock on an empty file: the system takes it away with the process, also between containers. */
function lock(path: string): Answer {
  if (locks.has(path)) return { lock: path, held: true };
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path);
    // Nothing is written, and no journal beside it.
    file.exec('pragma journal_mode = memory; begin exclusive');
    locks.set(path, file);
    return { lock: path, held: true };
  } catch (error) {
    file?.close();
    const locked = (error as { errcode?: number }).errcode === 5;
    return { lock: path, held: false, ...(!locked && { error: (error as Error).message }) };
  }
}

function obey(order: Order): void {
  if ('watch' in order) {
    const identity = identityOf(order.watch);
    if (identity) watched.set(order.watch, { identity, signal: order.signal, group: true, last: order.last });
  } else if ('forget' in order) watched.delete(order.forget);
  else if ('lock' in order) process.stdout.write(`${JSON.stringify(lock(order.lock))}\n`);
  else {
    locks.get(order.unlock)?.close();
    locks.delete(order.unlock);
  }
}

// Whatever ends the parent's terminal or session: the guard has its work still before it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdout.on('error', () => {});
createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line) as Order))
  .on('close', async () => {
    const all = [...watched.values()];
    await endAll(all.filter((one) => !one.last));
    await endAll(all.filter((one) => one.last));
    process.exit(0);
  });
