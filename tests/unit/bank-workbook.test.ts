// R43: the bank's answer as a workbook, from real files made by other hands and from hostile ones.
import { strToU8, zipSync } from 'fflate';
import writeXlsxFile from 'write-excel-file/node';
import { expect, test } from 'vitest';
import { type BankColumn, readBankResults } from '../../src/domain/bank-file.ts';
import { readWorkbook } from '../../src/domain/workbook.ts';

const columns: BankColumn[] = ['payment_no', 'amount', 'result', 'result_on', 'reference', 'reason'].map((key, i) => ({
  file: 'result',
  key,
  position: i + 1,
  header: ['业务编号', '金额（元）', '结果', '日期', '流水号', '退票原因'][i] as string,
}));
const head = columns.map((c) => c.header);
const read = (bytes: Uint8Array) => readBankResults(bytes, columns);
const fault = async (bytes: Uint8Array) => {
  const answer = await read(bytes);
  return 'fault' in answer ? answer.fault : `read ${answer.results.length}`;
};

const letters = 'ABCDEFGH';
/** A cell written by hand: text, or what stands inside <c …>. */
type Cell = string | { xml: string; attributes?: string };
const sheetXml = (rows: Cell[][], numbered = true) =>
  `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows
    .map(
      (cells, r) =>
        `<row${numbered ? ` r="${r + 1}"` : ''}>${cells
          .map((c, i) =>
            typeof c === 'string'
              ? `<c${numbered ? ` r="${letters[i]}${r + 1}"` : ''} t="inlineStr"><is><t>${c}</t></is></c>`
              : `<c r="${letters[i]}${r + 1}" ${c.attributes ?? ''}>${c.xml}</c>`,
          )
          .join('')}</row>`,
    )
    .join('')}</sheetData></worksheet>`;
const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="000000"/></numFmts>
  <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="4"/></cellXfs></styleSheet>`;
function workbook(
  sheets: { name: string; rows: Cell[][]; state?: string; numbered?: boolean }[],
  more: Record<string, string> = {},
  from1904 = false,
): Uint8Array {
  const files: Record<string, string> = {
    'xl/workbook.xml': `<x:workbook xmlns:x="m" xmlns:r="r"><x:workbookPr date1904="${from1904 ? 1 : 0}"/><x:sheets>${sheets
      .map(
        (s, i) => `<x:sheet name="${s.name}" sheetId="${i + 1}" state="${s.state ?? 'visible'}" r:id="rId${i + 1}"/>`,
      )
      .join('')}</x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets
      .map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/styles.xml': styles,
    ...Object.fromEntries(
      sheets.map((s, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetXml(s.rows, s.numbered ?? true)]),
    ),
    ...more,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
const number = (v: string, s = 0): Cell => ({ xml: `<v>${v}</v>`, attributes: `s="${s}"` });
const good: Cell[] = ['BF2026-0001-0001', '3,600.00', '到账', '2026-03-01', '6222021001123456789', ''];

test('R43: a workbook of another maker is read: text, numbers, days, long digits', async () => {
  const bytes = await writeXlsxFile([
    head.map((value) => ({ value, type: String, fontWeight: 'bold' as const })),
    [
      { value: 'BF2026-0001-0001', type: String },
      { value: 3600.1, type: Number, format: '#,##0.00' },
      { value: '到账', type: String },
      { value: new Date(Date.UTC(2026, 2, 1)), type: Date, format: 'yyyy/mm/dd' },
      { value: '6222021001123456789', type: String },
      null,
    ],
    [null, null, null, null, null, null],
    [
      { value: 'BF2026-0001-0002', type: String },
      { value: '￥300', type: String },
      { value: '退票', type: String },
      null,
      null,
      { value: '户名 & 账号 <不符>', type: String },
    ],
  ]).toBuffer();
  expect(await read(new Uint8Array(bytes))).toEqual({
    rows: [2, 4],
    results: [
      {
        line_no: 1,
        payment_no: 'BF2026-0001-0001',
        amount_fen: '360010',
        result: '到账',
        result_on: '2026-03-01',
        reference: '6222021001123456789',
        reason: '',
      },
      {
        line_no: 2,
        payment_no: 'BF2026-0001-0002',
        amount_fen: '30000',
        result: '退票',
        result_on: '',
        reference: '',
        reason: '户名 & 账号 <不符>',
      },
    ],
  });
});

test('R43: days in every notation, noughts in front, runs of formatted text, cells without names', async () => {
  const shared = `<sst><si><r><t>到</t></r><r><rPr><b/></rPr><t>账</t></r><rPh sb="0" eb="1"><t>dao</t></rPh></si><si><t xml:space="preserve"> LS_x0041_ </t></si></sst>`;
  const answer = await read(
    workbook(
      [
        {
          name: '结果',
          rows: [
            head,
            [
              good[0] as Cell,
              number('3600.0999999999999', 4),
              { xml: '<v>0</v>', attributes: 't="s"' },
              number('46082', 1),
              { xml: '<v>1</v>', attributes: 't="s"' },
            ],
            [good[0] as Cell, number('1E3'), '到账', number('46082.5', 2), number('123', 3)],
            [
              good[0] as Cell,
              number('1'),
              '到账',
              { xml: '<v>2026-03-01T00:00:00</v>', attributes: 't="d"' },
              number('20260301'),
            ],
            [good[0] as Cell, number('1'), '到账', number('46082'), 'x'],
          ],
        },
      ],
      { 'xl/sharedStrings.xml': shared },
    ),
  );
  expect('results' in answer && answer.results.map((r) => [r.amount_fen, r.result, r.result_on, r.reference])).toEqual([
    ['360010', '到账', '2026-03-01', 'LSA'],
    ['100000', '到账', '2026-03-01', '000123'],
    ['100', '到账', '2026-03-01', '20260301'],
    // A number that is not shown as a day is none: the database refuses it.
    ['100', '到账', '46082', 'x'],
  ]);
  const plain = await read(workbook([{ name: '结果', rows: [head, good], numbered: false }]));
  expect('results' in plain && plain.results[0]).toMatchObject({ payment_no: 'BF2026-0001-0001', reference: good[4] });
  const old = await read(
    workbook([{ name: '结果', rows: [head, [...good.slice(0, 3), number('44620', 1), 'x']] }], {}, true),
  );
  expect('results' in old && old.results[0]?.result_on).toBe('2026-03-01');
});

test('R43: the sheet with the headers is read, wherever it stands; none or two of them are refused by name', async () => {
  const other = { name: '说明', rows: [['请勿修改'], ['x']] as Cell[][] };
  expect(await fault(workbook([other, { name: '明细', rows: [head, good] }]))).toBe('read 1');
  expect(await fault(workbook([other, { name: '明细', rows: [head, good], state: 'hidden' }]))).toContain('表头里没有');
  expect(await fault(workbook([other, { name: '二', rows: [['编号']] }]))).toContain(
    '2 张工作表里都没有银行结果的表头',
  );
  expect(
    await fault(
      workbook([
        { name: '一', rows: [head, good] },
        { name: '二', rows: [head, good] },
      ]),
    ),
  ).toBe('有 2 张工作表都像银行结果：一、二。请只留一张。');
  expect(await fault(workbook([{ name: '一', rows: [head] }]))).toContain('没有结果');
});

test('R43: a formula and a number of more than fifteen digits are refused by their cells; nothing is computed or guessed', async () => {
  const formula: Cell = { xml: '<f>1+1</f><v>2</v>', attributes: '' };
  expect(await fault(workbook([{ name: '结果', rows: [head, good, [...good.slice(0, 1), formula]] }]))).toBe(
    '「结果」里有公式：B3。请复制后按“数值”粘贴，再选择。',
  );
  // In a column that nobody reads, too.
  expect(
    await fault(
      workbook([
        {
          name: '结果',
          rows: [
            [...head, '备注'],
            [...good, formula],
          ],
        },
      ]),
    ),
  ).toContain('G2');
  expect(
    await fault(workbook([{ name: '结果', rows: [head, [...good.slice(0, 4), number('6.2220210011234573E+18')]] }])),
  ).toContain('超过 15 位的数值，末几位已不准：E2');
});

test('R43: what is no workbook, is broken, locked, too big, or would expand without end is refused before it is read', async () => {
  const bytes = workbook([{ name: '结果', rows: [head, good] }]);
  expect(await fault(zipSync({ 'a.txt': strToU8('x') }))).toBe('这不是 Excel 工作簿（XLSX）。');
  expect(await fault(bytes.subarray(0, bytes.length - 40))).toBe('文件不完整。');
  expect(await fault(Uint8Array.of(0x50, 0x4b, 3, 4))).toBe('文件不完整。');
  const flipped = bytes.slice();
  const at = Buffer.from(bytes).indexOf('xl/worksheets/sheet1.xml') + 60;
  flipped[at] = (flipped[at] as number) ^ 0x55;
  expect(await fault(flipped)).toMatch(/不完整|不符|不是/);
  // 65 MB of nothing in a few kB: refused by what the directory says.
  const bomb = workbook([{ name: '结果', rows: [head, good] }], { 'xl/media/x.bin': '\0'.repeat(65 * 2 ** 20) });
  expect(bomb.length).toBeLessThan(200_000);
  expect(await fault(bomb)).toContain('展开之后超过 64 MB');
  // The same, with a directory that lies: stopped at the size it announced.
  const lies = zipSync({ 'xl/workbook.xml': strToU8(' '.repeat(2 ** 20)) });
  const view = new DataView(lies.buffer, lies.byteOffset);
  for (let at = 0; at < lies.length - 46; at++)
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
  expect(await fault(lies)).toBe('文件内容与它自己写的大小不符。');
  const locked = bytes.slice();
  const marks = new DataView(locked.buffer);
  for (let at = 0; at < locked.length - 46; at++)
    if (marks.getUint32(at, true) === 0x02014b50) marks.setUint16(at + 8, 1, true);
  expect(await fault(locked)).toContain('加了密码');
  expect(
    await fault(
      workbook([{ name: '结果', rows: [head, good] }], {
        'xl/sharedStrings.xml': '<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>',
      }),
    ),
  ).toBe('文件里有不允许的定义。');
  expect(
    await fault(workbook([{ name: '结果', rows: [] }], { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData>' })),
  ).toBe('文件不完整。');
});

test('R43: ten thousand results are read in a second or so, and 20,001 are too many', async () => {
  const rows = (n: number) => [head, ...Array.from({ length: n }, () => good)];
  const bytes = workbook([{ name: '结果', rows: rows(10_000) }]);
  const start = performance.now();
  const book = readWorkbook(bytes);
  expect('sheets' in book && book.sheets[0]?.rows.length).toBe(10_001);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(await fault(workbook([{ name: '结果', rows: rows(20_001) }]))).toContain('最多 20000 行');
});
