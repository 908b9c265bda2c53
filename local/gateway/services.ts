import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { type DatabaseRefusal, databaseRefusal } from '../../src/domain/database-errors.ts';
import { encodePath } from './address.ts';
import { type AuthParts, caller } from './auth.ts';
import { counted, holdsNoText, jsonObject } from './body.ts';
import { addressOf, type Call } from './call.ts';
import type { Passing, Upstream } from './proxy.ts';
import { isDear } from './reads.ts';
import { refusals, refuse } from './refusals.ts';
import { bearer, readToken } from './token.ts';
import type { Transfers } from './transfers.ts';

/** How long a body may be that is read whole before it goes on. */
export const mostBytes = { rest: 1024 * 1024, functions: 64 * 1024, auth: 64 * 1024 };
/** A file may have 20 MiB (R6), and a little around it. */
const mostFileBytes = 22 * 1024 * 1024;

const header = (call: Call, name: string) => String(call.req.headers[name] ?? '');

/** Words of Postgres and PostgREST become ours; an error that passes by itself says when to try again. */
const inOurWords: Passing['mend'] = (status, body) => {
  const code = jsonObject(Buffer.from(body))?.['code'];
  const known = typeof code === 'string' ? databaseRefusal(code) : undefined;
  const ours = known ?? (status >= 500 ? databaseRefusal('57014') : undefined);
  // Who is not signed in is asked to: only PostgREST knows which of the two it is.
  return ours ? said(code === '42501' ? { ...ours, status } : ours) : { status, body };
};
function said({ status, retryAfter, ...words }: DatabaseRefusal, more: Record<string, unknown> = {}) {
  return {
    status,
    body: JSON.stringify({ ...words, details: null, ...more }),
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
  };
}
/** The storage says «400» and means what stands in its body; what else it refuses, it refuses alike whether there is such a file or not. */
const storageWords: Passing['mend'] = (status, body) => {
  const means = Number(jsonObject(Buffer.from(body))?.['statusCode'] ?? status);
  const ours = databaseRefusal(means === 409 ? '23505' : status >= 500 ? '57014' : undefined);
  return ours ? said(ours, { statusCode: String(ours.status), error: ours.code }) : { status, body };
};

/** PostgREST runs a statement to its end although nobody waits for it: it is ended by the name it has (local.copy_claims). */
const ending = (sql: postgres.Sql, name: string) => async () => {
  // Once more for one that had not begun.
  for (const ms of [0, 300]) {
    await pause(ms);
    await sql`select local.end_statement(${name})`.catch(() => {});
  }
};

export async function serveRest(call: Call, path: string, rest: Upstream, sql: postgres.Sql): Promise<void> {
  const { req, res, body } = call;
  // A spreadsheet runs what begins with «=»; the export of the pages takes care of that, PostgREST does not.
  if (/text\/csv/i.test(header(call, 'accept'))) return refuse(res, refusals.csv);
  // What the planner guesses is told over rows that the caller may not see.
  if (/count\s*=\s*(planned|estimated)/i.test(header(call, 'prefer'))) return refuse(res, refusals.count);
  if (!call.admin && isDear(call.search)) return refuse(res, refusals.dear);
  if (body.byteLength > 0) {
    if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(header(call, 'content-type')))
      return refuse(res, refusals.notJson);
    if (holdsNoText(body.toString('utf8'))) return refuse(res, refusals.body);
  }
  const name = randomUUID();
  await rest.forward(req, res, {
    method: req.method ?? 'GET',
    path: encodePath(path) + call.search,
    // Beside the name that ends it, the one that its page gave it: the events that it writes carry it (private.current_request).
    headers: { ...traced(call), 'x-request-id': name },
    onGone: ending(sql, name),
    ...(hasBody(call) && { body }),
    paced: true,
    extra: { 'x-content-type-options': 'nosniff' },
    mend: inOurWords,
  });
}
const traced = ({ headers }: Call) =>
  headers['x-request-id'] && !headers['x-trace-id'] ? { ...headers, 'x-trace-id': headers['x-request-id'] } : headers;
const hasBody = (call: Call) => !['GET', 'HEAD', 'OPTIONS'].includes(call.req.method ?? '');

export async function serveFunction(call: Call, path: string, functions: Map<string, Upstream>): Promise<void> {
  const one = functions.get(path.split('/')[1] ?? '');
  if (!one) return refuse(call.res, refusals.closed);
  await one.forward(call.req, call.res, {
    method: call.req.method ?? 'GET',
    path: encodePath(path) + call.search,
    // Who asks: an edge function limits by it.
    headers: { ...call.headers, 'x-forwarded-for': call.client },
    ...(hasBody(call) && { body: call.body }),
  });
}

/** What a browser gets from the storage is saved, never shown as a page of this site. */
const asDownload = {
  'x-content-type-options': 'nosniff',
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'no-store',
};
/** Names under /object that are routes of their own: signed and public addresses, lists, moves. No page uses them. */
const otherRoutes = new Set(['public', 'sign', 'upload', 'authenticated', 'info', 'list', 'move', 'copy']);
const objectPath = /^\/object\/([a-z0-9_-]{1,60})\/([A-Za-z0-9._-]{1,200})$/;

export async function serveStorage(
  call: Call,
  path: string,
  parts: Pick<AuthParts, 'sql' | 'jwtSecret'> & { storage: Upstream; transfers: Transfers },
): Promise<void> {
  const { req, res } = call;
  const [, bucket, key] = objectPath.exec(path) ?? [];
  const asked = ['GET', 'HEAD', 'POST'].includes(req.method ?? '') && bucket !== undefined && !otherRoutes.has(bucket);
  if (!call.admin && !asked) return refuse(res, refusals.closed);
  if (!call.admin) {
    const person = readToken(bearer(req.headers.authorization), parts.jwtSecret)?.sub;
    if (!person) return refuse(res, refusals.signIn);
    const sent = req.method === 'POST' ? `${bucket}/${key}` : undefined;
    const refused = await parts.transfers.begin(res, person, addressOf(call), sent);
    if (refused) return res.destroyed ? undefined : refuse(res, refused);
    // Asked here: Lite answers in the middle of an upload, and whoever still sends then loses the connection.
    if (!(await caller(call, parts))) return refuse(res, refusals.signIn);
  }
  // Lite answers a range with the whole file; nobody overwrites what is there.
  const { range: _, 'x-upsert': __, ...headers } = call.headers;
  const sends = hasBody(call) && (req.headers['content-length'] !== '0' || req.headers['transfer-encoding']);
  await parts.storage.forward(req, res, {
    method: req.method ?? 'GET',
    path: `/storage/v1${encodePath(path)}${call.search}`,
    headers: call.admin ? call.headers : headers,
    ...(sends && { body: counted(req, mostFileBytes) }),
    patient: true,
    paced: !call.admin,
    ...(!call.admin && { mend: storageWords }),
    extra: asDownload,
  });
}
