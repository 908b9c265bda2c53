/**
 * Which entries contain a gram (two neighbouring characters, or one), and where: the unit of the static search index.
 * A list is written as numbers of seven bits a byte, in two parts: the entries (gaps, each with whether the gram stands in the name), then their positions; deflate does the rest.
 * A word of two characters needs the first part alone.
 */
export interface Postings {
  /** Ordinals, ascending. */
  docs: Uint32Array;
  /** Of docs[i]: does it stand in the name? */
  inName: Uint8Array;
  /** Of docs[i] the positions are positions[starts[i]] … positions[starts[i + 1] - 1]. Empty for a single character, and where only the entries were read. */
  starts: Uint32Array;
  positions: Uint16Array;
}
const nowhere = { starts: new Uint32Array(1), positions: new Uint16Array(0) };
export const noPostings: Postings = { docs: new Uint32Array(0), inName: new Uint8Array(0), ...nowhere };

/** A gram as one number: two UTF-16 units; a single character has zero for its second. */
export const gramOf = (text: string, at: number, length: 1 | 2): number => text.charCodeAt(at) * 65_536 + (length === 2 ? text.charCodeAt(at + 1) : 0);
export const isSingle = (gram: number): boolean => gram % 65_536 === 0;
export const gramText = (gram: number): string => String.fromCharCode(Math.floor(gram / 65_536)) + (isSingle(gram) ? '' : String.fromCharCode(gram % 65_536));

/** Lists longer than this many bytes have files of their own, one for each part; shorter ones share a shard. */
export const ownFileFrom = 4096;
/** The shard of a short list, of `shards` (a power of two). */
export function shardOf(gram: number, shards: number): number {
  let h = Math.imul(Math.floor(gram / 65_536), 0x9e3779b1) ^ Math.imul((gram % 65_536) + 1, 0x85ebca6b);
  h ^= h >>> 15;
  return (Math.imul(h, 0x2c1b3c6d) >>> 12) & (shards - 1);
}
/** How many shards a catalogue needs so that each stays at a few kilobytes, whatever its size. */
export const shardCount = (entries: number): number => 2 ** Math.max(3, Math.ceil(Math.log2(Math.max(1, entries) / 80)));

/** A growing run of bytes that numbers are written to. */
export class Bytes {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  constructor(capacity = 1024) { this.bytes = new Uint8Array(capacity); }
  number(value: number): void {
    if (this.length + 5 > this.bytes.length) this.grow(5);
    let v = value;
    while (v > 127) { this.bytes[this.length++] = (v & 127) | 128; v >>>= 7; }
    this.bytes[this.length++] = v;
  }
  append(part: Uint8Array): void {
    if (this.length + part.length > this.bytes.length) this.grow(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }
  done(): Uint8Array<ArrayBuffer> { return this.bytes.slice(0, this.length); }
  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + by));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
/** Reads what `Bytes` wrote. */
export class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) { this.bytes = bytes; }
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++] as number;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
  part(length: number): Uint8Array { this.at += length; return this.bytes.subarray(this.at - length, this.at); }
}

export function encodeDocs(p: Postings, out: Bytes): Bytes {
  out.number(p.docs.length);
  let before = 0;
  for (let i = 0; i < p.docs.length; i++) { const doc = p.docs[i] as number; out.number((doc - before) * 2 + (p.inName[i] as number)); before = doc; }
  return out;
}
export function encodePositions(p: Postings, out: Bytes): Bytes {
  for (let i = 0; i < p.docs.length; i++) {
    const end = p.starts[i + 1] as number;
    let last = 0;
    // A position and whether another follows, as one number; the second and later ones as gaps.
    for (let k = p.starts[i] as number; k < end; k++) { const at = p.positions[k] as number; out.number((at - last) * 2 + (k + 1 < end ? 1 : 0)); last = at; }
  }
  return out;
}
/** The entries of a list, as if it had no positions. */
export function decodeDocs(reader: Reader): Postings {
  const n = reader.number();
  const docs = new Uint32Array(n);
  const inName = new Uint8Array(n);
  for (let i = 0, doc = 0; i < n; i++) { const value = reader.number(); doc += value >>> 1; docs[i] = doc; inName[i] = value & 1; }
  return { docs, inName, ...nowhere };
}
/** The same list with its positions, which follow the entries or stand in a file of their own. */
export function decodePositions(list: Postings, reader: Reader): Postings {
  const n = list.docs.length;
  const starts = new Uint32Array(n + 1);
  let positions = new Uint16Array(n + (n >> 2) + 16);
  let used = 0;
  for (let i = 0; i < n; i++) {
    for (let at = 0, more = 1; more; ) {
      const value = reader.number();
      more = value & 1;
      at += value >>> 1;
      if (used === positions.length) { const larger = new Uint16Array(used * 2); larger.set(positions); positions = larger; }
      positions[used++] = at;
    }
    starts[i + 1] = used;
  }
  return { ...list, starts, positions };
}

/** One shard: its grams ascending, each with the length of its list, then the lists. */
export function packShard(lists: [gram: number, list: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const out = new Bytes(lists.reduce((n, [, list]) => n + list.length + 8, 8));
  const sorted = lists.toSorted((a, b) => a[0] - b[0]);
  out.number(sorted.length);
  for (const [gram, list] of sorted) { out.number(Math.floor(gram / 65_536)); out.number(gram % 65_536); out.number(list.length); }
  for (const [, list] of sorted) out.append(list);
  return out.done();
}
export function unpackShard(bytes: Uint8Array): Map<number, Uint8Array> {
  const reader = new Reader(bytes);
  const heads = Array.from({ length: reader.number() }, (): [number, number] => [reader.number() * 65_536 + reader.number(), reader.number()]);
  return new Map(heads.map(([gram, length]) => [gram, reader.part(length)]));
}
