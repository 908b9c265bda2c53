import type { Stack } from '../../local/stack.ts';
import { makeOrders, timed, withStack } from './support.ts';

const orders = Number(process.env['ORDERS'] ?? 20_000);
const steps = 12;
/** Hosted ends a statement of a signed-in person after 8 s; the night's job has half an hour. */
const goal = 5;
const night = 1800;

/** Twelve events of each order, chained and hashed as they are in an office that has run for years, and sealed. */
async function makeEvents({ sql }: Stack): Promise<void> {
  for (let seq = 1; seq <= steps; seq++)
    await sql.begin(async (t) => {
      await t`set local session_replication_role = replica`;
      if (seq === 1)
        await t`insert into private.salts (entity, entity_id, salt)
          select 'order', id, private.random_salt() from public.orders where order_no like 'B-paid-%' on conflict do nothing`;
      await t`
        with made as materialized (
          select f.id, f.facts, o.applicant_id, o.institution_id, p.hash as prev_hash, private.random_salt() as salt
          from public.orders o
          join private.facts_of('order', array(select id from public.orders where order_no like 'B-paid-%')) f on f.id = o.id
          left join public.events p on p.entity = 'order' and p.entity_id = o.id and p.seq = ${seq - 1}),
        rows as (
          select jsonb_populate_record(null::public.events, jsonb_build_object('format', 2, 'entity', 'order', 'entity_id', id, 'seq', ${seq}::integer,
            'at', private.now() - interval '60 days' + ${seq} * interval '5 days', 'actor_role', 'system', 'actor_name', '系统', 'action', 'record',
            'session_role', 'postgres', 'details', '{}'::jsonb, 'facts', facts, 'applicant_id', applicant_id, 'institution_id', institution_id,
            'salt', salt, 'prev_hash', prev_hash)) as e from made)
        insert into public.events (format, entity, entity_id, seq, at, actor_role, actor_name, action, session_role, details, facts, applicant_id,
          institution_id, salt, prev_hash, hash)
        select (e).format, (e).entity, (e).entity_id, (e).seq, (e).at, (e).actor_role, (e).actor_name, (e).action, (e).session_role, (e).details,
          (e).facts, (e).applicant_id, (e).institution_id, (e).salt, (e).prev_hash, private.event_hash(e) from rows`;
    });
  await sql`analyze`;
}

/** The audit of a staff member, slice by slice as the page asks for it, and the nightly reconciliation, at a quarter of a million events. */
export default async function audit(): Promise<void> {
  await withStack(async (stack) => {
    const { sql } = stack;
    await makeOrders(stack, orders, 'paid', 1000);
    console.log(`made ${orders * steps} events in ${((await timed(() => makeEvents(stack))) / 1000).toFixed(1)} s`);
    console.log(
      `sealed in ${((await timed(() => sql`select private.seal_days(), private.seal_hour()`)) / 1000).toFixed(1)} s`,
    );
    const say = (name: string, each: number[], most = goal) => {
      const longest = Math.max(...each) / 1000;
      console.log(
        `${name.padEnd(20)} longest ${longest.toFixed(2).padStart(6)} s ${longest > most ? '✗' : '✓'}  ${each.length} slices ${(each.reduce((a, b) => a + b) / 1000).toFixed(1)} s`,
      );
    };
    for (const { part } of await sql<{ part: string }[]>`select unnest(private.audit_parts()) as part`) {
      const each: number[] = [];
      let after: number | null = -1;
      while (after !== null) {
        const from: number = after;
        each.push(
          await timed(async () => {
            const [r] = await sql`select next_after::integer as next from private.audit_slice(${part}, ${from}, 5000)`;
            after = (r?.['next'] ?? null) as number | null;
          }),
        );
      }
      if (each.length > 1 || (each[0] as number) > 100) say(part, each);
    }
    const again = () => timed(() => sql`select private.reconcile()`);
    say('reconcile, a night', [await again(), await again()], night);
    say('reconcile, whole', [await timed(() => sql`select private.reconcile(true)`)], night);
    console.log(`watch ${(await timed(() => sql`select private.watch()`)).toFixed(0)} ms`);
  });
}
