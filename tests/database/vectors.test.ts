// The arithmetic that stands twice, once in SQL and once in src/domain: both against the same vectors.
import { expect, test } from 'vitest';
import { henanCities } from '../../src/domain/henan.ts';
import { addWorkingDays } from '../../src/domain/working-days.ts';
import { admin, applicant } from '../support/people.ts';
import deductions from '../vectors/deduction.json' with { type: 'json' };
import leaves from '../vectors/eligibility.json' with { type: 'json' };
import spans from '../vectors/working-days.json' with { type: 'json' };

test('R5: raw deduction and figure in SQL', async () => {
  const person = await applicant();
  const sql = admin();
  for (const v of deductions) {
    const [raw] = await sql`select private.raw_deduction(${v.eligible_fen}, ${v.rate_bp}) as fen`;
    expect(Number(raw?.['fen']), v.what).toBe(v.raw_fen);
    if (v.rate_bp !== 3000 || v.left_fen > 20_000_000) continue;
    // The year's quota as if only left_fen remained, undone afterwards.
    await sql
      .begin(async (tx) => {
        await tx`update public.quotas set held_fen = cap_fen - ${v.left_fen}, spent_fen = 0 where organization_id = ${person.orgId}`;
        const [figure] =
          await tx`select private.deduction_figure(jsonb_populate_record(null::public.orders, jsonb_build_object('applicant_id', ${person.orgId}::bigint, 'eligible_fee_fen', ${v.eligible_fen}::bigint, 'test_fee_fen', ${v.eligible_fen}::bigint))) as fen`;
        expect(Number(figure?.['fen']), v.what).toBe(v.deduction_fen);
        throw new Error('undo');
      })
      .catch((error: Error) => {
        if (error.message !== 'undo') throw error;
      });
  }
});
test('R25: working days in SQL and in TypeScript over the same table', async () => {
  const sql = admin();
  const years = await sql<
    { year: number; until: string }[]
  >`select year, calendar_authoritative_until::text as until from public.policy_years where calendar_missing is null`;
  const days = await sql<{ day: string; is_off: boolean }[]>`select day::text, is_off from public.holidays`;
  const calendar = {
    knownUntil: Object.fromEntries(years.map((y) => [y.year, y.until])),
    special: Object.fromEntries(days.map((d) => [d.day, d.is_off])),
  };
  for (const v of spans) {
    const [row] = await sql`select public.working_day_after(${v.from}::date, ${v.days})::text as day`;
    expect(row?.['day'], `${v.from} + ${v.days}`).toBe(v.day);
    expect(addWorkingDays(calendar, v.from, v.days) ?? null, `${v.from} + ${v.days}`).toBe(v.day);
  }
});
test('R9: the list in the database is the one the self-check is tested with, and each leaf has its two examples', async () => {
  const rows = await admin()<
    { code: string; scope: string; justifiable: boolean; example_counts: string; example_excluded: string }[]
  >`select code, scope, justifiable, example_counts, example_excluded from public.exclusions order by code`;
  expect(rows.map(({ code, scope, justifiable }) => ({ code, scope, justifiable }))).toEqual(
    leaves.map(({ code, scope, justifiable }) => ({ code, scope, justifiable })),
  );
  expect(rows.filter((r) => r.example_counts.length < 6 || r.example_excluded.length < 6)).toEqual([]);
});
test('R35: the cities that pages choose from are the rows of the table, in its order', async () => {
  const rows = await admin()`select code, name from public.cities order by sort`;
  expect(rows.map((r) => [r['code'], r['name']])).toEqual(henanCities);
});
