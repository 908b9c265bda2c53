import { expect, test } from 'vitest';
import { asRefusal } from '../../src/backend/refusal.ts';
import { databaseRefusal } from '../../src/domain/database-errors.ts';

/** What Postgres and PostgREST answer with, and what a person is told. */
const told: [code: string, status: number, ours: string][] = [
  ['22P02', 400, 'INPUT_INVALID'],
  ['22P05', 400, 'INPUT_INVALID'],
  ['22003', 400, 'NUMBER_OUT_OF_RANGE'],
  ['22008', 400, 'DATE_INVALID'],
  ['22001', 400, 'TEXT_TOO_LONG'],
  ['23505', 409, 'ALREADY_EXISTS'],
  ['23503', 409, 'STILL_IN_USE'],
  ['23514', 400, 'INPUT_INVALID'],
  ['23502', 400, 'INPUT_INVALID'],
  ['42501', 403, 'NOT_ALLOWED'],
  ['42703', 404, 'PAGE_OUTDATED'],
  ['42883', 404, 'PAGE_OUTDATED'],
  ['42P01', 404, 'PAGE_OUTDATED'],
  ['428C9', 400, 'INPUT_INVALID'],
  ['P0001', 403, 'NOT_ALLOWED'],
  ['57014', 503, 'BUSY'],
  ['55P03', 503, 'BUSY'],
  ['53300', 503, 'BUSY'],
  ['40001', 503, 'BUSY'],
  ['40P01', 503, 'BUSY'],
  ['08006', 503, 'BUSY'],
  ['PGRST000', 503, 'BUSY'],
  ['PGRST003', 503, 'BUSY'],
  ...['100', '102', '106', '107', '108', '118', '120', '123'].map((n): [string, number, string] => [
    `PGRST${n}`,
    400,
    'INPUT_INVALID',
  ]),
  ['PGRST116', 404, 'NOT_FOUND'],
  ['PGRST202', 404, 'PAGE_OUTDATED'],
  ['PGRST204', 404, 'PAGE_OUTDATED'],
  ['PGRST301', 401, 'SIGN_IN_REQUIRED'],
  ['PGRST303', 401, 'SIGN_IN_REQUIRED'],
];
test.each(told)('%s is told as %i %s, in Chinese and with a way out', (raw, status, ours) => {
  const words = databaseRefusal(raw);
  expect([words?.status, words?.code]).toEqual([status, ours]);
  expect(words?.message).toMatch(/[\u4e00-\u9fff]/);
  expect(words?.hint).toMatch(/[\u4e00-\u9fff]/);
  expect(Boolean(words?.retryAfter)).toBe(status === 503);
  // PostgREST's own hint, about tables and in English, is never shown.
  const shown = asRefusal({
    code: raw,
    message: 'relation "x" …',
    hint: 'Perhaps you meant public.y',
    details: 'Key (uscc)=(…)',
  });
  expect(shown).toEqual({ code: ours, message: words?.message, hint: words?.hint, details: null });
});

test('our own refusals and what is neither stay as they are', () => {
  const ours = { code: 'R13_NOT_YOURS', message: '不由您受理。', hint: '请联系管理单位。', details: '甲单位' };
  expect(asRefusal(ours)).toEqual(ours);
  for (const code of ['R36_X', 'INPUT_INVALID', '', null, undefined, 'XX000', 'P0002', '1', '220010', 'PGRST'])
    expect(databaseRefusal(code)).toBeUndefined();
  expect(asRefusal(new TypeError('Failed to fetch')).code).toBe('NETWORK');
});
