import {
  type CatalogueKind,
  type CatalogueRow,
  catalogueFiles,
  chunkOf,
  lettersFile,
  type Manifest,
  unpackRows,
  vocabularyFile,
} from '../domain/catalogue.ts';
import { columnOf } from '../domain/search/column-bytes.ts';
import { Reader } from '../domain/search/bytes.ts';
import {
  cut,
  decodeBlock,
  decodeEntries,
  decodeList,
  inOwnFiles,
  type Entries,
  isSingle,
  noEntries,
  noPlaces,
  ownGrams,
  type Postings,
  rangeOf,
  shardOf,
  unpackShard,
} from '../domain/search/postings.ts';
import type { Readings } from '../domain/search/pinyin.ts';
import { type Letters, noLetters } from '../domain/search/sounds.ts';
import { type Concept, Vocabulary } from '../domain/search/vocabulary.ts';

/** Reads one published file; undefined when there is none. */
type ReadFile = (path: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;

const decoder = new TextDecoder();
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer(),
  );
}

/** In the browser: from the site itself; what is kept there is asked for again, as it may have been published anew. */
const fromSite: ReadFile = async (path) => {
  const answer = await fetch(path, { cache: 'no-cache' });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

/** Files of two moments met: the site was published in between. Read anew, they agree. */
export class Outdated extends Error {}

/** The search index of one kind of resource as one manifest describes it: each file is read when it is first asked for and kept. */
export class CatalogueIndex {
  private kept = new Map<string, Promise<unknown>>();
  private files: ReturnType<typeof catalogueFiles>;
  readonly kind: CatalogueKind;
  private read: ReadFile;
  constructor(kind: CatalogueKind, read: ReadFile = fromSite) {
    [this.kind, this.read, this.files] = [kind, read, catalogueFiles(kind)];
  }

  private once<T>(path: string, decode: (bytes: Uint8Array<ArrayBuffer> | undefined) => T | Promise<T>): Promise<T> {
    if (!this.kept.has(path)) {
      const value = this.read(path).then(decode);
      // What failed is asked again next time.
      value.catch(() => this.kept.delete(path));
      this.kept.set(path, value);
    }
    return this.kept.get(path) as Promise<T>;
  }
  private json<T>(path: string, empty: T): Promise<T> {
    return this.once(path, (b) => (b ? (JSON.parse(decoder.decode(b)) as T) : empty));
  }

  /** The same anew, with nothing kept. */
  again(): CatalogueIndex {
    return new CatalogueIndex(this.kind, this.read);
  }

  /** Undefined where no index was published (while developing). */
  async manifest(): Promise<Manifest | undefined> {
    return this.json<Manifest | undefined>(this.files.manifest, undefined);
  }
  /** The words of the trade as they were when these files were written. */
  vocabulary(): Promise<Vocabulary> {
    return this.once(vocabularyFile, (b) => new Vocabulary(b ? (JSON.parse(decoder.decode(b)) as Concept[]) : []));
  }
  letters(): Promise<Letters> {
    return this.json(lettersFile, noLetters);
  }
  names(): Promise<{ names: [string, number][]; readings: Readings }> {
    return this.json(this.files.names, { names: [], readings: {} });
  }
  async models(): Promise<string[]> {
    return (await this.json<[string, number][]>(this.files.models, [])).map(([model]) => model);
  }

  async column(name: 'flags' | 'class'): Promise<Uint8Array>;
  async column(name: 'institution'): Promise<Uint16Array>;
  async column(name: 'price'): Promise<Uint32Array>;
  async column(name: 'flags' | 'class' | 'institution' | 'price'): Promise<Uint8Array | Uint16Array | Uint32Array> {
    return this.once(this.files.column(name), async (b) => {
      const bytes = b ? await inflate(b) : new Uint8Array(0);
      return name === 'institution'
        ? columnOf(bytes, Uint16Array)
        : name === 'price'
          ? columnOf(bytes, Uint32Array)
          : bytes;
    });
  }

  /** The entries that have a gram. */
  async entries(gram: number): Promise<Entries> {
    const own = await this.ownFiles();
    if (own.has(gram))
      return this.once(this.files.own(gram, 'entries'), async (b) => {
        if (!b) throw new Outdated();
        return decodeEntries(new Reader(await inflate(b)));
      });
    return (await this.short(gram)) ?? noEntries;
  }
  /** Those of one block, with the places in each; of a pair of characters. */
  async postings(gram: number, block: number): Promise<Postings> {
    const entries = await this.entries(gram);
    const [from, until] = rangeOf(entries.docs, block);
    const part = cut(entries, from, until);
    if ((await this.ownFiles()).has(gram))
      return {
        ...part,
        ...(await this.once(this.files.own(gram, block), async (b) => {
          const places = b && decodeBlock(await inflate(b), part.docs);
          if (!places) throw new Outdated();
          return places;
        })),
      };
    const { starts, positions } = (await this.short(gram)) ?? noPlaces;
    return { ...part, starts: starts.subarray(from, until + 1), positions };
  }
  private lists = new Map<number, Postings>();
  private async short(gram: number): Promise<Postings | undefined> {
    const manifest = await this.manifest();
    if (!manifest) return undefined;
    const shard = await this.once(this.files.shard(shardOf(gram, manifest.shards)), async (b) =>
      b ? unpackShard(await inflate(b)) : new Map<number, Uint8Array>(),
    );
    const bytes = shard.get(gram);
    if (bytes?.length === inOwnFiles.length) throw new Outdated();
    if (bytes && !this.lists.has(gram)) this.lists.set(gram, decodeList(bytes, isSingle(gram)));
    return this.lists.get(gram);
  }
  private async ownFiles(): Promise<Set<number>> {
    this.own ??= ownGrams((await this.manifest())?.own ?? '');
    return this.own;
  }
  private own: Set<number> | undefined;

  /** Rows by ordinal, in the order asked for; one that is not there is left out. */
  async rows(ordinals: Iterable<number>): Promise<CatalogueRow[]> {
    const rows = await Promise.all(
      Array.from(ordinals, async (ordinal) =>
        (
          await this.once(
            this.files.rows(chunkOf(ordinal)),
            (b) => new Map(b ? unpackRows(decoder.decode(b)).map((r) => [r.ordinal, r]) : []),
          )
        ).get(ordinal),
      ),
    );
    return rows.filter((r) => r !== undefined);
  }
}
