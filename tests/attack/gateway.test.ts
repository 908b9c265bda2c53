// The gateway under attack: connections broken off, hop-by-hop headers, foreign names, addresses that lead out, bodies without end.
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Routes, startGateway } from '../../local/gateway.ts';
import { loadKeys } from '../../local/keys.ts';
import { freePort } from '../../local/ports.ts';
import { tablePdf } from '../support/files.ts';
import { admin, type Person, registered, upload } from '../support/people.ts';
import { childOf, listener, open } from './run/handles.ts';
import { pathEscapes, raw } from './run/paths.ts';
import { proxiesUnderAbort } from './run/proxies.ts';

const target = () => ({
  url: inject('url'),
  publishableKey: inject('publishableKey'),
  secretKey: inject('secretKey'),
});
const pause = (ms: number) => new Promise((r) => setTimeout(r, ms));
let person: Person;
let file: { key: string; token: string };
beforeAll(async () => {
  person = await registered('applicant');
  const id = await upload(
    person,
    'evidence',
    tablePdf({ pages: `<< /Type /Pages /Kids [3 0 R] /Count 1 /X (${'x'.repeat(2_000_000)}) >>` }),
  );
  const [row] = await admin()`select sha256 from public.documents where id = ${id}`;
  const { data } = await person.client.auth.getSession();
  file = { key: String(row?.['sha256']), token: data.session?.access_token as string };
}, 60_000);

interface Answer {
  status: number;
  text: string;
  code: string | undefined;
  headers: Headers;
}
async function ask(path: string, init: RequestInit & { token?: string } = {}): Promise<Answer> {
  const answer = await fetch(`${inject('url')}${path}`, {
    ...init,
    headers: {
      apikey: inject('publishableKey'),
      ...(init.token && { authorization: `Bearer ${init.token}` }),
      ...(init.headers as Record<string, string>),
    },
  });
  const text = await answer.text();
  let code: string | undefined;
  try {
    code = (JSON.parse(text) as { code?: string }).code;
  } catch {}
  return { status: answer.status, text, code, headers: answer.headers };
}
const json = { 'content-type': 'application/json' };

/** A gateway of its own before servers of the test's own, so that one sees what arrives there. */
async function gatewayBefore(
  handler: (req: IncomingMessage) => unknown,
  site: string,
): Promise<[string, Server, Routes]> {
  const behind = createServer((req, res) => {
    handler(req);
    req.resume();
    res.writeHead(200, {
      'content-type': 'application/json',
      connection: 'x-inner, close',
      'x-inner': 'of one connection',
      'proxy-authenticate': 'Basic',
      'keep-alive': 'timeout=77',
    });
    res.end('{}');
  });
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
  const { port } = behind.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'voucher-gateway-'));
  const routes: Routes = {
    port: await freePort(),
    keys: loadKeys(folder),
    sql: admin(),
    mail: join(folder, 'mail'),
    restPort: port,
    litePort: port,
    functions: new Map([['echo', port]]),
    site,
  };
  const gateway = await startGateway(routes);
  closing.push(() => {
    gateway.closeAllConnections();
    gateway.close();
    behind.closeAllConnections();
    behind.close();
    rmSync(folder, { recursive: true });
  });
  return [`http://127.0.0.1:${routes.port}`, gateway, routes];
}
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

test('Thousands of mixed requests, half broken off and a third with «Connection: close»: none is answered 502, nothing stays open', async () => {
  const outcome = await proxiesUnderAbort(target(), 1_500, [
    { path: `/storage/v1/object/documents/${file.key}`, headers: { authorization: `Bearer ${file.token}` } },
  ]);
  expect(outcome).toMatchObject({ tried: 1_500, succeeded: 0 });
}, 240_000);

test('headers of one connection end at the gateway, in both directions, and nobody is told where a caller says it comes from', async () => {
  const seen: IncomingMessage['headers'][] = [];
  const [url, , { keys }] = await gatewayBefore((req) => seen.push(req.headers), mkdtempSync(join(tmpdir(), 'site-')));
  const answer = await raw(
    Number(new URL(url).port),
    [
      'POST /functions/v1/echo HTTP/1.1',
      `Host: ${new URL(url).host}`,
      `apikey: ${keys.publishableKey}`,
      'Connection: close, X-Secret',
      'X-Secret: 1',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Upgrade: websocket',
      'Proxy-Authorization: Basic eA==',
      'X-Forwarded-For: 10.9.8.7',
      'X-Forwarded-Host: evil.example',
      'Forwarded: for=10.9.8.7',
      'X-Real-IP: 10.9.8.7',
      'Content-Length: 2',
      '',
      '{}',
    ].join('\r\n'),
  );
  const got = seen.at(-1) as IncomingMessage['headers'];
  for (const name of [
    'x-secret',
    'keep-alive',
    'te',
    'upgrade',
    'proxy-authorization',
    'x-forwarded-host',
    'forwarded',
  ])
    expect([name, got[name]]).toEqual([name, undefined]);
  expect([got.connection, got['x-forwarded-for'], got['x-real-ip']]).toEqual(['keep-alive', '127.0.0.1', undefined]);
  expect(got.host).not.toBe(new URL(url).host);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(answer).not.toMatch(/x-inner|proxy-authenticate|timeout=77/i);
});

test('a name that is not the portal’s is refused, in the header and in the request line; its own is answered', async () => {
  const { port, host } = new URL(inject('url'));
  const say = async (line: string, name: string | undefined, more = '') =>
    (
      await raw(
        Number(port),
        `GET ${line} HTTP/1.1\r\n${name === undefined ? '' : `Host: ${name}\r\n`}apikey: ${inject('publishableKey')}\r\n${more}Connection: close\r\n\r\n`,
      )
    ).slice(9, 12);
  for (const name of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:${Number(port) + 1}`,
    '',
    `${host}.evil.example`,
    `x@${host}`,
  ])
    expect([name, await say('/rest/v1/policy_years', name)]).toEqual([name, name === '' ? '421' : '421']);
  expect(await say('/rest/v1/policy_years', undefined)).toBe('400');
  expect(await say('/rest/v1/policy_years', host, 'Host: evil.example\r\n')).toMatch(/421|400/);
  expect(await say('http://evil.example/rest/v1/policy_years', host)).toBe('421');
  expect(await say(`http://${host}/rest/v1/policy_years`, 'evil.example')).toBe('421');
  expect(await say(`http://${host}/rest/v1/policy_years`, host)).toBe('200');
  expect(await say('/rest/v1/policy_years', host)).toBe('200');
  expect(await say('/rest/v1/policy_years', `localhost:${port}`)).toBe('200');
});

test('no spelling of an address leads out of the site or of a service', async () => {
  const outcome = await pathEscapes(target());
  expect(outcome.succeeded).toBe(0);
  expect(outcome.tried).toBeGreaterThan(2_000);
}, 60_000);

test('static files: what a link leads out to, hidden names and folders are not served; a reader who goes away leaves nothing open', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'voucher-outside-'));
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  const site = mkdtempSync(join(tmpdir(), 'voucher-site-'));
  mkdirSync(join(site, 'a'));
  writeFileSync(join(site, 'a/index.html'), 'inside');
  writeFileSync(join(site, '.memory.json'), 'secret');
  for (const name of ['big.html', 'big.png']) writeFileSync(join(site, name), Buffer.alloc(8_000_000, 'x'));
  symlinkSync(join(outside, 'secret.txt'), join(site, 'link.txt'));
  symlinkSync(outside, join(site, 'folder'));
  const [url] = await gatewayBefore(() => undefined, site);
  const read = async (path: string) => (await fetch(url + path)).text();
  expect(await read('/a/')).toBe('inside');
  for (const path of [
    '/link.txt',
    '/folder/secret.txt',
    '/.memory.json',
    '/a/../.memory.json',
    `/${site.slice(1)}/a/index.html`,
  ])
    expect([path, (await read(path)).includes('secret')]).toEqual([path, false]);
  const before = open(process.pid).files;
  await Promise.all(
    Array.from({ length: 300 }, (_, i) => {
      const headers = i % 2 === 0 ? { 'accept-encoding': 'br' } : {};
      return new Promise<void>((resolve) => {
        const asked = get(`${url}/big.${i % 3 === 0 ? 'png' : 'html'}`, { headers }, (answer) => {
          answer.once('data', () => asked.destroy());
          answer.on('error', () => {});
        });
        asked.on('error', () => {});
        asked.on('close', resolve);
      });
    }),
  );
  await pause(500);
  expect(open(process.pid).files - before).toBeLessThan(5);
  rmSync(site, { recursive: true });
  rmSync(outside, { recursive: true });
});

test('downloads, read to the end or broken off, leave no file open in the storage server', async () => {
  const gateway = listener(Number(new URL(inject('url')).port)) as number;
  const lite = childOf(gateway, '@supabase/lite') as number;
  expect(open(lite).sockets).toBeGreaterThan(0);
  const before = open(lite).files;
  const address = new URL(`/storage/v1/object/documents/${file.key}`, inject('url'));
  const headers = { apikey: inject('publishableKey'), authorization: `Bearer ${file.token}` };
  let bytes = 0;
  for (let round = 0; round < 6; round++)
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        return new Promise<void>((resolve) => {
          const asked = get(address, { headers }, (answer) => {
            answer.on('data', (part: Buffer) => {
              bytes += part.byteLength;
              if (i % 2 === 0) asked.destroy();
            });
            answer.on('error', () => {});
          });
          asked.on('error', () => {});
          asked.on('close', resolve);
        });
      }),
    );
  expect(bytes).toBeGreaterThan(150 * 2_000_000);
  await pause(1_000);
  expect(open(lite).files - before).toBeLessThan(3);
}, 60_000);

test('a caller who goes away is noticed by the API: its statement ends', async () => {
  const running = async () =>
    Number(
      (
        await admin()`select count(*)::integer as n from pg_stat_activity where usename = 'authenticator' and state = 'active' and query like '%lingering_marker%'`
      )[0]?.['n'],
    );
  await admin().unsafe(
    `create function public.lingering_marker() returns integer language plpgsql volatile as $$ begin perform pg_sleep(6); return 1; end $$;
     grant execute on function public.lingering_marker() to anon; notify pgrst, 'reload schema'`,
  );
  try {
    await pause(1_000);
    const gone = new AbortController();
    const asked = ask('/rest/v1/rpc/lingering_marker', {
      method: 'POST',
      headers: json,
      body: '{}',
      signal: gone.signal,
    }).catch(() => 'gone');
    await pause(800);
    expect(await running()).toBe(1);
    gone.abort();
    expect(await asked).toBe('gone');
    await pause(600);
    expect(await running()).toBe(0);
  } finally {
    await admin().unsafe(`drop function public.lingering_marker(); notify pgrst, 'reload schema'`);
  }
}, 30_000);

test('an upload with a bad token is answered 401, however much of it is still on its way', async () => {
  const wrong = `${file.token.split('.').slice(0, 2).join('.')}.${createHmac('sha256', 'x').update('x').digest('base64url')}`;
  for (const token of ['a.b.c', wrong, '']) {
    for (let i = 0; i < 5; i++) {
      const answer = await ask(`/storage/v1/object/uploads/${crypto.randomUUID()}`, {
        method: 'POST',
        token,
        headers: { 'content-type': 'application/pdf' },
        body: new Uint8Array(15 * 1024 * 1024),
      });
      expect([answer.status, answer.code]).toEqual([401, 'SIGN_IN_REQUIRED']);
    }
  }
  // A key that nobody has registered, with a good token: refused by the storage, not by a broken connection.
  const unknown = await ask(`/storage/v1/object/uploads/${crypto.randomUUID()}`, {
    method: 'POST',
    token: file.token,
    headers: { 'content-type': 'application/pdf' },
    body: new Uint8Array(15 * 1024 * 1024),
  });
  expect([unknown.status >= 400, unknown.status < 500]).toEqual([true, true]);
}, 60_000);

/** Connections that send what they have and then no more than a byte now and then, and read nothing unless told to. */
function slowly(count: number, request: (i: number) => string, reads: boolean) {
  const { port } = new URL(inject('url'));
  const answers: string[] = Array.from({ length: count }, () => '');
  const sockets = answers.map((_, i) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(request(i));
    if (reads) socket.on('data', (part) => (answers[i] += part.toString('latin1')));
    else socket.pause();
    return socket;
  });
  const dripping = setInterval(() => {
    for (const socket of sockets) if (reads && !socket.destroyed) socket.write('x');
  }, 3_000);
  return {
    statuses: () => answers.map((a) => a.slice(9, 12)),
    end: () => {
      clearInterval(dripping);
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('hundreds of slow uploads and stalled downloads of one person keep nobody from signing in or from a file, and are ended', async () => {
  const { host } = new URL(inject('url'));
  const head = (line: string, token: string, more = '') =>
    `${line} HTTP/1.1\r\nHost: ${host}\r\napikey: ${inject('publishableKey')}\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`;
  // Made first: it takes longer than a quiet connection is kept, which is then noticed.
  const content = tablePdf({ pages: `<< /Type /Pages /Kids [3 0 R] /Count 1 /X (${'x'.repeat(14_000_000)}) >>` });
  await pause(200);
  const attacker = await registered('applicant');
  const token = (await attacker.client.auth.getSession()).data.session?.access_token as string;
  const big = await upload(attacker, 'contract', content);
  const [row] = await admin()`select sha256 from public.documents where id = ${big}`;
  const { object_key } = await attacker.must<{ object_key: string }>('create_document', {
    kind: 'contract',
    name: 'a.pdf',
    bytes: 20_000_000,
  });
  const sends = 'Content-Type: application/pdf\r\nContent-Length: 20000000\r\n';
  const post = (key: string) => `${head(`POST /storage/v1/object/uploads/${key}`, token, sends)}%PDF`;
  const same = slowly(140, () => post(object_key), true);
  const different = slowly(140, () => post(crypto.randomUUID()), true);
  const stalled = slowly(140, () => head(`GET /storage/v1/object/documents/${row?.['sha256']}`, token), false);
  const began = Date.now();
  const signedIn = async () => {
    const asked = Date.now();
    const answer = await ask('/auth/v1/token?grant_type=password', {
      method: 'POST',
      headers: json,
      body: '{"email":"nobody@demo.example","password":"wrong-password-1"}',
      signal: AbortSignal.timeout(5_000),
    });
    return [answer.status, Date.now() - asked < 3_000];
  };
  try {
    await pause(3_000);
    expect(await signedIn()).toEqual([400, true]);
    const mine = await ask(`/storage/v1/object/documents/${file.key}`, {
      token: file.token,
      signal: AbortSignal.timeout(5_000),
    });
    expect([mine.status, mine.text.length > 2_000_000]).toEqual([200, true]);
    // One key is sent once at a time; the others are told so at once.
    expect(same.statuses().filter((s) => s === '409')).toHaveLength(139);
    expect(different.statuses()).toContain('503');
    // What does not move is ended.
    while (Date.now() - began < 30_000 && !same.statuses().includes('408')) await pause(500);
    expect(same.statuses()).toContain('408');
    expect(await signedIn()).toEqual([400, true]);
  } finally {
    for (const slow of [same, different, stalled]) slow.end();
  }
  // The attacker himself is served again.
  const again = await ask(`/storage/v1/object/documents/${row?.['sha256']}`, {
    token,
    signal: AbortSignal.timeout(5_000),
  });
  expect(again.status).toBe(200);
}, 90_000);

test('of two uploads of one file one is taken, the other refused as a conflict, at once or after each other', async () => {
  const content = tablePdf({ pages: `<< /Type /Pages /Kids [3 0 R] /Count 1 /X (${'x'.repeat(3_000_000)}) >>` });
  const { object_key } = await person.must<{ object_key: string }>('create_document', {
    kind: 'evidence',
    name: 'a.pdf',
    bytes: content.byteLength,
  });
  const send = () =>
    ask(`/storage/v1/object/uploads/${object_key}`, {
      method: 'POST',
      token: file.token,
      headers: { 'content-type': 'application/pdf' },
      body: content,
    });
  const both = await Promise.all([send(), send()]);
  expect(both.map((a) => a.status).sort()).toEqual([200, 409]);
  expect(both.find((a) => a.status === 409)?.code).toBe('UPLOAD_RUNNING');
  const late = await send();
  expect([late.status, late.code]).toEqual([409, 'ALREADY_EXISTS']);
});

test('bodies and addresses have bounds before anything is done with them', async () => {
  const big = (bytes: number) => JSON.stringify({ x: 'x'.repeat(bytes) });
  const sends = (path: string, body: string) => ask(path, { method: 'POST', headers: json, body });
  for (const [path, bytes] of [
    ['/rest/v1/rpc/today', 1_100_000],
    ['/auth/v1/token?grant_type=password', 70_000],
    ['/functions/v1/report-error', 70_000],
  ] as const)
    expect([path, (await sends(path, big(bytes))).code]).toEqual([path, 'TOO_LARGE']);
  expect((await ask(`/rest/v1/notices?select=${'id,'.repeat(4_000)}`)).status).toBe(414);
  expect(
    (await ask('/rest/v1/notices', { headers: { x: 'y'.repeat(20_000) } }).catch(() => ({ status: 431 }))).status,
  ).toBe(431);
  // A body that never comes does not keep anybody else waiting.
  const { port, host } = new URL(inject('url'));
  const slow = Array.from({ length: 300 }, () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /rest/v1/rpc/today HTTP/1.1\r\nHost: ${host}\r\napikey: ${inject('publishableKey')}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
    );
    return socket;
  });
  await pause(1_000);
  const began = Date.now();
  const late = AbortSignal.timeout(5_000);
  const soon = (path: string, body: string) =>
    ask(path, { method: 'POST', headers: json, body, signal: late }).then((a) => a.status);
  try {
    expect(await soon('/rest/v1/rpc/today', '{}')).toBe(200);
    expect(
      await soon('/auth/v1/token?grant_type=password', '{"email":"nobody-slow@demo.example","password":"wrong-1"}'),
    ).toBe(400);
    expect(Date.now() - began).toBeLessThan(2_500);
  } finally {
    for (const socket of slow) socket.destroy();
  }
});

test('CSV, a guessed total, half a character and words of Postgres do not pass', async () => {
  for (const accept of ['text/csv', 'TEXT/CSV', 'text/csv;q=0.9, application/json;q=0.1', 'application/json, text/csv'])
    expect([accept, (await ask('/rest/v1/policy_years', { headers: { accept } })).status]).toEqual([accept, 406]);
  for (const prefer of ['count=planned', 'count = planned', 'return=minimal, COUNT=Estimated'])
    expect([prefer, (await ask('/rest/v1/orders', { headers: { prefer } })).code]).toEqual([prefer, 'COUNT_REFUSED']);
  expect(
    (await ask('/rest/v1/policy_years', { headers: { prefer: 'count=exact' } })).headers.get('content-range'),
  ).toMatch(/\/\d+$/);
  for (const path of ['/rest/v1/rpc/save_order', '/functions/v1/report-error', '/functions/v1/submit-objection'])
    for (const text of ['\\ud800', 'a\\uDC00b', '\\\\\\udbff'])
      expect([
        path,
        text,
        await ask(path, {
          method: 'POST',
          headers: json,
          token: file.token,
          body: `{"body":"${text}","page":"/","payload":{"title":"${text}"},"request_id":"x","order_id":null,"real_name":"${text}"}`,
        }).then((a) => [a.status, a.code]),
      ]).toEqual([path, text, [400, 'INPUT_INVALID']]);
  const whole = {
    body: '{"page":"/","body":"a pair \\ud83d\\ude00 and a backslash \\\\ud800","contact":""}',
    method: 'POST',
    headers: json,
  };
  await admin()`delete from private.public_turns`;
  expect((await ask('/functions/v1/report-error', whole)).status).toBe(200);
  await admin()`delete from private.public_turns`;
  const raws: [string, string][] = [
    ['/rest/v1/orders?id=eq.abc', 'INPUT_INVALID'],
    ['/rest/v1/orders?id=eq.99999999999999999999', 'NUMBER_OUT_OF_RANGE'],
    ['/rest/v1/orders?submitted_at=eq.2026-02-30', 'DATE_INVALID'],
    ['/rest/v1/orders?or=(id.eq.1,', 'INPUT_INVALID'],
    ['/rest/v1/orders?id=x.1', 'INPUT_INVALID'],
  ];
  const others: [string, RequestInit & { token?: string }, number, string][] = [
    ['/rest/v1/orders?select=nothing_here', { token: file.token }, 404, 'PAGE_OUTDATED'],
    ['/rest/v1/nothing_here', {}, 404, 'PAGE_OUTDATED'],
    ['/rest/v1/rpc/nothing_here', { method: 'POST', headers: json, body: '{}' }, 404, 'PAGE_OUTDATED'],
    ['/rest/v1/objections', {}, 401, 'NOT_ALLOWED'],
    ['/rest/v1/orders', { token: 'a.b.c' }, 401, 'SIGN_IN_REQUIRED'],
    [
      '/rest/v1/orders?limit=2',
      { headers: { accept: 'application/vnd.pgrst.object+json' }, token: file.token },
      404,
      'NOT_FOUND',
    ],
    ['/rest/v1/orders', { headers: { 'accept-profile': 'private' } }, 400, 'INPUT_INVALID'],
  ];
  for (const [path, init, status, code] of others) {
    const answer = await ask(path, init);
    expect([path, answer.status, answer.code, /PGRST|42\d{3}|schema cache|column|relation/.test(answer.text)]).toEqual([
      path,
      status,
      code,
      false,
    ]);
  }
  for (const [path, code] of raws) {
    const answer = await ask(path, { token: file.token });
    expect([path, answer.status, answer.code, answer.text.includes('invalid input')]).toEqual([path, 400, code, false]);
  }
});

test('storage: signed, public and listing addresses are closed; a file is written for its owner alone', async () => {
  const at = `documents/${file.key}`;
  for (const [method, path] of [
    ['POST', `/object/sign/${at}`],
    ['GET', `/object/sign/${at}?token=x`],
    ['POST', '/object/sign/documents'],
    ['POST', `/object/upload/sign/${at}`],
    ['PUT', `/object/upload/sign/${at}?token=x`],
    ['GET', `/object/public/${at}`],
    ['GET', `/object/authenticated/${at}`],
    ['GET', `/object/info/${at}`],
    ['POST', '/object/list/documents'],
    ['POST', '/object/move'],
    ['POST', '/object/copy'],
    ['DELETE', `/object/${at}`],
    ['PUT', `/object/${at}`],
    ['GET', '/bucket'],
    ['GET', `/render/image/authenticated/${at}`],
    ['GET', `/object/%73ign/${at}`],
  ] as const) {
    const answer = await ask(`/storage/v1${path}`, {
      method,
      token: file.token,
      headers: json,
      ...(method !== 'GET' && { body: '{"expiresIn":1576800000,"paths":["x"],"prefix":""}' }),
    });
    expect([method, path, answer.status]).toEqual([method, path, 404]);
  }
  const opened = await ask(`/storage/v1/object/${at}`, { token: file.token });
  expect([
    opened.status,
    opened.headers.get('content-disposition'),
    opened.headers.get('x-content-type-options'),
  ]).toEqual([200, 'attachment', 'nosniff']);
  const dataDir = String((await admin()`show data_directory`)[0]?.['data_directory']).replace(/\/postgres$/, '');
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
      e.isDirectory() ? walk(join(folder, e.name)) : [join(folder, e.name)],
    );
  const stored = walk(join(dataDir, 'lite')).filter((path) => path.includes(file.key));
  expect(stored).toHaveLength(1);
  expect(stored.map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['600']);
  expect((statSync(join(stored[0] as string, '..')).mode & 0o777).toString(8)).toBe('700');
});
