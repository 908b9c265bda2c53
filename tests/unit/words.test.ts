import { expect, test } from 'vitest';
import { fold, icsCalendar } from '../../src/domain/calendar-ics.ts';
import { assessApplicant, assessTest } from '../../src/domain/eligibility.ts';
import type { Exclusion } from '../../src/domain/exclusions.ts';
import { deduct, lineAmount } from '../../src/domain/money.ts';
import { usccCheck, usccDoubt } from '../../src/domain/uscc.ts';
import { addWorkingDays, countWorkingDays, firstUnknownDay, isWorkingDay, todayInShanghai, type WorkCalendar } from '../../src/domain/working-days.ts';
import deductions from '../vectors/deduction.json' with { type: 'json' };
import leaves from '../vectors/eligibility.json' with { type: 'json' };
import codes from '../vectors/uscc.json' with { type: 'json' };

test('R5: the deduction vectors', () => {
  for (const v of deductions) {
    const got = deduct({ lines: (v.lines as [number, boolean][]).map(([amountFen, excluded]) => ({ amountFen, excluded })), testFeeFen: v.test_fee_fen, contractTotalFen: v.test_fee_fen, rateBp: v.rate_bp, leftFen: v.left_fen });
    expect([got.eligibleFen, got.rawFen, got.deductionFen], v.what).toEqual([v.eligible_fen, v.raw_fen, v.deduction_fen]);
    expect(got.cashFen + got.deductionFen, v.what).toBe(v.test_fee_fen);
    expect(got.leftAfterFen, v.what).toBe(v.left_fen - v.deduction_fen);
  }
});
test('R5: a line is quantity times price, what is below one 分 dropped', () => {
  expect(lineAmount('3', 12_345)).toBe(37_035);
  expect(lineAmount('0.33', 101)).toBe(33);
  expect(lineAmount('0', 100)).toBeUndefined();
  expect(lineAmount('1.234', 100)).toBeUndefined();
});
test('R9: each leaf, for research and not', () => {
  const all = leaves.map((l) => ({ ...l, group_label: '组', label: l.code })) as unknown as Exclusion[];
  for (const leaf of leaves) {
    expect(assessTest(all, [leaf.code], true).verdict, leaf.code).toBe(leaf.research);
    expect(assessTest(all, [leaf.code], false).verdict, leaf.code).toBe(leaf.other);
  }
  expect(assessTest(all, [], true).verdict).toBe('yes');
  expect(assessTest(all, [], undefined).verdict).toBe('open');
  expect(assessTest(all, ['E1.1'], undefined).verdict).toBe('no');
  // A line that falls out changes nothing about what needs a justification.
  expect(assessTest(all, ['E2.3', 'E3.2'], true)).toMatchObject({ verdict: 'ask', reasons: { length: 2 } });
});
test('R1, R2: who may, and the last day of a certificate still counts', () => {
  const today = '2026-11-24';
  expect(assessApplicant({ kind: 'high_tech_enterprise', inHenan: true, validTo: today }, today).verdict).toBe('yes');
  expect(assessApplicant({ kind: 'high_tech_enterprise', inHenan: true, validTo: '2026-11-23' }, today).verdict).toBe('no');
  expect(assessApplicant({ kind: 'tech_sme', inHenan: false, validTo: '2026-12-31' }, today).verdict).toBe('no');
  expect(assessApplicant({ kind: 'tech_sme', inHenan: true }, today).verdict).toBe('open');
  expect(assessApplicant({ kind: 'startup_team', inHenan: true, carrier: 'provincial' }, today).verdict).toBe('yes');
  expect(assessApplicant({ kind: 'startup_team', inHenan: true, carrier: 'lower' }, today).verdict).toBe('no');
  expect(assessApplicant({ kind: 'none' }, today).verdict).toBe('no');
  expect(assessApplicant({}, today).verdict).toBe('open');
});
test('GB 32100: the check character; a doubt warns in words and blocks nothing', () => {
  for (const v of codes) expect(usccDoubt(v.text) ?? '', v.text).toContain(v.doubt);
  for (const v of codes.filter((c) => c.doubt === '')) expect(usccDoubt(v.text), v.text).toBeUndefined();
  expect(usccCheck('91410100MA9XTEKT4')).toBe('Y');
  expect(usccCheck('9141O100MA9XTEKT4')).toBeUndefined();
});
test('R25: ordinary weeks, make-up days, and where knowledge ends', () => {
  const calendar: WorkCalendar = { knownUntil: { 2026: '2026-12-31' }, special: { '2026-10-01': true, '2026-10-02': true, '2026-10-05': true, '2026-10-06': true, '2026-10-07': true, '2026-10-10': false } };
  expect(addWorkingDays(calendar, '2026-09-30', 7)).toBe('2026-10-15');
  expect(isWorkingDay(calendar, '2026-10-10')).toBe(true);
  expect(isWorkingDay(calendar, '2027-01-04')).toBeUndefined();
  expect(addWorkingDays(calendar, '2026-12-31', 7)).toBeUndefined();
  expect(firstUnknownDay(calendar, '2026-12-01')).toBe('2027-01-01');
  expect(countWorkingDays(calendar, '2026-10-01', '2026-10-15')).toBe(7);
  expect(countWorkingDays(calendar, '2026-12-31', '2027-01-04')).toBeUndefined();
  expect(addWorkingDays(calendar, '2026-02-30', 1)).toBeUndefined();
  expect(todayInShanghai(Date.parse('2026-11-24T16:00:00Z'))).toBe('2026-11-25');
});
test('the calendar file: CRLF, folded at 75 octets, escaped, whole characters', () => {
  const text = icsCalendar('创新券', '说明', [{ uid: 'a@b', day: '2026-12-31', summary: '电子券；截止, 当日', description: '很长的说明'.repeat(20), url: 'https://example.org/' }], '20261124T000000Z');
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  const lines = text.split('\r\n');
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  expect(text.replaceAll('\r\n ', '')).toContain(`DESCRIPTION:${'很长的说明'.repeat(20)}`);
  expect(text).toContain('DTEND;VALUE=DATE:20270101');
  expect(text).toContain('\\, 当日');
  expect(fold('短')).toBe('短');
});
