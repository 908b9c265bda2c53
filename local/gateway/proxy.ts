import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Dispatcher, Pool } from 'undici';
import { paced, TooLarge, TooSlow } from './body.ts';
import { refusals, refuse } from './refusals.ts';

type Headers = Record<string, string | string[]>;

/** These speak of one connection and end here, in both directions (RFC 9110, 7.6.1). */
const hopByHop = new Set(['connection', 'te', 'trailer', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect']);
/** What a caller says about where it comes from: not believed. */
const hearsay = new Set(['forwarded', 'via', 'x-real-ip', 'x-original-url', 'x-rewrite-url', 'host']);

function endToEnd(headers: IncomingHttpHeaders): Headers {
  const named = String(headers.connection ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) =>
        value !== undefined && !hopByHop.has(name) && !name.startsWith('proxy-') && !named.includes(name),
    ),
  ) as Headers;
}
/** What goes on to a server of ours. */
export function requestHeaders(headers: IncomingHttpHeaders): Headers {
  return Object.fromEntries(
    Object.entries(endToEnd(headers)).filter(([name]) => !hearsay.has(name) && !name.startsWith('x-forwarded-')),
  );
}

export interface Passing {
  method: string;
  path: string;
  headers: Headers;
  body?: Buffer | Readable;
  /** Called when nobody waits for the answer any more: a closed connection alone ends no statement. */
  onGone?: () => void;
  /** This server leaves something open when it is dropped before it has answered: its answer is waited for, then thrown away. */
  patient?: boolean;
  /** This server answers whole: who reads the answer too slowly only holds its connection. */
  paced?: boolean;
  /** Added to the answer, over what the server said. */
  extra?: Record<string, string>;
  /** Put after the body of an answer that is in order. */
  append?: string;
  /** Sees an error's body before it goes out and may put other words in its place. */
  mend?: (status: number, body: string) => { status: number; body: string; headers?: Record<string, string> };
}

/** An answer longer than this is no error message. */
const mostErrorBytes = 64 * 1024;

/** One server behind the gateway. Connections are kept and reused; what its caller drops is dropped there too. */
export class Upstream {
  #pool: Pool;
  constructor(port: number, connections = 128) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, {
      connections,
      pipelining: 1,
      connectTimeout: 5_000,
      headersTimeout: 120_000,
      bodyTimeout: 120_000,
    });
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #options({ method, path, headers, body }: Passing): Dispatcher.RequestOptions {
    const sent = { ...headers };
    if (Buffer.isBuffer(body)) delete sent['content-length'];
    return { method: method as Dispatcher.HttpMethod, path, headers: sent, body: body ?? null };
  }

  /** Passes a request on and its answer back, until either side is gone. Resolves to the status; 0 when nobody waited for it. */
  async forward(req: IncomingMessage, res: ServerResponse, passing: Passing): Promise<number> {
    const gone = new AbortController();
    const onClose = () => {
      if (res.writableFinished) return;
      gone.abort();
      passing.onGone?.();
    };
    res.once('close', onClose);
    if (res.destroyed) return 0;
    try {
      const got = await this.#pool.request({
        ...this.#options(passing),
        ...(!passing.patient && { signal: gone.signal }),
      });
      if (gone.signal.aborted) {
        await got.body.dump({ limit: Number.MAX_SAFE_INTEGER });
        return 0;
      }
      const headers = endToEnd(got.headers as IncomingHttpHeaders);
      if (passing.mend && got.statusCode >= 400 && Number(headers['content-length'] ?? 0) <= mostErrorBytes) {
        const mended = passing.mend(got.statusCode, await got.body.text());
        delete headers['content-length'];
        res.writeHead(mended.status, { ...headers, ...mended.headers, ...passing.extra });
        res.end(req.method === 'HEAD' ? undefined : mended.body);
        return mended.status;
      }
      if (passing.append !== undefined && got.statusCode === 200) {
        delete headers['content-length'];
        res.writeHead(200, { ...headers, ...passing.extra });
        res.end((await got.body.text()) + passing.append);
        return 200;
      }
      res.writeHead(got.statusCode, { ...headers, ...passing.extra });
      await (passing.paced ? pipeline(got.body, paced(), res) : pipeline(got.body, res));
      return got.statusCode;
    } catch (error) {
      if (gone.signal.aborted || res.destroyed) return 0;
      if (res.headersSent) res.destroy();
      else if (comesOf(error, TooLarge)) refuse(res, refusals.fileTooLarge);
      else if (comesOf(error, TooSlow)) refuse(res, refusals.slow);
      else refuse(res, refusals.down);
      return res.statusCode;
    } finally {
      res.off('close', onClose);
    }
  }
}
const comesOf = (error: unknown, kind: typeof TooLarge | typeof TooSlow): boolean =>
  error instanceof kind || (error instanceof Error && error.cause !== undefined && comesOf(error.cause, kind));
