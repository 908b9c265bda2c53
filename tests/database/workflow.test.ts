// Guards and effects are named as text in the workflow table: each name must be a function that can be called so.
import { expect, test } from 'vitest';
import { admin } from '../support/people.ts';

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
