import { Bytes, Reader } from './bytes.ts';

/**
 * Which entries contain a gram (two neighbouring characters, or one), and where: the unit of the static search index.
 * A word of two characters needs the entries alone; a longer one also the places, and those only in the blocks of ordinals that are looked at.
 */
export interface Entries {
  /** Ordinals, ascending. */
  docs: Uint32Array;
  /** Of docs[i]: does the gram stand in the name? */
  inName: Uint8Array;
}
/** Of the i-th entry of a list, or of a part of it: positions[starts[i]] … positions[starts[i + 1] - 1], ascending. */
export interface Places {
  starts: Uint32Array;
  positions: Uint16Array;
}
export type Postings = Entries & Places;

export const noEntries: Entries = { docs: new Uint32Array(0), inName: new Uint8Array(0) };
export const noPlaces: Places = { starts: new Uint32Array(1), positions: new Uint16Array(0) };

/** A gram as one number: two UTF-16 units; a single character has zero for its second. */
export const gramOf = (text: string, at: number, length: 1 | 2): number =>
  text.charCodeAt(at) * 65_536 + (length === 2 ? text.charCodeAt(at + 1) : 0);
export const isSingle = (gram: number): boolean => gram % 65_536 === 0;
const gramText = (gram: number): string =>
  String.fromCharCode(Math.floor(gram / 65_536)) + (isSingle(gram) ? '' : String.fromCharCode(gram % 65_536));

/** Lists of at least so many entries have files of their own: one for the entries, and one a block for the places. Shorter ones share a shard. */
export const ownFrom = 1024;
/** Places are read, and written when an entry changes, by blocks of so many ordinals. */
const blockBits = 13;
export const blockOf = (ordinal: number): number => ordinal >>> blockBits;
const blockStart = (block: number): number => block << blockBits;
/** Of ascending numbers: how many are below. */
export function below(docs: Uint32Array, ordinal: number, from = 0): number {
  let [low, high] = [from, docs.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((docs[mid] as number) < ordinal) low = mid + 1;
    else high = mid;
  }
  return low;
}
/** The entries of one block: from the first place to the second. */
export const rangeOf = (docs: Uint32Array, block: number): [from: number, until: number] => {
  const from = below(docs, blockStart(block));
  return [from, below(docs, blockStart(block + 1), from)];
};

/** A mark of which entries a block holds: its places say for which they are written, so that files of two moments are never read as one. */
export const mixMark = (mark: number, doc: number): number => Math.imul(mark ^ doc, 0x01000193) >>> 0;
export const noMark = 0x811c9dc5;
export const markOf = (docs: Uint32Array): number => docs.reduce(mixMark, noMark);

/** A part of a list. */
export const cut = ({ docs, inName }: Entries, from: number, until: number): Entries => ({
  docs: docs.subarray(from, until),
  inName: inName.subarray(from, until),
});

/** The grams that have files of their own, as the manifest says them: two characters each, a single one followed by U+0000. */
export const ownText = (grams: Iterable<number>): string =>
  [...grams]
    .sort((a, b) => a - b)
    .map((g) => (isSingle(g) ? `${gramText(g)}\0` : gramText(g)))
    .join('');
export const ownGrams = (text: string): Set<number> =>
  new Set(Array.from({ length: text.length / 2 }, (_, i) => gramOf(text, i * 2, 2)));
/** Stands in the shard in the place of a list that has files of its own: who holds an older manifest sees that it is old. */
export const inOwnFiles = new Uint8Array(0);

/** The shard of a short list, of `shards` (a power of two). */
export function shardOf(gram: number, shards: number): number {
  let h = Math.imul(Math.floor(gram / 65_536), 0x9e3779b1) ^ Math.imul((gram % 65_536) + 1, 0x85ebca6b);
  h ^= h >>> 15;
  return (Math.imul(h, 0x2c1b3c6d) >>> 12) & (shards - 1);
}
/** How many shards a catalogue needs so that each stays at a few kilobytes, whatever its size. */
export const shardCount = (entries: number): number =>
  2 ** Math.max(3, Math.ceil(Math.log2(Math.max(1, entries) / 80)));

/** An entry as the gap to the one before, and whether in the name, in one number. */
export const writeEntry = (out: Bytes, before: number, doc: number, inName: boolean | number): void =>
  out.number((doc - before) * 2 + (inName ? 1 : 0));
/** A place: the first of an entry as it is, further ones (`before` is given) as the gap to the one before. */
export const writePlace = (out: Bytes, at: number, before?: number): void =>
  out.number(before === undefined ? at * 2 : (at - before) * 2 + 1);

/** How many, then each. */
export function encodeEntries({ docs, inName }: Entries, out: Bytes): void {
  out.number(docs.length);
  for (let i = 0; i < docs.length; i++)
    writeEntry(out, i === 0 ? 0 : (docs[i - 1] as number), docs[i] as number, inName[i] as number);
}
export function encodePlaces({ starts, positions }: Places, out: Bytes): void {
  for (let i = 0; i + 1 < starts.length; i++)
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++)
      writePlace(out, positions[k] as number, k === starts[i] ? undefined : positions[k - 1]);
}
export function decodeEntries(reader: Reader): Entries {
  const n = reader.number();
  const [docs, inName] = [new Uint32Array(n), new Uint8Array(n)];
  for (let i = 0, doc = 0; i < n; i++) {
    const value = reader.number();
    doc += value >>> 1;
    docs[i] = doc;
    inName[i] = value & 1;
  }
  return { docs, inName };
}
/** The places of `n` entries, to the end of what is read. */
function decodePlaces(reader: Reader, n: number): Places {
  const starts = new Uint32Array(n + 1);
  // A place is at least one byte.
  const positions = new Uint16Array(reader.bytes.length - reader.at);
  let [i, used, at] = [0, 0, 0];
  while (reader.at < reader.bytes.length) {
    const value = reader.number();
    if (value & 1) at += value >>> 1;
    else {
      starts[i++] = used;
      at = value >>> 1;
    }
    positions[used++] = at;
  }
  starts[n] = used;
  return { starts, positions: positions.subarray(0, used) };
}

/** The places of one block of a long list, as they stand in a file. */
export function encodeBlock(mark: number, places: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Bytes(places.length + 5);
  out.number(mark);
  out.append(places);
  return out.written();
}
/** Undefined where they belong to other entries. */
export function decodeBlock(bytes: Uint8Array, docs: Uint32Array): Places | undefined {
  const reader = new Reader(bytes);
  return reader.number() === markOf(docs) ? decodePlaces(reader, docs.length) : undefined;
}

/** A list as it stands in a shard: entries, then all places. */
export function encodeList(list: Postings, single: boolean, out: Bytes): Uint8Array<ArrayBuffer> {
  out.length = 0;
  encodeEntries(list, out);
  if (!single) encodePlaces(list, out);
  return out.written().slice();
}
export function decodeList(bytes: Uint8Array, single: boolean): Postings {
  const reader = new Reader(bytes);
  const entries = decodeEntries(reader);
  return { ...entries, ...(single ? noPlaces : decodePlaces(reader, entries.docs.length)) };
}

/** One shard: its grams ascending, each with the length of its list, then the lists. */
export function packShard(lists: [gram: number, list: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const out = new Bytes(lists.reduce((n, [, list]) => n + list.length + 8, 8));
  const sorted = lists.toSorted((a, b) => a[0] - b[0]);
  out.number(sorted.length);
  for (const [gram, list] of sorted) {
    out.number(Math.floor(gram / 65_536));
    out.number(gram % 65_536);
    out.number(list.length);
  }
  for (const [, list] of sorted) out.append(list);
  return out.written();
}
export function unpackShard(bytes: Uint8Array): Map<number, Uint8Array> {
  const reader = new Reader(bytes);
  const heads = Array.from({ length: reader.number() }, (): [number, number] => [
    reader.number() * 65_536 + reader.number(),
    reader.number(),
  ]);
  return new Map(heads.map(([gram, length]) => [gram, reader.part(length)]));
}
