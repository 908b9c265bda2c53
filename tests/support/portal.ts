// A portal as a person starts it: a script of package.json as a process of its own, on a throwaway data folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/ports.ts';
import { processes, type Seen } from '../../local/processes/identity.ts';
import { root } from '../../local/stack.ts';
import { progressOf } from '../../local/stack/first-start.ts';
import { mark } from '../../local/stack/hold.ts';

export interface Place {
  dir: string;
  dataDir: string;
  port: number;
  url: string;
}
export async function throwaway(): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'voucher-portal-'));
  // Postgres runs under another account when this is root: it must be able to pass through.
  chmodSync(dir, 0o711);
  const port = await freePort();
  return { dir, dataDir: join(dir, 'data'), port, url: `http://127.0.0.1:${port}` };
}
export const remove = ({ dir }: Place) => rmSync(dir, { recursive: true, force: true });

/** The stack's processes on a data folder that run now: its parts, what builds for it, and every session of its Postgres. */
export function left({ dataDir }: Place): Seen[] {
  const [[name, value]] = Object.entries(mark(dataDir)) as [[string, string]];
  return processes().filter(
    (p) => p.environment.includes(`${name}=${value}`) || p.folder === join(dataDir, 'postgres'),
  );
}
/** The part whose command line holds these words. */
export const part = (place: Place, words: string): Seen | undefined =>
  left(place).find((p) => p.command.join(' ').includes(words));
export const step = ({ dataDir }: Place) => (existsSync(dataDir) ? progressOf(dataDir)?.step : undefined);

export interface Run {
  process: ChildProcess;
  pid: number;
  said(): string;
  /** Its exit code or the signal that ended it. */
  ended: Promise<number | string>;
  hasEnded(): boolean;
}
/** Runs one of the scripts (`start`, `seed`, …) on a place. */
export function run(place: Place, script: string, args: string[] = [], command?: [string, ...string[]]): Run {
  const [program, ...before] = command ?? [process.execPath, '--import', './local/entry.mjs', `local/${script}.ts`];
  const child = spawn(program, [...before, ...args], {
    cwd: root,
    env: {
      ...process.env,
      DATA_DIR: place.dataDir,
      OUT_DIR: join(place.dir, 'site'),
      PORT: String(place.port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const pipe of [child.stdout, child.stderr])
    pipe?.on('data', (data: Buffer) => {
      said += data.toString();
    });
  let over = false;
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => {
      over = true;
      resolve(signal ?? code ?? -1);
    }),
  );
  return { process: child, pid: child.pid as number, said: () => said, ended, hasEnded: () => over };
}

/** Waits until something holds; says what the script said when it does not come. */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
  { ms = 200_000, by }: { ms?: number; by?: Run } = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + ms;
  for (;;) {
    const now = await check();
    if (now) return now;
    if (Date.now() > end || (by?.hasEnded() && !(await check())))
      throw new Error(`not within ${ms / 1000} s: ${what}\n${by?.said() ?? ''}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}
export const ready = (portal: Run) => eventually('ready', () => portal.said().includes('Ctrl-C stops'), { by: portal });
export const nothingLeft = (place: Place, ms = 15_000) =>
  eventually('no process of it is left', () => left(place).length === 0, { ms });
