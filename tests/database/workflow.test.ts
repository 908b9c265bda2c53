// Guards and effects are named as text in the workflow table: each name must be a function that can be called so, and is written into the planned ones.
import { expect, test } from 'vitest';
import { admin, applicant, institution, paid } from '../support/people.ts';

const missing = (kind: 'guard' | 'effect', answer: string) => admin()<{ name: string }[]>`
  select distinct t.name from (select ${admin()(kind)} as name from public.workflow_transitions) t
  where t.name is not null and not exists (
    select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'private' and p.proname = t.name and p.prorettype = ${answer}::regtype
      and oidvectortypes(p.proargtypes) = 'jsonb, jsonb')`;

test('each guard of the workflow table exists, takes row and payload, and answers a code or nothing', async () => {
  expect([...(await missing('guard', 'text'))]).toEqual([]);
});
test('each effect of the workflow table exists, takes row and payload, and answers what it did', async () => {
  expect([...(await missing('effect', 'jsonb'))]).toEqual([]);
});

test('the planned functions have a branch for each entity, guard and effect of the table, and answer as the general statement does', async () => {
  const source = async (name: string) =>
    String(
      (
        await admin()`select prosrc from pg_proc where pronamespace = 'private'::regnamespace and proname = ${name}`
      )[0]?.['prosrc'],
    );
  const branches = (text: string) => [...text.matchAll(/^ {2}when '([a-z_]+)' then/gm)].map((m) => m[1]);
  const names = async (column: 'guard' | 'effect') =>
    (
      await admin()`select distinct ${admin()(column)} as name from public.workflow_transitions where ${admin()(column)} is not null order by 1`
    ).map((r) => r['name']);
  const entities = await admin()<
    { entity: string; table_name: string }[]
  >`select entity, table_name from public.workflow_entities order by entity`;
  for (const name of ['lock_row', 'read_row', 'set_state'])
    expect(branches(await source(name)), name).toEqual(entities.map((e) => e.entity));
  expect(branches(await source('guard_says')).sort()).toEqual((await names('guard')).sort());
  expect(branches(await source('run_effect')).sort()).toEqual((await names('effect')).sort());
  await paid(await applicant(), await institution());
  let rows = 0;
  for (const { entity, table_name } of entities) {
    const [row] = await admin().unsafe(
      `select t.id::integer, to_jsonb(t) = private.read_row('${entity}', t.id) as read, to_jsonb(t) = private.lock_row('${entity}', t.id) as locked
       from public.${table_name} t order by t.id desc limit 1`,
    );
    if (!row) continue;
    rows++;
    expect(row, entity).toMatchObject({ read: true, locked: true });
  }
  expect(rows).toBeGreaterThanOrEqual(5);
  expect((await admin()`select private.read_row('nothing', 1) as row`)[0]).toEqual({ row: null });
  const [guards] = await admin()`
    select count(*)::integer as n from public.orders o cross join (values ('guard_not_own'), ('guard_pay'), ('guard_withdraw_approved')) g (name)
    where private.guard_says(g.name, to_jsonb(o), null) is distinct from case g.name when 'guard_not_own' then private.guard_not_own(to_jsonb(o), null)
      when 'guard_pay' then private.guard_pay(to_jsonb(o), null) else private.guard_withdraw_approved(to_jsonb(o), null) end`;
  expect(guards).toEqual({ n: 0 });
});
