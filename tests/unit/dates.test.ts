import { expect, test } from 'vitest';
import { exactTime, formatTime } from '../../src/domain/dates.ts';

test('a time is said in Shanghai, whatever zone it was written in', () => {
  expect(formatTime('2026-10-20T16:05:59.9+00:00')).toBe('2026-10-21 00:05');
  expect(formatTime('2026-10-21 00:05:59+08:00')).toBe('2026-10-21 00:05');
});
test('R8: an exact time keeps every microsecond, and its text sorts as the time does', () => {
  const times = [
    '2026-08-24T02:15:32+00:00',
    '2026-08-24T02:15:32.000001+00:00',
    '2026-08-24T02:15:32.12+00:00',
    '2026-08-24T02:15:32.999999+00:00',
    '2026-08-24T16:00:00+00:00',
  ].map(exactTime);
  expect(times).toEqual([
    '2026-08-24T10:15:32.000000+08:00',
    '2026-08-24T10:15:32.000001+08:00',
    '2026-08-24T10:15:32.120000+08:00',
    '2026-08-24T10:15:32.999999+08:00',
    '2026-08-25T00:00:00.000000+08:00',
  ]);
  expect(times.toSorted()).toEqual(times);
});
