import { nameSpan } from '../domain/search/fold.ts';
import { any, common, consecutive, coverOf } from '../domain/search/match.ts';
import { blockOf, cut, type Entries, rangeOf } from '../domain/search/postings.ts';
import type { CatalogueIndex } from './catalogue-index.ts';

/** Ordinals, the newest first. */
export interface Found {
  inName: number[];
  elsewhere: number[] /** Every match is here, not only as many as were asked for. */;
  whole: boolean;
}
/** Words that must all occur: the entries that have all their pairs, and the words of several pairs, of which it remains to be seen whether these stand one after the other. */
interface Alternative {
  candidates: Entries;
  long: { gram: number; offset: number }[][];
}

/** The entries of the files that contain all words of a query, or of one of its alternatives. Exact; read by blocks of ordinals, the newest first, and no further than needed. */
export class Matching {
  private blocks = new Map<number, Promise<Entries>>();
  private readonly index: CatalogueIndex;
  private readonly alternatives: Alternative[];
  private constructor(index: CatalogueIndex, alternatives: Alternative[]) {
    [this.index, this.alternatives] = [index, alternatives];
  }

  static async of(index: CatalogueIndex, alternatives: string[][]): Promise<Matching> {
    return new Matching(
      index,
      await Promise.all(
        alternatives.map(async (words): Promise<Alternative> => {
          const covers = words.map(coverOf);
          return {
            candidates: common(await Promise.all(covers.flat().map(({ gram }) => index.entries(gram)))),
            long: covers.filter((cover) => cover.length > 1),
          };
        }),
      ),
    );
  }
  /** Where nothing is asked: every place that has an entry. */
  static all(index: CatalogueIndex, classes: Uint8Array): Matching {
    const docs = new Uint32Array(classes.length);
    let n = 0;
    for (let o = 1; o < classes.length; o++) if (classes[o]) docs[n++] = o;
    return new Matching(index, [{ candidates: { docs: docs.subarray(0, n), inName: new Uint8Array(n) }, long: [] }]);
  }

  /** Nothing more is to be read: every word is a pair or a character. */
  private get settled(): boolean {
    return this.alternatives.every(({ long }) => long.length === 0);
  }

  private block(n: number): Promise<Entries> {
    let block = this.blocks.get(n);
    if (!block) {
      block = Promise.all(
        this.alternatives.map(async ({ candidates, long }) => {
          let entries = cut(candidates, ...rangeOf(candidates.docs, n));
          for (const cover of long)
            if (entries.docs.length > 0)
              entries = consecutive(
                entries,
                await Promise.all(
                  cover.map(async ({ gram, offset }) => ({ list: await this.index.postings(gram, n), offset })),
                ),
                nameSpan,
              );
          return entries;
        }),
      ).then(any);
      // What failed is asked again next time.
      block.catch(() => this.blocks.delete(n));
      this.blocks.set(n, block);
    }
    return block;
  }
  /** The blocks with candidates that fit, the newest first, with how many, and how many that may have all words in the name. */
  private candidates(fits: (ordinal: number) => boolean): { block: number; all: number; inName: number }[] {
    const counts = new Map<number, { block: number; all: number; inName: number }>();
    for (const {
      candidates: { docs, inName },
    } of this.alternatives) {
      for (let i = 0; i < docs.length; i++) {
        const doc = docs[i] as number;
        if (!fits(doc)) continue;
        const block = blockOf(doc);
        let count = counts.get(block);
        if (!count) {
          count = { block, all: 0, inName: 0 };
          counts.set(block, count);
        }
        count.all++;
        count.inName += inName[i] as number;
      }
    }
    return [...counts.values()].sort((a, b) => b.block - a.block);
  }

  /** All matches, by block. */
  async all(): Promise<Entries[]> {
    if (this.settled) return [any(this.alternatives.map(({ candidates }) => candidates))];
    return Promise.all(this.candidates(() => true).map(({ block }) => this.block(block)));
  }

  /** At least the first `enough` that fit, where a match in the name comes before others and the newest first. */
  async first(enough: number, fits: (ordinal: number) => boolean): Promise<Found> {
    if (this.settled) return { ...sorted(await this.all(), fits), whole: true };
    const candidates = this.candidates(fits);
    const read = new Map<number, ReturnType<typeof sorted>>();
    /** Reads blocks in their order until there are enough; at once as many as may hold them, and twice as many each time that they did not. */
    const readUntil = async (queue: { block: number; likely: number }[], have: () => number) => {
      for (let next = 0, reach = 2; next < queue.length && have() < enough; reach *= 2) {
        const wave: number[] = [];
        for (let likely = 0; next < queue.length && likely < reach * (enough - have()); next++) {
          const q = queue[next] as { block: number; likely: number };
          wave.push(q.block);
          likely += q.likely;
        }
        await Promise.all(
          wave.map(async (block) => read.has(block) || read.set(block, sorted([await this.block(block)], fits))),
        );
      }
    };
    const inName = () => [...read.values()].reduce((n, r) => n + r.inName.length, 0);
    await readUntil(
      candidates.filter((c) => c.inName > 0).map((c) => ({ block: c.block, likely: c.inName })),
      inName,
    );
    // Others count as far as no block before them is unread.
    const unbroken = () => {
      const end = candidates.findIndex(({ block }) => !read.has(block));
      return candidates.slice(0, end < 0 ? undefined : end);
    };
    await readUntil(
      candidates.map((c) => ({ block: c.block, likely: c.all })),
      () => inName() + unbroken().reduce((n, { block }) => n + (read.get(block)?.elsewhere.length ?? 0), 0),
    );
    return {
      inName: candidates.flatMap(({ block }) => read.get(block)?.inName ?? []),
      elsewhere: unbroken().flatMap(({ block }) => read.get(block)?.elsewhere ?? []),
      whole: read.size === candidates.length,
    };
  }
}
/** What fits, by whether it is in the name; the newest first. */
function sorted(ascending: Entries[], fits: (ordinal: number) => boolean): Omit<Found, 'whole'> {
  const found: Omit<Found, 'whole'> = { inName: [], elsewhere: [] };
  for (const { docs, inName } of ascending.toReversed()) {
    for (let i = docs.length - 1; i >= 0; i--) {
      const doc = docs[i] as number;
      if (fits(doc)) (inName[i] ? found.inName : found.elsewhere).push(doc);
    }
  }
  return found;
}
