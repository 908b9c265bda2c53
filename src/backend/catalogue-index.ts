import { type CatalogueKind, type CatalogueRow, catalogueFiles, chunkOf, type Manifest, unpackRows } from '../domain/catalogue.ts';
import { joinPlanes } from '../domain/search/planes.ts';
import { decodeDocs, decodePositions, gramOf, isSingle, noPostings, type Postings, Reader, shardOf, unpackShard } from '../domain/search/postings.ts';
import type { Readings } from '../domain/search/pinyin.ts';

/** Reads one published file; undefined when there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;

const decoder = new TextDecoder();
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer());
}

/** In the browser: from the site itself. */
export const fromSite: ReadFile = async (path) => {
  const answer = await fetch(path);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

/** The search index of one kind of resource: each file is read when it is first asked for and kept. */
export class CatalogueIndex {
  private kept = new Map<string, Promise<unknown>>();
  private files: ReturnType<typeof catalogueFiles>;
  readonly kind: CatalogueKind;
  private read: ReadFile;
  constructor(kind: CatalogueKind, read: ReadFile = fromSite) { [this.kind, this.read, this.files] = [kind, read, catalogueFiles(kind)]; }

  private once<T>(path: string, decode: (bytes: Uint8Array<ArrayBuffer> | undefined) => T | Promise<T>): Promise<T> {
    if (!this.kept.has(path)) {
      const value = this.read(path).then(decode);
      // What failed is asked again next time.
      value.catch(() => this.kept.delete(path));
      this.kept.set(path, value);
    }
    return this.kept.get(path) as Promise<T>;
  }
  private json<T>(path: string, empty: T): Promise<T> { return this.once(path, (b) => (b ? (JSON.parse(decoder.decode(b)) as T) : empty)); }

  /** Undefined where no index was published (while developing). */
  async manifest(): Promise<Manifest | undefined> { return this.json<Manifest | undefined>(this.files.manifest, undefined); }
  names(): Promise<{ names: [string, number][]; readings: Readings }> { return this.json(this.files.names, { names: [], readings: {} }); }
  async models(): Promise<string[]> { return (await this.json<[string, number][]>(this.files.models, [])).map(([model]) => model); }

  async column(name: 'flags' | 'class'): Promise<Uint8Array>;
  async column(name: 'institution'): Promise<Uint16Array>;
  async column(name: 'price'): Promise<Uint32Array>;
  async column(name: 'flags' | 'class' | 'institution' | 'price'): Promise<Uint8Array | Uint16Array | Uint32Array> {
    return this.once(this.files.column(name), async (b) => {
      const planes = b ? await inflate(b) : new Uint8Array(0);
      return name === 'institution' ? joinPlanes(planes, Uint16Array) : name === 'price' ? joinPlanes(planes, Uint32Array) : planes;
    });
  }

  /** The list of a gram; its positions only where they are asked for and there are any. */
  async postings(gram: number, positions: boolean): Promise<Postings> {
    const own = await this.ownFiles();
    const manifest = await this.manifest();
    if (own.has(gram)) {
      const part = <T>(name: 'entries' | 'positions', decode: (reader: Reader | undefined) => T | Promise<T>) => this.once(this.files.own(gram, name), async (b) => decode(b && new Reader(await inflate(b))));
      const entries = part('entries', (reader) => (reader ? decodeDocs(reader) : noPostings));
      return positions && !isSingle(gram) ? part('positions', async (reader) => (reader ? decodePositions(await entries, reader) : noPostings)) : entries;
    }
    if (!manifest) return noPostings;
    const shard = await this.once(this.files.shard(shardOf(gram, manifest.shards)), async (b) => (b ? unpackShard(await inflate(b)) : new Map<number, Uint8Array>()));
    const list = shard.get(gram);
    if (!list) return noPostings;
    const reader = new Reader(list);
    const entries = decodeDocs(reader);
    return positions && !isSingle(gram) ? decodePositions(entries, reader) : entries;
  }
  private own: Set<number> | undefined;
  private async ownFiles(): Promise<Set<number>> {
    if (!this.own) {
      const text = (await this.manifest())?.own ?? '';
      this.own = new Set(Array.from({ length: text.length / 2 }, (_, i) => gramOf(text, i * 2, 2)));
    }
    return this.own;
  }

  /** Rows by ordinal, in the order asked for; one that is not there is left out. */
  async rows(ordinals: Iterable<number>): Promise<CatalogueRow[]> {
    const rows = await Promise.all(Array.from(ordinals, async (ordinal) => (await this.once(this.files.rows(chunkOf(ordinal)), (b) => new Map(b ? unpackRows(decoder.decode(b)).map((r) => [r.ordinal, r]) : []))).get(ordinal)));
    return rows.filter((r) => r !== undefined);
  }
}
