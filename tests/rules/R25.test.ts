import { afterAll, expect, test } from 'vitest';
import { admin, setClock } from '../support/people.ts';

afterAll(() => setClock(null));

test('R25: seven working days after a quarter’s end by the State Council’s calendar; past its end the system says missing', async () => {
  const due = async (day: string) =>
    (await admin()`select private.add_working_days(${day}::date, 7)::text as d`)[0]?.['d'];
  expect([
    await due('2021-09-30'),
    await due('2025-03-31'),
    await due('2025-09-30'),
    await due('2025-12-31'),
    await due('2026-03-31'),
    await due('2026-06-30'),
    await due('2026-09-30'),
  ]).toEqual(['2021-10-15', '2025-04-10', '2025-10-16', '2026-01-12', '2026-04-10', '2026-07-09', '2026-10-15']);
  expect(await due('2026-12-31')).toBeNull();
});

test('R25: the platform has until the deadline; on that day the system closes the list, once; a missing calendar is waited for', async () => {
  const state = async (year: number, quarter: number) =>
    (
      await admin()`select state, close_due_on::text as due from public.rounds where year = ${year} and quarter = ${quarter}`
    )[0];
  await setClock('2025-05-06T10:00:00+08:00');
  await admin()`select private.close_due_rounds()`;
  expect(await state(2025, 2)).toEqual({ state: 'open', due: '2025-07-09' });
  await setClock('2025-07-08T23:00:00+08:00');
  await admin()`select private.close_due_rounds()`;
  expect((await state(2025, 2))?.['state']).toBe('open');
  await setClock('2025-07-09T00:10:00+08:00');
  await admin()`select private.close_due_rounds()`;
  await admin()`select private.close_due_rounds()`;
  expect((await state(2025, 2))?.['state']).toBe('listed');
  const events =
    await admin()`select actor_role from public.events e join public.rounds q on q.id = e.entity_id where e.entity = 'round' and e.action = 'close' and q.year = 2025 and q.quarter = 2`;
  expect(events.map((e) => e['actor_role'])).toEqual(['system']);
  // The fourth quarter of 2026 ends where the known calendar ends: no guess.
  await setClock('2026-12-20T10:00:00+08:00');
  await admin()`select private.close_due_rounds()`;
  expect(await state(2026, 4)).toEqual({ state: 'open', due: null });
});
