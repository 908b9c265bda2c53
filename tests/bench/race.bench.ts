import postgres from 'postgres';
import { makeOrders, payableClaims, paymentActs, throughput, timed, withStack } from './support.ts';

/** S6: approvals spread over 1,000 quotas against bare updates of the same rows; a payout of 10,000 in order of payment. */
export default async function race(): Promise<void> {
  await withStack(async (stack) => {
    const { sql } = stack;
    await makeOrders(stack, 3000, 'platform_review', 1000);
    const [office] = await sql`select user_id as id from public.staff_roles where role = 'platform' limit 1`;
    const ids = (
      await sql`select id::integer from public.orders where order_no like 'B-platform_review-%' order by id`
    ).map((r) => Number(r['id']));
    const pool = postgres(stack.databaseUrl, { max: 16, onnotice: () => {} });
    const bare = await throughput(
      ids,
      16,
      (id) => pool`update public.orders set purpose = purpose || '.' where id = ${id}`,
    );
    const claims = JSON.stringify({ role: 'authenticated', sub: office?.['id'] });
    const approve = await throughput(ids, 16, (id) =>
      pool.begin(async (t) => {
        await t`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true), set_config('request.jwt.claim.sub', ${String(office?.['id'])}, true)`;
        await t`select public.approve_order(${id}, ${crypto.randomUUID()})`;
      }),
    );
    await pool.end();
    console.log(
      `approvals over 1,000 quotas: ${approve.toFixed(0)}/s; bare updates of the same rows: ${bare.toFixed(0)}/s; ratio ${(approve / bare).toFixed(2)} (goal 0.60)`,
    );

    await payableClaims(stack, 10_000);
    const as = async (who: string, call: string) =>
      sql.begin(async (t) => {
        const token = JSON.stringify({ role: 'authenticated', sub: who });
        await t`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${token}, true), set_config('request.jwt.claim.sub', ${who}, true)`;
        return (await t.unsafe(`select public.${call} as r`))[0]?.['r'] as { left?: number } | undefined;
      });
    let list = 0;
    const ms = await timed(async () => {
      list = await paymentActs(stack, async (who, _, call) => {
        while (Number((await as(who, call))?.left) > 0);
      });
    });
    const [wrong] =
      await sql`select count(*)::integer as n, count(*) filter (where x.paid_at < x.before)::integer as wrong from (select r.paid_at, lag(r.paid_at) over (order by p.line_no) as before from public.payments p join public.redemptions r on r.id = p.redemption_id where p.list_id = ${list} and p.state = 'arrived') x`;
    console.log(
      `a list of ${wrong?.['n']} vouchers, drawn up to arrived: ${(ms / 1000).toFixed(1)} s, out of order: ${wrong?.['wrong']}`,
    );
  });
}
