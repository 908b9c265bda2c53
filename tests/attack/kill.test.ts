// T3: Postgres is killed (SIGKILL) while payments run, on a stack of its own. Nothing acknowledged is lost, nothing is half done, and a retry with the same key has one effect.
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
                // Every process of the cluster at once, as a power cut would.
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
