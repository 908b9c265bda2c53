import { formatDate } from './dates.ts';

/** The published catalogue as files: what the publisher writes and the search in the browser reads. Money in 分, dates in Asia/Shanghai. */
export type CatalogueKind = 'instrument' | 'service';
export const catalogueKinds: Record<CatalogueKind, { title: string; base: string; measure: string }> = {
  instrument: { title: '仪器资源', base: '/instruments/', measure: '台' },
  service: { title: '项目检测', base: '/services/', measure: '项' },
};

/** One entry as the public table has it. */
export interface CatalogueEntry {
  slug: string;
  kind: CatalogueKind;
  /** The order of first publication within its kind, from 1; never changes. */
  ordinal: number;
  name: string;
  model: string;
  maker: string;
  class_code: string;
  /** The order of joining its class, from 1: its place in the class's lists. Who leaves a class leaves the place empty. */
  class_ordinal: number;
  institution_id: number;
  institution_name: string;
  institution_type: string;
  /** The city's code; in addresses it stands for the name. */
  city_code: string;
  city: string;
  purpose: string;
  details: { specs?: string; standard?: string; sample_requirement?: string; turnaround_days?: number | null };
  unit: string;
  price_min_fen: number;
  price_max_fen: number;
  cma: boolean;
  cnas: boolean;
  is_open: boolean;
  voucher_enabled: boolean;
  /** While closed: the day on which the institution expects to open again. */
  reopens_on: string | null;
  published_at: string;
  updated_at: string;
}

/** The columns of `CatalogueEntry`, as the API is asked for them. */
export const entryFields =
  'slug,kind,ordinal,name,model,maker,class_code,class_ordinal,institution_id,institution_name,institution_type,city_code,city,purpose,details,unit,price_min_fen,price_max_fen,cma,cnas,is_open,voucher_enabled,reopens_on,published_at,updated_at';

/** What a list shows of an entry. `institution` is its place in the manifest's list. */
export interface CatalogueRow {
  ordinal: number;
  slug: string;
  name: string;
  model: string;
  maker: string;
  class_code: string;
  institution: number;
  unit: string;
  price_min_fen: number;
  price_max_fen: number;
  flags: number;
  reopens_on: string;
  excerpt: string;
  updated_on: string;
}
export const flag = { open: 1, voucher: 2, cma: 4, cnas: 8 } as const;
export const flagsOf = (e: Pick<CatalogueEntry, 'is_open' | 'voucher_enabled' | 'cma' | 'cnas'>): number =>
  (e.is_open ? flag.open : 0) |
  (e.voucher_enabled ? flag.voucher : 0) |
  (e.cma ? flag.cma : 0) |
  (e.cnas ? flag.cnas : 0);
/** Open and taking vouchers: what may be booked (R12). */
export const usable = (flags: number): boolean => (flags & 3) === 3;

const excerptLength = 48;
export function rowOf(e: CatalogueEntry, institution: number): CatalogueRow {
  const plain = e.purpose.replaceAll(/\s+/g, ' ').trim();
  return {
    ordinal: e.ordinal,
    slug: e.slug,
    name: e.name,
    model: e.model,
    maker: e.maker,
    class_code: e.class_code,
    institution,
    unit: e.unit,
    price_min_fen: e.price_min_fen,
    price_max_fen: e.price_max_fen,
    flags: flagsOf(e),
    reopens_on: e.reopens_on ?? '',
    excerpt: plain.length > excerptLength ? `${plain.slice(0, excerptLength - 1)}…` : plain,
    updated_on: formatDate(e.updated_at),
  };
}

const columns = [
  'ordinal',
  'slug',
  'name',
  'model',
  'maker',
  'class_code',
  'institution',
  'unit',
  'price_min_fen',
  'price_max_fen',
  'flags',
  'reopens_on',
  'excerpt',
  'updated_on',
] as const;
/** Rows travel as plain lists: the names of the fields are said here once. */
export const packRows = (rows: CatalogueRow[]): string => JSON.stringify(rows.map((row) => columns.map((c) => row[c])));
export const unpackRows = (json: string): CatalogueRow[] =>
  (JSON.parse(json) as unknown[][]).map((values) => {
    const row: Partial<Record<(typeof columns)[number], unknown>> = {};
    for (const [i, column] of columns.entries()) row[column] = values[i];
    return row as CatalogueRow;
  });

/** Rows a file: sixteen keep twenty scattered matches below the weight of a picture. */
export const chunkBits = 4;
export const chunkOf = (ordinal: number): number => ordinal >>> chunkBits;

/** An institution as the manifest lists it. */
export type ListedInstitution = [id: number, name: string, city: string, type: string, cityCode: string];
/** What the search reads first. */
export interface Manifest {
  kind: CatalogueKind;
  /** The newest change that the files contain; later ones come from the API. */
  through: string;
  entries: number;
  last: number;
  shards: number;
  /** Grams with a file of their own, two characters each (a single one is followed by U+0000), ascending. */
  own: string;
  /** By order of first appearance: a new one is appended. */
  institutions: ListedInstitution[];
  classes: [code: string, label: string][];
}

/** The words of the trade by which both kinds are indexed, and the characters that sound alike or are written otherwise. */
export const vocabularyFile = '/catalogue/vocabulary.json';
export const lettersFile = '/catalogue/letters.json';

/** Where the files of one kind stand. */
export const catalogueFiles = (kind: CatalogueKind) => {
  const base = `/catalogue/${kind}`;
  return {
    manifest: `${base}/manifest.json`,
    names: `${base}/names.json`,
    models: `${base}/models.json`,
    rows: (chunk: number) => `${base}/rows/${chunk}.json`,
    shard: (n: number) => `${base}/grams/${n}.bin`,
    /** Of a frequent gram: its entries, or the number of a block for the places there. */
    own: (gram: number, part: 'entries' | number) =>
      `${base}/grams/own/${gram.toString(16).padStart(8, '0')}-${part}.bin`,
    column: (name: 'flags' | 'class' | 'institution' | 'price') => `${base}/columns/${name}.bin`,
  };
};
export const institutionOf = (e: CatalogueEntry): ListedInstitution => [
  e.institution_id,
  e.institution_name,
  e.city,
  e.institution_type,
  e.city_code,
];
