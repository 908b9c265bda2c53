// A stranger asks for what is dear to answer: tables within tables, sums, plans, long words. Each costs the asker more than the house.
import { beforeAll, expect, inject, test } from 'vitest';
import { admin, type Person, requestId, registered, signUp } from '../support/people.ts';

let nobody: Person;
/** Tables that every stranger reads, and those that everyone with an account reads. */
let open: string[];
let openToAccounts: string[];
beforeAll(async () => {
  nobody = await signUp();
  const tables = await admin()`
    select c.relname as name, has_table_privilege('anon', c.oid, 'select') as anon from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege('authenticated', c.oid, 'select')
      and exists (select 1 from pg_policy p where p.polrelid = c.oid and pg_get_expr(p.polqual, p.polrelid) = 'true')
    order by 1`;
  openToAccounts = tables.map((t) => String(t['name']));
  open = tables.filter((t) => t['anon']).map((t) => String(t['name']));
  expect([open.length > 15, openToAccounts.length > open.length]).toEqual([true, true]);
});

interface Answer {
  status: number;
  bytes: number;
  ms: number;
  code: string | undefined;
}
/** Asks with a GET, as nobody or as somebody, and counts what comes. */
async function ask(path: string, headers: Record<string, string> = {}, person?: Person): Promise<Answer> {
  const token = (await person?.client.auth.getSession())?.data.session?.access_token;
  const began = performance.now();
  const answer = await fetch(`${inject('url')}/rest/v1/${path}`, {
    headers: { apikey: inject('publishableKey'), ...(token && { authorization: `Bearer ${token}` }), ...headers },
  });
  const body = new Uint8Array(await answer.arrayBuffer());
  const code = answer.ok ? undefined : /"code":"(\w+)"/.exec(new TextDecoder().decode(body))?.[1];
  return { status: answer.status, bytes: body.byteLength, ms: performance.now() - began, code };
}
const refused = (a: Answer) => a.status >= 400 && a.status < 500 && a.bytes < 2000 && a.ms < 2000;
/** `first(second(first(…)))`, each `depth` times. */
const nested = (first: string, second: string, depth: number) =>
  `${first}?select=${Array.from({ length: depth }, (_, i) => (i % 2 ? first : second)).join('(')}(*${')'.repeat(depth)}`;

test('no table that everyone may read is read within another', async () => {
  const wrong: string[] = [];
  for (const [tables, person] of [
    [open, undefined],
    [openToAccounts, nobody],
  ] as const)
    for (const from of tables)
      for (const to of tables) {
        const { status } = await ask(`${from}?select=${to}(*)&limit=1`, {}, person);
        if (status < 400 || status >= 500) wrong.push(`${person ? 'account' : 'stranger'}: ${from}(${to}) ${status}`);
      }
  expect(wrong).toEqual([]);
}, 120_000);

test('nor under another name: by key, by column, twice, within a filter, or many levels deep', async () => {
  const keys = await admin()`
    select c.conname as key, c.conrelid::regclass::text as from, c.confrelid::regclass::text as to, a.attname as column
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.confrelid::regclass::text = any (${openToAccounts})
      and c.conrelid::regclass::text = any (${openToAccounts})`;
  expect(keys.length).toBeGreaterThan(8);
  const wrong: string[] = [];
  for (const { key, from, to, column } of keys)
    for (const path of [
      `${from}?select=${to}!${key}(*)`,
      `${to}?select=${from}!${key}(*)`,
      `${from}?select=${key}(*)`,
      `${to}?select=${key}(*)`,
      `${from}?select=${column}(*)`,
      `${from}?select=${to}!inner(*)`,
      `${to}?select=a:${from}(*),b:${from}(*)`,
      `${from}?select=...${to}(*)`,
      `${from}?select=*,${to}`,
      `${to}?select=*,${from}`,
      `${to}?select=*&${from}=not.is.null`,
      `${to}?select=*,${from}()&order=${from}(id)`,
    ]) {
      for (const person of [undefined, nobody]) {
        const { status } = await ask(path, {}, person);
        if (status < 400 || status >= 500) wrong.push(`${person ? 'account' : 'stranger'}: ${path} ${status}`);
      }
    }
  expect(wrong).toEqual([]);
  for (const [first, second] of [
    ['policy_years', 'policy_parameters'],
    ['notices', 'notice_items'],
    ['workflow_entities', 'workflow_states'],
    ['organizations', 'cities'],
    ['organizations', 'organizations'],
  ] as const)
    for (const depth of [2, 8, 40])
      for (const person of [undefined, nobody]) {
        const answer = await ask(nested(first, second, depth), {}, person);
        expect([first, second, depth, refused(answer)], JSON.stringify(answer)).toEqual([first, second, depth, true]);
      }
});

test('organizations are nested in no direction: a recommender is asked for by its number', async () => {
  const firm = await registered('applicant');
  for (const select of ['name, organizations(name)', 'name, recommender:recommender_id(name)'])
    expect((await firm.client.from('organizations').select(select).eq('id', firm.orgId)).error).not.toBeNull();
});

test('no sums, no plans', async () => {
  for (const path of [
    'catalogue?select=count()',
    'catalogue?select=slug.count()',
    'statistics?select=amount_fen.sum()',
  ])
    expect([path, refused(await ask(path))]).toEqual([path, true]);
  for (const format of ['json', 'text'])
    expect(refused(await ask('catalogue?select=slug', { accept: `application/vnd.pgrst.plan+${format}` }))).toBe(true);
});

test('a column is asked for once, and no pattern is searched for: what the database cannot be told to refuse', async () => {
  const repeated = (column: string, times: number) => Array.from({ length: times }, () => column).join(',');
  const or = (condition: string) => `catalogue?select=slug&or=(slug.eq.i1,${condition})`;
  const pattern = encodeURIComponent('(.{1,120}){1,120}x');
  for (const path of [
    `catalogue?select=${repeated('purpose', 2)}`,
    `catalogue?select=${repeated('purpose', 800)}`,
    `catalogue?select=${repeated('*', 60)}`,
    'catalogue?select=a:purpose,b:purpose',
    'catalogue?select=purpose,"purpose"',
    'catalogue?select=purpose::text,purpose::varchar',
    'catalogue?select=details->a,details->>b',
    `catalogue?select=slug&purpose=match.${pattern}`,
    `catalogue?select=slug&purpose=imatch.${pattern}`,
    `catalogue?select=slug&purpose=not.match.${pattern}`,
    `catalogue?select=slug&purpose=match(any).%7B${pattern}%7D`,
    `catalogue?select=slug&purpose=fts(simple).a`,
    `catalogue?select=slug&purpose=wfts.a`,
    or(`purpose.match.${pattern}`),
    or(`purpose.not.imatch.${pattern}`),
    or(`and(slug.eq.i2,purpose.match.${pattern})`),
    `catalogue?select=slug&%6Fr=(purpose.%6Datch.${pattern})`,
    `catalogue?select=slug&and=(purpose.plfts.a)`,
  ]) {
    const answer = await ask(path);
    expect([path.slice(0, 80), answer.code, refused(answer)]).toEqual([path.slice(0, 80), 'READ_REFUSED', true]);
  }
  // What pages ask goes on.
  const between = `and=(${encodeURIComponent('ordinal.gt.0,ordinal.lte.1000')})`;
  for (const path of [
    'catalogue?select=slug,name,purpose&kind=eq.instrument&order=ordinal&limit=1',
    `catalogue?select=*&${between}`,
    'catalogue?select=slug&name=eq.match.x',
    'catalogue?select=slug&or=(slug.eq.i1,slug.eq.i2)&slug=in.(i1,i2)',
  ])
    expect([path, (await ask(path)).status]).toEqual([path, 200]);
  const twice =
    'applicant:organizations!orders_applicant_id_fkey(name),institution:organizations!orders_institution_id_fkey(name)';
  expect((await ask(`orders?select=*,${twice}&limit=1`, {}, nobody)).status).toBe(200);
});

test('a page is a thousand rows at most, whatever is asked for', async () => {
  await admin()`
    insert into public.statistics (year, quarter, dimension, label, measure, vouchers, amount_fen)
    select 2031, 1, 'class', '类' || n, 'issued', 1, 1 from generate_series(1, 1500) n`;
  for (const path of ['', '&limit=100000000', '&offset=1&limit=-1', '&offset=400']) {
    const { status, bytes } = await ask(`statistics?select=year${path}`);
    expect([path, status >= 200 && status < 500, bytes < 20_000]).toEqual([path, true, true]);
  }
  await admin()`delete from public.statistics where year = 2031`;
});

test('what is said is measured before anything is done with it', async () => {
  const firm = await registered('applicant');
  const payload = { title: '长'.repeat(300_000) };
  const began = performance.now();
  const { error } = await firm.act('register_project', { request_id: requestId(), payload });
  expect([error?.code, performance.now() - began < 2000]).toEqual(['TEXT_TOO_LONG', true]);
  // And nothing is kept of it.
  const [row] = await admin()`select count(*)::integer as n from private.requests where user_id = ${firm.userId}`;
  expect(row?.['n']).toBeLessThan(2);
  for (const [p_from, p_days] of [
    ['2025-01-01', 2147483647],
    ['infinity', 5],
    ['-infinity', 366],
    ['4713-01-01 BC', 366],
    ['5874897-12-31', 366],
  ] as const) {
    const answer = await ask(`rpc/working_day_after?p_from=${encodeURIComponent(p_from)}&p_days=${p_days}`);
    expect([p_from, answer.status < 500, answer.bytes < 500, answer.ms < 1000]).toEqual([p_from, true, true, true]);
  }
});
