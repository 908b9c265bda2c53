import { expect, test } from 'vitest';
import { kinds } from '../../local/seed/kinds.ts';

test('every kind of demo instrument says what it measures: three or four parameters as «名：值», nothing named twice, a test sold with it', () => {
  expect(new Set(kinds.map((k) => k.name)).size).toBe(kinds.length);
  for (const k of kinds) {
    for (const list of [k.objects, k.shapes, k.studies, k.units, k.specs.map((line) => line.split('：')[0])])
      expect([k.name, list.length, new Set(list).size]).toEqual([k.name, list.length, list.length]);
    // Two different ones are named in every use.
    expect(Math.min(k.objects.length, k.studies.length)).toBeGreaterThan(1);
    expect([3, 4]).toContain(k.specs.length);
    for (const line of k.specs)
      expect(line.replaceAll(/\{[^{}|]+(\|[^{}|]+)+\}/g, '1')).toMatch(/^[^：{}|]{2,10}：[^：{}|]+$/);
    expect(k.service.days[0]).toBeLessThan(k.service.days[1]);
  }
  const uses = kinds.flatMap((k) => [k.name, k.use, ...k.objects, ...k.studies]).join('\n');
  for (const word of [
    '显微',
    '分析',
    '成分分析',
    '焊缝',
    '橡胶密封',
    '石墨烯',
    '稀土永磁',
    '重金属迁移',
    '人造金刚石',
    '疲劳裂纹扩展',
    '晶粒取向',
    '海流',
    '伽马谱仪',
  ])
    expect(uses).toContain(word);
});
