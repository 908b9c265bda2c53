import { expect, test } from 'vitest';
import { marked } from '../../src/domain/marked.ts';

const drawn = (text: string, query: string) =>
  marked(text, query)
    .map((p) => (p.hit ? `[${p.text}]` : p.text))
    .join('');
test('a match is marked as the search finds it: any case, half or full width, with or without hyphens', () => {
  expect(drawn('场发射显微镜 DEMO-8100', '显微')).toBe('场发射[显微]镜 DEMO-8100');
  expect(drawn('显微镜 DEMO-8100', 'demo8100')).toBe('显微镜 [DEMO-8100]');
  expect(drawn('ＢＸ－53', 'bx53 镜')).toBe('[ＢＸ－53]');
  expect(drawn('显微显微 镜', '显微 镜')).toBe('[显微][显微] [镜]');
  expect(drawn('𠮷田', '田')).toBe('𠮷[田]');
  expect(drawn('<b>', '')).toBe('<b>');
  expect(drawn('', '显')).toBe('');
});
