// Every process of the database is killed while acts run; repeated with the same keys, each must have happened exactly once.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../../../local/stack.ts';
import { makeOrders } from '../../bench/support.ts';
import type { Outcome } from './outcome.ts';

function killDatabase(dataDir: string): void {
  const pid = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter(Boolean);
  for (const p of [pid, ...children]) {
    try {
      process.kill(p, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }
}

/** `restart` gives the stack again after its database was killed. */
export async function killRaces(
  first: Stack,
  token: (stack: Stack, email: string) => Promise<string>,
  restart: (stack: Stack) => Promise<Stack>,
  count = 60,
): Promise<[Outcome, Stack]> {
  let stack = first;
  await makeOrders(stack, count, 'submitted', 20);
  const acts = (
    await stack.sql`select id::integer from public.orders where order_no like 'B-submitted-%' order by id`
  ).map((r) => ({
    order_id: Number(r['id']),
    request_id: crypto.randomUUID(),
  }));
  const [lab] = await stack.sql`
    select u.email from auth.users u join public.memberships m on m.user_id = u.id
    join public.orders o on o.institution_id = m.organization_id where o.id = ${acts[0]?.order_id ?? 0} limit 1`;
  const done = new Set<number>();
  let kills = 0;
  for (let round = 0; round < 6 && done.size < acts.length; round++) {
    const bearer = await token(stack, String(lab?.['email']));
    const killer =
      round < 2
        ? new Promise<void>((resolve) => setTimeout(resolve, 40 + round * 60)).then(() => {
            killDatabase(stack.dataDir);
            kills++;
          })
        : Promise.resolve();
    await Promise.all(
      acts
        .filter((a) => !done.has(a.order_id))
        .map(async (body) => {
          const answer = await fetch(`${stack.url}/rest/v1/rpc/accept_order`, {
            method: 'POST',
            headers: {
              apikey: stack.keys.publishableKey,
              authorization: `Bearer ${bearer}`,
              'content-type': 'application/json',
            },
            body: JSON.stringify(body),
          }).catch(() => undefined);
          await answer?.text().catch(() => '');
          if (answer?.ok) done.add(body.order_id);
        }),
    );
    await killer;
    if (round < 2) stack = await restart(stack);
  }
  const wrong = await stack.sql`
    select o.id from public.orders o where o.order_no like 'B-submitted-%' and (o.state <> 'platform_review'
      or (select count(*) from public.events e where e.entity = 'order' and e.entity_id = o.id and e.action = 'accept') <> 1)`;
  return [
    { attack: 'the database killed during acts', tried: acts.length, succeeded: wrong.length, note: `${kills} kills` },
    stack,
  ];
}
