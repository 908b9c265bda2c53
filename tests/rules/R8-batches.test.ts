// R8, R43 at length: twelve hundred on one list, in order of payment; the bank's answer is taken in batches that can be broken off and
// resumed, each line once.
import type postgres from 'postgres';
import { beforeAll, expect, test } from 'vitest';
import { aside, manyClaims } from '../support/many.ts';
import { type Person, platform, requestId, secondOfficer } from '../support/people.ts';
import { payOut } from '../support/payments.ts';

const many = 1_200;
let [office, second]: Person[] = [];
beforeAll(async () => {
  // What other tests left ready is not of these lists.
  await payOut();
  [office, second] = [await platform(), await secondOfficer()];
});

interface Answer {
  id: number;
  count: number;
  left: number;
  amount_fen: number;
  stopped_by_fund: boolean;
  arrived: number;
  state: string;
}
/** Calls a function of the API as a person inside the transaction; with the time it took. */
async function call(sql: postgres.TransactionSql, who: Person | undefined, what: string) {
  const id = String(who?.userId);
  await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claim.sub', ${id}, true),
    set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: id })}, true)`;
  const start = performance.now();
  const [row] = await sql.unsafe(`select public.${what} as answer`);
  await sql`select set_config('role', 'none', true)`;
  return { answer: row?.['answer'] as Answer, ms: performance.now() - start };
}
const drawUp = (sql: postgres.TransactionSql, id: string) => call(sql, office, `draw_up_payment_list('${id}')`);

/** The bank's answer to a whole list, staged. */
async function staged(sql: postgres.TransactionSql, list: number): Promise<number> {
  const lines =
    await sql`select line_no, payment_no, amount_fen::integer, '到账' as result, private.today()::text as result_on,
    'LS' || line_no as reference, '' as reason from public.payments where list_id = ${list} order by line_no`;
  const { answer } = await call(
    sql,
    office,
    `open_bank_import(${list}, repeat('a', 64), '结果.csv', ${lines.length}, '${requestId()}')`,
  );
  for (let at = 0; at < lines.length; at += 500)
    await call(sql, office, `stage_bank_lines(${answer.id}, '${JSON.stringify(lines.slice(at, at + 500))}')`);
  return answer.id;
}

test('R8, R33, R43: twelve hundred on one list, in order of payment; results in batches, broken off and resumed, each once', async () => {
  await aside(async (sql) => {
    await manyClaims(sql, many, 'paying');
    const first = requestId();
    const drawn = await drawUp(sql, first);
    expect(drawn.answer).toMatchObject({ count: many, amount_fen: many * 300, stopped_by_fund: false });
    // The same request again is the same list.
    expect((await drawUp(sql, first)).answer).toEqual(drawn.answer);
    const list = drawn.answer.id;
    const times = [drawn.ms];
    for (const [who, action] of [
      [second, 'approve'],
      [office, 'send'],
    ] as const)
      times.push((await call(sql, who, `advance_payment_list(${list}, '${action}', null, '${requestId()}')`)).ms);
    const file = await staged(sql, list);
    const apply = (request = requestId()) => call(sql, office, `apply_bank_import(${list}, ${file}, '${request}')`);
    const one = requestId();
    const batches = [await apply(one)];
    expect((await apply(one)).answer).toEqual(batches[0]?.answer);
    expect(batches[0]?.answer).toMatchObject({ count: 1000, arrived: 1000, left: many - 1000, state: 'in_transit' });
    // Killed in the middle of the second batch: nothing of it is there, and it is done again.
    await sql
      .savepoint(async (s) => {
        await call(
          s as unknown as postgres.TransactionSql,
          office,
          `apply_bank_import(${list}, ${file}, '${requestId()}')`,
        );
        throw new Error('killed');
      })
      .catch(() => undefined);
    const [there] =
      await sql`select count(*)::integer as n from public.payments where list_id = ${list} and state = 'arrived'`;
    expect(there?.['n']).toBe(1000);
    while (batches.at(-1)?.answer.left) batches.push(await apply());
    expect(batches.map((b) => [b.answer.count, b.answer.left])).toEqual([
      [1000, many - 1000],
      [many - 1000, 0],
    ]);
    expect(batches.at(-1)?.answer.state).toBe('done');
    times.push(...batches.map((b) => b.ms));
    console.log(`drawn up, approved, sent, results: ${times.map((t) => Math.round(t)).join(', ')} ms`);
    for (const ms of times) expect(ms).toBeLessThan(5_000);
    const [order] = await sql`
      select count(*)::integer as n, count(distinct r.redemption_id)::integer as once,
        count(*) filter (where r.paid_at < before)::integer as wrong,
        (select count(*)::integer from public.events e where e.entity = 'voucher' and e.action = 'redeem' and e.entity_id in
          (select x.voucher_id from public.redemptions x where x.voucher_no like 'LONG-%')) as redeemed
      from (select p.redemption_id, r.paid_at, lag(r.paid_at) over (order by p.line_no) as before from public.payments p
        join public.redemptions r on r.id = p.redemption_id where p.list_id = ${list} and p.state = 'arrived') r`;
    expect(order).toEqual({ n: many, once: many, wrong: 0, redeemed: many });
  });
}, 60_000);

test('R8: the fund stops a list at the first that does not fit, and nothing is left to go on with', async () => {
  await aside(async (sql) => {
    await manyClaims(sql, 600, 'paying');
    await sql`update public.policy_parameters set value = 300 * 550 + 299 + (select used_fen from private.fund_of(private.this_year()))
      where year = private.this_year() and key = 'fund_fen'`;
    const { answer } = await drawUp(sql, requestId());
    expect(answer).toMatchObject({ count: 550, amount_fen: 165_000, stopped_by_fund: true });
    await call(sql, second, `advance_payment_list(${answer.id}, 'approve', null, '${requestId()}')`);
    await expect(sql.savepoint((s) => drawUp(s as unknown as postgres.TransactionSql, requestId()))).rejects.toThrow(
      /R43_NOTHING_READY/,
    );
  });
}, 60_000);
