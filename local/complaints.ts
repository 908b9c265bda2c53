// What may be wrong with the machine, the folder or the installation, each as a sentence with the way out. One place, for every script.

/** Something the operator can mend: the message is all he needs, no stack trace. */
export class Complaint extends Error {}

type Way = [RegExp, (found: RegExpExecArray) => string];
const ways: Way[] = [
  [
    /ENOSPC|No space left on device|SQLSTATE 53100|database or disk is full/i,
    () =>
      'The disk is full. Free some space (a first start needs about 400 MB for the data and the site; `df -h` shows where), then start again: what was saved is still there.',
  ],
  [
    /EDQUOT|Disk quota exceeded/i,
    () =>
      'The disk quota of this account is used up. Free some space, or keep the data elsewhere: DATA_DIR=/elsewhere npm start.',
  ],
  [
    /EADDRINUSE[^\n]*?:(\d+)/,
    ([, port]) =>
      `Port ${port} is taken by another program. End that one, or choose another port: PORT=54400 npm start.`,
  ],
  [
    /ERR_MODULE_NOT_FOUND|Cannot find (?:package|module) '([^']+)'/,
    ([, name]) =>
      `${name && !name.startsWith('/') ? `The package "${name}" is` : 'Something is'} not installed. Run "npm ci" in the project's folder (tests and checks need the development packages: no --omit=dev).`,
  ],
  [
    /executable doesn't exist at|chromium[^\n]*ENOENT/i,
    () =>
      'Chromium is not there: the browser tests and the guide pictures need /usr/bin/chromium and Chinese fonts (apt-get install chromium fonts-noto-cjk).',
  ],
  [
    /spawn (\S+) ENOENT|ENOENT[^\n]*(node_modules\/\S+?)'/,
    ([, spawned, file]) =>
      `The program ${spawned ?? file} is not there. Run "npm ci" again, with install scripts and optional packages allowed (npm config get ignore-scripts; npm config get omit).`,
  ],
  [
    /(?:EACCES|EPERM|EROFS)[^\n]*?'([^']+)'|(?:EACCES|EPERM|EROFS)[^\n]* (\/\S+)|unable to open database file/,
    ([, quoted, plain]) =>
      `${quoted ?? plain ?? 'The data folder'} cannot be written, or entered, by this account. Give the folder to the account that runs the portal (chown), or keep the data elsewhere: DATA_DIR=/elsewhere npm start.`,
  ],
  [
    /Permission denied/,
    () =>
      'A folder cannot be written or entered by the account that runs the database. Keep the data where it can: DATA_DIR=/elsewhere npm start.',
  ],
  [
    /could not (?:create|map|resize) (?:shared|anonymous shared) memory|ENOMEM|Cannot allocate memory|heap out of memory/i,
    () =>
      'There is not enough memory: the portal needs about 1 GB free (`free -m`), in a container also 300 MB of shared memory.',
  ],
  [
    /EMFILE|ENFILE|Too many open files/i,
    () => 'Too many files are open. Raise the limit (ulimit -n 4096), then start again.',
  ],
  [
    /CONNECTION_(?:CLOSED|ENDED|DESTROYED)|terminating connection due to|UPSTREAM_DOWN|ECONNREFUSED|ECONNRESET/,
    () => 'A part of the portal went away in the middle of the work; what it said last stands above. Start again.',
  ],
  [
    /(?:GLIBC_[\d.]+|ld-linux[^\n]*) not found|GLIBC_[\d.]+' not found|cannot execute binary file|Exec format error|ENOEXEC/,
    () =>
      'A program of the portal does not run on this system: it needs Linux with glibc 2.31 or newer on x64 (Debian 11, Ubuntu 20.04 or newer; not Alpine).',
  ],
];

function find(text: string): { sentence: string; line: string } | undefined {
  for (const [pattern, sentence] of ways) {
    const found = pattern.exec(text);
    if (!found) continue;
    const line = text.split('\n').find((l) => l.includes(found[0])) ?? found[0];
    return { sentence: sentence(found), line };
  }
  return undefined;
}

/** The sentence for what a program said last, when it is known what that means. */
export const known = (text: string): string | undefined => find(text)?.sentence;

/** The sentence for an error; what is not known is shown as it is. */
export function explain(error: unknown): string {
  if (error instanceof Complaint) return error.message;
  if (!(error instanceof Error)) return String(error);
  const found = find(`${error.message}\n${(error as NodeJS.ErrnoException).code ?? ''}`);
  return found ? `${found.sentence}\n(${found.line.trim()})` : (error.stack ?? error.message);
}
