import postgres from 'postgres';
import { median, paymentActs, payableClaims, timed, withStack } from './support.ts';

/** One act is to need at most so many seconds; all of them together at most twice the time of plain SQL that writes the same rows. */
const longest = 5;
const goal = 2;
const items = Number(process.env['ITEMS'] ?? 10_000);

/** The rows that a list of so many wrote, kept aside, taken away again, and written once more by plain SQL; undone in the end. */
async function plain(sql: postgres.Sql, list: number): Promise<number> {
  let ms = 0;
  await sql
    .begin(async (t) => {
      const tables = ['payments', 'redemptions', 'vouchers', 'published_payouts', 'bank_import_lines', 'events'];
      // No trigger of ours: what is left is what the tables themselves ask for.
      for (const table of [...tables, 'notifications', 'payout_queue'])
        await t.unsafe(`alter table public.${table} disable trigger user`);
      await t`create temp table k_payments on commit drop as select * from public.payments where list_id = ${list}`;
      await t`create temp table k_lines on commit drop as
        select b.* from public.bank_import_lines b join public.bank_imports i on i.id = b.import_id where i.list_id = ${list}`;
      await t`create temp table k_published on commit drop as
        select b.* from public.published_payouts b join k_payments p on p.id = b.payment_id`;
      await t`create temp table k_items on commit drop as
        select r.id, r.voucher_id, r.applicant_id, r.institution_id from public.redemptions r join k_payments p on p.redemption_id = r.id`;
      await t`create temp table k_events on commit drop as
        select e.* from public.events e where (e.entity, e.action) in (('redemption', 'pay_out'), ('voucher', 'redeem'))
          and e.entity_id in (select case e.entity when 'redemption' then k.id else k.voucher_id end from k_items k)`;
      await t`create temp table k_told on commit drop as select n.* from public.notifications n
        where n.entity = 'redemption' and n.entity_id in (select id from k_items)`;
      // The public queue: an approved list enters it, goes to the bank, and leaves it line by line.
      await t`create temp table k_queue on commit drop as
        select p.redemption_id, b.queue_rank, 'listed' as stage, b.voucher_no, b.applicant_name, b.institution_name, b.amount_fen,
          b.round_year, b.round_quarter, b.used_at, null::date as notice_ends_on
        from k_published b join k_payments p on p.id = b.payment_id`;
      await t`delete from public.published_payouts where payment_id in (select id from k_payments)`;
      await t`delete from public.notifications where id in (select id from k_told)`;
      await t`delete from public.events where id in (select id from k_events)`;
      await t`delete from public.bank_import_lines where (import_id, line_no) in (select import_id, line_no from k_lines)`;
      await t`delete from public.payments where list_id = ${list}`;
      await t`update public.redemptions set state = 'passed' where id in (select id from k_items)`;
      await t`update public.vouchers set state = 'paid' where id in (select voucher_id from k_items)`;
      for (const table of ['k_payments', 'k_lines', 'k_published', 'k_items', 'k_events', 'k_told', 'k_queue'])
        await t.unsafe(`analyze ${table}`);
      ms = await timed(async () => {
        await t`insert into public.payments (id, list_id, line_no, payment_no, redemption_id, institution_id, account_id, amount_fen, again,
            state, state_since) overriding system value
          select id, list_id, line_no, payment_no, redemption_id, institution_id, account_id, amount_fen, again, 'drafted', state_since
          from k_payments`;
        await t`update public.payments p set state = 'listed', fund_year = k.fund_year, fund_rank = k.fund_rank
          from k_payments k where k.id = p.id`;
        await t`insert into public.payout_queue select * from k_queue`;
        await t`update public.payments p set state = 'in_transit' from k_payments k where k.id = p.id`;
        await t`update public.payout_queue q set stage = 'in_transit' from k_queue k where k.redemption_id = q.redemption_id`;
        await t`insert into public.bank_import_lines select k.import_id, k.line_no, k.payment_no, k.amount_fen, k.result,
            k.result_on, k.reference, k.reason, k.problem, null from k_lines k`;
        await t`update public.payments p set state = 'arrived', arrived_on = k.arrived_on, bank_reference = k.bank_reference
          from k_payments k where k.id = p.id`;
        await t`update public.bank_import_lines b set applied_at = k.applied_at
          from k_lines k where (k.import_id, k.line_no) = (b.import_id, b.line_no)`;
        await t`update public.redemptions r set state = 'paid_out', state_since = now() from k_items k where k.id = r.id`;
        await t`update public.vouchers v set state = 'redeemed', state_since = now() from k_items k where k.voucher_id = v.id`;
        await t`insert into public.events overriding system value select * from k_events order by id`;
        await t`insert into public.notifications overriding system value select * from k_told order by id`;
        await t`insert into public.published_payouts select * from k_published`;
        await t`delete from public.payout_queue q using k_queue k where k.redemption_id = q.redemption_id`;
      });
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
  return ms;
}

/** R43: a list of ten thousand, drawn up, approved, sent, its results staged, checked and applied; each act timed. */
export default async function payout(): Promise<void> {
  await withStack(async (stack) => {
    const { sql } = stack;
    await payableClaims(stack, items);
    const times = new Map<string, number[]>();
    // As the API comes to the database: what its owner writes by hand leaves more behind (R50).
    const api = postgres(stack.databaseUrl.replace('//postgres:', '//authenticator:'), { max: 1, onnotice: () => {} });
    const as = (who: string, call: string) =>
      api.begin(async (t) => {
        const claims = JSON.stringify({ role: 'authenticated', sub: who });
        await t`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true),
          set_config('request.jwt.claim.sub', ${who}, true)`;
        return (await t.unsafe(`select public.${call} as r`))[0]?.['r'] as { left?: number } | undefined;
      });
    let last = '';
    const list = await paymentActs(stack, async (who, name, call) => {
      last = name || last;
      const of = times.get(last) ?? [];
      times.set(last, of);
      let left: number;
      do {
        left = 0;
        of.push(
          await timed(async () => {
            left = Number((await as(who, call))?.left ?? 0);
          }),
        );
      } while (left > 0);
    });
    await api.end();
    let acts = 0;
    for (const [name, of] of times) {
      const sum = of.reduce((a, b) => a + b);
      const most = Math.max(...of) / 1000;
      acts += sum;
      console.log(
        `${name.padEnd(18)} longest ${most.toFixed(2).padStart(6)} s ${most > longest ? '✗' : '✓'}  ${String(of.length).padStart(3)} acts ${(sum / 1000).toFixed(2).padStart(6)} s`,
      );
    }
    const [done] =
      await sql`select count(*)::integer as n from public.payments where list_id = ${list} and state = 'arrived'`;
    const [wrong] = await sql`select count(*)::integer as n from private.imbalances()
      where item in ('年度资金', '拨付单与各笔', '到账与兑付成功的券')`;
    const bare = median([await plain(sql, list), await plain(sql, list), await plain(sql, list)]);
    console.log(
      `${done?.['n']} arrived, ${wrong?.['n']} differences; all acts ${(acts / 1000).toFixed(2)} s, the same rows by plain SQL ${(bare / 1000).toFixed(2)} s: ratio ${(acts / bare).toFixed(2)} ${acts / bare > goal ? '✗' : '✓'} (goal ${goal.toFixed(1)})`,
    );
  });
}
