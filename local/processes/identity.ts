// Which process is which: a number is given out again, a number with its time of start is not.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Identity {
  pid: number;
  /** Since the machine started, in ticks; and which start of the machine that was. */
  started: string;
  boot: string;
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** The process that has this number now; undefined when there is none, or only its remains. */
export function identityOf(pid: number): Identity | undefined {
  // The second field is the name in brackets and may hold anything: count from the last bracket.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  const [state, started] = [fields?.[0], fields?.[19]];
  if (!started || state === 'Z' || state === 'X') return undefined;
  return { pid, started, boot: read('/proc/sys/kernel/random/boot_id')?.trim() ?? '' };
}

export function isAlive(known: Identity): boolean {
  const now = identityOf(known.pid);
  return now !== undefined && now.started === known.started && now.boot === known.boot;
}

/** A process as far as one may look at it: of another account's nothing but its name is seen. */
export interface Seen {
  identity: Identity;
  parent: number;
  command: string[];
  folder: string;
  environment: string[];
}

export function look(pid: number): Seen | undefined {
  const identity = identityOf(pid);
  if (!identity) return undefined;
  const at = `/proc/${pid}`;
  let folder = '';
  try {
    folder = readlinkSync(`${at}/cwd`).replace(/ \(deleted\)$/, '');
  } catch {
    // Another account's.
  }
  return {
    identity,
    parent: Number(read(`${at}/stat`)?.split(') ').at(-1)?.split(' ')[1] ?? 0),
    command: (read(`${at}/cmdline`) ?? '').split('\0'),
    folder,
    environment: (read(`${at}/environ`) ?? '').split('\0'),
  };
}

/** Every process that runs now. */
export const processes = (): Seen[] =>
  readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (look(Number(name)) ?? []) : []));

export interface Doomed {
  identity: Identity;
  signal: NodeJS.Signals;
  /** The whole group that the process leads. */
  group?: boolean;
}

/** Whether something of it is left: the process itself, or after its end others of its group. */
function isLeft({ identity, group }: Doomed): boolean {
  if (isAlive(identity)) return true;
  if (!group || identityOf(identity.pid)) return false;
  try {
    process.kill(-identity.pid, 0);
    return true;
  } catch {
    return false;
  }
}
function send(doomed: Doomed, signal: NodeJS.Signals): void {
  if (!isLeft(doomed)) return;
  try {
    process.kill(doomed.group ? -doomed.identity.pid : doomed.identity.pid, signal);
  } catch {
    // Ended meanwhile.
  }
}

/** Asks each with its signal, ends by SIGKILL what has not gone after `patience` ms, and waits until nothing is left. */
export async function endAll(doomed: Doomed[], patience = 5000): Promise<void> {
  for (const one of doomed) send(one, one.signal);
  const start = Date.now();
  let killed = false;
  while (doomed.some(isLeft)) {
    if (!killed && Date.now() - start > patience) {
      killed = true;
      for (const one of doomed) send(one, 'SIGKILL');
    }
    // What even SIGKILL cannot end hangs in the kernel: nobody can wait for that.
    if (Date.now() - start > patience + 5000) return;
    await new Promise((r) => setTimeout(r, 20));
  }
}
