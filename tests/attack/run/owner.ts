// The owner of the database alters rows with the protection switched off; what the books do not notice has succeeded. All undone.
import type postgres from 'postgres';
import { alterEveryColumn, sentences } from '../../support/owner.ts';
import type { Outcome } from './outcome.ts';

/** Decided by hand in tests/attack/owner.test.ts: these columns decide nothing. */
const decidesNothing =
  /^documents\.(kind|uploaded_by|original_name|declared_bytes|verified_at|created_at)$|^orders\.(related_evidence|created_at)$|^decision_checks\.id$/;

export async function alteredColumns(sql: postgres.Sql): Promise<Outcome> {
  const all = (await alterEveryColumn(sql)).filter((a) => a.outcome !== 'empty' && !decidesNothing.test(a.where));
  const unseen = all.filter((a) => a.outcome === 'unseen').map((a) => a.where);
  return {
    attack: 'the owner alters one column of one row',
    tried: all.length,
    succeeded: unseen.length,
    ...(unseen.length > 0 && { note: unseen.join(' ') }),
  };
}

/** One amount alike everywhere, a party, a result with its votes, a deleted case: each at once in all tables that know of it. */
export async function alteredAlike(sql: postgres.Sql): Promise<Outcome> {
  const [paid] = await sql`
    select r.id, r.order_id, r.voucher_id, o.quota_id from public.redemptions r join public.orders o on o.id = r.order_id
    where r.state = 'paid_out' order by r.id desc limit 1`;
  if (!paid) throw new Error('the demo has no payout');
  const { id, order_id: order, voucher_id: voucher, quota_id: quota } = paid;
  const payout = `(select id from public.payments where redemption_id = ${id} and state = 'arrived')`;
  const attempts: string[][] = [
    [
      `update public.orders set approved_fen = approved_fen + 1 where id = ${order}`,
      `update public.vouchers set amount_fen = amount_fen + 1 where id = ${voucher}`,
      `update public.redemptions set amount_fen = amount_fen + 1 where id = ${id}`,
      `update public.quota_entries set amount_fen = amount_fen + 1 where order_id = ${order}`,
      `update public.quotas set spent_fen = spent_fen + 1 where id = ${quota}`,
      `update public.payments set amount_fen = amount_fen + 1 where redemption_id = ${id}`,
      `update public.published_payouts set amount_fen = amount_fen + 1 where payment_id = ${payout}`,
      `update public.notice_items set amount_fen = amount_fen + 1 where redemption_id = ${id}`,
    ],
    ['orders', 'vouchers', 'redemptions'].map(
      (table, i) =>
        `update public.${table} set institution_id = (select max(id) from public.organizations where kind = 'institution') where id = ${[order, voucher, id][i]}`,
    ),
    [
      `update public.expert_votes set verdict = 'no', reason = '改过的理由' where redemption_id = ${id}`,
      `update public.redemptions set expert_result = 'no' where id = ${id}`,
      `update public.review_turns set result = 'no' where redemption_id = ${id}`,
      `update public.notice_items set result = 'no' where redemption_id = ${id}`,
    ],
    [
      `delete from public.published_payouts where payment_id = ${payout}`,
      `delete from public.payments where redemption_id = ${id}`,
    ],
    [`update public.order_submissions set snapshot = '{}' where order_id = ${order}`],
    [`delete from public.events where id = (select max(id) from public.events where entity = 'order')`],
    [`update public.events set details = '{"altered": 1}' where id = (select max(id) from public.events)`],
    [`delete from private.head_members where event_id = (select max(event_id) from private.head_members)`],
  ];
  await sql`select private.seal_hour()`;
  let succeeded = 0;
  for (const statements of attempts) if ((await sentences(sql, ...statements)).length === 0) succeeded++;
  return { attack: 'the owner alters all tables alike', tried: attempts.length, succeeded };
}
