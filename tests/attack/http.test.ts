// HTTP as a stranger or as a signed-in person with bad intent: forged tokens, direct writes, other schemas, others' files, broken requests.
// Each negative stands beside what must go on working, so that a refusal is not one for the wrong reason.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  admin,
  anonymous,
  approved,
  applicant,
  institution,
  type Person,
  requestId,
  setClock,
  signUp,
  upload,
} from '../support/people.ts';

interface Answer {
  status: number;
  text: string;
  code: string | undefined;
  hint: string | undefined;
  headers: Headers;
}
type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string>; token?: string | undefined };

let owner: Person & { projectId: number };
let lab: Person & { instrumentId: number };
let stranger: Person;
let orderId: number;
let file: { id: number; key: string };
let tokens: { owner: string; stranger: string };

const tokenOf = async (person: Person) => (await person.client.auth.getSession()).data.session?.access_token as string;
beforeAll(async () => {
  await setClock('2026-05-11T10:00:00+08:00');
  [owner, lab, stranger] = [await applicant(), await institution(), await applicant()];
  orderId = await approved(owner, lab);
  const id = await upload(owner, 'evidence');
  const [row] = await admin()`select sha256 from public.documents where id = ${id}`;
  file = { id, key: String(row?.['sha256']) };
  tokens = { owner: await tokenOf(owner), stranger: await tokenOf(stranger) };
}, 60_000);
afterAll(async () => {
  // The public forms are limited by address: what was used up here belongs to no other test.
  await admin()`delete from private.public_turns`;
  await setClock(null);
});

async function ask(path: string, init: Init = {}): Promise<Answer> {
  const { token, headers, ...rest } = init;
  const answer = await fetch(`${inject('url')}${path}`, {
    redirect: 'manual',
    ...rest,
    headers: { apikey: inject('publishableKey'), ...(token && { authorization: `Bearer ${token}` }), ...headers },
  });
  const text = await answer.text();
  const body = (() => {
    try {
      return JSON.parse(text) as { code?: string; hint?: string } | null;
    } catch {
      return null;
    }
  })();
  return { status: answer.status, text, code: body?.code, hint: body?.hint, headers: answer.headers };
}
const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown, init: Init = {}) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), ...init, headers: { ...json, ...init.headers } });

/** Bytes on the wire exactly as written: fetch would tidy the path. */
function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(inject('url')).port), '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      answer += part;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    );
    socket.setTimeout(5_000, () => socket.destroy());
  });
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
function forge(claims: object, secret: string | null, alg = 'HS256'): string {
  const body = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${secret === null ? '' : createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** Every table with all its content: a count alone would miss a changed row. */
async function content(): Promise<Record<string, string>> {
  const tables =
    await admin()`select format('%I.%I', n.nspname, c.relname) as t from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'private') and c.relkind = 'r' and c.relname <> 'public_turns' order by 1`;
  const sums = await Promise.all(
    tables.map((t) =>
      admin().unsafe(
        `select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as h from ${t['t']} t`,
      ),
    ),
  );
  return Object.fromEntries(tables.map((t, i) => [String(t['t']), String(sums[i]?.[0]?.['h'])]));
}

test('no service answers without the key, or with a wrong one', async () => {
  for (const path of ['/rest/v1/notices', '/auth/v1/settings', '/storage/v1/bucket', '/functions/v1/verify-voucher']) {
    for (const apikey of ['', 'sb_publishable_0', 'null', forge({ role: 'service_role', exp: now() + 60 }, 'x')]) {
      const { status, code, hint } = await ask(path, { headers: { apikey } });
      expect([path, status, code, Boolean(hint)]).toEqual([path, 401, 'API_KEY_REQUIRED', true]);
    }
  }
  expect((await ask('/rest/v1/notices?limit=1')).status).toBe(200);
});

test('a token that is forged, unsigned, expired or raised to another role opens nothing; the real one does', async () => {
  const own = `/rest/v1/orders?id=eq.${orderId}&select=id`;
  expect(JSON.parse((await ask(own, { token: tokens.owner })).text)).toHaveLength(1);
  const [head, body, signature] = tokens.owner.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const bad: Record<string, string> = {
    'another secret': forge(claims, 'super-secret-jwt-token-with-at-least-32-characters-long'),
    'the empty secret': forge(claims, ''),
    'no algorithm': forge(claims, null, 'none'),
    'no algorithm, old signature': `${part({ alg: 'none', typ: 'JWT' })}.${body}.${signature}`,
    'expired, another secret': forge({ ...claims, exp: now() - 3600 }, 'x'.repeat(32)),
    'role raised': `${head}.${part({ ...claims, role: 'service_role' })}.${signature}`,
    'another person': `${head}.${part({ ...claims, sub: stranger.userId })}.${signature}`,
    'the key as secret': forge({ role: 'service_role', exp: now() + 60 }, inject('publishableKey')),
    'cut short': tokens.owner.slice(0, -3),
    nonsense: 'a.b.c',
    '100,000 characters': 'a'.repeat(15_000),
  };
  for (const [what, token] of Object.entries(bad)) {
    for (const path of [
      own,
      `/storage/v1/object/documents/${file.key}`,
      '/auth/v1/user',
      '/functions/v1/export?what=orders',
    ]) {
      const { status, text } = await ask(path, { token });
      expect(status, `${what} ${path}: ${text.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
      expect(status, `${what} ${path}: ${text.slice(0, 200)}`).toBeLessThan(500);
      expect(text, what).not.toContain('%PDF');
    }
  }
  expect((await ask(`/storage/v1/object/documents/${file.key}`, { token: tokens.owner })).text).toContain('%PDF');
});

test('nothing that a person writes about itself gives a right: neither metadata at sign-up nor a change of it', async () => {
  const before = await admin()`select count(*)::integer as n from public.staff_roles`;
  const client = anonymous();
  const [email, password] = [`meta${Date.now()}@demo.example`, 'demo-password-1'];
  const claims = { role: 'service_role', staff_role: 'platform', is_super_admin: true };
  await client.auth.signUp({ email, password, options: { data: claims } });
  const { data } = await client.auth.signInWithPassword({ email, password });
  const token = data.session?.access_token as string;
  await ask('/auth/v1/user', {
    method: 'PUT',
    token,
    headers: json,
    body: JSON.stringify({
      data: { role: 'platform' },
      app_metadata: { role: 'service_role' },
      role: 'service_role',
      is_super_admin: true,
    }),
  });
  const fresh = (await client.auth.refreshSession()).data.session?.access_token ?? token;
  expect(JSON.parse(Buffer.from(fresh.split('.')[1] as string, 'base64url').toString())).toMatchObject({
    role: 'authenticated',
  });
  expect(
    (
      await post(
        '/rest/v1/rpc/return_order',
        { order_id: orderId, reason: '原因原因', request_id: requestId() },
        { token: fresh },
      )
    ).code,
  ).toMatch(/^(NOT_FOUND|NOT_YOUR_TURN)$/);
  expect(JSON.parse((await ask('/rest/v1/orders?select=id', { token: fresh })).text)).toEqual([]);
  expect([...(await admin()`select count(*)::integer as n from public.staff_roles`)]).toEqual([...before]);
  const [user] = await admin()`select role from auth.users where id = ${data.user?.id as string}`;
  expect(user?.['role']).toBe('authenticated');
});

test('no table takes a direct POST, upsert, PATCH, PUT or DELETE, signed in or not', async () => {
  const columns = await admin()`
    select c.relname as t, (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = '' order by a.attnum limit 1) as col
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p') order by 1`;
  expect(columns.length).toBeGreaterThan(30);
  const before = await content();
  const open: string[] = [];
  for (const { t, col } of columns) {
    const body = JSON.stringify({ [col]: null });
    await Promise.all(
      [undefined, tokens.owner].flatMap((token) =>
        [
          ['POST', '', {}],
          ['POST', '', { prefer: 'resolution=merge-duplicates' }],
          ['POST', '', { prefer: 'resolution=ignore-duplicates,return=representation,missing=default' }],
          ['PATCH', `?${col}=not.is.null`, {}],
          ['DELETE', `?${col}=not.is.null`, {}],
          ['PATCH', '', { prefer: 'handling=strict,max-affected=1' }],
        ].map(async ([method, query, headers]) => {
          const answer = await ask(`/rest/v1/${t}${query}`, {
            method: method as string,
            token,
            headers: { ...json, ...(headers as Record<string, string>) },
            ...(method !== 'DELETE' && { body }),
          });
          if (answer.status < 400 || answer.status >= 500)
            open.push(
              `${method} ${t} ${JSON.stringify(headers)} ${token ? 'signed in' : 'anon'} → ${answer.status} ${answer.text.slice(0, 150)}`,
            );
        }),
      ),
    );
  }
  expect(open).toEqual([]);
  expect(await content()).toEqual(before);
}, 120_000);

test('no other schema, no private function and no function of the service role is reached', async () => {
  const before = await content();
  for (const schema of ['private', 'auth', 'storage', 'pg_catalog', 'information_schema', 'extensions']) {
    for (const token of [undefined, tokens.owner]) {
      expect((await ask('/rest/v1/users', { token, headers: { 'accept-profile': schema } })).code, schema).toBe(
        'INPUT_INVALID',
      );
      expect(
        (await post('/rest/v1/rpc/refuse', {}, { token, headers: { 'content-profile': schema } })).code,
        schema,
      ).toBe('INPUT_INVALID');
    }
  }
  const functions = await admin()`
    select p.proname as name, p.pronamespace = 'private'::regnamespace as private, coalesce(p.proargnames[1:p.pronargs], '{}') as params, has_function_privilege('anon', p.oid, 'execute') as anon, has_function_privilege('authenticated', p.oid, 'execute') as signed_in
    from pg_proc p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prokind = 'f'`;
  const names = new Set(functions.filter((f) => !f['private']).map((f) => f['name']));
  const reached: string[] = [];
  let asked = 0;
  for (const f of functions) {
    const args = Object.fromEntries((f['params'] as string[]).map((p) => [p, null]));
    if (f['private'] && names.has(f['name'])) continue;
    for (const token of [undefined, tokens.owner]) {
      if (!f['private'] && f[token ? 'signed_in' : 'anon']) continue;
      asked++;
      const { status, code, text } = await post(`/rest/v1/rpc/${f['name']}`, args, { token });
      const expected = f['private']
        ? code === 'PAGE_OUTDATED' && status === 404
        : code === 'NOT_ALLOWED' && status === (token ? 403 : 401);
      if (!expected) reached.push(`${f['name']} ${token ? 'signed in' : 'anon'} → ${status} ${text.slice(0, 150)}`);
    }
  }
  expect(reached).toEqual([]);
  expect(asked).toBeGreaterThan(150);
  // A link must not act: only POST does.
  const { status } = await ask(`/rest/v1/rpc/pay_voucher?order_id=${orderId}&request_id=${requestId()}`, {
    token: tokens.owner,
  });
  expect([status >= 400, status < 500]).toEqual([true, true]);
  expect(await content()).toEqual(before);
}, 120_000);

test('a query that no page sends is refused or answered with one’s own rows, never with a 5xx or another’s', async () => {
  const queries = [
    'orders?select=*&id=eq.1;drop table public.orders',
    'orders?order=id;drop',
    `orders?id=eq.'%20or%201=1--`,
    'orders?or=(id.eq.1,',
    'orders?select=*,users(*)',
    'orders?select=private.clock(*)',
    'orders?select=id::regclass',
    'orders?select=count()',
    'orders?select=state.sum()',
    'orders?limit=-1',
    'orders?offset=-5',
    'orders?limit=99999999999999999999',
    'orders?id=eq.99999999999999999999',
    'orders?id=in.(1,2',
    'orders?id=eq.NaN',
    `orders?title=like.${'*'.repeat(3_000)}`,
    'orders?title=imatch.(a%2B)%2B%24',
    'orders?title=fts(%00).x',
    'orders?%00=eq.1',
    'orders?title=eq.%00',
    'orders?title=eq.%FF%FE',
    `orders?select=${'id,'.repeat(1_500)}id`,
    `orders?and=${'(and'.repeat(60)}`,
    'orders?select=*,organizations!orders_applicant_id_fkey(*,memberships(*,users(*)))',
    'nonexistent',
    '..%2f..%2fauth',
    'orders/..;/users',
    'pg_user',
    'orders?submitted_at=gt.0001-01-01&submitted_at=lt.99999-12-31',
    'orders?submitted_at=eq.gestern',
  ];
  const wrong: string[] = [];
  for (const query of queries) {
    for (const token of [undefined, tokens.stranger]) {
      for (const headers of [
        {},
        { accept: 'application/vnd.pgrst.plan+text' },
        { range: '5-1', 'range-unit': 'items' },
        { prefer: 'count=exact, tx=rollback, params=multiple-objects, timezone=Nirgendwo' },
      ] as Record<string, string>[]) {
        const { status, text } = await ask(`/rest/v1/${query}`, { token, headers });
        const rows = (() => {
          try {
            return JSON.parse(text) as unknown;
          } catch {
            return [];
          }
        })();
        const others = Array.isArray(rows) && rows.some((r) => (r as { id?: number }).id === orderId);
        if (status >= 500 || others || /%PDF|encrypted_password|Seq Scan/.test(text))
          wrong.push(`${query.slice(0, 80)} ${JSON.stringify(headers)} → ${status} ${text.slice(0, 150)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('a body that is no request is refused: not JSON, wrong type, endless, too deep', async () => {
  const before = await content();
  const bodies: [string, string, string][] = [
    ['not JSON', '{"order_id":', 'application/json'],
    ['empty', '', 'application/json'],
    ['an array', '[]', 'application/json'],
    ['a word', '"x"', 'application/json'],
    ['null', 'null', 'application/json'],
    ['a form', 'order_id=1&request_id=x', 'application/x-www-form-urlencoded'],
    ['XML', '<a/>', 'application/xml'],
    ['CSV', 'order_id\n1', 'text/csv'],
    ['bytes', '\u0000\u0001', 'application/octet-stream'],
    [
      'deep JSON',
      `{"request_id":"${requestId()}","order_id":null,"payload":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'application/json',
    ],
    [
      'twice the same name',
      `{"order_id":${orderId},"order_id":null,"request_id":"${requestId()}","payload":{}}`,
      'application/json',
    ],
    [
      '__proto__',
      `{"__proto__":{"order_id":1},"request_id":"${requestId()}","order_id":null,"payload":{"__proto__":{"x":1}}}`,
      'application/json',
    ],
    [
      'another encoding',
      `{"order_id":1,"request_id":"${requestId()}","payload":{"title":"\ud800"}}`,
      'application/json',
    ],
  ];
  for (const [what, body, type] of bodies) {
    for (const path of [
      '/rest/v1/rpc/save_order',
      '/functions/v1/verify-document',
      '/functions/v1/submit-objection',
      '/functions/v1/report-error',
      '/functions/v1/verify-voucher',
    ]) {
      const { status, text, hint } = await ask(path, {
        method: 'POST',
        body,
        token: tokens.owner,
        headers: { 'content-type': type },
      });
      expect([what, path, status >= 400 && status < 500, text.slice(0, 200)]).toEqual([
        what,
        path,
        true,
        text.slice(0, 200),
      ]);
      if (path.startsWith('/functions')) expect([what, path, Boolean(hint)]).toEqual([what, path, true]);
    }
  }
  expect(await content()).toEqual(before);
}, 60_000);

test('the edge functions take only their own method and shape, and say why in Chinese', async () => {
  const wrong: string[] = [];
  const cases: [string, Init][] = [];
  for (const name of ['verify-document', 'submit-objection', 'report-error', 'verify-voucher'])
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) cases.push([name, { method, token: tokens.owner }]);
  for (const id of [null, 'x', -1, 0, 1.5, 1e20, [file.id], { id: file.id }, true, `${file.id} or 1=1`, 999_999_999])
    cases.push([
      'verify-document',
      { method: 'POST', headers: json, body: JSON.stringify({ id }), token: tokens.owner },
    ]);
  cases.push(
    ['verify-document', { method: 'POST', headers: json, body: JSON.stringify({ id: file.id }) }],
    [
      'verify-document',
      { method: 'POST', headers: json, body: JSON.stringify({ id: file.id }), token: tokens.stranger },
    ],
  );
  for (const what of ['', 'users', '__proto__', 'constructor', '../orders', 'orders&select=*', 'orders%00'])
    cases.push([`export?what=${what}`, { token: tokens.owner }]);
  for (const round of ['-1', '1;drop', '1e9', '9'.repeat(40), '%00'])
    cases.push([`export?what=redemptions&round=${round}`, { token: tokens.owner }]);
  cases.push(
    ['export?what=orders', { method: 'POST', token: tokens.owner }],
    ['export?what=orders', {}],
    ['export?what=orders', { token: 'a.b.c' }],
    ['nothing', {}],
    ['../verify-document', {}],
    ['_shared/http.ts', {}],
  );
  for (const [path, init] of cases.filter(([path]) => !path.startsWith('../'))) {
    const { status, text, code, hint } = await ask(`/functions/v1/${path}`, init);
    if (path === 'export?what=orders&select=*') continue;
    if (status < 400 || status >= 500 || !code || !hint || !/[\u4e00-\u9fff]/.test(hint))
      wrong.push(`${init.method ?? 'GET'} ${path} ${String(init.body)} → ${status} ${text.slice(0, 150)}`);
  }
  expect(wrong).toEqual([]);
  const mine = await ask('/functions/v1/export?what=orders', { token: tokens.owner });
  const theirs = await ask('/functions/v1/export?what=orders&select=*&applicant_id=neq.0', { token: tokens.stranger });
  expect([mine.status, mine.text.split('\n').length > 2]).toEqual([200, true]);
  expect([theirs.status, theirs.text.trim().split('\n').length]).toEqual([200, 1]);
});

test('a file is reached by its two sides and the reviewers alone; nobody replaces or deletes a verified one', async () => {
  const objects = () => admin()`select id::text, name, bucket_id from storage.objects order by 1`;
  const buckets = () => admin()`select id, public from storage.buckets order by 1`;
  const [before, pails] = [[...(await objects())], [...(await buckets())]];
  const original = (await ask(`/storage/v1/object/documents/${file.key}`, { token: tokens.owner })).text;
  expect(original).toContain('%PDF');
  const pdf = '%PDF-1.4\n% replaced\n%%EOF\n';
  const type = { 'content-type': 'application/pdf' };
  const made = await stranger.must<{ object_key: string }>('create_document', {
    kind: 'evidence',
    name: 'x.pdf',
    bytes: pdf.length,
  });
  const attempts: [string, string, Init][] = [];
  for (const [who, token] of [
    ['anon', undefined],
    ['stranger', tokens.stranger],
    ['owner', tokens.owner],
  ] as const) {
    const at = `/storage/v1/object/documents/${file.key}`;
    attempts.push(
      [`${who} uploads over`, at, { method: 'POST', body: pdf, token, headers: type }],
      [`${who} upserts`, at, { method: 'POST', body: pdf, token, headers: { ...type, 'x-upsert': 'true' } }],
      [`${who} puts`, at, { method: 'PUT', body: pdf, token, headers: { ...type, 'x-upsert': 'true' } }],
      [`${who} deletes`, at, { method: 'DELETE', token }],
      [
        `${who} deletes many`,
        '/storage/v1/object/documents',
        { method: 'DELETE', token, headers: json, body: JSON.stringify({ prefixes: [file.key] }) },
      ],
      [
        `${who} moves`,
        '/storage/v1/object/move',
        {
          method: 'POST',
          token,
          headers: json,
          body: JSON.stringify({ bucketId: 'documents', sourceKey: file.key, destinationKey: 'mine' }),
        },
      ],
      [
        `${who} copies`,
        '/storage/v1/object/copy',
        {
          method: 'POST',
          token,
          headers: json,
          body: JSON.stringify({ bucketId: 'documents', sourceKey: file.key, destinationKey: 'mine' }),
        },
      ],
      [
        `${who} uploads what is not registered`,
        '/storage/v1/object/documents/unregistered.pdf',
        { method: 'POST', body: pdf, token, headers: type },
      ],
      [
        `${who} uploads up the tree`,
        `/storage/v1/object/documents/..%2f..%2f${file.key}`,
        { method: 'POST', body: pdf, token, headers: { ...type, 'x-upsert': 'true' } },
      ],
      [
        `${who} uploads under another’s key`,
        `/storage/v1/object/documents/${file.key}/x.pdf`,
        { method: 'POST', body: pdf, token, headers: type },
      ],
      [
        `${who} makes a bucket`,
        '/storage/v1/bucket',
        {
          method: 'POST',
          token,
          headers: json,
          body: JSON.stringify({ id: `b-${who}`, name: `b-${who}`, public: true }),
        },
      ],
      [
        `${who} opens the bucket`,
        '/storage/v1/bucket/documents',
        { method: 'PUT', token, headers: json, body: JSON.stringify({ id: 'documents', public: true }) },
      ],
      [
        `${who} empties the bucket`,
        '/storage/v1/bucket/documents/empty',
        { method: 'POST', token, headers: json, body: '{}' },
      ],
      [`${who} drops the bucket`, '/storage/v1/bucket/documents', { method: 'DELETE', token }],
      [`${who} reads as public`, `/storage/v1/object/public/documents/${file.key}`, { token }],
      [`${who} reads up the tree`, '/storage/v1/object/documents/..%2f..%2f..%2f..%2fetc%2fpasswd', { token }],
    );
    if (who !== 'owner')
      attempts.push(
        [`${who} reads`, at, { token }],
        [
          `${who} reads with sign`,
          `/storage/v1/object/sign/documents/${file.key}`,
          { method: 'POST', token, headers: json, body: '{"expiresIn":60}' },
        ],
        [`${who} reads info`, `/storage/v1/object/info/documents/${file.key}`, { token }],
      );
  }
  attempts.push([
    'owner uploads to a key registered by another',
    `/storage/v1/object/documents/${made.object_key}`,
    { method: 'POST', body: pdf, token: tokens.owner, headers: type },
  ]);
  const wrong: string[] = [];
  for (const [what, path, init] of attempts) {
    const { status, text } = await ask(path, init);
    // A deletion that finds nothing to delete may answer «done»; that nothing was done is looked up below.
    if (status >= 500 || (status < 300 && !/deletes|empties/.test(what)))
      wrong.push(`${what} → ${status} ${text.slice(0, 150)}`);
    if (/root:x:0|%PDF/.test(text)) wrong.push(`${what} shows content`);
  }
  for (const token of [undefined, tokens.stranger]) {
    const { text } = await post('/storage/v1/object/list/documents', { prefix: '', limit: 1000 }, { token });
    if (text.includes(file.key)) wrong.push(`list names the file: ${token ? 'stranger' : 'anon'}`);
  }
  expect(wrong).toEqual([]);
  expect([...(await objects())]).toEqual(before);
  expect([...(await buckets())]).toEqual(pails);
  const again = await ask(`/storage/v1/object/documents/${file.key}`, { token: tokens.owner });
  expect(again.text).toBe(original);
  // What a browser gets is saved, never shown as a page of this site.
  expect([again.headers.get('content-disposition'), again.headers.get('x-content-type-options')]).toEqual([
    'attachment',
    'nosniff',
  ]);
}, 60_000);

test('a request line that is none, a path out of the site or an endless body is refused, and the portal stays up', async () => {
  const line = (target: string, method = 'GET') =>
    raw(`${method} ${target} HTTP/1.1\r\nHost: ${new URL(inject('url')).host}\r\nConnection: close\r\n\r\n`);
  for (const target of [
    '//',
    '//[',
    'http://[',
    '///',
    '/%',
    '/%00',
    '/%ff',
    '/..',
    '/../../../../etc/passwd',
    '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/..%5c..%5cetc',
    '/....//....//etc/passwd',
    '//etc/passwd',
    '/rest/v1/%2e%2e/%2e%2e/',
    '*',
    `/${'a'.repeat(14_000)}`,
    '/functions/v1/%',
    '/functions/v1//',
    '/storage/v1/%',
  ]) {
    const answer = await line(target);
    expect([target.slice(0, 40), /^HTTP\/1\.1 (2\d\d|3\d\d|4\d\d)/.test(answer), answer.slice(0, 60)]).toEqual([
      target.slice(0, 40),
      true,
      answer.slice(0, 60),
    ]);
    expect(answer).not.toMatch(/root:x:0|jwtSecret/);
  }
  for (const request of [
    'GARBAGE\r\n\r\n',
    'GET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
    'POST /rest/v1/rpc/today HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  ]) {
    expect(await raw(request)).toMatch(/^HTTP\/1\.1 4\d\d/);
  }
  const declared = await ask(`/storage/v1/object/documents/${file.key}`, {
    method: 'POST',
    body: new Uint8Array(23 * 1024 * 1024),
    token: tokens.owner,
  }).catch(() => null);
  if (declared) expect([declared.status, declared.code]).toEqual([413, 'TOO_LARGE']);
  // The same without saying how long it is.
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024 * 1024;
      if (sent > 200 * 1024 * 1024) controller.close();
      else controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });
  const streamed = await ask('/rest/v1/rpc/save_order', {
    method: 'POST',
    body: endless,
    duplex: 'half',
    token: tokens.owner,
    headers: json,
  } as Init).catch(() => null);
  if (streamed) expect([streamed.status, streamed.code]).toEqual([413, 'TOO_LARGE']);
  expect(sent).toBeLessThan(100 * 1024 * 1024);
  expect((await ask('/rest/v1/rpc/today', { method: 'POST', headers: json, body: '{}' })).status).toBe(200);
}, 60_000);

test('a session that has ended, and a new person without an organization, do nothing in another’s name', async () => {
  const lone = await signUp();
  const token = await tokenOf(lone);
  for (const name of ['withdraw_order', 'pay_voucher', 'accept_order']) {
    const { code, status } = await post(
      `/rest/v1/rpc/${name}`,
      { order_id: orderId, request_id: requestId() },
      { token },
    );
    expect([name, code, status]).toEqual([name, 'NOT_FOUND', 404]);
  }
  await lone.client.auth.signOut();
  const { status } = await post('/auth/v1/token?grant_type=refresh_token', { refresh_token: 'x'.repeat(40) });
  expect([status >= 400, status < 500]).toEqual([true, true]);
});
