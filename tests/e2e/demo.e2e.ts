import assert from 'node:assert/strict';
import type { Browser } from './harness.ts';

/** The demo data are part of what a newcomer sees: they must show everything. */
export default async function demo({ stack, test }: Browser): Promise<void> {
  await test('the demo has an order and a voucher in every state, two settled quarters, an open one, and is labelled', async () => {
    const missing = await stack.sql`
      select entity, state from public.workflow_states s
      where (entity = 'order' and not exists (select 1 from public.orders o where o.state = s.state)) or (entity = 'voucher' and not exists (select 1 from public.vouchers v where v.state = s.state))`;
    assert.deepEqual([...missing], []);
    const rounds = await stack.sql`select state from public.rounds order by year, quarter`;
    assert.deepEqual(rounds.map((r) => r['state']), ['settled', 'settled', 'open']);
    const [unlabelled] = await stack.sql`select count(*)::integer as n from public.organizations where name not like '%演示%'`;
    assert.equal(unlabelled?.['n'], 0);
  });
}
