import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import type { Mail } from '../mail.ts';
import type { Call } from './call.ts';
import { holdsNoText, jsonObject } from './body.ts';
import type { AuthLimits } from './limits.ts';
import type { Upstream } from './proxy.ts';
import { answer, refusals, type Words } from './refusals.ts';
import { bearer, type Claims, readToken } from './token.ts';

/** What the auth routes work with. */
export interface AuthParts {
  lite: Upstream;
  sql: postgres.Sql;
  jwtSecret: string;
  limits: AuthLimits;
  send: (mail: Mail) => Promise<void>;
}
type Fields = Record<string, unknown>;
type Route = (call: Call, fields: Fields, parts: AuthParts) => Promise<unknown>;

/** A sign-up answers after this long, taken address or new. */
const signUpMs = 250;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** An address as Lite compares it; undefined for what is none. Of visible ASCII, as hosted Auth asks for: else one address could look like another's. */
function emailOf(fields: Fields): string | undefined {
  const email = text(fields['email']).trim().toLowerCase();
  return /^[!-?A-~]{1,64}@[!-?A-~]{3,189}$/.test(email) ? email : undefined;
}
const goodPassword = (password: string) => [...password].length >= 10 && Buffer.byteLength(password) <= 72;
/** In both shapes: ours, and the one that auth-js reads. */
const inBoth = ({ code, message, hint }: Words) => ({ code, error_code: code, message, hint, details: null });
const deny = (call: Call, words: Words, headers: Record<string, number> = {}) =>
  answer(call.res, words.status, inBoth(words), headers);
const tooMany = (call: Call, seconds: number) => deny(call, refusals.tooMany, { 'retry-after': seconds });

/** Goes on to Lite with a body made here: of what the caller sent only the named fields. */
const toLite = (call: Call, { lite }: AuthParts, path: string, fields?: Fields, method = call.req.method ?? 'GET') =>
  lite.forward(call.req, call.res, {
    method,
    path: `/auth/v1${path}`,
    headers: { ...call.headers, ...(fields && { 'content-type': 'application/json' }) },
    ...(fields && { body: Buffer.from(JSON.stringify(fields)) }),
    extra: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    ...(path === '/verify' && {
      mend: () => ({ status: refusals.code.status, body: JSON.stringify(inBoth(refusals.code)) }),
    }),
  });

const signIn: Route = async (call, fields, parts) => {
  const { sql, limits } = parts;
  const [email, password] = [emailOf(fields), text(fields['password'])];
  if (!email || !password || Buffer.byteLength(password) > 1_000) return deny(call, refusals.email);
  const attempt = { address: call.client, account: email };
  const seconds = limits.passwords.take(attempt);
  if (seconds > 0) return tooMany(call, seconds);
  await limits.slowDown(email);
  const [row] = await sql<{ account: string }[]>`select local.account_to_check(${email}) as account`;
  const status = await toLite(call, parts, '/token?grant_type=password', { email: row?.account, password });
  if (status !== 200) return;
  limits.passwords.right(attempt);
  limits.rightEverywhere(email);
};

const refresh: Route = async (call, fields, parts) => {
  const token = text(fields['refresh_token']);
  await parts.sql`select local.end_reused_family(${token.slice(0, 255)})`;
  return toLite(call, parts, '/token?grant_type=refresh_token', { refresh_token: token });
};

/** A new address and a taken one are answered alike, after the same time and without a session; an administrator's key gets the truth. */
const signUp: Route = async (call, fields, parts) => {
  const [email, password] = [emailOf(fields), text(fields['password'])];
  if (!email) return deny(call, refusals.email);
  if (!goodPassword(password)) return deny(call, refusals.password);
  if (call.admin) {
    const [row] = await parts.sql<{ made: boolean }[]>`select local.sign_up(${email}, ${password}) as made`;
    if (!row?.made) return deny(call, refusals.taken);
    return toLite(call, parts, '/token?grant_type=password', { email, password });
  }
  const wait = parts.limits.signUps.wait(call.network);
  if (wait > 0) return tooMany(call, Math.ceil(wait / 1000));
  parts.limits.signUps.count(call.network);
  const at = new Date().toISOString();
  await Promise.all([parts.sql`select local.sign_up(${email}, ${password})`, pause(signUpMs)]);
  answer(call.res, 200, {
    id: randomUUID(),
    aud: 'authenticated',
    role: '',
    email,
    phone: '',
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: {},
    identities: [],
    created_at: at,
    updated_at: at,
    is_anonymous: false,
  });
};

/** Says the same at once, whether there is such an account or not; the mail follows. */
const recover: Route = async (call, fields, { sql, limits, send }) => {
  const email = emailOf(fields);
  if (!email) return deny(call, refusals.email);
  const seconds = limits.mails.take({ address: call.client, account: email });
  if (seconds > 0) return tooMany(call, seconds);
  answer(call.res, 200, {});
  if (!limits.mayMail(email)) return;
  const [row] = await sql<{ code: string | null }[]>`select local.begin_recovery(${email}) as code`;
  if (row?.code) await send({ to: email, ...recoveryMail(row.code) });
};
const valid = '1 小时内有效，填错 5 次即作废。不是您本人申请的，请不要理会，也不要告诉任何人。';
const recoveryMail = (code: string) => ({ subject: '找回密码的验证码', text: `验证码：${code}\n${valid}` });
const changeMail = (code: string) => ({
  subject: '更换邮箱的验证码',
  text: `验证码：${code}\n新旧两个邮箱的验证码都填写后才更换。${valid}`,
});

const verify: Route = async (call, fields, parts) => {
  const [email, code, type] = [emailOf(fields), text(fields['token']), text(fields['type'])];
  // A hash of address and code can be guessed like the code itself, and belongs to no account that could be counted.
  if (!email || !/^\d{6,10}$/.test(code) || !['recovery', 'email_change'].includes(type))
    return deny(call, refusals.code);
  const attempt = { address: call.client, account: email };
  const seconds = parts.limits.codes.take(attempt);
  if (seconds > 0) return tooMany(call, seconds);
  // Counted first: with the sixth try the code is gone, and Lite finds none, as for an address without an account.
  await parts.sql`select local.count_code_try(${email})`;
  if (type === 'recovery') {
    const status = await toLite(call, parts, '/verify', { email, token: code, type });
    if (status === 200) parts.limits.codes.right(attempt);
    return;
  }
  const [done] = await parts.sql<{ step: string | null }[]>`
    select local.confirm_address(${email}, ${code}) as step`.catch((error: { code?: string }) => {
    if (error.code === '23505') return [{ step: 'taken' }];
    throw error;
  });
  // Somebody else took the address between asking and confirming.
  if (done?.step === 'taken') return deny(call, refusals.takenSince);
  if (!done?.step) return deny(call, refusals.code);
  parts.limits.codes.right(attempt);
  answer(call.res, 200, {
    code: 200,
    msg: done.step === 'half' ? '已确认。请再填写另一个邮箱收到的验证码。' : '邮箱已更换，请用新的邮箱重新登录。',
  });
};

/** Whose session the call carries; undefined when it has ended. */
export async function caller(call: Call, { sql, jwtSecret }: Pick<AuthParts, 'sql' | 'jwtSecret'>) {
  const claims = readToken(bearer(call.req.headers.authorization), jwtSecret);
  if (!claims?.session_id) return undefined;
  const [row] = await sql<{ lives: boolean }[]>`select local.session_lives(${claims.session_id}) as lives`;
  return row?.lives ? (claims as Required<Claims>) : undefined;
}

const changeUser: Route = async (call, fields, parts) => {
  const who = await caller(call, parts);
  if (!who) return deny(call, refusals.signIn);
  const { password, email, data } = fields;
  if (email !== undefined && email !== '') {
    const wanted = emailOf(fields);
    if (!wanted || password !== undefined) return deny(call, refusals.email);
    const seconds = parts.limits.mails.take({ address: call.client, account: who.sub });
    if (seconds > 0) return tooMany(call, seconds);
    const [change] = await parts.sql<{ old_email: string; old_code: string; new_code: string }[]>`
      select * from local.begin_address_change(${who.sub}, ${wanted})`;
    if (change) {
      await parts.send({ to: change.old_email, ...changeMail(change.old_code) });
      await parts.send({ to: wanted, ...changeMail(change.new_code) });
    }
    return toLite(call, parts, '/user', undefined, 'GET');
  }
  if (password !== undefined && !goodPassword(text(password))) return deny(call, refusals.password);
  if (password !== undefined) await parts.sql`select local.keep_session(${who.sub}, ${who.session_id})`;
  return toLite(call, parts, '/user', {
    ...(password !== undefined && { password }),
    ...(data !== undefined && { data }),
  });
};

const pass =
  (path: string): Route =>
  (call, _fields, parts) =>
    toLite(call, parts, path);
const signOut: Route = (call, _fields, parts) => {
  const scope = new URLSearchParams(call.search).get('scope') ?? 'local';
  return toLite(call, parts, `/logout?scope=${encodeURIComponent(scope)}`, {});
};
const mfaOff: Route = async (call) => deny(call, refusals.mfaOff);

/** The routes that pages use; all others are closed. */
const routes: Record<string, Route> = {
  'GET /health': pass('/health'),
  'GET /settings': pass('/settings'),
  'GET /user': pass('/user'),
  'PUT /user': changeUser,
  'POST /signup': signUp,
  'POST /token password': signIn,
  'POST /token refresh_token': refresh,
  'POST /logout': signOut,
  'POST /recover': recover,
  'POST /verify': verify,
  // An address needs no confirmation here, and a change of it is asked for anew.
  'POST /resend': async (call) => answer(call.res, 200, {}),
};

export async function serveAuth(call: Call, path: string, parts: AuthParts): Promise<void> {
  const grant = path === '/token' ? ` ${new URLSearchParams(call.search).get('grant_type') ?? ''}` : '';
  const route = /^\/factors(\/|$)/.test(path)
    ? mfaOff
    : Object.entries(routes).find(([name]) => name === `${call.req.method} ${path}${grant}`)?.[1];
  if (!route) return deny(call, refusals.closed);
  const { body } = call;
  const fields = body.byteLength === 0 ? {} : jsonObject(body);
  if (!fields || holdsNoText(body.toString('utf8'))) return deny(call, refusals.body);
  await route(call, fields, parts);
}
