import { makeOrders, median, withStack } from './support.ts';

/** S5: each list that a role opens, at N orders (default 1,000,000): time and buffers under row-level security against the same query filtered by hand. */
export default async function rls(): Promise<void> {
  const orders = Number(process.env['ORDERS'] ?? 1_000_000);
  await withStack(async (stack) => {
    const { sql } = stack;
    await makeOrders(stack, orders, 'submitted', 1000);
    await makeOrders(stack, 400, 'platform_review', 1000);
    await sql.unsafe('analyze');
    const someone = async (query: string) => String((await sql.unsafe(query))[0]?.['id']);
    const [firm] =
      await sql`select m.user_id as id, m.organization_id::integer as org from public.memberships m join public.organizations o on o.id = m.organization_id where o.kind = 'applicant' limit 1`;
    const [lab] =
      await sql`select m.user_id as id, m.organization_id::integer as org from public.memberships m join public.organizations o on o.id = m.organization_id where o.id = (select institution_id from public.orders where order_no = 'B-submitted-1')`;
    const office = await someone("select user_id as id from public.staff_roles where role = 'platform' limit 1");
    await sql`update public.orders set applicant_id = ${firm?.['org']} where id in (select id from public.orders where order_no like 'B-submitted-%' order by id limit 500)`;
    const lists: [string, string, string][] = [
      [
        'applicant: my orders',
        String(firm?.['id']),
        `select * from public.orders where applicant_id = ${firm?.['org']} order by id desc limit 200`,
      ],
      [
        'institution: its orders',
        String(lab?.['id']),
        `select * from public.orders where institution_id = ${lab?.['org']} order by id desc limit 200`,
      ],
      [
        'platform: review queue',
        office,
        "select * from public.orders where state = 'platform_review' order by state_since limit 200",
      ],
      [
        'applicant: vouchers',
        String(firm?.['id']),
        `select * from public.vouchers where applicant_id = ${firm?.['org']} and state = 'unpaid' order by id desc limit 200`,
      ],
      [
        'applicant: messages',
        String(firm?.['id']),
        `select * from public.notifications where organization_id = ${firm?.['org']} order by id desc limit 100`,
      ],
    ];
    for (const [name, user, query] of lists) {
      const measure = async (asUser: boolean) => {
        const runs: { ms: number; buffers: number }[] = [];
        for (let i = 0; i < 9; i++) {
          await sql.begin(async (t) => {
            if (asUser)
              await t`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${JSON.stringify({ role: 'authenticated', sub: user })}, true), set_config('request.jwt.claim.sub', ${user}, true)`;
            const plan = (await t.unsafe(`explain (analyze, buffers, format json) ${query}`))[0]?.['QUERY PLAN'] as {
              'Execution Time': number;
              Plan: Record<string, number>;
            }[];
            runs.push({
              ms: plan[0]?.['Execution Time'] ?? 0,
              buffers: (plan[0]?.Plan['Shared Hit Blocks'] ?? 0) + (plan[0]?.Plan['Shared Read Blocks'] ?? 0),
            });
          });
        }
        return { ms: median(runs.map((r) => r.ms)), buffers: median(runs.map((r) => r.buffers)) };
      };
      const [byHand, guarded] = [await measure(false), await measure(true)];
      console.log(
        `${name.padEnd(26)} by hand ${byHand.ms.toFixed(2)} ms / ${byHand.buffers} buffers; under RLS ${guarded.ms.toFixed(2)} ms / ${guarded.buffers}; adds ${(guarded.ms - byHand.ms).toFixed(2)} ms (goal 1), buffers × ${(guarded.buffers / Math.max(1, byHand.buffers)).toFixed(2)} (goal 1.3)`,
      );
    }
  });
}
