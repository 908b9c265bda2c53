import { expect, test } from 'vitest';
import { specBlocks } from '../../src/domain/specs.ts';

test('named lines are parameters, whatever the width of the colon; sentences, times and addresses stay text, all in their order', () => {
  expect(specBlocks('分辨率：1.0 nm（15 kV）\n\n 加速电压: 0.1～30 kV \r\n以预约时确认为准。')).toEqual([
    [
      ['分辨率', '1.0 nm（15 kV）'],
      ['加速电压', '0.1～30 kV'],
    ],
    '以预约时确认为准。',
  ]);
  expect(specBlocks('电子光学\n分辨率：1 nm\n比例：1：2')).toEqual([
    '电子光学',
    [
      ['分辨率', '1 nm'],
      ['比例', '1：2'],
    ],
  ]);
  for (const text of [
    '工作时间 9:00 至 17:00',
    'https://example.invalid/a',
    '本仪器可观察断口，并可：测成分',
    '附件：',
    '：无名',
    `${'很'.repeat(21)}长：1`,
    '一\n二',
  ])
    expect(specBlocks(text)).toEqual([text]);
  expect(specBlocks(' \n ')).toEqual([]);
});
