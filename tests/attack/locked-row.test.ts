// One row that somebody has locked — a dashboard session, a long act — and sixty requests that want it: everybody else goes on.
import { expect, inject, test } from 'vitest';
import { admin, anonymous, applicant, delivered, institution, requestId } from '../support/people.ts';

const pay = (token: string, orderId: number, id: string) =>
  fetch(`${inject('url')}/rest/v1/rpc/pay_voucher`, {
    method: 'POST',
    headers: {
      apikey: inject('publishableKey'),
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ order_id: orderId, request_id: id }),
  });

test('R33: sixty payments wait for one locked row; others read on, each waiter is told to try again, and a retry pays once', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const orderId = await delivered(firm, lab);
  const token = (await firm.client.auth.getSession()).data.session?.access_token as string;
  const ids = Array.from({ length: 60 }, () => requestId());
  const reads: { status: number; ms: number }[] = [];
  let over = false;
  const answers = await admin().begin(async (sql) => {
    await sql`select 1 from public.orders where id = ${orderId} for update`;
    const waiting = Promise.all(ids.map((id) => pay(token, orderId, id))).finally(() => {
      over = true;
    });
    await new Promise((r) => setTimeout(r, 100));
    while (!over) {
      const start = performance.now();
      const { status } = await anonymous().from('policy_years').select('year').limit(1);
      reads.push({ status, ms: performance.now() - start });
    }
    return waiting;
  });
  const bodies = (await Promise.all(answers.map((a) => a.json()))) as { code: string; hint: string }[];
  expect(new Set(answers.map((a) => a.status))).toEqual(new Set([503]));
  expect(new Set(bodies.map((b) => b.code))).toEqual(new Set(['BUSY']));
  expect(bodies[0]?.hint).toContain('再试');
  expect(new Set(reads.map((r) => r.status))).toEqual(new Set([200]));
  const slowest = Math.max(...reads.map((r) => r.ms));
  console.log(`reads beside 60 waiting payments: ${reads.length}, slowest ${Math.round(slowest)} ms`);
  expect(slowest).toBeLessThan(5_000);

  const again = await Promise.all(ids.map((id) => pay(token, orderId, id)));
  expect(again.filter((a) => a.status === 200)).toHaveLength(1);
  const [paid] = await admin()`
    select count(*)::integer as n from public.events where entity = 'order' and entity_id = ${orderId} and action = 'pay'`;
  expect(paid?.['n']).toBe(1);
}, 120_000);
