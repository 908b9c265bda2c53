import { type CatalogueEntry, type CatalogueKind, type CatalogueRow, entryFields, flag, flagsOf, type Manifest, rowOf, usable } from '../domain/catalogue.ts';
import { fold, nameSpan, searchText, terms } from '../domain/search/fold.ts';
import { all, any, coverOf, type Matches, matchTerm } from '../domain/search/match.ts';
import { nearestModels } from '../domain/search/nearest.ts';
import { wordsOf } from '../domain/search/pinyin.ts';
import { CatalogueIndex } from './catalogue-index.ts';

/** What a search asks; an empty list asks for nothing. Money in 分. */
export interface Question { query: string; classes: string[]; cities: string[]; institutions: number[]; voucherOnly: boolean; cma: boolean; cnas: boolean; maxFen: number | undefined; page: number }
export interface Option { value: string; label: string; n: number }
export interface Facets { classes: Option[]; cities: Option[]; institutions: Option[]; voucher: number; cma: number; cnas: number }
export interface Answer {
  total: number;
  page: number;
  rows: ShownRow[];
  /** What was searched instead, where the query itself is nowhere: words that read so, or the nearest model numbers. */
  instead?: { how: 'pinyin' | 'model'; words: string[]; alternatives: string[][] };
}
export interface ShownRow extends CatalogueRow { institution_id: number; institution_name: string; city: string }
export const pageSize = 20;

async function readCatalogue(filter: Record<string, string>): Promise<CatalogueEntry[]> {
  const origin = import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin;
  const answer = await fetch(`${origin}/rest/v1/catalogue?${new URLSearchParams({ select: entryFields, ...filter })}`, { headers: { apikey: import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '' } });
  if (!answer.ok) throw new Error(`catalogue: ${answer.status}`);
  return (await answer.json()) as CatalogueEntry[];
}
/** Entries as they are now, for comparing and for the state of one page. */
export const entriesNow = (slugs: string[]): Promise<CatalogueEntry[]> => readCatalogue({ slug: `in.(${slugs.filter((s) => /^[is]\d{1,9}$/.test(s)).join(',')})` });
/** What was published, changed or closed after the files were written, the newest first. */
export const changesSince = (kind: CatalogueKind, through: string): Promise<CatalogueEntry[]> =>
  readCatalogue({ kind: `eq.${kind}`, updated_at: `gt.${through}`, order: 'updated_at.desc', limit: '200' });

/** The catalogue of one kind: the published files, and over them what changed since. */
export class Catalogue {
  private changed = new Map<number, { entry: CatalogueEntry; text: string }>();
  readonly index: CatalogueIndex;
  constructor(index: CatalogueIndex) { this.index = index; }

  static of(kind: CatalogueKind): Catalogue { return new Catalogue(new CatalogueIndex(kind)); }

  /** Lays the newest state over the files; says whether what lies there is another than before. */
  async refresh(load: (kind: CatalogueKind, through: string) => Promise<CatalogueEntry[]> = changesSince): Promise<boolean> {
    const manifest = await this.index.manifest();
    if (!manifest) return false;
    const entries = await load(manifest.kind, manifest.through);
    const known = new Map((await this.index.rows(entries.filter((e) => e.ordinal <= manifest.last).map((e) => e.ordinal))).map((r) => [r.ordinal, r]));
    const fresh = entries.filter((e) => {
      const row = known.get(e.ordinal);
      // A row shows less than was changed (a long use, the specifications): the time decides first.
      return !row || Date.parse(e.updated_at) > Date.parse(manifest.through) || JSON.stringify(row) !== JSON.stringify(rowOf(e, institutionOf(manifest, e)));
    });
    const state = (of: CatalogueEntry[]) => of.map((e) => `${e.slug} ${e.updated_at}`).sort().join();
    const before = state([...this.changed.values()].map(({ entry }) => entry));
    this.changed = new Map(fresh.map((entry) => [entry.ordinal, { entry, text: searchText({ ...entry, standard: entry.details.standard ?? '' }) }]));
    return state(fresh) !== before;
  }

  /** What differs from the files, the newest first. */
  changes(most = 6): { total: number; rows: ShownRow[] } {
    const entries = [...this.changed.values()].map(({ entry }) => entry).sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at));
    return { total: entries.length, rows: entries.slice(0, most).map(shown) };
  }

  private async term(term: string): Promise<Matches> {
    const cover = coverOf(term);
    return matchTerm(await Promise.all(cover.map(async ({ gram, offset }) => ({ list: await this.index.postings(gram, cover.length > 1), offset }))), nameSpan);
  }
  /** The entries of the files that contain all words (of at least one of the alternatives), without those that changed since. */
  private async matches(alternatives: string[][]): Promise<Matches> {
    const found = await Promise.all(alternatives.map(async (words) => all(await Promise.all(words.map((w) => this.term(w))))));
    return found.length === 1 ? (found[0] as Matches) : any(found);
  }

  /** Exact: every entry that has the words, and no other. */
  async search(question: Question): Promise<Answer> {
    const words = terms(question.query);
    const first = await this.run(question, words.length > 0 ? [words] : []);
    if (first.total > 0 || words.length === 0) return first;
    const only = words.length === 1 ? (words[0] as string) : '';
    if (/^[a-z]{2,30}$/.test(only)) {
      const { names, readings } = await this.index.names();
      const read = wordsOf(only, names, readings);
      if (read.length > 0) { const alternatives = read.map((w) => [fold(w)]); const answer = await this.run(question, alternatives); if (answer.total > 0) return { ...answer, instead: { how: 'pinyin', words: read, alternatives } }; }
    }
    const near = await Promise.all(words.map(async (w) => (/[0-9]/.test(w) || /^[a-z]{4,}$/.test(w) ? nearestModels(w, await this.index.models()) : [])));
    if (near.some((n) => n.length > 0)) {
      const alternatives = near.flatMap((models, i) => models.map((m) => words.map((w, k) => (k === i ? m : w))));
      const answer = await this.run(question, alternatives);
      if (answer.total > 0) return { ...answer, instead: { how: 'model', words: near.flat(), alternatives } };
    }
    return first;
  }

  private async run(question: Question, alternatives: string[][]): Promise<Answer> {
    const manifest = await this.index.manifest();
    if (!manifest) return { total: 0, page: 1, rows: [] };
    const found = alternatives.length > 0 ? await this.matches(alternatives) : everything(manifest);
    const keep = await this.filter(question, manifest);
    // Two rows of results, by whether the name matches; of each no more is kept than the page may need.
    const first = { total: 0, kept: [] as number[] };
    const later = { total: 0, kept: [] as number[] };
    const enough = question.page * pageSize;
    const add = (to: typeof first, ordinal: number) => { to.total += 1; if (to.kept.length < enough) to.kept.push(ordinal); };
    const added = [...this.changed.values()].filter(({ entry, text }) => hit(text, alternatives) && keep.entry(entry)).map(({ entry }) => entry.ordinal).sort((a, b) => b - a);
    const inName = (ordinal: number) => alternatives.some((words) => words.every((w) => fold(this.changed.get(ordinal)?.entry.name ?? '').includes(w)));
    let next = 0;
    const take = (before: number) => { for (; next < added.length && (added[next] as number) > before; next++) add(alternatives.length === 0 || inName(added[next] as number) ? first : later, added[next] as number); };
    // The newest first; a match in the name before others.
    for (let i = found.docs.length - 1; i >= 0; i--) {
      const doc = found.docs[i] as number;
      take(doc);
      if (this.changed.has(doc) || !keep.stored(doc)) continue;
      add(alternatives.length === 0 || found.inName[i] ? first : later, doc);
    }
    take(0);
    const total = alternatives.length === 0 && keep.none ? manifest.entries + added.filter((o) => o > manifest.last).length : first.total + later.total;
    const pages = Math.max(1, Math.ceil(total / pageSize));
    const page = Math.min(Math.max(1, question.page), pages);
    const [from, until] = [(page - 1) * pageSize, page * pageSize];
    const wanted = [...first.kept.slice(from, until), ...later.kept.slice(Math.max(0, from - first.total), Math.max(0, until - first.total))];
    const stored = new Map((await this.index.rows(wanted.filter((o) => !this.changed.has(o)))).map((r) => [r.ordinal, r]));
    const rows = wanted.flatMap((ordinal): ShownRow[] => {
      const now = this.changed.get(ordinal)?.entry;
      if (now) return [shown(now)];
      const row = stored.get(ordinal);
      const [institution_id, institution_name, city] = manifest.institutions[row?.institution ?? -1] ?? [0, '', ''];
      return row ? [{ ...row, institution_id, institution_name, city }] : [];
    });
    return { total, page, rows };
  }

  /** Which entries the conditions let through; only the columns that are asked for are read. */
  private async filter(q: Question, manifest: Manifest): Promise<{ none: boolean; stored: (ordinal: number) => boolean; entry: (e: CatalogueEntry) => boolean }> {
    const want = (q.voucherOnly ? 3 : 0) | (q.cma ? flag.cma : 0) | (q.cnas ? flag.cnas : 0);
    const places = new Set(manifest.institutions.flatMap(([id, , city], i) => ((q.cities.length === 0 || q.cities.includes(city)) && (q.institutions.length === 0 || q.institutions.includes(id)) ? [i] : [])));
    const narrowed = q.cities.length > 0 || q.institutions.length > 0;
    const [flags, classes, institutions, prices] = await Promise.all([want ? this.index.column('flags') : undefined, q.classes.length > 0 ? this.index.column('class') : undefined, narrowed ? this.index.column('institution') : undefined, q.maxFen === undefined ? undefined : this.index.column('price')]);
    const classAt = new Set(q.classes.map((code) => manifest.classes.findIndex(([c]) => c === code) + 1));
    return {
      none: !flags && !classes && !institutions && !prices,
      stored: (o) => (!flags || ((flags[o] as number) & want) === want) && (!classes || classAt.has(classes[o] as number)) && (!institutions || places.has(institutions[o] as number)) && (!prices || (prices[o] as number) <= (q.maxFen as number)),
      entry: (e) => (flagsOf(e) & want) === want && (q.classes.length === 0 || q.classes.includes(e.class_code)) && (q.cities.length === 0 || q.cities.includes(e.city)) && (q.institutions.length === 0 || q.institutions.includes(e.institution_id)) && (q.maxFen === undefined || e.price_min_fen <= q.maxFen),
    };
  }

  /** What each condition would leave, given the others: asked after the rows, for it reads all columns. */
  async facets(question: Question, instead?: Answer['instead']): Promise<Facets> {
    const manifest = await this.index.manifest();
    if (!manifest) return { classes: [], cities: [], institutions: [], voucher: 0, cma: 0, cnas: 0 };
    const words = terms(question.query);
    const alternatives = instead?.alternatives ?? (words.length > 0 ? [words] : []);
    const [flags, classes, institutions, prices] = await Promise.all([this.index.column('flags'), this.index.column('class'), this.index.column('institution'), question.maxFen === undefined ? undefined : this.index.column('price')]);
    const found = alternatives.length > 0 ? await this.matches(alternatives) : everything(manifest);
    const places = manifest.institutions.map((i) => [...i] as [number, string, string]);
    const byClass = new Map<string, number>();
    const byCity = new Map<string, number>();
    const byInstitution = new Map<number, number>();
    let [voucher, cma, cnas] = [0, 0, 0];
    const wanted = { classes: new Set(question.classes), cities: new Set(question.cities), institutions: new Set(question.institutions) };
    const more = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
    const count = (f: number, code: string, [id, , city]: [number, string, string], price: number) => {
      // One bit a condition that is not met: with two an entry counts for nothing, with one only for the options of that condition.
      const missing = (question.voucherOnly && !usable(f) ? 1 : 0) | (question.cma && !(f & flag.cma) ? 2 : 0) | (question.cnas && !(f & flag.cnas) ? 4 : 0) | (wanted.classes.size > 0 && !wanted.classes.has(code) ? 8 : 0)
        | (wanted.cities.size > 0 && !wanted.cities.has(city) ? 16 : 0) | (wanted.institutions.size > 0 && !wanted.institutions.has(id) ? 32 : 0) | (question.maxFen !== undefined && price > question.maxFen ? 64 : 0);
      if ((missing & ~8) === 0) more(byClass, code);
      if ((missing & ~16) === 0) more(byCity, city);
      if ((missing & ~32) === 0) more(byInstitution, id);
      if ((missing & ~1) === 0 && usable(f)) voucher++;
      if ((missing & ~2) === 0 && f & flag.cma) cma++;
      if ((missing & ~4) === 0 && f & flag.cnas) cnas++;
    };
    for (const doc of found.docs) {
      if (this.changed.has(doc) || !classes[doc]) continue;
      count(flags[doc] as number, manifest.classes[(classes[doc] as number) - 1]?.[0] ?? '', places[institutions[doc] as number] ?? [0, '', ''], prices?.[doc] ?? 0);
    }
    for (const { entry, text } of this.changed.values()) if (hit(text, alternatives)) count(flagsOf(entry), entry.class_code, [entry.institution_id, entry.institution_name, entry.city], entry.price_min_fen);
    const names = new Map([...[...this.changed.values()].map(({ entry: e }): [number, string] => [e.institution_id, e.institution_name]), ...places.map(([id, name]): [number, string] => [id, name])]);
    const byCount = (a: Option, b: Option) => b.n - a.n || a.label.localeCompare(b.label, 'zh-CN');
    return {
      classes: manifest.classes.flatMap(([value, label]) => (byClass.has(value) ? [{ value, label, n: byClass.get(value) as number }] : [])),
      cities: [...byCity].map(([city, n]) => ({ value: city, label: city, n })).sort(byCount),
      institutions: [...byInstitution].map(([id, n]) => ({ value: String(id), label: names.get(id) ?? '', n })).sort(byCount),
      voucher, cma, cnas,
    };
  }
}
const shown = (e: CatalogueEntry): ShownRow => ({ ...rowOf(e, -1), institution_id: e.institution_id, institution_name: e.institution_name, city: e.city });
const institutionOf = (manifest: Manifest, e: CatalogueEntry) => manifest.institutions.findIndex(([id]) => id === e.institution_id);
const hit = (text: string, alternatives: string[][]) => alternatives.length === 0 || alternatives.some((words) => words.every((w) => text.includes(w)));
function everything(manifest: Manifest): Matches {
  const docs = Uint32Array.from({ length: manifest.last }, (_, i) => i + 1);
  return { docs, inName: new Uint8Array(docs.length) };
}
