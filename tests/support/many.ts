// Quarters of hundreds, for what must be bounded or whole: made set-based, inside a transaction that is undone or taken away after it.
import type postgres from 'postgres';
import { admin, applicant, institution, type Person, paid } from './people.ts';

/** So many claims of one quarter in that state, copied from one real order; only this transaction sees them. Gives the quarter, which is nobody else's. */
export async function manyClaims(
  sql: postgres.TransactionSql,
  count: number,
  state: string,
  parties?: { firm: Person & { projectId: number }; lab: Person & { instrumentId: number } },
): Promise<number> {
  const { firm, lab } = parties ?? { firm: await applicant(), lab: await institution() };
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

export interface Many {
  firm: Person & { projectId: number };
  lab: Person & { instrumentId: number };
  roundId: number;
  packId: number;
}
/** So many claims that the API sees, each with fee lines, an invoice and a place in its quarter's papers; taken away when the work is over. */
export async function withManyClaims(
  count: number,
  state: string,
  feeLines: number,
  work: (many: Many) => Promise<void>,
): Promise<void> {
  const [firm, lab] = [await applicant(), await institution()];
  const made = { roundId: 0, packId: 0 };
  try {
    await admin().begin(async (sql) => {
      made.roundId = await manyClaims(sql, count, state, { firm, lab });
      await sql`set local session_replication_role = replica`;
      await sql`
        insert into public.order_fee_lines (order_id, line_no, description, quantity, unit_price_fen, amount_fen)
        select r.order_id, n, '费用 ' || n, 1, 10, 10 from public.redemptions r, generate_series(1, ${feeLines}) n
        where r.voucher_no like 'LONG-%'`;
      await sql`
        insert into public.invoices (redemption_id, institution_id, number, code, issued_on, buyer, seller, amount_fen)
        select id, institution_id, lpad(id::text, 20, '0'), null, '2026-02-01', '演示', '演示', 1000
        from public.redemptions where voucher_no like 'LONG-%'`;
      const [pack] = await sql`
        insert into public.paper_packs (round_id, institution_id) values (${made.roundId}, ${lab.orgId})
        returning id::integer`;
      made.packId = pack?.['id'] as number;
    });
    await admin()`analyze public.orders, public.vouchers, public.redemptions, public.order_fee_lines`;
    await work({ firm, lab, ...made });
  } finally {
    await admin().begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`delete from public.expert_assignments a using public.redemptions r
        where r.id = a.redemption_id and r.voucher_no like 'LONG-%'`;
      await sql`delete from public.review_turns t using public.redemptions r
        where r.id = t.redemption_id and r.voucher_no like 'LONG-%'`;
      await sql`delete from public.invoices i using public.redemptions r
        where r.id = i.redemption_id and r.voucher_no like 'LONG-%'`;
      await sql`delete from public.order_fee_lines l using public.orders o
        where o.id = l.order_id and o.order_no like 'LONG-%'`;
      await sql`delete from public.paper_packs where id = ${made.packId}`;
      await sql`delete from public.redemptions where voucher_no like 'LONG-%'`;
      await sql`delete from public.vouchers where voucher_no like 'LONG-%'`;
      await sql`delete from public.orders where order_no like 'LONG-%'`;
      await sql`delete from public.rounds where id = ${made.roundId}`;
    });
  }
}

/** All these claims are under review by these experts, who have stated that they have no conflict; nobody has voted. */
export async function underReview(panel: Person[], stated = true): Promise<void> {
  await admin().begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`
      update public.redemptions set review_open = true, experts_needed = ${panel.length} where voucher_no like 'LONG-%'`;
    await sql`
      insert into public.review_turns (redemption_id, turn, panel)
      select id, 1, 1 from public.redemptions where voucher_no like 'LONG-%'`;
    await sql`
      insert into public.expert_assignments (redemption_id, expert_id, no_conflict_at)
      select r.id, e.id, case when ${stated} then now() end
      from public.redemptions r, unnest(${panel.map((p) => p.userId)}::uuid[]) e (id) where r.voucher_no like 'LONG-%'`;
  });
  await admin()`analyze public.expert_assignments, public.review_turns`;
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
