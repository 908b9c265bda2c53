import { expect, test } from 'vitest';
import { amountInWords } from '../../src/domain/yuan.ts';

test('大写金额', () => {
  expect([360_000, 2_088_000, 299_999, 10, 20_000_000, 100_005].map(amountInWords)).toEqual([
    '叁仟陆佰元整',
    '贰万零捌佰捌拾元整',
    '贰仟玖佰玖拾玖元玖角玖分',
    '壹角',
    '贰拾万元整',
    '壹仟元零伍分',
  ]);
});
