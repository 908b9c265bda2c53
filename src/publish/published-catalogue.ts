import {
  type CatalogueEntry,
  type CatalogueKind,
  type CatalogueRow,
  catalogueFiles,
  chunkOf,
  flagsOf,
  institutionOf,
  type ListedInstitution,
  type Manifest,
  packRows,
  rowOf,
  unpackRows,
} from '../domain/catalogue.ts';
import type { ListedEntry } from '../domain/catalogue-rows.ts';
import { columnOf, bytesOf } from '../domain/search/column-bytes.ts';
import { shardCount } from '../domain/search/postings.ts';
import type { Site } from './site.ts';

/** How many chunks of rows are held. */
const held = 2048;

/** All entries of one kind as columns by ordinal, and their rows by chunk: enough to draw every list. Read from the published files, or filled by a build. */
export class PublishedCatalogue {
  classAt = new Uint8Array(1024);
  flags = new Uint8Array(1024);
  institution = new Uint16Array(1024);
  price = new Uint32Array(1024);
  /** Kept for the publisher only: a hash of the name, for entries of the same name are each other's likes, and the place in the class's lists. */
  name = new Uint32Array(1024);
  placeInClass = new Uint32Array(1024);
  private rows = new Map<number, Map<number, CatalogueRow>>();
  private touched = new Set<number>();
  private placeOf = new Map<number, number>();

  readonly site: Site;
  readonly kind: CatalogueKind;
  readonly manifest: Manifest;
  private constructor(site: Site, kind: CatalogueKind, manifest: Manifest) {
    [this.site, this.kind, this.manifest] = [site, kind, manifest];
    for (const [i, [id]] of manifest.institutions.entries()) this.placeOf.set(id, i);
  }
  static empty(site: Site, kind: CatalogueKind, classes: [string, string][]): PublishedCatalogue {
    return new PublishedCatalogue(site, kind, {
      kind,
      through: '1970-01-01T00:00:00Z',
      entries: 0,
      last: 0,
      shards: shardCount(0),
      own: '',
      institutions: [],
      classes,
    });
  }
  static read(site: Site, kind: CatalogueKind): PublishedCatalogue {
    const files = catalogueFiles(kind);
    const text = site.text(files.manifest);
    if (!text) throw new Error(`The site has no catalogue of ${kind}s: build it first.`);
    const catalogue = new PublishedCatalogue(site, kind, JSON.parse(text) as Manifest);
    const plane = (path: string) => new Uint8Array(site.readDeflated(path) ?? []);
    catalogue.classAt = plane(files.column('class'));
    catalogue.flags = plane(files.column('flags'));
    catalogue.institution = columnOf(plane(files.column('institution')), Uint16Array);
    catalogue.price = columnOf(plane(files.column('price')), Uint32Array);
    catalogue.name = columnOf(plane(ownColumn(kind, 'names')), Uint32Array);
    catalogue.placeInClass = columnOf(plane(ownColumn(kind, 'class-places')), Uint32Array);
    return catalogue;
  }

  get last(): number {
    return this.manifest.last;
  }
  has(ordinal: number): boolean {
    return ordinal > 0 && ordinal <= this.last && this.classAt[ordinal] !== 0;
  }

  /** Puts an entry in its place. */
  put(e: CatalogueEntry): void {
    const row = rowOf(e, this.placeFor(e));
    this.reserve(e.ordinal);
    const m = this.manifest;
    if (!this.has(e.ordinal)) m.entries += 1;
    m.last = Math.max(m.last, e.ordinal);
    if (Date.parse(e.updated_at) > Date.parse(m.through)) m.through = e.updated_at;
    this.classAt[e.ordinal] = m.classes.findIndex(([code]) => code === e.class_code) + 1;
    this.flags[e.ordinal] = flagsOf(e);
    this.institution[e.ordinal] = row.institution;
    this.price[e.ordinal] = e.price_min_fen;
    this.name[e.ordinal] = hash(e.name);
    this.placeInClass[e.ordinal] = e.class_ordinal;
    this.chunk(chunkOf(e.ordinal)).set(e.ordinal, row);
    this.touched.add(chunkOf(e.ordinal));
  }
  private placeFor(e: CatalogueEntry): number {
    const known = this.placeOf.get(e.institution_id);
    const placed = institutionOf(e);
    if (known === undefined) {
      this.placeOf.set(e.institution_id, this.manifest.institutions.length);
      return this.manifest.institutions.push(placed) - 1;
    }
    this.manifest.institutions[known] = placed;
    return known;
  }
  private reserve(ordinal: number): void {
    if (ordinal < this.classAt.length) return;
    const size = Math.max(ordinal + 1, Math.ceil(this.classAt.length * 1.5));
    const larger = <T extends Uint8Array | Uint16Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.classAt = larger(this.classAt, new Uint8Array(size));
    this.flags = larger(this.flags, new Uint8Array(size));
    this.institution = larger(this.institution, new Uint16Array(size));
    this.price = larger(this.price, new Uint32Array(size));
    this.name = larger(this.name, new Uint32Array(size));
    this.placeInClass = larger(this.placeInClass, new Uint32Array(size));
  }
  /** The chunks used last are held; others are in their files. */
  private chunk(n: number): Map<number, CatalogueRow> {
    let chunk = this.rows.get(n);
    if (chunk) this.rows.delete(n);
    else {
      const text = this.site.text(catalogueFiles(this.kind).rows(n));
      chunk = new Map(text ? unpackRows(text).map((r) => [r.ordinal, r]) : []);
      const [oldest] = this.rows.keys();
      if (this.rows.size >= held && oldest !== undefined) {
        this.writeChunk(oldest);
        this.rows.delete(oldest);
      }
    }
    this.rows.set(n, chunk);
    return chunk;
  }
  private writeChunk(n: number): void {
    if (this.touched.delete(n))
      this.site.write(
        catalogueFiles(this.kind).rows(n),
        packRows([...(this.rows.get(n)?.values() ?? [])].sort((a, b) => a.ordinal - b.ordinal)),
      );
  }
  row(ordinal: number): CatalogueRow | undefined {
    return this.has(ordinal) ? this.chunk(chunkOf(ordinal)).get(ordinal) : undefined;
  }
  listed(ordinals: Iterable<number>): ListedEntry[] {
    return Array.from(ordinals, (o) => this.row(o)).flatMap((row) => {
      if (!row) return [];
      const [institution_id, institution_name, city] = this.manifest.institutions[row.institution] as ListedInstitution;
      return [{ ...row, institution_id, institution_name, city }];
    });
  }
  /** Ordinals, the newest first; at most `most`. */
  newest(most: number): number[] {
    const found: number[] = [];
    for (let o = this.last; o > 0 && found.length < most; o--) if (this.has(o)) found.push(o);
    return found;
  }
  count(fits: (ordinal: number) => boolean = () => true): number {
    let n = 0;
    for (let o = 1; o <= this.last; o++) if (this.has(o) && fits(o)) n++;
    return n;
  }
  institutionOf(ordinal: number): ListedInstitution | undefined {
    return this.manifest.institutions[this.institution[ordinal] as number];
  }

  /** Writes rows, columns and, last, the manifest. */
  save(): void {
    const files = catalogueFiles(this.kind);
    for (const n of this.touched) this.writeChunk(n);
    const n = this.last + 1;
    // A place without an entry fits no condition of the search.
    for (let o = 0; o < n; o++)
      if (this.classAt[o] === 0) {
        this.flags[o] = 0;
        this.institution[o] = 0xffff;
        this.price[o] = 0xffffffff;
      }
    this.site.writeNumbers(files.column('class'), this.classAt.subarray(0, n));
    this.site.writeNumbers(files.column('flags'), this.flags.subarray(0, n));
    this.site.writeNumbers(files.column('institution'), bytesOf(this.institution.subarray(0, n)));
    this.site.writeNumbers(files.column('price'), bytesOf(this.price.subarray(0, n)));
    this.site.writeNumbers(ownColumn(this.kind, 'names'), bytesOf(this.name.subarray(0, n)));
    this.site.writeNumbers(ownColumn(this.kind, 'class-places'), bytesOf(this.placeInClass.subarray(0, n)));
    this.site.write(files.manifest, JSON.stringify(this.manifest));
  }
}
const ownColumn = (kind: CatalogueKind, name: 'names' | 'class-places') => `/catalogue/state/${kind}/${name}.bin`;
/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
