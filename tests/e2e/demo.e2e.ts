import assert from 'node:assert/strict';
import { stack, test } from './harness.ts';

// The demo data are part of what a newcomer sees: they must show everything.
test('the demo has an order and a voucher in every state, a settled quarter, one whose notice runs with a queue behind it, an open one, and is labelled', async () => {
  const missing = await stack.sql`
    select entity, state from public.workflow_states s
    -- a deleted draft leaves no row
    where (entity = 'order' and s.state <> 'discarded' and not exists (select 1 from public.orders o where o.state = s.state))
      or (entity = 'voucher' and not exists (select 1 from public.vouchers v where v.state = s.state))`;
  assert.deepEqual([...missing], []);
  const rounds = await stack.sql`select state from public.rounds order by year, quarter`;
  assert.deepEqual(
    rounds.map((r) => r['state']),
    ['settled', 'in_notice', 'open'],
  );
  const [notice] =
    await stack.sql`select private.today() between from_on and to_on - 1 as runs from public.notices order by id desc limit 1`;
  assert.equal(notice?.['runs'], true);
  const [fund] =
    await stack.sql`select f.waiting, f.fund_fen - f.used_fen - f.waiting_fen > 0 as suffices, p.source from public.fund_status f join public.policy_parameters p on p.year = f.year and p.key = 'fund_fen' order by f.year desc limit 1`;
  assert.ok(Number(fund?.['waiting']) > 10 && fund?.['suffices']);
  assert.match(String(fund?.['source']), /演示/);
  const [unlabelled] =
    await stack.sql`select count(*)::integer as n from public.organizations where name not like '%演示%'`;
  assert.equal(unlabelled?.['n'], 0);
});
