import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';

/** The body is longer than it may be. */
export class TooLarge extends Error {}
/** The body did not come in time. */
export class TooSlow extends Error {}

const declared = (req: IncomingMessage) => Number(req.headers['content-length'] ?? 0);

/** A small body, whole: nothing goes on to a server before all of it is here. */
export function readBody(req: IncomingMessage, most: number, ms = 20_000): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (declared(req) > most) return reject(new TooLarge());
    const parts: Buffer[] = [];
    let size = 0;
    const late = setTimeout(() => fail(new TooSlow()), ms);
    // Paused and not destroyed: the refusal still has to go out on the same connection.
    const fail = (error: Error) => {
      clearTimeout(late);
      req.pause();
      reject(error);
    };
    req.on('data', (part: Buffer) => {
      size += part.byteLength;
      if (size > most) fail(new TooLarge());
      else parts.push(part);
    });
    req.once('error', fail);
    req.once('close', () => fail(new Error('the sender is gone')));
    req.once('end', () => {
      clearTimeout(late);
      resolve(Buffer.concat(parts));
    });
  });
}

/** A large body, counted while it passes: its length can be missing or untrue. */
export function counted(req: IncomingMessage, most: number): Transform {
  if (declared(req) > most) throw new TooLarge();
  let size = 0;
  const counter = new Transform({
    transform(part: Buffer, _encoding, done) {
      size += part.byteLength;
      done(size > most ? new TooLarge() : null, part);
    },
  });
  req.once('error', (error) => counter.destroy(error));
  req.once('close', () => {
    if (!req.readableEnded) counter.destroy(new Error('the sender is gone'));
  });
  return req.pipe(counter);
}

/** JSON as a plain object; undefined for anything else. */
export function jsonObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether JSON text holds half of a surrogate pair, which no database stores as text. */
export function hasLoneSurrogate(text: string): boolean {
  if (!/\\ud[89a-f]/i.test(text)) return false;
  try {
    // JSON.stringify writes a pair as it is, and only a lone half as an escape.
    return /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(JSON.parse(text)));
  } catch {
    return false;
  }
}
