import { parseYuan } from './amounts.ts';
import { type Cell, csvRow } from './csv.ts';
import { identityKey } from './identity.ts';

/** One column of a bank's file, as the settings say (R43). */
export interface BankColumn {
  file: string;
  key: string;
  position: number;
  header: string;
}
/** One payment as the bank's file needs it: the only place where an account number stands whole. */
export interface BankLine {
  line_no: number;
  payment_no: string;
  holder_name: string;
  account_no: string;
  bank_name: string;
  bank_code: string;
  amount_fen: number;
  purpose: string;
}

const ordered = (columns: BankColumn[], file: string) =>
  columns.filter((c) => c.file === file).sort((a, b) => a.position - b.position);
/** The file's cells: text stays text, long digits too; an amount is 元 with two decimals. */
export function bankTable(columns: BankColumn[], lines: BankLine[]): { header: string[]; rows: Cell[][] } {
  const chosen = ordered(columns, 'payment');
  const value = (line: BankLine, key: string): Cell =>
    key === 'amount' ? (line.amount_fen / 100).toFixed(2) : (line[key as keyof BankLine] ?? '');
  return { header: chosen.map((c) => c.header), rows: lines.map((l) => chosen.map((c) => value(l, c.key))) };
}
/** The same as CSV, in the plain form that banks read: no mark at the beginning of a number. */
export const bankCsv = (table: { header: string[]; rows: Cell[][] }) =>
  `\uFEFF${[table.header, ...table.rows].map(csvRow).join('')}`;

/** One line of the bank's answer as it was read; the database says whether it can be recorded. */
export interface BankResult {
  line_no: number;
  payment_no: string;
  amount_fen: string;
  result: string;
  result_on: string;
  reference: string;
  reason: string;
}
/** What was read: the results, and for each the row of the file in which it stands; or why nothing was. */
export type Read = { results: BankResult[]; rows: number[] } | { fault: string };
interface Row {
  no: number;
  cells: string[];
}

/** The text of a file in UTF-8 or GB18030; undefined where it is neither, or no text at all. */
export function decodeBankFile(bytes: Uint8Array): string | undefined {
  for (const charset of ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
      // A text has no NUL, and what was lost before cannot be read now.
      return text.includes('\0') || text.includes('\uFFFD') ? undefined : text.replace(/^\uFEFF/, '');
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** RFC 4180, with commas or tabs; rows that hold nothing are left out, the others keep their number. */
export function parseCsv(text: string): Row[] {
  const separator = (text.split(/\r?\n/, 1)[0] ?? '').includes('\t') ? '\t' : ',';
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  // A row is numbered as an editor numbers its first line.
  let line = 1;
  let no = 1;
  const end = () => {
    rows.push({ no, cells: [...cells, cell.replace(/\r$/, '')] });
    [cells, cell, no] = [[], '', line];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\n') line++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === '\n') end();
    else if (c === separator) {
      cells.push(cell);
      cell = '';
    } else cell += c;
  }
  if (cell !== '' || cells.length > 0) end();
  return rows.filter((r) => r.cells.some((x) => x.trim() !== ''));
}

/** 2026/3/1, 20260301, 2026年3月1日 → 2026-03-01; what is no date stays as it is, for the database to refuse. */
export function bankDay(text: string): string {
  const plain = text.normalize('NFKC').trim();
  const m = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  return m ? `${m[1]}-${(m[2] as string).padStart(2, '0')}-${(m[3] as string).padStart(2, '0')}` : plain;
}
/** An amount as 分; what is no amount stays as it is. Formulas are never computed. */
const fenOf = (text: string) => {
  const fen = parseYuan(text);
  return fen === undefined ? text.trim() || '（空）' : String(fen);
};

/** Where each wanted column stands in a head; the headers that are missing. */
function columnsIn(head: string[], columns: BankColumn[]) {
  const wanted = ordered(columns, 'result');
  const at = new Map(
    wanted.map((c) => [c.key, head.findIndex((h) => identityKey(h, 'name') === identityKey(c.header, 'name'))]),
  );
  return { at, missing: wanted.filter((c) => at.get(c.key) === -1).map((c) => c.header) };
}
/** Rows read by the headers that the settings name. */
function resultsOf(all: Row[], columns: BankColumn[]): Read {
  const [head, ...body] = all;
  if (!head || body.length === 0) return { fault: '文件里没有结果：第一行须是表头，其后每行一笔。' };
  const { at, missing } = columnsIn(head.cells, columns);
  if (missing.length > 0) return { fault: `表头里没有：${missing.join('、')}。` };
  if (body.length > 20_000) return { fault: '一份结果文件最多 20000 行，请分开导入。' };
  const cell = (row: Row, key: string) => (row.cells[at.get(key) as number] ?? '').trim();
  return {
    rows: body.map((row) => row.no),
    results: body.map((row, i) => ({
      line_no: i + 1,
      payment_no: cell(row, 'payment_no'),
      amount_fen: fenOf(cell(row, 'amount')),
      result: cell(row, 'result'),
      result_on: bankDay(cell(row, 'result_on')),
      reference: cell(row, 'reference'),
      reason: cell(row, 'reason'),
    })),
  };
}

/** A result file is a list of some megabytes at most. */
const mostBytes = 10 * 2 ** 20;
const some = (of: string[]) => `${of.slice(0, 10).join('、')}${of.length > 10 ? ` 等 ${of.length} 格` : ''}`;
/** The sheet that has the headers: the only one, or it is said which sheets there are. */
async function workbookResults(bytes: Uint8Array, columns: BankColumn[]): Promise<Read> {
  const { readWorkbook } = await import('./workbook.ts');
  const book = readWorkbook(bytes);
  if ('fault' in book) return book;
  const fits = book.sheets.filter((s) => columnsIn(s.rows[0]?.cells ?? [], columns).missing.length === 0);
  const [sheet] = fits.length > 0 ? fits : book.sheets;
  if (!sheet) return { fault: '工作簿里没有结果。' };
  if (fits.length > 1)
    return { fault: `有 ${fits.length} 张工作表都像银行结果：${fits.map((s) => s.name).join('、')}。请只留一张。` };
  if (fits.length === 0 && book.sheets.length > 1)
    return {
      fault: `${book.sheets.length} 张工作表里都没有银行结果的表头（第一行）：${ordered(columns, 'result')
        .map((c) => c.header)
        .join('、')}。`,
    };
  if (sheet.formulas.length > 0)
    return { fault: `「${sheet.name}」里有公式：${some(sheet.formulas)}。请复制后按“数值”粘贴，再选择。` };
  if (sheet.inexact.length > 0)
    return {
      fault: `「${sheet.name}」里有超过 15 位的数值，末几位已不准：${some(sheet.inexact)}。请把这些列改成文本，重新从银行导出。`,
    };
  return resultsOf(sheet.rows, columns);
}

/** The bank's answer, XLSX or CSV, read by the headers that the settings name: where it cannot be read at all, why. */
export async function readBankResults(bytes: Uint8Array, columns: BankColumn[]): Promise<Read> {
  if (bytes.length > mostBytes) return { fault: '文件超过 10 MB，没有读。请分开导入。' };
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return workbookResults(bytes, columns);
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf)
    return { fault: '这是旧格式（.xls）或加了密码的 Excel 工作簿。请另存为没有密码的 XLSX 或 CSV，再选择。' };
  const text = decodeBankFile(bytes);
  if (text === undefined)
    return { fault: '读不出这份文件的文字编码。请另存为 UTF-8 或 GB18030（GBK）编码的 CSV，再选择。' };
  return resultsOf(parseCsv(text), columns);
}
