import { damaged, encrypted, type Found, latin1, unpack } from './bytes.ts';
import { type Dict, Reader, Ref, type Value } from './pdf-objects.ts';

/** Where an object is: at a place in the file, or the i-th in an object stream. */
type Place = { at: number } | { stream: number; index: number };
interface Section {
  dict: Dict;
  places: Map<number, Place>;
}
const mostObjects = 1_000_000;
const mostSections = 100;
/** Over the whole file, so that a small one cannot ask for much work. */
const mostUnpacked = 64 * 1024 * 1024;

/** The cross-reference of a PDF (table, stream or both, linearized and updated files too) and its objects through it. */
class Pdf {
  bytes: Uint8Array;
  text: string;
  /** What stands before the header (a mark, mail lines) may or may not count in the places that the file names. */
  before: number;
  places = new Map<number, Place>();
  trailer: Dict = new Map();
  encrypted = false;
  private streams = new Map<number, [number, Value][]>();
  private searches = 0;
  private unpacked = 0;
  private entries = 0;
  constructor(bytes: Uint8Array, text: string, before: number) {
    this.bytes = bytes;
    this.text = text;
    this.before = before;
  }

  /** Reads every section from the newest on; false when the newest is none. */
  async load(start: number): Promise<boolean> {
    const [wanted, seen] = [[start], new Set<number>()];
    while (wanted.length > 0 && seen.size < mostSections) {
      const at = wanted.shift() as number;
      if (seen.has(at)) continue;
      seen.add(at);
      const section = await this.section(at);
      if (!section) {
        if (at === start) return false;
        continue;
      }
      for (const [number, place] of section.places) if (!this.places.has(number)) this.places.set(number, place);
      for (const [key, value] of section.dict) if (!this.trailer.has(key)) this.trailer.set(key, value);
      if (section.dict.get('/Encrypt') instanceof Ref || section.dict.get('/Encrypt') instanceof Map)
        this.encrypted = true;
      // A hybrid file: the stream beside the table comes before what was there earlier.
      const next = [section.dict.get('/XRefStm'), section.dict.get('/Prev')];
      wanted.unshift(...next.filter((n): n is number => typeof n === 'number' && n > 0));
    }
    return true;
  }
  private async section(at: number): Promise<Section | undefined> {
    for (const place of new Set([at + this.before, at])) {
      if (place >= this.bytes.length) continue;
      try {
        const reader = new Reader(this.text, place);
        const found = reader.keyword('xref') ? this.table(reader) : await this.crossReferenceStream(place);
        if (found) return found;
      } catch {
        // Not here: the other place is tried.
      }
    }
    return undefined;
  }
  private table(reader: Reader): Section | undefined {
    const places = new Map<number, Place>();
    for (;;) {
      if (reader.keyword('trailer')) break;
      const head = reader.match(/(\d{1,10})[ \t]+(\d{1,10})/y);
      if (!head) return undefined;
      const [first, count] = [Number(head[1]), Number(head[2])];
      for (let i = 0; i < count; i++) {
        const entry = reader.match(/\s*(\d{1,10})\s+(\d{1,5})\s+([nf])/y);
        if (!entry || this.entries++ > mostObjects) return undefined;
        if (entry[3] === 'n') places.set(first + i, { at: Number(entry[1]) });
      }
    }
    const dict = reader.value();
    return dict instanceof Map ? { dict, places } : undefined;
  }
  private async crossReferenceStream(at: number): Promise<Section | undefined> {
    const object = this.objectAt(at);
    if (!(object?.value instanceof Map) || object.value.get('/Type') !== '/XRef') return undefined;
    const dict = object.value;
    const data = await this.content(dict, object.end);
    const widths = dict.get('/W') as number[];
    if (!data || !Array.isArray(widths) || widths.length !== 3 || widths.some((w) => !(w >= 0 && w <= 8)))
      return undefined;
    const index = (dict.get('/Index') as number[] | undefined) ?? [0, dict.get('/Size') as number];
    const places = new Map<number, Place>();
    let from = 0;
    const field = (width: number, otherwise: number) => {
      if (width === 0) return otherwise;
      let n = 0;
      for (let i = 0; i < width; i++) n = n * 256 + (data[from++] as number);
      return n;
    };
    for (let k = 0; k + 1 < index.length; k += 2) {
      for (let i = 0; i < (index[k + 1] as number); i++) {
        if (from + (widths[0] as number) + (widths[1] as number) + (widths[2] as number) > data.length) break;
        const [kind, second, third] = [
          field(widths[0] as number, 1),
          field(widths[1] as number, 0),
          field(widths[2] as number, 0),
        ];
        if (this.entries++ > mostObjects) return undefined;
        if (kind === 1) places.set((index[k] as number) + i, { at: second });
        else if (kind === 2) places.set((index[k] as number) + i, { stream: second, index: third });
      }
    }
    return { dict, places };
  }
  /** The object that begins at a place, and where its value ends. */
  private objectAt(at: number): { number: number; value: Value; end: number } | undefined {
    const reader = new Reader(this.text, at);
    reader.skip();
    const head = reader.match(/(\d{1,10})\s+\d{1,5}\s+obj\b/y);
    if (!head) return undefined;
    const value = reader.value();
    return { number: Number(head[1]), value, end: reader.at };
  }
  /** What a stream holds, unpacked within bounds. Only Flate is known here: cross-references and object streams use no other. */
  private async content(dict: Dict, end: number): Promise<Uint8Array | undefined> {
    const start = /\s*stream(?:\r\n|\n|\r)/y;
    start.lastIndex = end;
    if (!start.test(this.text)) return undefined;
    const length = dict.get('/Length');
    let until = start.lastIndex + (typeof length === 'number' && length >= 0 ? length : Number.NaN);
    if (!(until <= this.bytes.length) || !/^\s*endstream/.test(this.text.slice(until, until + 20)))
      until = this.text.indexOf('endstream', start.lastIndex);
    if (until < 0) return undefined;
    const packed = this.bytes.subarray(start.lastIndex, until);
    const filter = [dict.get('/Filter') ?? []].flat();
    if (filter.length === 0) return packed;
    if (filter.length > 1 || (filter[0] !== '/FlateDecode' && filter[0] !== '/Fl')) return undefined;
    const data = await unpack(packed, 'deflate', mostUnpacked - this.unpacked);
    this.unpacked += data?.length ?? 0;
    const how = [dict.get('/DecodeParms') ?? dict.get('/DP') ?? null].flat()[0];
    return data && how instanceof Map ? unfiltered(data, how) : data;
  }
  /** A value with its references followed. */
  async follow(value: Value | undefined): Promise<Value> {
    let v = value ?? null;
    for (let i = 0; v instanceof Ref && i < 16; i++) v = await this.object(v.number);
    return v instanceof Ref ? null : v;
  }
  private async object(number: number): Promise<Value> {
    const place = this.places.get(number);
    if (place && 'stream' in place) return (await this.stream(place.stream)).find(([n]) => n === number)?.[1] ?? null;
    for (const at of place ? new Set([place.at + this.before, place.at]) : []) {
      try {
        const found = this.objectAt(at);
        if (found?.number === number) return found.value;
      } catch {
        // Not here.
      }
    }
    return this.search(number);
  }
  /** A place that is wrong by some bytes is common, and readers look for the object instead. */
  private search(number: number): Value {
    if (this.searches++ > 20) return null;
    for (
      let at = this.text.lastIndexOf(`${number} 0 obj`);
      at >= 0;
      at = this.text.lastIndexOf(`${number} 0 obj`, at - 1)
    ) {
      if (/\d/.test(this.text[at - 1] ?? '')) continue;
      try {
        return this.objectAt(at)?.value ?? null;
      } catch {
        return null;
      }
    }
    return null;
  }
  private async stream(number: number): Promise<[number, Value][]> {
    const known = this.streams.get(number);
    if (known) return known;
    const objects: [number, Value][] = [];
    this.streams.set(number, objects);
    const place = this.places.get(number);
    if (!place || !('at' in place)) return objects;
    for (const at of new Set([place.at + this.before, place.at])) {
      try {
        const found = this.objectAt(at);
        if (found?.number !== number || !(found.value instanceof Map)) continue;
        const data = await this.content(found.value, found.end);
        const [count, first] = [found.value.get('/N'), found.value.get('/First')];
        if (!data || typeof count !== 'number' || typeof first !== 'number') continue;
        const text = latin1(data);
        const heads = text.slice(0, first).trim().split(/\s+/).map(Number);
        for (let i = 0; i < Math.min(count, heads.length / 2); i++)
          objects.push([heads[2 * i] as number, new Reader(text, first + (heads[2 * i + 1] as number)).value()]);
        break;
      } catch {
        // Not here, or cut off: what was read so far stands.
      }
    }
    return objects;
  }
}

/** Undoes a PNG predictor (7.4.4.4), which cross-reference streams use to pack better. */
function unfiltered(data: Uint8Array, how: Dict): Uint8Array | undefined {
  const predictor = how.get('/Predictor') ?? 1;
  if (predictor === 1) return data;
  const columns = how.get('/Columns') ?? 1;
  if (typeof predictor !== 'number' || predictor < 10 || typeof columns !== 'number' || columns < 1) return undefined;
  const rows = Math.floor(data.length / (columns + 1));
  const out = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const kind = data[row * (columns + 1)] as number;
    for (let i = 0; i < columns; i++) {
      const left = i > 0 ? (out[row * columns + i - 1] as number) : 0;
      const up = row > 0 ? (out[(row - 1) * columns + i] as number) : 0;
      const corner = i > 0 && row > 0 ? (out[(row - 1) * columns + i - 1] as number) : 0;
      const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind] ?? 0;
      out[row * columns + i] = ((data[row * (columns + 1) + 1 + i] as number) + add) & 255;
    }
  }
  return out;
}
function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Whether the tree has a page to show: the first branch that ends in one is enough. */
async function hasPage(pdf: Pdf, node: Value, seen: Set<Value>): Promise<boolean> {
  if (!(node instanceof Map) || seen.has(node) || seen.size > 1000) return false;
  seen.add(node);
  const kids = await pdf.follow(node.get('/Kids'));
  if (!Array.isArray(kids)) return node.get('/Type') !== '/Pages';
  for (const kid of kids) if (await hasPage(pdf, await pdf.follow(kid), seen)) return true;
  return false;
}

/** PDF: a header within the first 1,024 bytes, an end that names the cross-reference, and through it at least one page. Encrypted ones are refused by name. */
export async function readPdf(bytes: Uint8Array): Promise<Found | undefined> {
  const before = latin1(bytes.subarray(0, 1024 + 8)).search(/%PDF-\d/);
  if (before < 0 || before > 1024) return latin1(bytes.subarray(0, 1024)).includes('%PDF-') ? damaged : undefined;
  const text = latin1(bytes);
  let size = bytes.length;
  while (size > 0 && [0, 9, 10, 12, 13, 32].includes(bytes[size - 1] as number)) size--;
  const end = text.lastIndexOf('%%EOF', size);
  const start = end < size - 1024 ? -1 : text.lastIndexOf('startxref', end);
  const named = start < 0 ? null : /^startxref\s+(\d{1,10})\s/.exec(text.slice(start, start + 40));
  const pdf = new Pdf(bytes, text, before);
  if (!named || !(await pdf.load(Number(named[1])))) return damaged;
  if (pdf.encrypted) return encrypted;
  const catalog = await pdf.follow(pdf.trailer.get('/Root'));
  const pages = catalog instanceof Map ? await pdf.follow(catalog.get('/Pages')) : null;
  const count = pages instanceof Map ? await pdf.follow(pages.get('/Count')) : null;
  if (typeof count !== 'number' || count < 1 || !(await hasPage(pdf, pages, new Set()))) return damaged;
  return { type: 'application/pdf' };
}
