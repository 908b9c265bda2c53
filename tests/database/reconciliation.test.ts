import { expect, test } from 'vitest';
import { admin, applicant, approved, institution, paid } from '../support/people.ts';

test('ledger = vouchers = payouts = fund, after everything that other tests did', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  await approved(firm, lab);
  await paid(firm, lab);
  expect([...(await admin()`select * from private.imbalances()`)]).toEqual([]);
  await admin()`select private.reconcile(true)`;
  expect([
    ...(await admin()`select item, details from public.reconciliations where day = private.today() and not balanced`),
  ]).toEqual([]);
  expect((await admin()`select private.reconcile() as n`)[0]?.['n']).toBe(0);
  const rows = await admin()`select item, balanced from public.reconciliations where day = private.today()`;
  expect(rows.length).toBe(21);
  // Once more the same day: nothing is written again.
  const before = await admin()`select xmin from public.reconciliations order by day, item`;
  await admin()`select private.reconcile()`;
  expect([...(await admin()`select xmin from public.reconciliations order by day, item`)]).toEqual([...before]);
  expect(rows.every((r) => r['balanced'])).toBe(true);
});

test('one 分 moved behind the ledger’s back is found, and the platform is told', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  await approved(firm, lab);
  await admin()
    .begin(async (sql) => {
      await sql`update public.quotas set held_fen = held_fen + 1 where organization_id = ${firm.orgId}`;
      expect(
        (await sql`select item, difference_fen::integer as d from private.imbalances() order by item`).map((r) => [
          r['item'],
          r['d'],
        ]),
      ).toEqual(
        [
          ['占用额度与未支付的券', 1],
          ['额度余额与台账', 1],
        ].sort(),
      );
      expect((await sql`select private.reconcile() as n`)[0]?.['n']).toBe(2);
      const [told] =
        await sql`select count(*)::integer as n from public.notifications where role = 'platform' and kind = 'system' and title like '对账不平%'`;
      expect(told?.['n']).toBe(2);
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
});

test('a state moved without an event, and a paid voucher without its entry, are found', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const order = await paid(firm, lab);
  for (const [change, item] of [
    [`update public.orders set state = 'ordinary' where id = ${order}`, '业务数据与事件'],
    [`delete from public.quota_entries where order_id = ${order} and kind = 'spend'`, '券、订单与支付入账'],
    [`update public.vouchers set amount_fen = amount_fen - 1 where order_id = ${order}`, '券、订单与支付入账'],
  ]) {
    await admin()
      .begin(async (sql) => {
        await sql.unsafe("set local session_replication_role = 'replica'");
        await sql.unsafe(change as string);
        expect(
          (
            await sql`select item from private.imbalances() union select d.item from private.differences('order', array[${order}::bigint]) d`
          ).map((r) => r['item']),
          change,
        ).toContain(item);
        throw new Error('undo');
      })
      .catch((error: Error) => {
        if (error.message !== 'undo') throw error;
      });
  }
});

test('the daily jobs run any number of times; one that fails is recorded and stops no other', async () => {
  await admin()`select private.run_daily()`;
  const first = await admin()`select count(*)::integer as n from private.job_runs where error is not null`;
  expect(first[0]?.['n']).toBe(0);
  await admin()
    .begin(async (sql) => {
      await sql.unsafe(
        "create or replace function private.send_reminders() returns integer language plpgsql volatile security definer set search_path = '' as $$ begin raise exception 'broken on purpose'; end $$",
      );
      const [row] = await sql`select private.run_daily() as r`;
      // The books name the one function that was replaced, and nothing else (R32).
      expect(row?.['r']).toMatchObject({ send_reminders: 'error', reconcile: 1 });
      const errors = await sql`select job, error from private.job_runs where error is not null`;
      expect(errors.map((e) => e['job'])).toEqual(['send_reminders']);
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
});
