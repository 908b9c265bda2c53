import postgres from 'postgres';
import { makeOrders, throughput, withStack } from './support.ts';

/** S7: the act «accept» over HTTP through the real PostgREST, against the same function called on a connection. */
export default async function workflow(): Promise<void> {
  await withStack(async (stack) => {
    const { sql } = stack;
    await makeOrders(stack, 8000, 'submitted', 1000);
    const [lab] =
      await sql`select u.email, m.user_id as id from public.memberships m join auth.users u on u.id = m.user_id where m.organization_id = (select institution_id from public.orders where order_no = 'B-submitted-1')`;
    const session = (await (
      await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
        method: 'POST',
        headers: { apikey: stack.keys.publishableKey, 'content-type': 'application/json' },
        body: JSON.stringify({ email: lab?.['email'], password: 'yanshi-2026-demo' }),
      })
    ).json()) as { access_token: string };
    const ids = (await sql`select id::integer from public.orders where order_no like 'B-submitted-%' order by id`).map(
      (r) => Number(r['id']),
    );
    const headers = {
      apikey: stack.keys.publishableKey,
      authorization: `Bearer ${session.access_token}`,
      'content-type': 'application/json',
    };
    const http = await throughput(ids.slice(0, 4000), 16, async (order_id) => {
      const answer = await fetch(`${stack.url}/rest/v1/rpc/accept_order`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ order_id, request_id: crypto.randomUUID() }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      await answer.arrayBuffer();
    });
    const pool = postgres(stack.databaseUrl, { max: 16, onnotice: () => {} });
    const claims = JSON.stringify({ role: 'authenticated', sub: lab?.['id'] });
    const direct = await throughput(ids.slice(4000), 16, (id) =>
      pool.begin((t) => [
        t`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true), set_config('request.jwt.claim.sub', ${String(lab?.['id'])}, true)`,
        t`select public.accept_order(${id}, ${crypto.randomUUID()})`,
      ]),
    );
    await pool.end();
    console.log(
      `accept over HTTP: ${http.toFixed(0)}/s; called directly: ${direct.toFixed(0)}/s; ratio ${(http / direct).toFixed(2)} (goal 0.35). An ordinary Django REST service did 314/s of the same act on the reference machine: × ${(http / 314).toFixed(1)} (goal 4).`,
    );
  });
}
