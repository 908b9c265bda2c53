// T3: Postgres is killed (SIGKILL) while payments run and while a bank's results are recorded, on a stack of its own. Nothing acknowledged is lost, nothing is half done, and a retry with the same key has one effect.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../../local/seed.ts';
import { type Stack, startStack } from '../../local/stack.ts';

let dataDir = '';
let stack: Stack;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voucher-kill-'));
  chmodSync(dataDir, 0o711);
  stack = await startStack({ dataDir });
  await seed(stack, { instruments: 20, applicants: 12 });
}, 120_000);
afterAll(async () => {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** One payment over HTTP, as a browser makes it; true when it was acknowledged. */
async function pay(token: string, order_id: number, request_id: string): Promise<boolean> {
  const answer = await fetch(`${stack.url}/rest/v1/rpc/pay_voucher`, {
    method: 'POST',
    body: JSON.stringify({ order_id, request_id }),
    headers: {
      apikey: stack.keys.publishableKey,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
  }).catch(() => undefined);
  await answer?.text().catch(() => undefined);
  return answer?.ok === true;
}
async function signIn(email: string): Promise<string> {
  const answer = await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: stack.keys.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'yanshi-2026-demo' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}
/** Every process of the cluster at once, as a power cut would. */
function cutPower(): void {
  const pid = postmaster();
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map((l) => Number(l.trim()))
    .filter(Boolean);
  for (const p of [pid, ...children]) {
    try {
      process.kill(p, 'SIGKILL');
    } catch {
      /* already gone */
    }
  }
}
const postmaster = () => Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

test('T3: kill −9 at random moments of 200 payments; retried with the same keys, every one has happened exactly once', async () => {
  // Two hundred delivered orders over the demo's applicants, made from one real order's shape, set-based.
  const sql = stack.sql;
  const [pattern] = await sql`select * from public.orders where state = 'delivered' limit 1`;
  const users = new Map<number, string>();
  for (const r of await sql`select m.organization_id::integer as org, u.email from public.memberships m join public.quotas q on q.organization_id = m.organization_id and q.year = 2026 join auth.users u on u.id = m.user_id`)
    users.set(Number(r['org']), await signIn(String(r['email'])));
  const orgs = [...users.keys()];
  const orders: { id: number; token: string; request: string }[] = [];
  await sql.begin(async (t) => {
    await t`set local session_replication_role = replica`;
    for (let i = 0; i < 200; i++) {
      const org = orgs[i % orgs.length] as number;
      const [quota] = await t`select id::integer from public.quotas where organization_id = ${org} and year = 2026`;
      const [order] =
        await t`insert into public.orders (order_no, applicant_id, institution_id, project_id, instrument_id, title, resource_name, contract_no, contract_signed_on, contract_total_fen, test_fee_fen, eligible_fee_fen, accepted_fen, approved_fen, quota_id, rate_bp, policy_year, policy_version, state, submitted_at)
        select ${`T3-${i}`}, ${org}, institution_id, project_id, instrument_id, title, resource_name, ${`T3-${i}`}, contract_signed_on, 1000, 1000, 1000, 300, 300, ${quota?.['id']}, 3000, 2026, 1, 'delivered', now() from public.orders where id = ${pattern?.['id']} returning id::integer`;
      const id = Number(order?.['id']);
      await t`insert into public.vouchers (voucher_no, order_id, applicant_id, institution_id, holder_id, quota_id, amount_fen, year, expires_at) select ${`T3-${i}`}, id, applicant_id, institution_id, applicant_id, quota_id, 300, 2026, '2027-01-01' from public.orders where id = ${id}`;
      await t`update public.quotas set held_fen = held_fen + 300 where id = ${quota?.['id']}`;
      await t`insert into public.quota_entries (quota_id, order_id, kind, amount_fen) values (${quota?.['id']}, ${id}, 'hold', 300)`;
      orders.push({ id, token: users.get(org) as string, request: crypto.randomUUID() });
    }
  });
  const [before] = await sql`select (select count(*) from private.imbalances())::integer as bad`;
  expect(before?.['bad']).toBe(0);

  const acknowledged = new Set<number>();
  let open = [...orders];
  let kills = 0;
  for (let round = 0; round < 8 && open.length > 0; round++) {
    let killed = false;
    const killer =
      round < 5
        ? new Promise<void>((done) =>
            setTimeout(
              () => {
                kills++;
                killed = true;
                cutPower();
                done();
              },
              20 + Math.floor(Math.random() * 80),
            ),
          )
        : Promise.resolve();
    await Promise.all(
      open.map(async (o) => {
        if (await pay(o.token, o.id, o.request)) acknowledged.add(o.id);
      }),
    );
    await killer;
    if (killed) {
      await stack.stop();
      stack = await startStack({ dataDir });
    }
    open = orders.filter((o) => !acknowledged.has(o.id));
  }
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(open).toEqual([]);
  const rows = await stack.sql`
    select o.id::integer, o.state, v.state as voucher, (select count(*)::integer from public.events e where e.entity = 'order' and e.entity_id = o.id and e.action = 'pay') as events,
      (select count(*)::integer from public.quota_entries q where q.order_id = o.id and q.kind = 'spend') as spends
    from public.orders o join public.vouchers v on v.order_id = o.id where o.order_no like 'T3-%'`;
  expect(
    rows.filter((r) => r['state'] !== 'paid' || r['voucher'] !== 'paid' || r['events'] !== 1 || r['spends'] !== 1),
  ).toEqual([]);
  expect([...(await stack.sql`select * from private.imbalances()`)]).toEqual([]);
  // Once more with the same keys: the first answers, nothing more.
  const last = orders[0] as (typeof orders)[number];
  expect(await pay(last.token, last.id, last.request)).toBe(true);
  expect(
    (
      await stack.sql`select count(*)::integer as n from public.events where entity = 'order' and entity_id = ${last.id} and action = 'pay'`
    )[0]?.['n'],
  ).toBe(1);
}, 180_000);

test('T3, R43: kill −9 in the middle of 3,500 bank results; gone on with, each line is recorded exactly once', async () => {
  const count = 3_500;
  await stack.sql.begin(async (t) => {
    await t`set local session_replication_role = replica`;
    const [round] =
      await t`insert into public.rounds (year, quarter, state) values (2025, 1, 'paying') returning id::integer`;
    await t`
      with made as (
        insert into public.orders (order_no, applicant_id, institution_id, project_id, instrument_id, title, resource_name, contract_no, contract_signed_on, contract_total_fen, test_fee_fen, eligible_fee_fen, accepted_fen, approved_fen, quota_id, rate_bp, policy_year, policy_version, state, submitted_at)
        select 'KB-' || n, applicant_id, institution_id, project_id, instrument_id, title, resource_name, 'KB-' || n, contract_signed_on, 1000, 1000, 1000, 300, 300, quota_id, 3000, 2026, 1, 'paid', now()
        from (select * from public.orders where state = 'paid' limit 1) o, generate_series(1, ${count}) n returning *),
      vouchers as (
        insert into public.vouchers (voucher_no, order_id, applicant_id, institution_id, holder_id, quota_id, amount_fen, year, expires_at, paid_at, state)
        select order_no, id, applicant_id, institution_id, institution_id, quota_id, 300, 2026, '2027-01-01', now() - random() * interval '90 days', 'paid' from made returning *)
      insert into public.redemptions (voucher_id, order_id, applicant_id, institution_id, amount_fen, round_id, papers_round_id, paid_at, voucher_no, expert_result, papers_archived, state)
      select id, order_id, applicant_id, institution_id, amount_fen, ${round?.['id']}, ${round?.['id']}, paid_at, voucher_no, 'yes', true, 'passed' from vouchers`;
  });
  const [first, second] = [await signIn('platform@demo.example'), await signIn('platform2@demo.example')];
  const call = async <T>(token: string, name: string, args: Record<string, unknown>): Promise<T | undefined> => {
    const answer = await fetch(`${stack.url}/rest/v1/rpc/${name}`, {
      method: 'POST',
      body: JSON.stringify(args),
      headers: {
        apikey: stack.keys.publishableKey,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
    }).catch(() => undefined);
    const body = await answer?.json().catch(() => undefined);
    return answer?.ok ? (body as T) : undefined;
  };
  const id = () => crypto.randomUUID();
  const list = (await call<{ id: number; count: number }>(first, 'draw_up_payment_list', { request_id: id() }))?.id;
  for (const [token, action] of [
    [second, 'approve'],
    [first, 'send'],
  ] as const)
    expect(
      await call(token, 'advance_payment_list', { list_id: list, action, reason: null, request_id: id() }),
    ).toBeDefined();
  const lines = await stack.sql`
    select line_no, payment_no, amount_fen::integer, '到账' as result, private.today()::text as result_on, 'LS' || line_no as reference, '' as reason
    from public.payments where list_id = ${Number(list)} order by line_no`;
  expect(lines.length).toBe(count);
  const file = await call<{ id: number }>(first, 'open_bank_import', {
    list_id: list,
    sha256: 'a'.repeat(64),
    file_name: '结果.csv',
    lines: count,
    request_id: id(),
  });
  for (let at = 0; at < count; at += 500)
    await call(first, 'stage_bank_lines', { import_id: file?.id, lines: lines.slice(at, at + 500) });

  let left = count;
  let kills = 0;
  for (let tries = 0; left > 0 && tries < 40; tries++) {
    const request_id = id();
    const batch = () =>
      call<{ left: number }>(first, 'apply_bank_import', { list_id: list, import_id: file?.id, request_id });
    // Twice the power is cut somewhere inside a batch, or just after it; the same request is then made again.
    if (kills < 2 && tries % 2 === 1) {
      const lost = batch();
      await new Promise((done) => setTimeout(done, 50 + Math.random() * 400));
      kills++;
      cutPower();
      await lost;
      await stack.stop();
      stack = await startStack({ dataDir });
    }
    const answer = await batch();
    if (answer) left = answer.left;
  }
  expect([kills, left]).toEqual([2, 0]);
  const [sum] = await stack.sql`
    select count(*)::integer as lines, count(*) filter (where p.state = 'arrived')::integer as arrived,
      (select count(*)::integer from public.published_payouts x where x.voucher_no like 'KB-%') as published,
      (select count(*)::integer from public.events e join public.vouchers v on v.id = e.entity_id
        where e.entity = 'voucher' and e.action = 'redeem' and v.voucher_no like 'KB-%') as redeemed,
      (select state from public.payment_lists where id = ${Number(list)}) as state
    from public.payments p where p.list_id = ${Number(list)}`;
  expect(sum).toEqual({ lines: count, arrived: count, published: count, redeemed: count, state: 'done' });
  expect([
    ...(await stack.sql`select * from private.imbalances() where item in ('拨付单与各笔', '到账与兑付成功的券', '年度资金')`),
  ]).toEqual([]);
}, 240_000);
