import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// JSX drops blanks at the ends of a line of text, the ideographic one too: what should be seen stands in quotes, `{'　'}`.
test('no line of a component begins or ends with an ideographic blank, for it would not be shown', () => {
  const files = globSync('src/**/*.tsx');
  expect(files.length).toBeGreaterThan(50);
  const lost = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, i) => (/^\s*\u3000|\u3000\s*$/.test(line) ? [`${file}:${i + 1}`] : [])),
  );
  expect(lost).toEqual([]);
});
