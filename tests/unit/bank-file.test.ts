// R43: the bank's file and its answer, as bytes.
import { expect, test } from 'vitest';
import {
  bankCsv,
  type BankColumn,
  bankDay,
  bankTable,
  decodeBankFile,
  parseCsv,
  readBankResults,
} from '../../src/domain/bank-file.ts';

const columns: BankColumn[] = [
  ...['line_no', 'payment_no', 'holder_name', 'account_no', 'amount'].map((key, i) => ({
    file: 'payment',
    key,
    position: i + 1,
    header: ['序号', '业务编号', '户名', '账号', '金额'][i] as string,
  })),
  ...['payment_no', 'amount', 'result', 'result_on', 'reference', 'reason'].map((key, i) => ({
    file: 'result',
    key,
    position: 6 - i,
    header: ['业务编号', '金额（元）', '结果', '日期', '流水号', '退票原因'][i] as string,
  })),
];
const head = '业务编号,金额(元),结果,日期,流水号,退票原因,备注';
const utf8 = (text: string) => new TextEncoder().encode(text);
const results = async (text: string) => {
  const read = await readBankResults(utf8(text), columns);
  return 'results' in read ? read.results : read.fault;
};

test('R43: the file holds the columns of the settings, long digits as text, an amount in 元 with two decimals, nothing that runs', () => {
  const table = bankTable(columns, [
    {
      line_no: 1,
      payment_no: 'BF2026-0001-0001',
      holder_name: '=演示,单位',
      account_no: '6222021001123456789',
      bank_name: '',
      bank_code: '',
      amount_fen: 123_450,
      purpose: '',
    },
  ]);
  expect(table.header).toEqual(['序号', '业务编号', '户名', '账号', '金额']);
  expect(table.rows).toEqual([[1, 'BF2026-0001-0001', '=演示,单位', '6222021001123456789', '1234.50']]);
  expect(bankCsv(table)).toContain(`1,BF2026-0001-0001,"'=演示,单位",6222021001123456789,1234.50\r\n`);
});

test('R43: UTF-8 with and without its mark, and GB18030, are read; what is neither is refused and says why', async () => {
  // 到账 in GB18030, made by hand: no encoder writes it here.
  const gb = Uint8Array.of(0xb5, 0xbd, 0xd5, 0xcb);
  expect(decodeBankFile(gb)).toBe('到账');
  expect(decodeBankFile(utf8('\uFEFF到账'))).toBe('到账');
  for (const bytes of [Uint8Array.of(0xff, 0xfe, 0x30, 0x52), Uint8Array.of(0x81), utf8('到\0账')])
    expect(decodeBankFile(bytes)).toBeUndefined();
  expect(await readBankResults(Uint8Array.of(0xff, 0xfe, 0x30, 0x52), columns)).toEqual({
    fault: expect.stringContaining('文字编码'),
  });
  expect(await readBankResults(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), columns)).toEqual({
    fault: expect.stringContaining('旧格式'),
  });
  expect(await readBankResults(new Uint8Array(10 * 2 ** 20 + 1), columns)).toEqual({
    fault: expect.stringContaining('10 MB'),
  });
});

test('R43: lines are read by their headers, however these are written; a formula is never computed', async () => {
  expect(
    await results(
      `${head}\r\n BF2026-0001-0001 ,"3,600.00",到账,2026/3/1,LS1,,x\nBF2026-0001-0002,￥300,退票,20260302,,"户名,不符",\n\nBF2026-0001-0003,=1+1,到账,明天,LS3,,`,
    ),
  ).toEqual([
    {
      line_no: 1,
      payment_no: 'BF2026-0001-0001',
      amount_fen: '360000',
      result: '到账',
      result_on: '2026-03-01',
      reference: 'LS1',
      reason: '',
    },
    {
      line_no: 2,
      payment_no: 'BF2026-0001-0002',
      amount_fen: '30000',
      result: '退票',
      result_on: '2026-03-02',
      reference: '',
      reason: '户名,不符',
    },
    {
      line_no: 3,
      payment_no: 'BF2026-0001-0003',
      amount_fen: '=1+1',
      result: '到账',
      result_on: '明天',
      reference: 'LS3',
      reason: '',
    },
  ]);
  expect(await results(head)).toContain('没有结果');
  expect(await results('')).toContain('没有结果');
  expect(await results('编号,金额\n1,2')).toBe('表头里没有：退票原因、流水号、日期、结果、金额（元）、业务编号。');
});

test('R43: quotes, tabs, days', () => {
  expect(parseCsv('a\tb\n\n"x""y\tz\nw"\t2\n3')).toEqual([
    { no: 1, cells: ['a', 'b'] },
    { no: 3, cells: ['x"y\tz\nw', '2'] },
    { no: 5, cells: ['3'] },
  ]);
  expect(['2026年3月1日', '2026.12.31', '2026-3-9', '3/1/2026'].map(bankDay)).toEqual([
    '2026-03-01',
    '2026-12-31',
    '2026-03-09',
    '3/1/2026',
  ]);
});
