import { openZip, ZipFault } from './zip.ts';

/** One visible sheet of a workbook: its rows that hold something, each with the number that a spreadsheet shows beside it. */
export interface Sheet {
  name: string;
  rows: { no: number; cells: string[] }[];
  /** Cells that cannot be taken at their word, by name (C5): computed ones, and numbers too long to be exact. */
  formulas: string[];
  inexact: string[];
}
export type Workbook = { sheets: Sheet[] } | { fault: string };

/** Unpacked, a workbook of 20,000 results is some 10 MB. */
const most = 64 * 2 ** 20;
const mostColumns = 200;

interface Tag {
  name: string;
  attributes: Record<string, string>;
  /** Everything directly inside, as text and tags in their order. */
  inner: (Tag | string)[];
}
const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const plain = (text: string) =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (all, hex, dec, name) => {
    const point = hex ? Number.parseInt(hex, 16) : dec ? Number(dec) : -1;
    if (point < 0) return entities[name as string] ?? all;
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD';
  });
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/[^>]*>|<([^\s/>!?]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+/g;
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const local = (name: string) => name.slice(name.indexOf(':') + 1);

/** XML without definitions of its own: what declares a DOCTYPE is refused, so nothing in it can be expanded. */
function parse(bytes: Uint8Array): Tag {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (/<!DOCTYPE/i.test(text)) throw new ZipFault('文件里有不允许的定义。');
  const root: Tag = { name: '', attributes: {}, inner: [] };
  const open = [root];
  for (const found of text.matchAll(token)) {
    const [whole, data, name, attributes, closed] = found;
    const here = open.at(-1) as Tag;
    if (name !== undefined) {
      const tag: Tag = { name: local(name), attributes: {}, inner: [] };
      for (const [, key, double, single] of (attributes ?? '').matchAll(attribute))
        tag.attributes[local(key as string)] = plain(double ?? single ?? '');
      here.inner.push(tag);
      if (!closed) open.push(tag);
    } else if (whole.startsWith('</')) {
      if (open.length === 1) throw new ZipFault('文件不完整。');
      open.pop();
    } else if (data !== undefined) here.inner.push(data);
    else if (!whole.startsWith('<')) here.inner.push(plain(whole));
  }
  if (open.length !== 1) throw new ZipFault('文件不完整。');
  return root;
}
const all = (tag: Tag | undefined, name: string): Tag[] =>
  (tag?.inner ?? []).filter((t): t is Tag => typeof t !== 'string' && t.name === name);
const one = (tag: Tag | undefined, name: string) => all(tag, name)[0];
/** The text of a string item, its formatted runs together; readings of characters (rPh) are no part of it. */
const textOf = (tag: Tag): string =>
  tag.inner
    .map((t) => (typeof t === 'string' ? (tag.name === 't' ? t : '') : t.name === 'rPh' ? '' : textOf(t)))
    .join('')
    .replace(/_x([0-9A-F]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Which cell formats show a day, and which fill up with noughts: by the number in a cell's `s`. */
function formatsOf(styles: Tag | undefined): { day: boolean; width: number }[] {
  const sheet = one(styles, 'styleSheet');
  const codes = new Map(
    all(one(sheet, 'numFmts'), 'numFmt').map((f) => [
      Number(f.attributes['numFmtId']),
      f.attributes['formatCode'] ?? '',
    ]),
  );
  return all(one(sheet, 'cellXfs'), 'xf').map((x) => {
    const id = Number(x.attributes['numFmtId'] ?? 0);
    const code = (codes.get(id) ?? '').replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
    // The fixed numbers: 14–22 everywhere, 27–36 and 50–58 in a Chinese Excel.
    const fixed = !codes.has(id) && ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58));
    return { day: fixed || (/[yd]/i.test(code) && !/[#0]/.test(code)), width: /^0{2,}$/.test(code) ? code.length : 0 };
  });
}
/** A day as spreadsheets count them, from 1900 with its false 29 February, or from 1904. */
function dayOf(serial: number, from1904: boolean): string {
  const days = Math.floor(serial) + (from1904 ? 1462 : 0);
  if (!(days > 60 && days < 80_000)) return String(serial);
  return new Date(Date.UTC(1899, 11, 30) + days * 86_400_000).toISOString().slice(0, 10);
}
const columnOf = (name: string) =>
  [...name].reduce((n, letter) => (/[A-Z]/.test(letter) ? n * 26 + letter.charCodeAt(0) - 64 : n), 0);
const nameOf = (column: number): string =>
  column > 26
    ? nameOf(Math.floor((column - 1) / 26)) + nameOf(((column - 1) % 26) + 1)
    : String.fromCharCode(64 + column);

function readSheet(
  name: string,
  tag: Tag,
  strings: string[],
  formats: { day: boolean; width: number }[],
  from1904: boolean,
): Sheet {
  const sheet: Sheet = { name, rows: [], formulas: [], inexact: [] };
  let no = 0;
  for (const row of all(one(one(tag, 'worksheet'), 'sheetData'), 'row')) {
    no = Number(row.attributes['r']) || no + 1;
    const cells: string[] = [];
    let column = 0;
    for (const c of all(row, 'c')) {
      column = columnOf(c.attributes['r'] ?? '') || column + 1;
      if (column > mostColumns) break;
      const at = `${nameOf(column)}${no}`;
      if (one(c, 'f')) sheet.formulas.push(at);
      const raw = textPlain(one(c, 'v'));
      const format = formats[Number(c.attributes['s'] ?? 0)];
      const kind = c.attributes['t'] ?? 'n';
      let text = raw;
      if (kind === 's') text = strings[Number(raw)] ?? '';
      else if (kind === 'inlineStr') text = all(c, 'is').map(textOf).join('');
      else if (kind === 'd') text = raw.slice(0, 10);
      else if (kind === 'b') text = raw === '1' ? 'TRUE' : 'FALSE';
      else if (kind === 'n' && raw !== '') {
        const value = Number(raw);
        // A spreadsheet keeps fifteen digits of a number; the rest of a longer one is gone.
        if (Math.abs(value) >= 1e15) sheet.inexact.push(at);
        text = format?.day
          ? dayOf(value, from1904)
          : Number.isInteger(value)
            ? String(value).padStart(format?.width ?? 0, '0')
            : String(Number(value.toFixed(6)));
      }
      cells[column - 1] = text;
    }
    const filled = Array.from(cells, (x) => x ?? '');
    if (filled.some((x) => x.trim() !== '')) sheet.rows.push({ no, cells: filled });
  }
  return sheet;
}
const textPlain = (tag: Tag | undefined) =>
  (tag?.inner ?? [])
    .filter((t) => typeof t === 'string')
    .join('')
    .trim();

/** The visible sheets of an XLSX as text: formulas are never computed, long digits stay as they were typed, days become 2026-03-01. */
export function readWorkbook(bytes: Uint8Array): Workbook {
  try {
    const zip = openZip(bytes, most);
    const part = (name: string) => {
      const found = zip.read(name);
      return found && parse(found);
    };
    const book = one(part('xl/workbook.xml'), 'workbook');
    if (!book) return { fault: '这不是 Excel 工作簿（XLSX）。' };
    const targets = new Map(
      all(one(part('xl/_rels/workbook.xml.rels'), 'Relationships'), 'Relationship').map((r) => [
        r.attributes['Id'],
        (r.attributes['Target'] ?? '').replace(/^\/?(?:xl\/)?/, 'xl/'),
      ]),
    );
    const strings = all(one(part('xl/sharedStrings.xml'), 'sst'), 'si').map(textOf);
    const formats = formatsOf(part('xl/styles.xml'));
    const from1904 = /^(1|true)$/.test(one(book, 'workbookPr')?.attributes['date1904'] ?? '');
    const sheets = all(one(book, 'sheets'), 'sheet')
      .filter((s) => (s.attributes['state'] ?? 'visible') === 'visible')
      .flatMap((s) => {
        const tag = part(targets.get(s.attributes['id']) ?? '');
        return tag ? [readSheet(s.attributes['name'] ?? '', tag, strings, formats, from1904)] : [];
      });
    return sheets.length > 0 ? { sheets } : { fault: '工作簿里没有看得见的工作表。' };
  } catch (error) {
    if (error instanceof ZipFault) return { fault: error.message };
    // A part in another encoding than it says.
    if (error instanceof TypeError || error instanceof RangeError) return { fault: '文件不完整。' };
    throw error;
  }
}
