// R49: a year's parameters are all there and in their bounds.
import { expect, test } from 'vitest';
import { admin } from '../support/people.ts';

test('R49: a parameter out of its bounds, of an unknown name, or empty is stored through no door', async () => {
  const set = (key: string, value: number | null) =>
    admin()
      .begin(async (t) => {
        await t`update public.policy_parameters set value = ${value} where year = 2025 and key = ${key}`;
        throw new Error('stored');
      })
      .catch((error: { code?: string; message: string }) => error.code ?? error.message);
  for (const [key, value] of [
    ['notice_working_days', 0],
    ['notice_working_days', 61],
    ['rate_bp', 30],
    ['rate_bp', 10_001],
    ['experts_per_item', 2],
    ['experts_per_item', 0],
    ['quota_team_fen', 0],
    ['close_working_days', 0],
    ['file_max_bytes', 0],
    ['restore_quota_on_failure', 2],
    ['expert_working_days', -1],
    ['accept_working_days', null],
  ] as const)
    expect([key, value, await set(key, value)]).toEqual([key, value, '23514']);
  for (const [key, value] of [
    ['notice_working_days', 7],
    ['fund_fen', null],
    ['fund_fen', 0],
    ['experts_per_item', 5],
  ] as const)
    expect([key, value, await set(key, value)]).toEqual([key, value, 'stored']);
  await expect(
    admin()`insert into public.policy_parameters (year, key, value, unit, label, source) values (2025, 'notice_workingdays', 5, 'working_days', '公示期', '演示')`,
  ).rejects.toMatchObject({ code: '23503' });
});

test('R49: every parameter has its bounds, and a year without one of them does not open', async () => {
  const [row] = await admin()`
    select (select count(*)::integer from private.parameter_ranges) as ranges,
      (select count(distinct key)::integer from public.policy_parameters where year = 2026) as kept,
      private.year_missing(2026) as missing`;
  expect(row).toEqual({ ranges: row?.['kept'], kept: row?.['ranges'], missing: null });
  await admin()
    .begin(async (t) => {
      await t`delete from public.policy_parameters where year = 2026 and key = 'papers_working_days'`;
      const [now] = await t`select private.year_missing(2026) as missing`;
      expect(now?.['missing']).toBe('政策参数（papers_working_days）');
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
});
