/** RFC 4180 with a byte-order mark, so that spreadsheets read Chinese; a cell that a spreadsheet would run as a formula gets an apostrophe. */
export type Cell = string | number | boolean | null;
export const csvMark = '\uFEFF';

// Half and full width: a spreadsheet under a Chinese locale runs both. A leading space or line break does not save the reader either.
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
function cell(value: Cell): string {
  const plain = value === null ? '' : String(value);
  const safe = typeof value === 'string' && formula.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line, with its line end: for tables that are streamed. */
export const csvRow = (row: Cell[]) => `${row.map(cell).join(',')}\r\n`;
/** A whole table. */
export const toCsv = (header: string[], rows: Cell[][]) => csvMark + [header, ...rows].map(csvRow).join('');
