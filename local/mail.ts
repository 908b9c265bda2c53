import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** The embedded stack sends nothing: each mail becomes a file that only the account running the portal can read. */
export function mailbox(folder: string): (mail: Mail) => Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return async ({ to, subject, text }) => {
    const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}.txt`;
    await writeFile(join(folder, name), `To: ${to}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600, flag: 'wx' });
  };
}
