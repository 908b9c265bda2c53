import { expect, test } from 'vitest';
import { networkOf } from '../../supabase/functions/_shared/network.ts';

test('R28: addresses of one /24 or one /64 are one network, however they are written', () => {
  const networks = [
    '192.0.2.7',
    '192.0.3.7',
    '2001:db8:0:1::7',
    '2001:0DB8:0000:0001:ffff:1:2:3',
    '2001:db8:0:2::7',
    '::1',
    '2001:db8::',
    '',
  ];
  expect(networks.map((a) => networkOf(a.toLowerCase()))).toEqual([
    '192.0.2',
    '192.0.3',
    '2001:db8:0:1',
    '2001:db8:0:1',
    '2001:db8:0:2',
    '0:0:0:0',
    '2001:db8:0:0',
    '',
  ]);
});
