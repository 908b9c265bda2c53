import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from '../../src/domain/csv.ts';

/** A plain reader of RFC 4180, written for this test. */
function parse(csv: string): string[][] {
  const rows: string[][] = [[]];
  let value = '';
  let quoted = false;
  for (let i = 1; i < csv.length; i++) {
    const c = csv[i] as string;
    if (quoted) {
      if (c !== '"') value += c;
      else if (csv[i + 1] === '"') {
        value += '"';
        i++;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') {
      rows.at(-1)?.push(value);
      value = '';
    } else if (c === '\r' && csv[i + 1] === '\n') {
      rows.at(-1)?.push(value);
      value = '';
      rows.push([]);
      i++;
    } else value += c;
  }
  rows.pop();
  return rows;
}

test('R35: byte-order mark, CRLF, quotes doubled, numbers as they are', () => {
  expect(
    toCsv(
      ['名称', '金额'],
      [
        ['他说"好",\n再来', -1200],
        [null, 3],
      ],
    ),
  ).toBe('\uFEFF名称,金额\r\n"他说""好"",\n再来",-1200\r\n,3\r\n');
});
test('R35: what a spreadsheet would run is text: = + - @, tab, full width, after spaces', () => {
  for (const evil of [
    '=1+1',
    '+8613800000000',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1+1',
    '＠x',
    '  =HYPERLINK("http://x","点我")',
  ]) {
    expect(parse(toCsv(['x'], [[evil]]))[1]?.[0], evil).toBe(`'${evil}`);
  }
  for (const fine of ['41-2026-0007-3182', '演示', 'a=b', '0371-00000000'])
    expect(parse(toCsv(['x'], [[fine]]))[1]?.[0]).toBe(fine);
});
test('R35: any table comes back as it went in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 2 }), {
        minLength: 1,
        maxLength: 8,
      }),
      (rows) => {
        const plain = rows.map((r) => r.map((v) => v.replace(/^'+/, '')));
        expect(
          parse(toCsv(['a', 'b'], plain))
            .slice(1)
            .map((r) => r.map((v) => v.replace(/^'/, ''))),
        ).toEqual(plain);
      },
    ),
    { numRuns: 300 },
  );
});
