import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const longest = 120;
const sources = ['src', 'local', 'supabase/functions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);

/** Every function of a text with its first line and how many lines it has. */
function functionsIn(name: string, text: string): { at: number; lines: number }[] {
  const kind = name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, kind);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: { at: number; lines: number }[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const at = lineOf(node.getStart());
      found.push({ at, lines: lineOf(node.end) - at + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no function is longer than 120 lines: a reader is never lost in one', () => {
  expect(sources.length).toBeGreaterThan(250);
  const long = sources.flatMap((file) =>
    functionsIn(file, readFileSync(join(root, file), 'utf8'))
      .filter(({ lines }) => lines > longest)
      .map(({ at, lines }) => `${file}:${at}: ${lines} lines`),
  );
  expect(long).toEqual([]);
});

test('functions of every kind are counted, those within others too', () => {
  const body = '\n'.repeat(118);
  const lines = (text: string) => functionsIn('a.tsx', text).map((f) => f.lines);
  expect(lines(`function a() {${body}}`)).toEqual([119]);
  expect(lines(`const a = () => {${body}\n\n};`)).toEqual([121]);
  expect(lines('class A {\n  get a() {\n    return 1;\n  }\n}')).toEqual([3]);
  expect(lines('const a = () => (\n  <b onClick={() => {\n    go();\n  }} />\n);')).toEqual([5, 3]);
});
