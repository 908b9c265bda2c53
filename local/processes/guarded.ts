import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer, Order } from './guard.ts';

// One guard for this process, started with the first thing it is to look after; should it be killed, another takes its place.
let guard: ChildProcess | undefined;
const watched = new Map<number, Order>();
const locked = new Map<string, (answer: Answer) => void>();

function theGuard(): ChildProcess {
  if (guard) return guard;
  const started = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'guard.ts')],
    // A session of its own: what ends this process's terminal must not end the guard. In no folder, so that any can be removed.
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true, cwd: '/', env: {} },
  );
  guard = started;
  // The guard is no reason to stay: it ends with this process.
  started.unref();
  for (const pipe of [started.stdin, started.stdout]) (pipe as unknown as { unref(): void }).unref();
  started.stdin?.on('error', () => {});
  createInterface({ input: started.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    locked.get(answer.lock)?.(answer);
  });
  started.once('exit', () => {
    guard = undefined;
    if (watched.size === 0 && locked.size === 0) return;
    for (const order of watched.values()) tell(order);
    for (const lock of locked.keys()) tell({ lock });
  });
  return started;
}
const tell = (order: Order) => void theGuard().stdin?.write(`${JSON.stringify(order)}\n`);

export interface GuardedOptions extends SpawnOptions {
  /** How it is asked to end. */
  endBy?: NodeJS.Signals;
  /** Ended after the others: what they still need. */
  last?: boolean;
}

/** Starts a process, in a group of its own, that ends when this one does: even by kill −9. */
export function spawnGuarded(command: string, args: string[], options: GuardedOptions = {}): ChildProcess {
  const { endBy = 'SIGTERM', last = false, ...rest } = options;
  // Before the child: nothing is to be done between its start and the word to the guard.
  theGuard();
  const child = spawn(command, args, { ...rest, detached: true });
  const { pid } = child;
  if (pid === undefined) return child;
  const order = { watch: pid, signal: endBy, last };
  watched.set(pid, order);
  tell(order);
  child.once('exit', () => {
    watched.delete(pid);
    if (guard) tell({ forget: pid });
  });
  return child;
}

/** Runs a guarded program to its end; what it wrote, or an error with it. */
export async function runGuarded(
  command: string,
  args: string[],
  options: GuardedOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  const child = spawnGuarded(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  const ended = await new Promise<string | number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (ended !== 0) throw new Error(`${stdout}${stderr}`.trim() || `${command} ended (${ended})`);
  return { stdout, stderr };
}

/** Takes a lock that is gone when this process is and nothing guarded is left of it; false when somebody else has it. */
export async function takeLock(path: string): Promise<boolean> {
  const stay = setInterval(() => {}, 60_000);
  const answer = await new Promise<Answer>((resolve) => {
    locked.set(path, resolve);
    tell({ lock: path });
  });
  clearInterval(stay);
  // From now on a new guard takes it again; what it answers cannot be refused.
  if (answer.held) locked.set(path, () => {});
  else locked.delete(path);
  if (answer.error) throw new Error(`${path}: ${answer.error}`);
  return answer.held;
}
export function releaseLock(path: string): void {
  if (locked.delete(path) && guard) tell({ unlock: path });
}
