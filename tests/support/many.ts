// Quarters of hundreds, for what must be bounded: made set-based inside a transaction that is undone.
import type postgres from 'postgres';
import { admin, applicant, institution, paid } from './people.ts';

/** So many claims of one quarter in that state, copied from one real order; only this transaction sees them. Gives the quarter, which is nobody else's. */
export async function manyClaims(sql: postgres.TransactionSql, count: number, state: string): Promise<number> {
  const [firm, lab] = [await applicant(), await institution()];
  const result = state === 'listed' || state === 'in_review' ? null : 'yes';
  const pattern = await paid(firm, lab);
  await sql`set local session_replication_role = replica`;
  const [round] = await sql`
    insert into public.rounds (year, quarter)
    select y.year, q.quarter from public.policy_years y cross join generate_series(1, 4) q (quarter)
    where y.year < private.this_year()
      and not exists (select 1 from public.rounds r where r.year = y.year and r.quarter = q.quarter)
    order by y.year, q.quarter limit 1 returning id::integer`;
  const id = Number(round?.['id']);
  await sql`update public.rounds set state = ${state} where id = ${id}`;
  await sql`
    with made as (
      insert into public.orders (order_no, applicant_id, institution_id, project_id, instrument_id, title, resource_name, contract_no,
        contract_total_fen, test_fee_fen, eligible_fee_fen, approved_fen, quota_id, policy_year, policy_version, state, submitted_at)
      select 'LONG-' || n, applicant_id, institution_id, project_id, instrument_id, title, resource_name, 'LONG-' || n, 1000, 1000, 1000, 300,
        quota_id, policy_year, policy_version, 'paid', now()
      from public.orders, generate_series(1, ${count}) n where id = ${pattern} returning *),
    vouchers as (
      insert into public.vouchers (voucher_no, order_id, applicant_id, institution_id, holder_id, quota_id, amount_fen, year,
        expires_at, paid_at, state)
      select order_no, id, applicant_id, institution_id, institution_id, quota_id, 300, 2026, '2026-12-31T16:00:00Z',
        '2026-02-01'::timestamptz + random() * interval '90 days', 'paid' from made returning *)
    insert into public.redemptions (voucher_id, order_id, applicant_id, institution_id, amount_fen, round_id, papers_round_id, paid_at, voucher_no,
      expert_result, papers_archived, state)
    select id, order_id, applicant_id, institution_id, amount_fen, ${id}, ${id}, paid_at, voucher_no, ${result}, true, 'passed' from vouchers`;
  await sql`set local session_replication_role = origin`;
  return id;
}

/** Undone in the end: no other test sees it. */
export const aside = (work: (sql: postgres.TransactionSql) => Promise<void>) =>
  admin()
    .begin(async (sql) => {
      await work(sql);
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
