// Files made by hand for the readers' tests: sound ones of each kind, and ones that are broken in one way.
import { deflateRawSync, deflateSync } from 'node:zlib';

const encoder = new TextEncoder();
export const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
export function join(...parts: (string | Uint8Array | number[])[]): Uint8Array<ArrayBuffer> {
  const all = parts.map((p) => (typeof p === 'string' ? encoder.encode(p) : Uint8Array.from(p)));
  const whole = new Uint8Array(all.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of all) {
    whole.set(p, at);
    at += p.length;
  }
  return whole;
}
const u16le = (n: number) => [n & 255, (n >> 8) & 255];
const u32le = (n: number) => [...u16le(n & 0xffff), ...u16le(Math.floor(n / 65536))];
const u32 = (n: number) => u32le(n).reverse();
const u16 = (n: number) => u16le(n).reverse();

// ── PDF ─────────────────────────────────────────────────────────────────
const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>';
export interface PdfOptions {
  /** Before the header: a byte order mark, mail lines. The file's own places count from the header. */
  before?: string | Uint8Array;
  pages?: string;
  trailer?: string;
  after?: string;
}
/** With a cross-reference table. */
export function tablePdf(o: PdfOptions = {}): Uint8Array<ArrayBuffer> {
  let text = '%PDF-1.7\n%âãÏÓ\n';
  const places: number[] = [];
  for (const [i, body] of [
    '<< /Type /Catalog /Pages 2 0 R >>',
    o.pages ?? '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    page,
  ].entries()) {
    places.push(text.length);
    text += `${i + 1} 0 obj\r\n${body}\r\nendobj\r\n`;
  }
  const start = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${places.map((p) => `${String(p).padStart(10, '0')} 00000 n \n`).join('')}`;
  text += `trailer\n<< /Size 4 /Root 1 0 R ${o.trailer ?? ''} >>\nstartxref\n${start}\n%%EOF\n${o.after ?? ''}`;
  return join(o.before ?? '', bytesOf(text));
}
/** With a compressed cross-reference stream (PNG predictor «up»), catalogue and page tree in an object stream: what modern producers write. */
export function streamPdf(): Uint8Array<ArrayBuffer> {
  const objects = [
    [1, '<< /Type /Catalog /Pages 2 0 R >>'],
    [2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'],
    [3, page],
  ] as const;
  let heads = '';
  let bodies = '';
  for (const [n, body] of objects) {
    heads += `${n} ${bodies.length} `;
    bodies += `${body} `;
  }
  const packed = deflateSync(Buffer.from(heads + bodies));
  let out = join('%PDF-1.5\n');
  const objectStream = out.length;
  out = join(
    out,
    `4 0 obj\n<< /Type /ObjStm /N 3 /First ${heads.length} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`,
    packed,
    '\nendstream\nendobj\n',
  );
  const start = out.length;
  const rows = [
    [0, 0, 0, 255],
    [2, 0, 4, 0],
    [2, 0, 4, 1],
    [2, 0, 4, 2],
    [1, objectStream >> 8, objectStream & 255, 0],
    [1, start >> 8, start & 255, 0],
  ];
  const filtered = rows.flatMap((row, i) => [2, ...row.map((b, k) => (b - (rows[i - 1]?.[k] ?? 0)) & 255)]);
  const xref = deflateSync(Buffer.from(filtered));
  return join(
    out,
    `5 0 obj\n<< /Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R /Filter [/FlateDecode] /DecodeParms << /Predictor 12 /Columns 4 >> /Length ${xref.length} >>\nstream\r\n`,
    xref,
    `\nendstream\nendobj\nstartxref\n${start}\n%%EOF`,
  );
}
/** Hybrid: a table for old readers that hides the page tree, a stream beside it that shows it. */
export function hybridPdf(): Uint8Array<ArrayBuffer> {
  let out = join('%PDF-1.5\n');
  const places: number[] = [];
  for (const [n, body] of [
    [1, '<< /Type /Catalog /Pages 2 0 R >>'],
    [3, page],
    [2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'],
  ] as const) {
    places[n] = out.length;
    out = join(out, `${n} 0 obj\n${body}\nendobj\n`);
  }
  const stream = out.length;
  const rows = [2].flatMap((n) => [1, ...u16(places[n] as number)]);
  out = join(
    out,
    `4 0 obj\n<< /Type /XRef /Size 5 /W [1 2 0] /Index [2 1] /Length ${rows.length} >>\nstream\n`,
    rows,
    '\nendstream\nendobj\n',
  );
  const start = out.length;
  const entry = (n: number) => `${String(places[n]).padStart(10, '0')} 00000 n \n`;
  return join(
    out,
    `xref\n0 2\n0000000000 65535 f \n${entry(1)}3 1\n${entry(3)}trailer\n<< /Size 5 /Root 1 0 R /XRefStm ${stream} >>\nstartxref\n${start}\n%%EOF\n`,
  );
}
/** Linearized: the first page's section stands in front and says «startxref 0»; the last one names it. */
export function linearizedPdf(): Uint8Array<ArrayBuffer> {
  // Written twice: the places in front are known only after what follows.
  let [front, rest, size] = [0, 0, 0];
  let out = join('');
  for (let round = 0; round < 3; round++) {
    const pad = (n: number) => String(n).padStart(10, '0');
    out = join(
      `%PDF-1.4\n5 0 obj\n<< /Linearized 1 /L ${pad(size)} /H [ 0 0 ] /O 3 /E 0 /N 1 /T ${pad(rest)} >>\nendobj\n`,
    );
    front = out.length;
    const table = (at3: number, at1: number) =>
      `xref\n3 1\n${pad(at3)} 00000 n \n1 1\n${pad(at1)} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev ${pad(rest)} >>\nstartxref\n0\n%%EOF\n`;
    const at1 = front + table(0, 0).length;
    const catalog = '1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n';
    const at3 = at1 + catalog.length;
    const third = `3 0 obj\n${page}\nendobj\n`;
    const at2 = at3 + third.length;
    const tree = '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n';
    rest = at2 + tree.length;
    out = join(
      out,
      table(at3, at1),
      catalog,
      third,
      tree,
      `xref\n0 1\n0000000000 65535 f \n2 1\n${pad(at2)} 00000 n \ntrailer\n<< /Size 3 >>\nstartxref\n${front}\n%%EOF\n`,
    );
    size = out.length;
  }
  return out;
}
/** An update appended to a table PDF: the page tree is written anew. */
export function updatedPdf(): Uint8Array<ArrayBuffer> {
  const first = tablePdf();
  const before = Number(/startxref\n(\d+)/.exec(Buffer.from(first).toString('latin1'))?.[1]);
  const at = first.length;
  const body = '2 0 obj\n<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>\nendobj\n';
  return join(
    first,
    body,
    `xref\n2 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R /Prev ${before} >>\nstartxref\n${at + body.length}\n%%EOF\n`,
  );
}

// ── pictures ────────────────────────────────────────────────────────────
export const jpeg = (width = 40, height = 30, end: number[] = [0xff, 0xd9]) =>
  join(
    [0xff, 0xd8, 0xff, 0xe0, ...u16(16), ...bytesOf('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0],
    // A thumbnail inside APP1 has an end marker of its own.
    [0xff, 0xe1, ...u16(8), 0xff, 0xd8, 0xff, 0xd9, 0, 0],
    [0xff, 0xc0, ...u16(11), 8, ...u16(height), ...u16(width), 1, 1, 0x11, 0],
    [0xff, 0xda, ...u16(8), 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0x00, 0x34],
    end,
  );
const chunk = (name: string, body: number[] | Uint8Array) => join(u32(body.length), name, body, [0, 0, 0, 0]);
export const png = (width = 40, height = 30, end = true) =>
  join(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', [...u32(width), ...u32(height), 8, 2, 0, 0, 0]),
    chunk('IDAT', deflateSync(Buffer.from([0, 0, 0]))),
    end ? chunk('IEND', []) : '',
  );

// ── ZIP, OFD ────────────────────────────────────────────────────────────
export interface ZipEntry {
  name: string;
  content: string | Uint8Array;
  /** Unpacked size as claimed. */
  claims?: number;
  encrypted?: boolean;
  stored?: boolean;
}
export function zip(entries: ZipEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const e of entries) {
    const raw = typeof e.content === 'string' ? encoder.encode(e.content) : e.content;
    const packed = e.stored ? raw : deflateRawSync(raw);
    const name = encoder.encode(e.name);
    const fields = [
      ...u16le(e.encrypted ? 1 : 0),
      ...u16le(e.stored ? 0 : 8),
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      ...u32le(packed.length),
      ...u32le(e.claims ?? raw.length),
      ...u16le(name.length),
      0,
      0,
    ];
    const local = join([0x50, 0x4b, 3, 4, 20, 0, ...fields], name, packed);
    directory.push(
      join([0x50, 0x4b, 1, 2, 20, 0, 20, 0, ...fields, ...new Array<number>(10).fill(0), ...u32le(at)], name),
    );
    parts.push(local);
    at += local.length;
  }
  const list = join(...directory);
  return join(...parts, list, [
    0x50,
    0x4b,
    5,
    6,
    0,
    0,
    0,
    0,
    ...u16le(entries.length),
    ...u16le(entries.length),
    ...u32le(list.length),
    ...u32le(at),
    0,
    0,
  ]);
}
const ofdRoot =
  '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>';
const ofdDocument =
  '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>';
export const ofdEntries = (part: { root?: string; document?: string } = {}): ZipEntry[] => [
  { name: 'OFD.xml', content: part.root ?? ofdRoot },
  { name: 'Doc_0/Document.xml', content: part.document ?? ofdDocument },
];
/** So many entries in all, the root last. */
export const ofd = (count = 2) =>
  zip([
    ...Array.from(
      { length: count - 2 },
      (_, i): ZipEntry => ({ name: `Doc_0/Res/image_${i}.png`, content: 'x', stored: true }),
    ),
    ...ofdEntries(),
  ]);
