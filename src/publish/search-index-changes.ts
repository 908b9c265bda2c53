import { type CatalogueKind, catalogueFiles } from '../domain/catalogue.ts';
import { Bytes, Reader } from '../domain/search/bytes.ts';
import { nameSpan } from '../domain/search/fold.ts';
import {
  below,
  blockOf,
  cut,
  decodeBlock,
  decodeEntries,
  decodeList,
  inOwnFiles,
  encodeBlock,
  encodeEntries,
  encodeList,
  encodePlaces,
  type Entries,
  isSingle,
  markOf,
  noEntries,
  noPlaces,
  ownFrom,
  ownGrams,
  ownText,
  packShard,
  type Places,
  type Postings,
  rangeOf,
  shardOf,
  unpackShard,
} from '../domain/search/postings.ts';
import { eachGram } from './search-index.ts';
import type { Site } from './site.ts';

/** What becomes of one gram: by ordinal its positions, or undefined where it stands no longer. */
type Edit = Map<number, number[] | undefined>;
export interface ChangedText {
  ordinal: number;
  before: string;
  after: string;
}

/** Takes changed texts into the index: only the lists of grams that came, went or moved are written again, and of long ones only the block. Answers with the manifest's new list of own files. */
export function updateIndex(
  site: Site,
  kind: CatalogueKind,
  shards: number,
  own: string,
  changes: ChangedText[],
): string {
  const files = catalogueFiles(kind);
  const owned = ownGrams(own);
  const out = new Bytes(1 << 16);
  const open = new Map<number, Map<number, Uint8Array>>();
  const shard = (n: number) => {
    if (!open.has(n)) {
      const bytes = site.readDeflated(files.shard(n));
      open.set(n, bytes ? unpackShard(bytes) : new Map());
    }
    return open.get(n) as Map<number, Uint8Array>;
  };
  for (const [gram, edit] of editsOf(changes)) {
    const n = shardOf(gram, shards);
    const single = isSingle(gram);
    if (owned.has(gram)) {
      const long = new OwnList(site, kind, gram, out);
      long.edit(edit);
      if (long.entries.docs.length >= ownFrom) {
        long.save();
        continue;
      }
      owned.delete(gram);
      if (long.entries.docs.length > 0) shard(n).set(gram, encodeList(long.whole(), single, out));
      else shard(n).delete(gram);
      long.remove();
      continue;
    }
    const known = shard(n).get(gram);
    const list = edited(known ? decodeList(known, single) : { ...noEntries, ...noPlaces }, edit, single);
    if (list.docs.length >= ownFrom) {
      shard(n).set(gram, inOwnFiles);
      owned.add(gram);
      new OwnList(site, kind, gram, out).replace(list);
    } else if (list.docs.length === 0) shard(n).delete(gram);
    else shard(n).set(gram, encodeList(list, single, out));
  }
  for (const [n, lists] of open) {
    if (lists.size === 0) site.remove(files.shard(n));
    else site.writeDeflated(files.shard(n), packShard([...lists]));
  }
  return ownText(owned);
}

function editsOf(changes: ChangedText[]): Map<number, Edit> {
  const edits = new Map<number, Edit>();
  for (const { ordinal, before, after } of changes) {
    const [old, now] = [gramsOf(before), gramsOf(after)];
    for (const gram of new Set([...old.keys(), ...now.keys()])) {
      if (String(old.get(gram)) === String(now.get(gram))) continue;
      if (!edits.has(gram)) edits.set(gram, new Map());
      edits.get(gram)?.set(ordinal, now.get(gram));
    }
  }
  return edits;
}
/** Of a single character the first position alone counts. */
function gramsOf(text: string): Map<number, number[]> {
  const grams = new Map<number, number[]>();
  eachGram(text, (gram, position) => {
    const list = grams.get(gram);
    if (!list) grams.set(gram, [position]);
    else if (!isSingle(gram)) list.push(position);
  });
  return grams;
}

/** A list in files of its own. Entries are changed in memory until `save`; places by block, at once. */
class OwnList {
  entries: Entries;
  private before: Entries;
  private readonly files: ReturnType<typeof catalogueFiles>;
  private readonly site: Site;
  private readonly gram: number;
  private readonly out: Bytes;
  constructor(site: Site, kind: CatalogueKind, gram: number, out: Bytes) {
    [this.site, this.gram, this.out, this.files] = [site, gram, out, catalogueFiles(kind)];
    const bytes = site.readDeflated(this.files.own(gram, 'entries'));
    this.entries = this.before = bytes ? decodeEntries(new Reader(bytes)) : noEntries;
  }
  private blocks(): number[] {
    const { docs } = this.entries;
    return [...new Set(Array.from(docs, blockOf))];
  }
  private places(block: number, docs: Uint32Array): Places {
    if (isSingle(this.gram) || docs.length === 0) return noPlaces;
    const path = this.files.own(this.gram, block);
    const places = decodeBlock(this.site.readDeflated(path) ?? new Uint8Array(1), docs);
    if (!places) throw new Error(`${path} is not of these entries: build the site anew.`);
    return places;
  }
  private write(block: number, docs: Uint32Array, places: Places): void {
    if (isSingle(this.gram)) return;
    if (docs.length === 0) {
      this.site.remove(this.files.own(this.gram, block));
      return;
    }
    this.out.length = 0;
    encodePlaces(places, this.out);
    this.site.writeDeflated(this.files.own(this.gram, block), encodeBlock(markOf(docs), this.out.written()));
  }
  edit(edit: Edit): void {
    for (const block of new Set([...edit.keys()].map(blockOf))) {
      const { docs, inName } = this.entries;
      const [from, until] = rangeOf(docs, block);
      const part = edited(
        { ...cut(this.entries, from, until), ...this.places(block, docs.subarray(from, until)) },
        new Map([...edit].filter(([o]) => blockOf(o) === block)),
        isSingle(this.gram),
      );
      this.write(block, part.docs, part);
      const all = {
        docs: new Uint32Array(docs.length - (until - from) + part.docs.length),
        inName: new Uint8Array(docs.length - (until - from) + part.docs.length),
      };
      all.docs.set(docs.subarray(0, from));
      all.inName.set(inName.subarray(0, from));
      all.docs.set(part.docs, from);
      all.inName.set(part.inName, from);
      all.docs.set(docs.subarray(until), from + part.docs.length);
      all.inName.set(inName.subarray(until), from + part.docs.length);
      this.entries = all;
    }
  }
  save(): void {
    const bytes = (a: Uint8Array | Uint32Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength);
    // A word that only moved leaves the entries as they were.
    if (
      bytes(this.entries.docs).equals(bytes(this.before.docs)) &&
      bytes(this.entries.inName).equals(bytes(this.before.inName))
    )
      return;
    this.out.length = 0;
    encodeEntries(this.entries, this.out);
    this.site.writeNumbers(this.files.own(this.gram, 'entries'), this.out.written());
  }
  /** A list from a shard that has become long. */
  replace(list: Postings): void {
    this.entries = list;
    for (const block of this.blocks()) {
      const [from, until] = rangeOf(list.docs, block);
      this.write(
        block,
        list.docs.subarray(from, until),
        isSingle(this.gram) ? noPlaces : { starts: list.starts.subarray(from, until + 1), positions: list.positions },
      );
    }
    this.save();
  }
  /** With all its places, for a shard. */
  whole(): Postings {
    if (isSingle(this.gram)) return { ...this.entries, ...noPlaces };
    const { docs } = this.entries;
    const parts = this.blocks().map((block) => {
      const [from, until] = rangeOf(docs, block);
      return this.places(block, docs.subarray(from, until));
    });
    const starts = new Uint32Array(docs.length + 1);
    const positions = new Uint16Array(parts.reduce((n, p) => n + p.positions.length, 0));
    let [i, used] = [0, 0];
    for (const p of parts) {
      for (let k = 0; k + 1 < p.starts.length; k++) starts[i++] = (p.starts[k] as number) + used;
      positions.set(p.positions, used);
      used += p.positions.length;
    }
    starts[i] = used;
    return { ...this.entries, starts, positions };
  }
  remove(): void {
    this.site.removeAtEnd(this.files.own(this.gram, 'entries'));
    for (const block of new Set([...this.before.docs, ...this.entries.docs].map(blockOf)))
      this.site.removeAtEnd(this.files.own(this.gram, block));
  }
}
/** A list with some entries put in, replaced or (without positions) taken out. What lies between them is copied whole. */
function edited(list: Postings, entries: Edit, single: boolean): Postings {
  const added = [...entries.values()].reduce((n, positions) => n + (positions?.length ?? 0), 0);
  const docs = new Uint32Array(list.docs.length + entries.size);
  const inName = new Uint8Array(docs.length);
  const starts = new Uint32Array(single ? 1 : docs.length + 1);
  const positions = new Uint16Array(single ? 0 : list.positions.length + added);
  let [n, used, from] = [0, 0, 0];
  const copy = (until: number) => {
    docs.set(list.docs.subarray(from, until), n);
    inName.set(list.inName.subarray(from, until), n);
    if (!single) {
      const [a, b] = [list.starts[from] as number, list.starts[until] as number];
      positions.set(list.positions.subarray(a, b), used);
      for (let i = from; i < until; i++) starts[n + i - from + 1] = (list.starts[i + 1] as number) - a + used;
      used += b - a;
    }
    n += until - from;
    from = until;
  };
  for (const [ordinal, own] of [...entries].sort((a, b) => a[0] - b[0])) {
    const at = below(list.docs, ordinal, from);
    copy(at);
    if (list.docs[at] === ordinal) from = at + 1;
    if (!own) continue;
    inName[n] = (own[0] as number) < nameSpan ? 1 : 0;
    docs[n++] = ordinal;
    if (!single) {
      positions.set(own, used);
      used += own.length;
      starts[n] = used;
    }
  }
  copy(list.docs.length);
  return {
    docs: docs.subarray(0, n),
    inName: inName.subarray(0, n),
    starts: starts.subarray(0, n + 1),
    positions: positions.subarray(0, used),
  };
}
