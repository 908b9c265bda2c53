import { type CatalogueKind, catalogueFiles } from '../domain/catalogue.ts';
import { Bytes } from '../domain/search/bytes.ts';
import { nameSpan } from '../domain/search/fold.ts';
import {
  blockOf,
  inOwnFiles,
  encodeBlock,
  gramOf,
  isSingle,
  mixMark,
  noMark,
  ownFrom,
  ownText,
  packShard,
  shardOf,
  writeEntry,
  writePlace,
} from '../domain/search/postings.ts';
import type { Site } from './site.ts';

/** Calls back for each gram of a text with its position, ascending: every pair within a line, and every character. White space is in no word. */
export function eachGram(text: string, use: (gram: number, position: number) => void): void {
  const space = (code: number) => code === 10 || code === 32 || code === 9 || code === 13;
  for (let i = 0; i < text.length; i++) {
    if (space(text.charCodeAt(i))) continue;
    use(gramOf(text, i, 1), i);
    if (i + 1 < text.length && !space(text.charCodeAt(i + 1))) use(gramOf(text, i, 2), i);
  }
}

/** A list that grows by the end. */
class Growing {
  count = 0;
  lastDoc = 0;
  lastAt = 0;
  readonly entries = new Bytes(6);
  readonly places = new Bytes(6);
  /** Blocks whose places are held, where these begin, and the mark of their entries. */
  readonly blocks: { block: number; from: number; mark: number }[] = [];
}

/** Builds the whole gram index: texts in, in the order of their ordinals; files out. The places of frequent grams go out with each block of ordinals, so that what is held grows with the number of words, hardly with the number of entries. */
export class IndexBuilder {
  private lists = new Map<number, Growing>();
  private block = 0;
  private readonly site: Site;
  private readonly kind: CatalogueKind;
  constructor(site: Site, kind: CatalogueKind) {
    [this.site, this.kind] = [site, kind];
  }

  add(ordinal: number, text: string): void {
    const block = blockOf(ordinal);
    if (block !== this.block) {
      this.endBlock();
      this.block = block;
    }
    eachGram(text, (gram, position) => {
      let list = this.lists.get(gram);
      if (!list) {
        list = new Growing();
        this.lists.set(gram, list);
      }
      const again = list.lastDoc === ordinal;
      if (!again) {
        writeEntry(list.entries, list.lastDoc, ordinal, position < nameSpan);
        list.count++;
        list.lastDoc = ordinal;
      }
      if (isSingle(gram)) return;
      let part = list.blocks.at(-1);
      if (part?.block !== block) {
        part = { block, from: list.places.length, mark: noMark };
        list.blocks.push(part);
      }
      if (!again) part.mark = mixMark(part.mark, ordinal);
      writePlace(list.places, position, again ? list.lastAt : undefined);
      list.lastAt = position;
    });
  }
  /** A list never shrinks: one that is long enough for files of its own can give its places away. */
  private endBlock(): void {
    const files = catalogueFiles(this.kind);
    for (const [gram, list] of this.lists) {
      if (list.count < ownFrom) continue;
      for (const [i, { block, from, mark }] of list.blocks.entries())
        this.site.writeDeflated(
          files.own(gram, block),
          encodeBlock(mark, list.places.written(from, list.blocks[i + 1]?.from)),
        );
      list.places.length = list.blocks.length = 0;
    }
  }
  /** Writes what is left; answers with the grams that have files of their own, for the manifest. */
  end(shards: number): string {
    this.endBlock();
    const files = catalogueFiles(this.kind);
    const byShard = new Map<number, [number, Uint8Array][]>();
    const own: number[] = [];
    const put = (gram: number, list: Uint8Array) => {
      const shard = shardOf(gram, shards);
      if (!byShard.has(shard)) byShard.set(shard, []);
      byShard.get(shard)?.push([gram, list]);
    };
    for (const [gram, list] of this.lists) {
      const whole = new Bytes(list.entries.length + list.places.length + 3);
      whole.number(list.count);
      whole.append(list.entries.written());
      if (list.count >= ownFrom) {
        own.push(gram);
        put(gram, inOwnFiles);
        this.site.writeNumbers(files.own(gram, 'entries'), whole.written());
        continue;
      }
      whole.append(list.places.written());
      put(gram, whole.written());
    }
    for (const [shard, lists] of byShard) this.site.writeDeflated(files.shard(shard), packShard(lists));
    return ownText(own);
  }
}
