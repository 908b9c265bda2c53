import { type CatalogueKind, catalogueFiles } from '../domain/catalogue.ts';
import { nameSpan } from '../domain/search/fold.ts';
import { Bytes, decodeDocs, decodePositions, encodeDocs, encodePositions, gramOf, gramText, isSingle, noPostings, ownFileFrom, packShard, type Postings, Reader, shardOf, unpackShard } from '../domain/search/postings.ts';
import type { Site } from './site.ts';

/** Calls back for each gram of a text with its position: every pair within a line, and every character where it stands first. White space is in no word. */
function eachGram(text: string, use: (gram: number, position: number) => void): void {
  const seen = new Set<number>();
  const space = (code: number) => code === 10 || code === 32 || code === 9 || code === 13;
  for (let i = 0; i < text.length; i++) {
    if (space(text.charCodeAt(i))) continue;
    const single = gramOf(text, i, 1);
    if (!seen.has(single)) { seen.add(single); use(single, i); }
    if (i + 1 < text.length && !space(text.charCodeAt(i + 1))) use(gramOf(text, i, 2), i);
  }
}

/** Builds the whole gram index: texts in, in the order of their ordinals; files out. */
export class GramBuilder {
  private ids = new Map<number, number>();
  private grams: number[] = [];
  private counts: number[] = [];
  private gramAt = new Uint32Array(1 << 16);
  private positionAt = new Uint16Array(1 << 16);
  private used = 0;
  private docs: number[] = [];
  private ends: number[] = [];

  add(ordinal: number, text: string): void {
    eachGram(text, (gram, position) => {
      let id = this.ids.get(gram);
      if (id === undefined) { id = this.grams.push(gram) - 1; this.ids.set(gram, id); this.counts.push(0); }
      this.counts[id] = (this.counts[id] ?? 0) + 1;
      if (this.used === this.gramAt.length) {
        const [g, p] = [new Uint32Array(this.used * 2), new Uint16Array(this.used * 2)];
        g.set(this.gramAt);
        p.set(this.positionAt);
        [this.gramAt, this.positionAt] = [g, p];
      }
      this.gramAt[this.used] = id;
      this.positionAt[this.used++] = position;
    });
    this.docs.push(ordinal);
    this.ends.push(this.used);
  }

  /** Writes shards and own files; answers with the grams that have a file of their own, for the manifest. */
  write(site: Site, kind: CatalogueKind, shards: number): string {
    const from = new Uint32Array(this.grams.length + 1);
    for (let i = 0; i < this.grams.length; i++) from[i + 1] = (from[i] as number) + (this.counts[i] as number);
    const next = from.slice();
    const docAt = new Uint32Array(this.used);
    const positionAt = new Uint16Array(this.used);
    for (let d = 0, i = 0; d < this.docs.length; d++) {
      for (; i < (this.ends[d] as number); i++) {
        const id = this.gramAt[i] as number;
        const to = next[id] as number;
        next[id] = to + 1;
        docAt[to] = this.docs[d] as number;
        positionAt[to] = this.positionAt[i] as number;
      }
    }
    const files = catalogueFiles(kind);
    const byShard = new Map<number, [number, Uint8Array][]>();
    const own: number[] = [];
    const out = new Bytes(1 << 16);
    for (let id = 0; id < this.grams.length; id++) {
      const gram = this.grams[id] as number;
      const [a, b] = [from[id] as number, from[id + 1] as number];
      const docs = new Uint32Array(b - a);
      const inName = new Uint8Array(b - a);
      const starts = new Uint32Array(b - a + 1);
      let n = 0;
      for (let i = a; i < b; i++) {
        if (n === 0 || docs[n - 1] !== docAt[i]) { starts[n] = i - a; inName[n] = (positionAt[i] as number) < nameSpan ? 1 : 0; docs[n++] = docAt[i] as number; }
      }
      starts[n] = b - a;
      const written = writeList({ docs: docs.subarray(0, n), inName: inName.subarray(0, n), starts: starts.subarray(0, n + 1), positions: positionAt.subarray(a, b) }, gram, out);
      if (written.length >= ownFileFrom) { own.push(gram); writeOwn(site, kind, gram, written); continue; }
      const shard = shardOf(gram, shards);
      if (!byShard.has(shard)) byShard.set(shard, []);
      byShard.get(shard)?.push([gram, written]);
    }
    for (const [shard, lists] of byShard) site.writeDeflated(files.shard(shard), packShard(lists));
    return ownText(own);
  }
}
/** A list's bytes; `split` says where its positions begin. */
function writeList(list: Postings, gram: number, out: Bytes): Uint8Array<ArrayBuffer> & { split: number } {
  out.length = 0;
  const split = encodeDocs(list, out).length;
  if (!isSingle(gram)) encodePositions(list, out);
  return Object.assign(out.done(), { split });
}
function writeOwn(site: Site, kind: CatalogueKind, gram: number, list: Uint8Array & { split: number }): void {
  const files = catalogueFiles(kind);
  site.writeDeflated(files.own(gram, 'entries'), list.subarray(0, list.split));
  if (!isSingle(gram)) site.writeDeflated(files.own(gram, 'positions'), list.subarray(list.split));
}
/** A list as it stands, from its own files or from its shard. */
function readList(site: Site, kind: CatalogueKind, gram: number, inShard: Uint8Array | undefined): Postings {
  const files = catalogueFiles(kind);
  const bytes = inShard ?? site.readDeflated(files.own(gram, 'entries'));
  if (!bytes) return noPostings;
  const reader = new Reader(bytes);
  const entries = decodeDocs(reader);
  if (isSingle(gram)) return entries;
  return decodePositions(entries, inShard ? reader : new Reader(site.readDeflated(files.own(gram, 'positions')) ?? new Uint8Array(0)));
}
const ownText = (grams: Iterable<number>): string => [...grams].sort((a, b) => a - b).map((g) => (isSingle(g) ? `${gramText(g)}\0` : gramText(g))).join('');

function gramsOf(text: string): Map<number, number[]> {
  const grams = new Map<number, number[]>();
  eachGram(text, (gram, position) => { const list = grams.get(gram); if (list) list.push(position); else grams.set(gram, [position]); });
  return grams;
}

/** Takes changed texts into the index: only the lists of grams that came, went or moved are written again. Answers with the manifest's new list of own files. */
export function updateGrams(site: Site, kind: CatalogueKind, shards: number, own: string, changes: { ordinal: number; before: string; after: string }[]): string {
  const files = catalogueFiles(kind);
  const edits = new Map<number, Map<number, number[] | undefined>>();
  for (const { ordinal, before, after } of changes) {
    const [old, now] = [gramsOf(before), gramsOf(after)];
    for (const gram of new Set([...old.keys(), ...now.keys()])) {
      if (String(old.get(gram)) === String(now.get(gram))) continue;
      if (!edits.has(gram)) edits.set(gram, new Map());
      edits.get(gram)?.set(ordinal, now.get(gram));
    }
  }
  const owned = new Set(Array.from({ length: own.length / 2 }, (_, i) => gramOf(own, i * 2, 2)));
  const out = new Bytes(1 << 16);
  const open = new Map<number, Map<number, Uint8Array>>();
  const shard = (n: number) => {
    if (!open.has(n)) { const bytes = site.readDeflated(files.shard(n)); open.set(n, bytes ? unpackShard(bytes) : new Map()); }
    return open.get(n) as Map<number, Uint8Array>;
  };
  for (const [gram, entries] of edits) {
    const n = shardOf(gram, shards);
    const before = owned.has(gram) ? readList(site, kind, gram, undefined) : shard(n).has(gram) ? readList(site, kind, gram, shard(n).get(gram)) : noPostings;
    const list = writeList(edited(before, entries, isSingle(gram)), gram, out);
    if (list.length >= ownFileFrom) { if (!owned.has(gram)) shard(n).delete(gram); owned.add(gram); writeOwn(site, kind, gram, list); continue; }
    if (owned.delete(gram)) for (const part of ['entries', 'positions'] as const) site.remove(files.own(gram, part));
    // An empty list is one byte: zero entries.
    if (list.length === 1) shard(n).delete(gram);
    else shard(n).set(gram, list);
  }
  for (const [n, lists] of open) {
    if (lists.size === 0) site.remove(files.shard(n));
    else site.writeDeflated(files.shard(n), packShard([...lists]));
  }
  return ownText(owned);
}

/** A list with some entries put in, replaced or (without positions) taken out. What lies between them is copied whole: frequent lists are long. */
function edited(list: Postings, entries: Map<number, number[] | undefined>, single: boolean): Postings {
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
    let [low, high] = [from, list.docs.length];
    while (low < high) { const mid = (low + high) >> 1; if ((list.docs[mid] as number) < ordinal) low = mid + 1; else high = mid; }
    copy(low);
    if (list.docs[low] === ordinal) from = low + 1;
    if (!own) continue;
    inName[n] = (own[0] as number) < nameSpan ? 1 : 0;
    docs[n++] = ordinal;
    if (!single) { positions.set(own, used); used += own.length; starts[n] = used; }
  }
  copy(list.docs.length);
  return { docs: docs.subarray(0, n), inName: inName.subarray(0, n), starts: starts.subarray(0, n + 1), positions: positions.subarray(0, used) };
}
