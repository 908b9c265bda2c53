import { expect, test } from 'vitest';
import { isReadable, readAddress } from '../../local/gateway/address.ts';
import { Attempts } from '../../local/gateway/attempts.ts';
import { holdsNoText } from '../../local/gateway/body.ts';
import { authLimits } from '../../local/gateway/limits.ts';

let now = 0;
const clock = () => now;

test('after the free tries each pause is twice the last, up to the longest; what is forgotten begins anew', () => {
  const tries = new Attempts({ free: 2, first: 1_000, most: 5_000, forget: 60_000 }, clock);
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    waits.push(tries.wait('a'));
    now += tries.wait('a');
    tries.count('a');
  }
  expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(tries.wait('b')).toBe(0);
  now += 60_001;
  expect(tries.wait('a')).toBe(0);
});

test('nobody is locked out by another: failures elsewhere slow an account by two seconds at most, and never close it', async () => {
  const limits = authLimits(clock);
  const account = 'victim@demo.example';
  for (let i = 0; i < 500; i++) limits.passwords.take({ address: `10.${i >> 8}.${i & 255}.1`, account });
  expect(limits.passwords.take({ address: '192.0.2.1', account })).toBe(0);
  // From where the attacker sits the account is closed for a while, and only there.
  for (let i = 0; i < 10; i++) limits.passwords.take({ address: '10.9.9.9', account });
  expect(limits.passwords.take({ address: '10.9.9.9', account })).toBeGreaterThan(0);
  expect(limits.passwords.take({ address: '10.9.9.9', account: 'other@demo.example' })).toBe(0);
});

test('an address is read once: decoded, and refused where it could be read in two ways', () => {
  expect(readAddress('/auth/v1/%74oken?grant_type=password#x')).toEqual({
    path: '/auth/v1/token',
    search: '?grant_type=password',
  });
  expect(readAddress('http://h.example:1/a?b')).toEqual({ path: '/a', search: '?b', host: 'h.example:1' });
  expect(readAddress('/中%E6%96%87/')?.path).toBe('/中文/');
  for (const bad of [
    '',
    '*',
    'a',
    '//',
    '/a//b',
    '/..',
    '/a/../b',
    '/a/./b',
    '/%2e%2e/',
    '/a%2f..%2fb',
    '/%2574oken',
    '/%',
    '/%ff',
    '/a%00',
    '/a\\b',
    '/a%5cb',
  ])
    expect([bad, readAddress(bad)]).toEqual([bad, undefined]);
  // A page answers to a query in GBK, as old links have it; a service does not.
  expect(readAddress('/faq/?q=%D6%D0')?.path).toBe('/faq/');
  expect(['?b=%zz', '?q=%D6%D0', '?q=%E9%83%91', ''].map(isReadable)).toEqual([false, false, true, true]);
});

test('half a surrogate pair and the character zero are found in JSON text; a pair, and a backslash before a u, are not', () => {
  for (const bad of [
    '{"a":"\\ud800"}',
    '{"a":"x\\uDFFFy"}',
    '["\\ud800\\ud800\\udc00"]',
    '{"\\udbff":1}',
    '{"a":"x\\u0000"}',
  ])
    expect([bad, holdsNoText(bad)]).toEqual([bad, true]);
  for (const good of [
    '{"a":"\\ud83d\\ude00"}',
    '{"a":"\\\\ud800"}',
    '{"a":"\\\\u0000"}',
    '{"a":"ud800"}',
    'not JSON \\ud800',
  ])
    expect([good, holdsNoText(good)]).toEqual([good, false]);
});
