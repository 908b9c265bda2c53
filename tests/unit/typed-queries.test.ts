import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../src');
const sources = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
const found = (folder: string, wanted: RegExp) =>
  sources(folder).flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (wanted.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  );

/** The functions that the database offers, by the names that the generated types have. */
const functions = [
  ...(readFileSync(join(root, 'backend/database.types.ts'), 'utf8').split('Functions: {')[1] ?? '').matchAll(
    /^\s*"([a-z]+_[a-z_]+)":$/gm,
  ),
].map((m) => m[1] as string);

test('no island asks the database by itself: tables, columns and functions are named in backend/ alone', () => {
  expect(sources('islands').length).toBeGreaterThan(80);
  expect(functions).toContain('pay_voucher');
  // A table or a function asked for, an embedded relation, a function's name as text.
  expect(found('islands', /\.(from|rpc|select)\(\s*['"`]/)).toEqual([]);
  expect(found('islands', /:[a-z_]+(![a-z_]+)?\([a-z_]+(, [a-z_]+)*\)/)).toEqual([]);
  expect(found('islands', new RegExp(`['"](${functions.join('|')})['"]`))).toEqual([]);
});

test('what is read has the type of its query: no row of unknown columns, no text picked out by name', () => {
  expect(found('islands', /Row\b.*backend|\b(inner|text|number)\([a-z]+(\(\))?, '[a-z_]+'/)).toEqual([]);
  expect(found('backend', /select: string|\[column: string\]: unknown/)).toEqual([]);
});
