// What every function that the public may call shares: limits on method, size and number, and answers in one shape.
// Secret key: anon may write no table; these functions write for it, within limits.
import { databaseRefusal } from '../../../src/domain/database-errors.ts';
import { secretKey, url } from './environment.ts';
import { clientAddress } from './client-address.ts';
import { answer, refusal } from './http.ts';
import { traceHeaders } from './log.ts';
import { networkOf } from './network.ts';
import { RestError, restError, serve } from './serve.ts';
import { publicLimits } from './public-limits.ts';

/** Calls a function of the database that only the service role may call. */
export async function callDatabase(name: string, args: Record<string, unknown>): Promise<Response> {
  return fetch(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { apikey: secretKey, 'content-type': 'application/json', ...traceHeaders() },
    body: JSON.stringify(args),
  });
}
/** What a function of the database returned; throws when it did not answer in order. */
export async function readAnswer(response: Response): Promise<unknown> {
  if (!response.ok) throw await restError(response);
  return response.json();
}
async function hashed(address: string): Promise<string> {
  const digest = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${secretKey}:${address}`)),
  );
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 32);
}
/** The body as text, or undefined when it is longer. Counted while it is read: a length can be missing or untrue, and the rest need not come into memory. */
async function readText(request: Request, most: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > most) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** Everybody together asks too often: each waits a second, so that a flood costs its sender time and nobody is turned away. */
export const slowDown = () => new Promise((done) => setTimeout(done, 1_000));

/**
 * Serves one public request kind: POST, JSON, small, and not too often from one address or network. The body reaches `handle` as text
 * fields only; `busy` when everybody together sends more than usual: taken all the same, looked at by a person or answered more slowly.
 */
export function servePublic(
  kind: keyof typeof publicLimits,
  handle: (fields: Record<string, string>, busy: boolean) => Promise<Response>,
): void {
  const limits = publicLimits[kind];
  serve(async (request) => {
    if (request.method !== 'POST') return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '请从本站页面进入。');
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
      return refusal(415, 'CONTENT_TYPE_REFUSED', '提交的格式不对。', '请从本站页面填写后提交。');
    // Said to be too long: not a byte of it is read.
    const announced = Number(request.headers.get('content-length') ?? 0);
    const text = announced > limits.bytes ? undefined : await readText(request, limits.bytes);
    if (text === undefined) return refusal(413, 'TOO_LARGE', '填写的内容太长。', '请缩短后重新提交。');
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      body = null;
    }
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return refusal(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请从本站页面重新填写。');
    const fields: Record<string, string> = {};
    // Control characters other than tab and line break serve nobody, and Postgres cannot store U+0000.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are removed.
    const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
    // Half of a surrogate pair is no character; no database stores it.
    if (Object.values(body).some((value) => typeof value === 'string' && !value.isWellFormed()))
      return refusal(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请删去显示不出的字符后重新提交。');
    for (const [name, value] of Object.entries(body))
      if (typeof value === 'string') fields[name] = value.replaceAll('\r\n', '\n').replaceAll(controls, '').trim();
    // A field that people do not see. Said aloud, because a browser's autofill may have filled it for an honest person.
    if (fields['website'])
      return refusal(400, 'INPUT_INVALID', '没有收下：填写了不该填写的栏目。', '请关闭自动填写，刷新页面后重新提交。');
    const address = clientAddress(request);
    const turn = await readAnswer(
      await callDatabase('take_public_turn', {
        kind,
        who: await hashed(address),
        net: await hashed(networkOf(address)),
        per_minute: limits.perMinute,
        per_day: limits.perDay,
      }),
    );
    if (turn === 'refused')
      return refusal(429, 'TOO_MANY_ATTEMPTS', '提交得太频繁。', '请一分钟后再试；当天次数用完的，请明天再试。', {
        'retry-after': '60',
      });
    return await handle(fields, turn === 'busy');
  });
}
/** Passes the database's own refusal on, or an answer made of what it returned. */
export async function passOn(response: Response, say: (value: unknown) => unknown): Promise<Response> {
  if (response.ok) return answer(200, say(await response.json()));
  const body = await response.text();
  const known = (() => {
    try {
      return JSON.parse(body) as { code?: string; hint?: string | null };
    } catch {
      return undefined;
    }
  })();
  const ours = known?.hint && !databaseRefusal(known.code);
  if (ours && (response.status < 500 || response.status === 503)) return answer(response.status, known);
  throw new RestError(new URL(response.url).pathname, response.status, body);
}
