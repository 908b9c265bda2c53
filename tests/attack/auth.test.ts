// Accounts under attack, on a stack of their own: its limits count what is done here.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Stack, startStack } from '../../local/stack.ts';
import { floodedSignUps, guessedCodes, guessedPasswords } from './run/accounts.ts';

let dataDir = '';
let stack: Stack;
const start = async () => {
  stack = await startStack({ dataDir });
};
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voucher-auth-'));
  chmodSync(dataDir, 0o711);
  await start();
}, 60_000);
afterAll(async () => {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Answer {
  status: number;
  text: string;
  ms: number;
  body: Record<string, unknown> & {
    access_token: string;
    refresh_token: string;
    code: unknown;
    error_code: unknown;
    user: { id: string };
  };
  headers: Headers;
}
async function ask(method: string, path: string, body?: unknown, token?: string, key?: string): Promise<Answer> {
  const began = performance.now();
  const answer = await fetch(`${stack.url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      apikey: key ?? stack.keys.publishableKey,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const ms = performance.now() - began;
  const parsed = text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : ({} as Answer['body']);
  return { status: answer.status, text, ms, body: parsed, headers: answer.headers };
}
const post = (path: string, body: unknown, token?: string, key?: string) => ask('POST', path, body, token, key);
const password = 'demo-password-1';
async function account(): Promise<{ email: string; session: Answer['body'] }> {
  const email = `a-${crypto.randomUUID()}@demo.example`;
  const { body, status } = await post('/auth/v1/signup', { email, password }, undefined, stack.keys.secretKey);
  expect(status).toBe(200);
  return { email, session: body };
}
const signIn = (email: string, secret = password) =>
  post('/auth/v1/token?grant_type=password', { email, password: secret });
const refresh = (refresh_token: string) => post('/auth/v1/token?grant_type=refresh_token', { refresh_token });
const alive = async (token: string) => [
  (await ask('GET', '/auth/v1/user', undefined, token)).status,
  (await ask('GET', '/rest/v1/memberships?select=user_id', undefined, token)).status,
];
const mails = () =>
  readdirSync(join(dataDir, 'mail'))
    .sort()
    .map((name) => readFileSync(join(dataDir, 'mail', name), 'utf8'));
/** The code of the last mail to an address. */
async function codeFor(email: string): Promise<string> {
  for (let i = 0; i < 50; i++) {
    const code = /验证码：(\d{8})/.exec(mails().findLast((m) => m.startsWith(`To: ${email}\n`)) ?? '')?.[1];
    if (code) return code;
    await new Promise((r) => setTimeout(r, 50));
  }
  throw new Error(`no mail to ${email}`);
}
/** Limits live in the gateway's memory: a fresh one forgets them. */
const forget = async () => {
  await stack.stop();
  await start();
};
let spent = false;
beforeEach(async () => {
  if (spent) await forget();
  spent = false;
}, 60_000);

test('12,000 guesses of a recovery code, by every spelling of the address: no session, and no more than five are looked up', async () => {
  spent = true;
  const outcome = await guessedCodes({ url: stack.url, ...stack.keys });
  expect(outcome).toMatchObject({ tried: 12_000, succeeded: 0 });
}, 180_000);

test('passwords cannot be guessed at speed, by no spelling of the address; the victim still signs in from elsewhere', async () => {
  spent = true;
  expect(await guessedPasswords({ url: stack.url, ...stack.keys }, 1_000)).toMatchObject({ succeeded: 0 });
  // Whoever is somebody else is slowed by seconds at most, although the address is the attacker's own.
  const { email } = await account();
  let last: Answer | undefined;
  for (let i = 0; i < 15 && last?.status !== 200; i++) {
    last = await signIn(email);
    if (last.status === 429) await new Promise((r) => setTimeout(r, 1_000));
  }
  expect(last?.status).toBe(200);
}, 120_000);

test('a hundred sign-ups at once from one address: a few are taken, the others refused with the time to wait', async () => {
  spent = true;
  expect(await floodedSignUps({ url: stack.url, ...stack.keys })).toMatchObject({ tried: 100, succeeded: 0 });
  const late = await post('/auth/v1/signup', { email: 'late@demo.example', password });
  expect([late.status, late.body.code, Number(late.headers.get('retry-after')) > 0]).toEqual([
    429,
    'TOO_MANY_ATTEMPTS',
    true,
  ]);
  // An administrator's key is not limited.
  await account();
}, 60_000);

test('a code dies after five wrong tries; the right one is then refused too, and works once where it was not guessed at', async () => {
  const verify = (email: string, token: string, more = {}) =>
    post('/auth/v1/verify', { email, token, type: 'recovery', ...more });
  const [victim, other] = [await account(), await account()];
  for (const { email } of [victim, other]) expect((await post('/auth/v1/recover', { email })).text).toBe('{}');
  const code = await codeFor(victim.email);
  for (let i = 0; i < 5; i++) expect((await verify(victim.email, '00000000')).body.code).toBe('CODE_REFUSED');
  // From this network the sixth is not even looked up; from others it is, and the code is gone.
  expect((await verify(victim.email, code)).status).toBe(429);
  await forget();
  expect((await verify(victim.email, code)).body.code).toBe('CODE_REFUSED');
  const good = await codeFor(other.email);
  // The hash in place of the code could be guessed without an account being counted.
  const hash = Buffer.from(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(other.email + good)),
  ).toString('hex');
  expect((await post('/auth/v1/verify', { token_hash: hash, type: 'recovery' })).status).toBe(403);
  expect((await ask('GET', `/auth/v1/verify?token=${hash}&type=recovery`)).status).toBe(404);
  const session = await verify(other.email, good);
  expect([session.status, Boolean(session.body.access_token)]).toEqual([200, true]);
  expect((await verify(other.email, good)).body.code).toBe('CODE_REFUSED');
  // An address without an account is answered like one with a wrong code.
  const unknown = await verify('nobody-here@demo.example', '12345678');
  expect([unknown.status, unknown.text]).toEqual([403, (await verify(other.email, '12345678')).text]);
}, 60_000);

test('recovery says the same at once for an account and for none, and sends one account no more than a mail a minute', async () => {
  const { email } = await account();
  const [known, unknown] = [
    await post('/auth/v1/recover', { email }),
    await post('/auth/v1/recover', { email: `no-${email}` }),
  ];
  expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
  await codeFor(email);
  expect((await post('/auth/v1/recover', { email: email.toUpperCase() })).status).toBe(200);
  expect((await post('/auth/v1/recover', { email })).status).toBe(200);
  const refused = await post('/auth/v1/recover', { email });
  expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_ATTEMPTS']);
  await new Promise((r) => setTimeout(r, 300));
  expect(mails().filter((m) => m.startsWith(`To: ${email}\n`))).toHaveLength(1);
  expect(mails().filter((m) => m.includes(`no-${email}`))).toHaveLength(0);
  // The mails hold codes: nobody else on the machine reads them.
  const folder = join(dataDir, 'mail');
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  for (const name of readdirSync(folder)) expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('600');
});

test('only the routes that pages use are open', async () => {
  const { session } = await account();
  const closed: [string, string][] = [
    ['POST', '/otp'],
    ['POST', '/magiclink'],
    ['GET', '/authorize?provider=github'],
    ['GET', '/callback'],
    ['POST', '/callback'],
    ['GET', '/reauthenticate'],
    ['GET', '/verify?type=recovery&token=x'],
    ['GET', '/.well-known/jwks.json'],
    ['POST', '/token?grant_type=pkce'],
    ['POST', '/token'],
    ['POST', '/token?grant_type=id_token'],
    ['POST', '/invite'],
    ['GET', '/admin/users'],
    ['POST', '/admin/generate_link'],
    ['POST', '/sso'],
    ['GET', '/nonexistent'],
  ];
  for (const [method, path] of closed) {
    const answer = await ask(
      method,
      `/auth/v1${path}`,
      method === 'POST' ? { email: 'a@b.example', create_user: true } : undefined,
      session.access_token,
    );
    expect([method, path, answer.status]).toEqual([method, path, 404]);
  }
  for (const path of ['/health', '/settings']) expect((await ask('GET', `/auth/v1${path}`)).status).toBe(200);
  expect((await post('/auth/v1/factors', { factor_type: 'totp' }, session.access_token)).body.code).toBe('MFA_OFF');
  expect((await ask('PUT', '/auth/v1/user', { data: { theme: 'dark' } }, session.access_token)).status).toBe(200);
});

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
test('signing in takes the same time and says the same for an account and for none', async () => {
  spent = true;
  const { email } = await account();
  const [known, unknown]: [number[], number[]] = [[], []];
  let texts = new Set<string>();
  for (let i = 0; i < 10; i++) {
    // Each account has five free tries.
    const at = i % 4 === 0 ? (await account()).email : email;
    for (const [who, times] of [
      [i % 4 === 0 ? at : (await account()).email, known],
      [`no-${crypto.randomUUID()}@demo.example`, unknown],
    ] as const) {
      const answer = await signIn(who, 'wrong-password-1');
      expect(answer.status).toBe(400);
      times.push(answer.ms);
      texts = texts.add(answer.text);
    }
  }
  expect(texts.size).toBe(1);
  expect(median(unknown) / median(known)).toBeGreaterThan(0.6);
  expect(median(unknown) / median(known)).toBeLessThan(1.6);
}, 60_000);

test('a taken address is answered like a new one: status, shape, time; the account there stays as it was', async () => {
  const { email } = await account();
  const before = await stack.sql`select encrypted_password, updated_at from auth.users where email = ${email}`;
  const shape = ({ status, body }: Answer) => [
    status,
    Object.entries(body).map(([k, v]) => [k, typeof v === 'string' && /\d/.test(v) ? 'varies' : v]),
  ];
  const [taken, fresh]: [Answer[], Answer[]] = [[], []];
  for (let i = 0; i < 6; i++) {
    taken.push(await post('/auth/v1/signup', { email, password: `another-password-${i}` }));
    fresh.push(await post('/auth/v1/signup', { email: `f-${crypto.randomUUID()}@demo.example`, password }));
  }
  expect(new Set([...taken, ...fresh].map((a) => JSON.stringify(shape(a)))).size).toBe(1);
  expect(taken[0]?.text).not.toContain('access_token');
  expect(Math.abs(median(taken.map((a) => a.ms)) - median(fresh.map((a) => a.ms)))).toBeLessThan(120);
  expect([...(await stack.sql`select encrypted_password, updated_at from auth.users where email = ${email}`)]).toEqual([
    ...before,
  ]);
  // The new one can sign in.
  const made = fresh[0]?.body['email'] as string;
  expect((await signIn(made)).status).toBe(200);
  for (const bad of ['short', '长'.repeat(25), ''])
    expect((await post('/auth/v1/signup', { email: 'x@demo.example', password: bad })).body.code).toBe(
      'PASSWORD_REFUSED',
    );
}, 60_000);

test('when a password changes, the other sessions end at once, everywhere; the one that changed it stays', async () => {
  const { email, session } = await account();
  const other = (await signIn(email)).body;
  expect([await alive(session.access_token), await alive(other.access_token)]).toEqual([
    [200, 200],
    [200, 200],
  ]);
  const changed = await ask('PUT', '/auth/v1/user', { password: 'another-password-1' }, session.access_token);
  expect(changed.status).toBe(200);
  expect(await alive(session.access_token)).toEqual([200, 200]);
  expect((await alive(other.access_token)).every((status) => status === 401 || status === 403)).toBe(true);
  expect((await ask('GET', '/storage/v1/object/documents/x', undefined, other.access_token)).status).toBe(401);
  expect((await refresh(other.refresh_token)).status).toBe(400);
  expect((await refresh(session.refresh_token)).status).toBe(200);
  expect([(await signIn(email)).status, (await signIn(email, 'another-password-1')).status]).toEqual([400, 200]);
  // Changed in the database, by whomever: then all of them end.
  const [row] =
    await stack.sql`update auth.users set encrypted_password = extensions.crypt('x', extensions.gen_salt('bf', 4)) where email = ${email} returning id`;
  expect([...(await stack.sql`select id from auth.sessions where user_id = ${row?.['id']}`)]).toEqual([]);
});

test('signing out ends a session for the API too, the others with scope=others', async () => {
  const { email, session } = await account();
  const [second, third] = [(await signIn(email)).body, (await signIn(email)).body];
  expect((await post('/auth/v1/logout?scope=local', {}, third.access_token)).status).toBe(204);
  expect(await alive(third.access_token)).not.toContain(200);
  expect((await post('/auth/v1/logout?scope=others', {}, second.access_token)).status).toBe(204);
  expect([await alive(session.access_token), await alive(second.access_token)]).toEqual([
    [403, 401],
    [200, 200],
  ]);
});

test('a refresh token works once; used again after ten seconds it ends the whole session', async () => {
  const { session } = await account();
  const next = (await refresh(session.refresh_token)).body;
  // Two tabs at the same moment: the second gets the token that the first got.
  expect((await refresh(session.refresh_token)).body.refresh_token).toBe(next.refresh_token);
  await stack.sql`update auth.refresh_tokens set updated_at = updated_at - interval '11 seconds' where token = ${session.refresh_token}`;
  expect((await refresh(session.refresh_token)).status).toBe(400);
  expect((await refresh(next.refresh_token)).status).toBe(400);
  expect(await alive(next.access_token)).not.toContain(200);
});

test('an address changes when both have confirmed, not before; a taken one is asked for in vain and looks the same', async () => {
  const { email, session } = await account();
  const wanted = `new-${crypto.randomUUID()}@demo.example`;
  const change = (to: string, token: string) => ask('PUT', '/auth/v1/user', { email: to }, token);
  const verify = (at: string, token: string) => post('/auth/v1/verify', { email: at, token, type: 'email_change' });
  const stored = async () =>
    (await stack.sql`select email from auth.users where id = ${session.user.id}`)[0]?.['email'];
  expect((await change(wanted, session.access_token)).status).toBe(200);
  expect((await verify(wanted, await codeFor(email))).body.code).toBe('CODE_REFUSED');
  expect((await verify(wanted, await codeFor(wanted))).status).toBe(200);
  expect(await stored()).toBe(email);
  expect((await signIn(wanted)).status).toBe(400);
  expect((await verify(wanted, await codeFor(wanted))).body.code).toBe('CODE_REFUSED');
  expect((await verify(email, await codeFor(email))).status).toBe(200);
  expect(await stored()).toBe(wanted);
  expect(await alive(session.access_token)).not.toContain(200);
  expect((await signIn(wanted)).status).toBe(200);
  const [mine, taken] = [await account(), await account()];
  const answer = await change(taken.email, mine.session.access_token);
  expect([answer.status, answer.text.includes(taken.email)]).toEqual([200, false]);
  expect(mails().filter((m) => m.startsWith(`To: ${taken.email}\n`))).toEqual([]);
}, 30_000);

test('what no database stores as text, and addresses that look like another’s, are refused in our words', async () => {
  const { email, session } = await account();
  const refused = ({ status, body }: Answer) => [status, body.code, body.error_code];
  const input = [400, 'INPUT_INVALID', 'INPUT_INVALID'];
  for (const part of ['\u0000', '\ud800', '\udc00x']) {
    const bad = `demo-password-${part}`;
    expect(refused(await post('/auth/v1/signup', { email: `n-${email}`, password: bad }))).toEqual(input);
    expect(refused(await signIn(email, bad))).toEqual(input);
    expect(refused(await refresh(`${session.refresh_token}${part}`))).toEqual(input);
    for (const change of [{ password: bad }, { data: { x: part } }])
      expect(refused(await ask('PUT', '/auth/v1/user', change, session.access_token))).toEqual(input);
  }
  for (const [i, like] of ['\u200b', '\u00ad', '\u202e', '\ufeff', '\u3164', 'о', 'ｅ', '\u0301', '\ud800'].entries()) {
    for (const key of [undefined, stack.keys.secretKey])
      for (const address of [`fin${like}ance@demo.example`, `finance@de${like}mo.example`]) {
        const made = await post('/auth/v1/signup', { email: address, password }, undefined, key);
        expect([i, made.status, made.body.code]).toEqual([
          i,
          400,
          like === '\ud800' ? 'INPUT_INVALID' : 'EMAIL_REFUSED',
        ]);
      }
    const change = await ask('PUT', '/auth/v1/user', { email: `fin${like}ance@demo.example` }, session.access_token);
    expect([i, change.status]).toEqual([i, 400]);
  }
  const strange = await stack.sql`select email from auth.users where email ~ '[^!-~]' or email like 'n-%'`;
  expect([...strange]).toEqual([]);
  expect((await signIn(email)).status).toBe(200);
}, 30_000);

test('an address that somebody else took between asking and confirming is refused, and nothing changes', async () => {
  const { email, session } = await account();
  const wanted = `new-${crypto.randomUUID()}@demo.example`;
  const verify = async (at: string) =>
    post('/auth/v1/verify', { email: at, token: await codeFor(at), type: 'email_change' });
  expect((await ask('PUT', '/auth/v1/user', { email: wanted }, session.access_token)).status).toBe(200);
  expect((await verify(wanted)).status).toBe(200);
  expect((await post('/auth/v1/signup', { email: wanted, password }, undefined, stack.keys.secretKey)).status).toBe(
    200,
  );
  const late = await verify(email);
  expect([late.status, late.body.code]).toEqual([409, 'EMAIL_TAKEN']);
  const [row] = await stack.sql`select email from auth.users where id = ${session.user.id}`;
  expect(row?.['email']).toBe(email);
  expect((await signIn(email)).status).toBe(200);
});

test('no code is written to a log', () => {
  const logs = mails().flatMap((m) => [...m.matchAll(/验证码：(\d{8})/g)].map((found) => found[1] as string));
  expect(logs.length).toBeGreaterThan(3);
  const read = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
      e.isDirectory() ? read(join(folder, e.name)) : [readFileSync(join(folder, e.name), 'utf8')],
    );
  const written = readdirSync(dataDir, { withFileTypes: true })
    .filter((e) => !['mail', 'postgres'].includes(e.name))
    .flatMap((e) => (e.isDirectory() ? read(join(dataDir, e.name)) : [readFileSync(join(dataDir, e.name), 'utf8')]))
    .join('\n');
  expect(logs.filter((code) => written.includes(code))).toEqual([]);
});
