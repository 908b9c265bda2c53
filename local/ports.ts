import { createServer } from 'node:net';
import { Complaint } from './complaints.ts';

/** Whether a port of 127.0.0.1 can be listened on. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Whether a port becomes free within a moment: an outgoing connection of anybody may have been given its number. */
export async function becomesFree(port: number, ms = 3000): Promise<boolean> {
  for (const end = Date.now() + ms; ; ) {
    if (await isFree(port)) return true;
    if (Date.now() > end) return false;
    await new Promise((r) => setTimeout(r, 100));
  }
}

const given = new Set<number>();
/** A port that nothing listens on. Taken below the range from which the system gives ports to outgoing connections: one of those may appear between asking and listening. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = 15_000 + Math.floor(Math.random() * 16_000);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('No free port on 127.0.0.1 between 15000 and 31000.');
}

/** The port of `npm start`, or the one that PORT names. */
export function wantedPort(): number {
  const port = Number(process.env['PORT'] || 54300);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Complaint(`PORT=${process.env['PORT']} is no port: give a number from 1024 to 65535.`);
  return port;
}
