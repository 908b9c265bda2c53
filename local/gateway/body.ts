import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';

/** The body is longer than it may be. */
export class TooLarge extends Error {}
/** The body did not come in time. */
export class TooSlow extends Error {}

const declared = (req: IncomingMessage) => Number(req.headers['content-length'] ?? 0);

/** A small body, whole: nothing goes on to a server before all of it is here. */
function readBody(req: IncomingMessage, most: number, ms: number, onOpen: (end: () => void) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (declared(req) > most) return reject(new TooLarge());
    const parts: Buffer[] = [];
    let size = 0;
    const end = () => fail(new TooSlow());
    const late = setTimeout(end, ms);
    onOpen(end);
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

/** Small bodies on their way. One that is sent in earnest is here within moments: of more than so many by one caller the oldest gives way, so that slow ones keep nobody waiting. */
export class OpenBodies {
  #open = new Map<string, Set<() => void>>();
  #most: number;
  #ms: number;
  constructor({ most = 100, ms = 20_000 } = {}) {
    this.#most = most;
    this.#ms = ms;
  }

  async read(who: string, req: IncomingMessage, mostBytes: number): Promise<Buffer> {
    const open = this.#open.get(who) ?? new Set();
    this.#open.set(who, open);
    let own: (() => void) | undefined;
    const reading = readBody(req, mostBytes, this.#ms, (end) => {
      own = end;
      open.add(end);
    });
    const [oldest] = open;
    if (oldest && open.size > this.#most) {
      open.delete(oldest);
      oldest();
    }
    try {
      return await reading;
    } finally {
      if (own) open.delete(own);
      if (open.size === 0 && this.#open.get(who) === open) this.#open.delete(who);
    }
  }
}

/** Bytes a second, after the first while: what passes more slowly only holds its place. */
const slowest = 16 * 1024;
const firstMs = 15_000;
/** Lets through at most so many bytes, and ends what falls behind the slowest pace. */
export function paced(most = Number.POSITIVE_INFINITY): Transform {
  let size = 0;
  const began = performance.now();
  const passing = new Transform({
    transform(part: Buffer, _encoding, done) {
      size += part.byteLength;
      done(size > most ? new TooLarge() : null, part);
    },
    final(done) {
      clearInterval(watch);
      done();
    },
    destroy(error, done) {
      clearInterval(watch);
      done(error);
    },
  });
  const watch = setInterval(() => {
    if (size < ((performance.now() - began - firstMs) / 1_000) * slowest) passing.destroy(new TooSlow());
  }, 1_000).unref();
  return passing;
}

/** A large body, counted while it passes: its length can be missing or untrue. */
export function counted(req: IncomingMessage, most: number): Transform {
  if (declared(req) > most) throw new TooLarge();
  const counter = paced(most);
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

/** Whether JSON text holds what no database stores as text: half of a surrogate pair, or the character zero. */
export function holdsNoText(text: string): boolean {
  if (!/\\u(?:d[89a-f]|0000)/i.test(text)) return false;
  try {
    // JSON.stringify writes a pair as it is, and only a lone half as an escape.
    return /(?<!\\)(?:\\\\)*\\u(?:d[89a-f]|0000)/.test(JSON.stringify(JSON.parse(text)));
  } catch {
    return false;
  }
}
