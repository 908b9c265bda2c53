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
export type Read = { results: BankResult[] } | { fault: string };

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

/** RFC 4180, with commas or tabs. */
export function parseCsv(text: string): string[][] {
  const separator = (text.split(/\r?\n/, 1)[0] ?? '').includes('\t') ? '\t' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === separator || c === '\n') {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (c === '\n') {
        rows.push(row);
        row = [];
      }
    } else cell += c;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell.replace(/\r$/, '')]);
  return rows.filter((r) => r.some((x) => x.trim() !== ''));
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

/** The bank's answer, read by the headers that the settings name: where it cannot be read at all, why. */
export function readBankResults(bytes: Uint8Array, columns: BankColumn[]): Read {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    return { fault: '这是 Excel 工作簿。请在表格软件里另存为 CSV，再选择这份 CSV。' };
  const text = decodeBankFile(bytes);
  if (text === undefined)
    return { fault: '读不出这份文件的文字编码。请另存为 UTF-8 或 GB18030（GBK）编码的 CSV，再选择。' };
  const [head, ...body] = parseCsv(text);
  if (!head || body.length === 0) return { fault: '文件里没有结果：第一行须是表头，其后每行一笔。' };
  const wanted = ordered(columns, 'result');
  const at = new Map(
    wanted.map((c) => [c.key, head.findIndex((h) => identityKey(h, 'name') === identityKey(c.header, 'name'))]),
  );
  const missing = wanted.filter((c) => at.get(c.key) === -1).map((c) => c.header);
  if (missing.length > 0) return { fault: `表头里没有：${missing.join('、')}。` };
  if (body.length > 20_000) return { fault: '一份结果文件最多 20000 行，请分开导入。' };
  const cell = (row: string[], key: string) => (row[at.get(key) as number] ?? '').trim();
  return {
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
