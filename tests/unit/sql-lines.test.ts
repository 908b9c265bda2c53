import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const longest = 120;
const sql = ['supabase/migrations', 'local'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => join(folder, name)),
);

/** A line that is one literal of Chinese text cannot be broken without changing the text. */
const isChineseLiteral = (line: string) => /^\s*(is )?'[^']*\p{Script=Han}[^']*'[;,)]*$/u.test(line);

test('a line of SQL has at most 120 characters, unless it is one literal of Chinese text', () => {
  expect(sql.length).toBeGreaterThan(20);
  const long = sql.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        line.length > longest && !isChineseLiteral(line) ? [`${file}:${i + 1}: ${line.length} characters`] : [],
      ),
  );
  expect(long).toEqual([]);
});
