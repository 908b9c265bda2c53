// R27–R29 at length: a quarter of many is assigned, reported and published in batches, each a statement that hosted lets end.
import type postgres from 'postgres';
import { expect, test } from 'vitest';
import { aside, manyClaims } from '../support/many.ts';
import { experts, type Person, platform, requestId } from '../support/people.ts';

interface Batch {
  state: string;
  count: number;
  left: number;
}
async function advance(sql: postgres.TransactionSql, who: Person, round: number, action: string): Promise<Batch> {
  await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claim.sub', ${who.userId}, true),
    set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: who.userId })}, true)`;
  const start = performance.now();
  const [row] = await sql`select public.advance_round(${round}, ${action}, null, ${requestId()}) as batch`;
  expect(performance.now() - start, action).toBeLessThan(5_000);
  await sql`select set_config('role', 'none', true)`;
  return row?.['batch'] as Batch;
}

test('R27: experts are assigned in batches; the quarter stays listed until the last, every item has three, the load is even', async () => {
  await experts(5);
  await aside(async (sql) => {
    const round = await manyClaims(sql, 450, 'listed');
    const since = async () =>
      (await sql`select state_since::text as at from public.rounds where id = ${round}`)[0]?.['at'];
    const before = await since();
    const office = await platform();
    expect(await advance(sql, office, round, 'open_review')).toMatchObject({ state: 'listed', count: 200, left: 250 });
    expect(await since()).toBe(before);
    expect(await advance(sql, office, round, 'open_review')).toMatchObject({ state: 'listed', count: 200, left: 50 });
    expect(await advance(sql, office, round, 'open_review')).toMatchObject({ state: 'in_review', count: 50, left: 0 });
    const [items] = await sql`
      select count(*)::integer as n, count(*) filter (where x.n = 3)::integer as full from (
        select count(a.expert_id) as n from public.redemptions r left join public.expert_assignments a on a.redemption_id = r.id
        where r.voucher_no like 'LONG-%' group by r.id) x`;
    expect(items).toEqual({ n: 450, full: 450 });
    const [load] = await sql`
      select max(n) - min(n) <= 1 as even from (select count(*) as n from public.expert_assignments a
        join public.redemptions r on r.id = a.redemption_id where r.voucher_no like 'LONG-%' group by a.expert_id) x`;
    expect(load?.['even']).toBe(true);
  });
}, 60_000);

test('R27: a thousand results and more are drawn up in batches; the quarter is reported with the last', async () => {
  await experts(3);
  await aside(async (sql) => {
    const round = await manyClaims(sql, 1_050, 'in_review');
    await sql`set local session_replication_role = replica`;
    await sql`update public.redemptions set review_open = true, experts_needed = 3 where voucher_no like 'LONG-%'`;
    await sql`
      with seats as (insert into public.expert_assignments (redemption_id, expert_id, no_conflict_at)
        select r.id, e.user_id, now() from public.redemptions r, public.experts e
        join public.staff_roles s on s.user_id = e.user_id and s.role = 'expert' where r.voucher_no like 'LONG-%' returning *)
      insert into public.expert_votes (redemption_id, expert_id, turn, verdict)
      select redemption_id, expert_id, 1, 'yes' from seats`;
    await sql`set local session_replication_role = origin`;
    await sql`analyze public.expert_assignments, public.expert_votes, public.redemptions`;
    const office = await platform();
    expect(await advance(sql, office, round, 'report')).toMatchObject({ state: 'in_review', count: 1000, left: 50 });
    expect(await advance(sql, office, round, 'report')).toMatchObject({ state: 'reported', count: 50, left: 0 });
    const [results] = await sql`
      select count(*)::integer as n from public.redemptions
      where voucher_no like 'LONG-%' and expert_result = 'yes' and not review_open`;
    expect(results?.['n']).toBe(1_050);
  });
}, 60_000);

test('R29: the notice stands at once and whole; many refusals end in batches after it, and no payout starts before the last', async () => {
  await aside(async (sql) => {
    const round = await manyClaims(sql, 450, 'finance_confirmed');
    await sql`update public.redemptions set expert_result = 'no' where voucher_no like 'LONG-%' and id % 2 = 0`;
    const [refused] = await sql`
      select count(*)::integer as n from public.redemptions where voucher_no like 'LONG-%' and expert_result = 'no'`;
    const office = await platform();
    await advance(sql, office, round, 'publish');
    const [items] = await sql`
      select count(*)::integer as n from public.notice_items i join public.notices n on n.id = i.notice_id
      where n.round_id = ${round} and i.voucher_no like 'LONG-%'`;
    expect(items?.['n']).toBe(450);
    // R47: nothing is final before the notice is over.
    await sql`update public.notices set from_on = from_on - 30, to_on = to_on - 30 where round_id = ${round}`;
    const first = await advance(sql, office, round, 'start_payout');
    expect(first).toMatchObject({ state: 'in_notice', count: 100, left: Number(refused?.['n']) - 100 });
    expect(await advance(sql, office, round, 'start_payout')).toMatchObject({ state: 'in_notice', count: 100 });
    expect(await advance(sql, office, round, 'start_payout')).toMatchObject({ state: 'paying', left: 0 });
    const [failed] = await sql`
      select count(*)::integer as n from public.vouchers where voucher_no like 'LONG-%' and state = 'failed'`;
    expect(failed?.['n']).toBe(refused?.['n']);
  });
}, 60_000);
