// What processes hold open, by /proc: Linux alone. Elsewhere nothing is counted and nothing is claimed.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const orElse = <T>(other: T, read: () => T): T => {
  try {
    return read();
  } catch {
    return other;
  }
};
const links = (pid: number) =>
  orElse<string[]>([], () => readdirSync(`/proc/${pid}/fd`)).map((fd) =>
    orElse('', () => readlinkSync(`/proc/${pid}/fd/${fd}`)),
  );
const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** The process that listens on a port of this machine. */
export function listener(port: number): number | undefined {
  if (!existsSync('/proc/net/tcp')) return undefined;
  const wanted = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((l) => l.trim().split(/\s+/))
    .find((l) => l[1] === wanted && l[3] === '0A');
  return line && processes().find((pid) => links(pid).includes(`socket:[${line[9]}]`));
}
/** The child of a process whose command line names something. */
export const childOf = (parent: number, name: string): number | undefined =>
  processes().find(
    (pid) =>
      orElse('', () => readFileSync(`/proc/${pid}/stat`, 'utf8'))
        .split(') ')[1]
        ?.split(' ')[1] === String(parent) &&
      orElse('', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(name),
  );

/** How many files and sockets a process holds open. */
export const open = (pid: number): { files: number; sockets: number } => {
  const all = links(pid);
  return {
    files: all.filter((l) => l.startsWith('/') && !l.startsWith('/dev/')).length,
    sockets: all.filter((l) => l.startsWith('socket:')).length,
  };
};
