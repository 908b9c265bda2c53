import postgres from 'postgres';
import { makeOrders, median, timed, withStack } from './support.ts';

/** Acts a round, and rounds: ours and the bare ones take turns, so that a busy moment meets both. */
const [perRound, rounds] = [100, 9];

/**
 * The same rows written by functions without one check: request, row, event with its hash, ledger, voucher; messages come of the same triggers.
 * What an act costs above these is what checking, deciding and refusing cost (S7).
 */
const bare = `
create schema bench; grant usage on schema bench to authenticated;
create function bench.request(p_request uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  insert into private.requests (user_id, request_id, fingerprint, result)
    values (auth.uid(), p_request, sha256(convert_to(p_request::text, 'UTF8')), '{"state": "done"}');
end $$;
create function bench.event(p_entity text, p_id bigint, p_action text, p_from text, p_to text, p_details jsonb, p_facts jsonb, p_role text,
  p_applicant bigint, p_institution bigint) returns void language plpgsql security definer set search_path = '' as $$
declare v public.events;
begin
  select e.seq + 1, e.hash into v.seq, v.prev_hash from public.events e
    where e.entity = p_entity and e.entity_id = p_id order by e.seq desc limit 1;
  v.seq := coalesce(v.seq, 1);
  v.format := 2; v.entity := p_entity; v.entity_id := p_id; v.at := statement_timestamp(); v.actor_user := auth.uid();
  v.actor_role := p_role; v.actor_name := '量测'; v.session_role := session_user; v.action := p_action;
  v.from_state := p_from; v.to_state := p_to; v.details := p_details; v.facts := p_facts;
  v.applicant_id := p_applicant; v.institution_id := p_institution; v.salt := uuid_send(gen_random_uuid());
  v.hash := private.event_hash(v);
  insert into public.events (format, entity, entity_id, seq, at, actor_user, actor_role, actor_name, session_role, action,
    from_state, to_state, details, facts, applicant_id, institution_id, salt, prev_hash, hash)
  values (v.format, v.entity, v.entity_id, v.seq, v.at, v.actor_user, v.actor_role, v.actor_name, v.session_role, v.action,
    v.from_state, v.to_state, v.details, v.facts, v.applicant_id, v.institution_id, v.salt, v.prev_hash, v.hash);
end $$;
create function bench.accept(p_id bigint, p_request uuid) returns void language plpgsql security definer set search_path = '' as $$
declare v public.orders;
begin
  perform bench.request(p_request);
  update public.orders set state = 'platform_review', state_since = statement_timestamp() where id = p_id returning * into v;
  perform bench.event('order', p_id, 'accept', 'submitted', v.state, '{}', to_jsonb(v), 'institution', v.applicant_id, v.institution_id);
end $$;
create function bench.approve(p_id bigint, p_request uuid) returns void language plpgsql security definer set search_path = '' as $$
declare v public.orders; x public.vouchers;
begin
  perform bench.request(p_request);
  update public.orders o set state = 'approved', state_since = statement_timestamp(), approved_fen = 300, quota_id = q.id
    from public.quotas q where o.id = p_id and q.organization_id = o.applicant_id and q.year = 2026 returning o.* into v;
  update public.quotas set held_fen = held_fen + 300 where id = v.quota_id;
  insert into public.quota_entries (quota_id, order_id, kind, amount_fen) values (v.quota_id, p_id, 'hold', 300);
  insert into public.decision_checks (entity, entity_id, action, checks, salt, sha256)
    values ('order', p_id, 'approve', '[]', '\\x00', repeat('0', 64));
  insert into public.vouchers (voucher_no, order_id, applicant_id, institution_id, holder_id, quota_id, amount_fen, year, expires_at)
    values ('B' || p_id, p_id, v.applicant_id, v.institution_id, v.applicant_id, v.quota_id, 300, 2026, '2026-12-31T16:00:00Z') returning * into x;
  perform bench.event('voucher', x.id, 'issue', null, 'unpaid', '{}', to_jsonb(x), 'platform', v.applicant_id, v.institution_id);
  perform bench.event('order', p_id, 'approve', 'platform_review', v.state, '{}', to_jsonb(v), 'platform', v.applicant_id, v.institution_id);
end $$;
create function bench.pay(p_id bigint, p_request uuid) returns void language plpgsql security definer set search_path = '' as $$
declare v public.orders; x public.vouchers;
begin
  perform bench.request(p_request);
  update public.orders set state = 'paid', state_since = statement_timestamp() where id = p_id returning * into v;
  update public.quotas set held_fen = held_fen - 300, spent_fen = spent_fen + 300 where id = v.quota_id;
  insert into public.quota_entries (quota_id, order_id, kind, amount_fen) values (v.quota_id, p_id, 'spend', 300);
  update public.vouchers set paid_at = private.now(), holder_id = institution_id, state = 'paid', state_since = private.now()
    where order_id = p_id returning * into x;
  perform bench.event('voucher', x.id, 'be_paid', 'unpaid', 'paid', '{}', to_jsonb(x), 'applicant', v.applicant_id, v.institution_id);
  perform bench.event('order', p_id, 'pay', 'delivered', v.state, '{}', to_jsonb(v), 'applicant', v.applicant_id, v.institution_id);
end $$;
grant execute on all functions in schema bench to authenticated;
grant execute on function private.event_hash(public.events), private.event_text(public.events) to authenticated;`;

/** S7: each act against a function that writes the same rows without a check, on one connection, in one run. `PROFILE=1` tells where the time goes. */
export default async function act(): Promise<void> {
  await withStack(async (stack) => {
    const { sql } = stack;
    const count = 2 * perRound * rounds;
    await makeOrders(stack, count, 'submitted', 1000);
    await sql.unsafe(bare);
    const ids = (await sql`select id::integer from public.orders where order_no like 'B-submitted-%' order by id`).map(
      (r) => Number(r['id']),
    );
    const [lab] = await sql`select m.user_id as id from public.memberships m
      where m.organization_id = (select institution_id from public.orders where id = ${ids[0] as number}) limit 1`;
    const [office] =
      await sql`select user_id as id from public.staff_roles where role = 'platform' order by created_at limit 1`;
    // Each firm has its own person.
    await sql.begin(async (t) => {
      await t`set local session_replication_role = replica`;
      await t`insert into public.memberships (user_id, organization_id)
        select gen_random_uuid(), id from public.organizations where name like '量测单位%'`;
    });
    const firms = new Map(
      (
        await sql`select o.id::integer, m.user_id from public.orders o join public.memberships m on m.organization_id = o.applicant_id
          where o.order_no like 'B-submitted-%'`
      ).map((r) => [Number(r['id']), String(r['user_id'])]),
    );
    // As PostgREST connects: what does not come through the API is recorded by triggers of its own.
    const address = new URL(stack.databaseUrl);
    address.username = 'authenticator';
    const db = postgres(address.href, { max: 1, onnotice: () => {} });
    const profile = process.env['PROFILE'] === '1';
    const superuser = postgres(stack.superuserUrl, { max: 1 });
    if (profile) await superuser`grant set on parameter track_functions to authenticator`;
    if (profile) await db`select set_config('track_functions', 'all', false)`;
    const call = async (name: string, user: string, id: number) => {
      const claims = JSON.stringify({ role: 'authenticated', sub: user });
      await db.begin((t) => [
        t`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true), set_config('request.jwt.claim.sub', ${user}, true)`,
        t.unsafe(`select ${name}($1, $2)`, [id, crypto.randomUUID()]),
      ]);
    };
    for (const [name, fn, person, before] of [
      ['accept', 'accept_order', lab?.['id'], ''],
      ['approve', 'approve_order', office?.['id'], ''],
      [
        'pay',
        'pay_voucher',
        undefined,
        "update public.orders set state = 'delivered' where state = 'approved' and order_no like 'B-%'",
      ],
    ] as const) {
      if (before)
        await sql.begin(async (t) => {
          await t`set local session_replication_role = replica`;
          await t.unsafe(before);
        });
      if (profile) await superuser`select pg_stat_reset()`;
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let r = 0; r < rounds; r++) {
        const mine = ids.slice(r * 2 * perRound, (r * 2 + 1) * perRound);
        const other = ids.slice((r * 2 + 1) * perRound, (r * 2 + 2) * perRound);
        const one = async (list: number[], called: string, into: number[]) =>
          into.push(
            (await timed(async () => {
              for (const id of list) await call(called, String(person ?? firms.get(id)), id);
            })) / list.length,
          );
        if (r % 2 === 0) {
          await one(mine, `public.${fn}`, ours);
          await one(other, `bench.${name}`, theirs);
        } else {
          await one(other, `bench.${name}`, theirs);
          await one(mine, `public.${fn}`, ours);
        }
      }
      const ratio = median(theirs.map((t, i) => t / (ours[i] as number)));
      console.log(
        `${name}: ours ${median(ours).toFixed(2)} ms, the same rows without a check ${median(theirs).toFixed(2)} ms; ratio ${ratio.toFixed(2)} (goal 0.8)`,
      );
      if (profile) {
        await db`select pg_stat_force_next_flush()`;
        await db`select 1`;
        await new Promise((r) => setTimeout(r, 1500));
        console.table(
          await sql`select schemaname || '.' || funcname as name, calls::integer,
            round((self_time / ${(perRound * rounds) as number})::numeric, 3)::float as self_ms_an_act from pg_stat_user_functions
            where schemaname <> 'bench' order by self_time desc limit 40`,
        );
      }
    }
    await Promise.all([db.end(), superuser.end()]);
  });
}
