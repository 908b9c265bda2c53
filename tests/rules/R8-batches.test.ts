// R8 at length: a payout of many works in batches that can be broken off and resumed, in the same order, each voucher once.
import type postgres from 'postgres';
import { beforeAll, expect, test } from 'vitest';
import { aside, manyClaims } from '../support/many.ts';
import { type Person, platform, requestId } from '../support/people.ts';

const many = 1_200;
let office: Person;
beforeAll(async () => {
  office = await platform();
});

interface Batch {
  count: number;
  left: number;
  amount_fen: number;
  stopped_by_fund: boolean;
}
async function payOut(sql: postgres.TransactionSql, id: string): Promise<{ batch: Batch; ms: number }> {
  await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claim.sub', ${office.userId}, true),
    set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: office.userId })}, true)`;
  const start = performance.now();
  const [row] = await sql`select public.pay_out(${id}) as batch`;
  await sql`select set_config('role', 'none', true)`;
  return { batch: row?.['batch'] as Batch, ms: performance.now() - start };
}

test('R8, R33: twelve hundred are paid in batches, in order of payment, each once; a repeated request pays nothing more', async () => {
  await aside(async (sql) => {
    await manyClaims(sql, many, 'paying');
    const first = requestId();
    const batches = [await payOut(sql, first), await payOut(sql, first)];
    expect(batches[1]?.batch).toEqual(batches[0]?.batch);
    expect(batches[0]?.batch).toMatchObject({
      count: 500,
      left: many - 500,
      amount_fen: 150_000,
      stopped_by_fund: false,
    });
    while (batches.at(-1)?.batch.left) batches.push(await payOut(sql, requestId()));
    expect(batches.slice(2).map((b) => [b.batch.count, b.batch.left])).toEqual([
      [500, 200],
      [200, 0],
    ]);
    console.log(`batches: ${batches.map((b) => `${b.batch.count} in ${Math.round(b.ms)} ms`).join(', ')}`);
    for (const { ms } of batches) expect(ms).toBeLessThan(5_000);
    const [order] = await sql`
      select count(*)::integer as n, count(distinct r.id)::integer as once, count(*) filter (where r.paid_at < before)::integer as wrong
      from (select r.*, lag(r.paid_at) over (order by p.id) as before from public.payouts p
        join public.redemptions r on r.id = p.redemption_id where r.voucher_no like 'LONG-%') r`;
    expect(order).toEqual({ n: many, once: many, wrong: 0 });
  });
}, 60_000);

test('R8: the fund stops a batch at the first that does not fit, and nothing is left to go on with', async () => {
  await aside(async (sql) => {
    await manyClaims(sql, 600, 'paying');
    await sql`update public.policy_parameters set value = 300 * 550 + 299 + (
        select coalesce(sum(amount_fen), 0) from public.payouts where fund_year = 2026)
      where year = 2026 and key = 'fund_fen'`;
    expect((await payOut(sql, requestId())).batch).toMatchObject({ count: 500, left: 100, stopped_by_fund: false });
    expect((await payOut(sql, requestId())).batch).toMatchObject({ count: 50, left: 0, stopped_by_fund: true });
    expect((await payOut(sql, requestId())).batch).toMatchObject({ count: 0, left: 0, stopped_by_fund: true });
  });
}, 60_000);
