import {
  type CatalogueEntry,
  type CatalogueKind,
  type CatalogueRow,
  flag,
  flagsOf,
  institutionOf,
  type ListedInstitution,
  type Manifest,
  rowOf,
  usable,
} from '../domain/catalogue.ts';
import { reordered, unglued } from '../domain/search/apart.ts';
import { entryText } from '../domain/search/entry-text.ts';
import { fold, nameSpan, terms } from '../domain/search/fold.ts';
import { nearestModels } from '../domain/search/nearest.ts';
import { wordsOf } from '../domain/search/pinyin.ts';
import { simplified, soundAlike } from '../domain/search/sounds.ts';
import { understand, type Vocabulary, type Wanted, waysOf } from '../domain/search/vocabulary.ts';
import { readCatalogue } from './entries.ts';
import { CatalogueIndex, Outdated } from './catalogue-index.ts';
import { Matching } from './matching.ts';

/** What a search asks; an empty list asks for nothing. Money in 分. */
export interface Question {
  query: string;
  classes: string[];
  cities: string[];
  institutions: number[];
  voucherOnly: boolean;
  cma: boolean;
  cnas: boolean;
  maxFen: number | undefined;
  /** The words as they were typed, and nothing else. */
  exact: boolean;
  page: number;
}
export interface Option {
  value: string;
  label: string;
  n: number;
}
export interface Facets {
  classes: Option[];
  cities: Option[];
  institutions: Option[] /** Entries that meet every condition. */;
  total: number;
  voucher: number;
  cma: number;
  cnas: number;
}
export interface Answer {
  total: number;
  /** `total` is the count of all; else there are more, and the facets say how many. */
  whole: boolean;
  page: number;
  rows: ShownRow[];
  /** Any of these lines of words, as they were searched: for the counts of the same. */
  alternatives: string[][];
  /** The words to mark. */
  marks: string[];
  /** What was looked for beside the words typed: other names of the same thing. */
  also: string[];
  /** The names of the things of the trade that were asked for. */
  known: string[];
  /** What was searched instead, where the query itself is nowhere: in simple characters, in other order, by sound, 拼音 or the nearest model numbers. */
  instead?: { how: How; words: string[] };
}
export type How = 'simple' | 'apart' | 'sound' | 'pinyin' | 'model';
export interface ShownRow extends CatalogueRow {
  institution_id: number;
  institution_name: string;
  city: string;
}
export const pageSize = 20;

/** What was published, changed or closed after the files were written, the newest first. */
export const changesSince = (kind: CatalogueKind, through: string): Promise<CatalogueEntry[]> =>
  readCatalogue({ kind: `eq.${kind}`, updated_at: `gt.${through}`, order: 'updated_at.desc', limit: '200' });

/** The catalogue of one kind: the published files, and over them what changed since. */
export class Catalogue {
  private changed = new Map<number, { entry: CatalogueEntry; text: string }>();
  private index: CatalogueIndex;
  constructor(index: CatalogueIndex) {
    this.index = index;
  }

  static of(kind: CatalogueKind): Catalogue {
    return new Catalogue(new CatalogueIndex(kind));
  }

  /** Until when the files knew the catalogue at the last look. */
  private looked: string | undefined;
  /** Takes the files anew where they were published since, and lays the newest state over them; says whether what lies there is another than at the last look. */
  async refresh(
    load: (kind: CatalogueKind, through: string) => Promise<CatalogueEntry[]> = changesSince,
  ): Promise<boolean> {
    const next = this.index.again();
    const manifest = await next.manifest();
    if (!manifest) return false;
    if (manifest.through !== (await this.index.manifest())?.through) this.index = next;
    const entries = await load(manifest.kind, manifest.through);
    const known = new Map(
      (await this.index.rows(entries.filter((e) => e.ordinal <= manifest.last).map((e) => e.ordinal))).map((r) => [
        r.ordinal,
        r,
      ]),
    );
    const fresh = entries.filter((e) => {
      const row = known.get(e.ordinal);
      // A row shows less than was changed (a long use, the specifications): the time decides first.
      return (
        !row ||
        Date.parse(e.updated_at) > Date.parse(manifest.through) ||
        JSON.stringify(row) !== JSON.stringify(rowOf(e, placeOf(manifest, e)))
      );
    });
    const state = (of: CatalogueEntry[]) =>
      of
        .map((e) => `${e.slug} ${e.updated_at}`)
        .sort()
        .join();
    const vocabulary = await this.index.vocabulary();
    const before = state([...this.changed.values()].map(({ entry }) => entry));
    this.changed = new Map(fresh.map((entry) => [entry.ordinal, { entry, text: entryText(entry, vocabulary) }]));
    const renewed = this.looked !== undefined && this.looked !== manifest.through;
    this.looked = manifest.through;
    return renewed || state(fresh) !== before;
  }

  /** What differs from the files, the newest first. */
  changes(most = 6): { total: number; rows: ShownRow[] } {
    const entries = [...this.changed.values()]
      .map(({ entry }) => entry)
      .sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at));
    return { total: entries.length, rows: entries.slice(0, most).map(shown) };
  }

  private last: { index: CatalogueIndex; asked: string; matching: Promise<Matching> } | undefined;
  /** Kept for the next page and the counts of the same words. No alternatives: everything. */
  private matching(index: CatalogueIndex, alternatives: string[][]): Promise<Matching> {
    const asked = JSON.stringify(alternatives);
    if (this.last?.asked !== asked || this.last.index !== index) {
      const matching =
        alternatives.length > 0
          ? Matching.of(index, alternatives)
          : index.column('class').then((classes) => Matching.all(index, classes));
      matching.catch(() => {
        this.last = undefined;
      });
      this.last = { index, asked, matching };
    }
    return this.last.matching;
  }

  /** Asks again where the site was published while its files were read. */
  private async agreeing<T>(ask: () => Promise<T>): Promise<T> {
    return ask().catch(async (error) => {
      if (!(error instanceof Outdated)) throw error;
      // One change is published in less than half a second.
      await new Promise((resolve) => {
        setTimeout(resolve, 500);
      });
      this.index = this.index.again();
      return ask();
    });
  }
  /** Exact: entries that have the words, and no others. Reads no more than the page needs; where that was not all, the count comes with the facets. */
  search(question: Question): Promise<Answer> {
    return this.agreeing(() => this.ask(question));
  }
  private async ask(question: Question): Promise<Answer> {
    const { index } = this;
    const vocabulary = await index.vocabulary();
    if (question.exact) return this.run(index, question, asTyped(question.query));
    const wanted = understand(question.query, vocabulary);
    const first = await this.run(index, question, asWanted(wanted));
    if (first.total > 0 || wanted.length === 0) return first;
    for (const [how, queries] of this.otherwise(wanted, vocabulary)) {
      for (const { words, lines } of await queries()) {
        const ways = lines.map((line) => understand(line, vocabulary));
        const answer = await this.run(index, question, {
          alternatives: ways.flatMap(waysOf).slice(0, 8),
          marks: [...words, ...ways.flat().flatMap(({ also }) => also)],
          also: [...new Set(ways.flat().flatMap(({ also }) => also))],
          known: first.known,
        });
        if (answer.total > 0) return { ...answer, instead: { how, words } };
      }
    }
    return first;
  }
  /** What else the words may mean, the likeliest first; each is read only when those before it found nothing. */
  private otherwise(
    wanted: Wanted[],
    vocabulary: Vocabulary,
  ): [How, () => Promise<{ words: string[]; lines: string[] }[]>][] {
    const { index } = this;
    const typed = wanted.map((w) => w.typed);
    /** The line with one word in another form. */
    const line = (at: number, word: string) => typed.map((t, i) => (i === at ? word : t)).join(' ');
    /** All that are catalogued, and the names of the trade after them. */
    const names = async (): Promise<[string, number][]> => [
      ...(await index.names()).names.map(([name, n]): [string, number] => [fold(name), n]),
      ...vocabulary.words.map((word): [string, number] => [word, 0]),
    ];
    const each = async (forms: (word: string) => Promise<string[]> | string[]) =>
      Promise.all(
        typed.map(async (word, at) => {
          // A word of the trade means what it says; by chance it may spell something else.
          const words = wanted[at]?.known || wanted[at]?.options.length !== 1 ? [] : await forms(word);
          return { words, lines: words.map((w) => line(at, w)) };
        }),
      ).then((all) => all.filter(({ words }) => words.length > 0));
    return [
      [
        'simple',
        async () => {
          const letters = await index.letters();
          const simple = typed.map((word) => simplified(word, letters));
          return simple.some((word, i) => word !== typed[i]) ? [{ words: simple, lines: [simple.join(' ')] }] : [];
        },
      ],
      [
        'apart',
        async () => {
          const manifest = await index.manifest();
          const known = new Set([...(manifest?.institutions ?? []).map(([, , city]) => city), 'cma', 'cnas']);
          const parts = typed.map((word) => unglued(word, known) ?? [word]);
          const cut = parts.flat();
          return cut.length > typed.length ? [{ words: cut, lines: [cut.join(' ')] }] : [];
        },
      ],
      ['apart', async () => each(async (word) => reordered(word, await names()))],
      ['sound', async () => each(async (word) => soundAlike(word, await names(), await index.letters()))],
      [
        'pinyin',
        async () =>
          each(async (word) =>
            /^[a-z]{2,30}$/.test(word) ? wordsOf(word, await names(), (await index.names()).readings) : [],
          ),
      ],
      [
        'model',
        async () =>
          each(async (word) =>
            /[0-9]/.test(word) || /^[a-z]{4,}$/.test(word) ? nearestModels(word, await index.models()) : [],
          ),
      ],
    ];
  }

  /** The institutions in whose name or city all words stand. */
  async institutionsNamed(query: string): Promise<ListedInstitution[]> {
    const words = terms(query);
    const all = (await this.index.manifest())?.institutions ?? [];
    return words.length === 0
      ? []
      : all.filter(([, name, city]) => words.every((w) => fold(`${name}\n${city}`).includes(w)));
  }

  /** For who found nothing: the longest piece of a longer word (its first 16 characters) that does occur somewhere. */
  pieceOf(query: string): Promise<string | undefined> {
    return this.agreeing(() => this.piece(query));
  }
  private async piece(query: string): Promise<string | undefined> {
    const { index } = this;
    for (const word of terms(query)
      .map((w) => w.slice(0, 16))
      .filter((w) => w.length > 2)) {
      for (let length = word.length - 1; length >= 2; length--) {
        for (let at = 0; at + length <= word.length; at++) {
          const piece = word.slice(at, at + length);
          const { inName, elsewhere } = await (await Matching.of(index, [[piece]])).first(1, () => true);
          if (inName.length + elsewhere.length > 0) return piece;
        }
      }
    }
    return undefined;
  }

  private async run(index: CatalogueIndex, question: Question, asked: Asked): Promise<Answer> {
    const { alternatives } = asked;
    const { changed } = this;
    const manifest = await index.manifest();
    if (!manifest) return { ...asked, total: 0, whole: true, page: 1, rows: [] };
    const keep = await filter(index, question, manifest);
    const matching = await this.matching(index, alternatives);
    const found = await matching.first(question.page * pageSize, (o) => !changed.has(o) && keep.stored(o));
    const added = [...changed.values()]
      .filter(({ entry, text }) => hit(text, alternatives) && keep.entry(entry))
      .map(({ entry }) => entry);
    const inName = (e: CatalogueEntry) =>
      alternatives.some((words) => words.every((w) => changed.get(e.ordinal)?.text.slice(0, nameSpan).includes(w)));
    const merged = (stored: number[], more: CatalogueEntry[]) =>
      more.length === 0 ? stored : [...stored, ...more.map((e) => e.ordinal)].sort((a, b) => b - a);
    const first = merged(found.inName, added.filter(inName));
    const later = merged(
      found.elsewhere,
      added.filter((e) => !inName(e)),
    );
    const total = first.length + later.length;
    const page = Math.min(Math.max(1, question.page), Math.max(1, Math.ceil(total / pageSize)));
    const [from, until] = [(page - 1) * pageSize, page * pageSize];
    const wanted = [
      ...first.slice(from, until),
      ...later.slice(Math.max(0, from - first.length), Math.max(0, until - first.length)),
    ];
    const stored = new Map((await index.rows(wanted.filter((o) => !changed.has(o)))).map((r) => [r.ordinal, r]));
    const rows = wanted.flatMap((ordinal): ShownRow[] => {
      const now = changed.get(ordinal)?.entry;
      if (now) return [shown(now)];
      const row = stored.get(ordinal);
      const [institution_id, institution_name, city] = manifest.institutions[row?.institution ?? -1] ?? nowhere;
      return row ? [{ ...row, institution_id, institution_name, city }] : [];
    });
    return { ...asked, total, whole: found.whole, page, rows };
  }

  /** What each condition would leave, given the others: asked after the rows, for it reads all columns. */
  facets(question: Question, alternatives?: string[][]): Promise<Facets> {
    return this.agreeing(() => this.count(question, alternatives));
  }
  private async count(question: Question, known?: string[][]): Promise<Facets> {
    const { index, changed } = this;
    const manifest = await index.manifest();
    if (!manifest) return { classes: [], cities: [], institutions: [], total: 0, voucher: 0, cma: 0, cnas: 0 };
    const alternatives =
      known ??
      (question.exact ? asTyped(question.query) : asWanted(understand(question.query, await index.vocabulary())))
        .alternatives;
    const [flags, classes, institutions, prices] = await Promise.all([
      index.column('flags'),
      index.column('class'),
      index.column('institution'),
      question.maxFen === undefined ? undefined : index.column('price'),
    ]);
    const found = await (await this.matching(index, alternatives)).all();
    const places = manifest.institutions;
    const byClass = new Map<string, number>();
    const byCity = new Map<string, number>();
    const byInstitution = new Map<number, number>();
    let [total, voucher, cma, cnas] = [0, 0, 0, 0];
    const wanted = {
      classes: new Set(question.classes),
      cities: new Set(question.cities),
      institutions: new Set(question.institutions),
    };
    const more = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
    const count = (f: number, code: string, [id, , city]: ListedInstitution, price: number) => {
      // One bit a condition that is not met: with two an entry counts for nothing, with one only for the options of that condition.
      const missing =
        (question.voucherOnly && !usable(f) ? 1 : 0) |
        (question.cma && !(f & flag.cma) ? 2 : 0) |
        (question.cnas && !(f & flag.cnas) ? 4 : 0) |
        (wanted.classes.size > 0 && !wanted.classes.has(code) ? 8 : 0) |
        (wanted.cities.size > 0 && !wanted.cities.has(city) ? 16 : 0) |
        (wanted.institutions.size > 0 && !wanted.institutions.has(id) ? 32 : 0) |
        (question.maxFen !== undefined && price > question.maxFen ? 64 : 0);
      if (missing === 0) total++;
      if ((missing & ~8) === 0) more(byClass, code);
      if ((missing & ~16) === 0) more(byCity, city);
      if ((missing & ~32) === 0) more(byInstitution, id);
      if ((missing & ~1) === 0 && usable(f)) voucher++;
      if ((missing & ~2) === 0 && f & flag.cma) cma++;
      if ((missing & ~4) === 0 && f & flag.cnas) cnas++;
    };
    for (const { docs } of found)
      for (const doc of docs) {
        if (changed.has(doc) || !classes[doc]) continue;
        count(
          flags[doc] as number,
          manifest.classes[(classes[doc] as number) - 1]?.[0] ?? '',
          places[institutions[doc] as number] ?? nowhere,
          prices?.[doc] ?? 0,
        );
      }
    for (const { entry, text } of changed.values())
      if (hit(text, alternatives)) count(flagsOf(entry), entry.class_code, institutionOf(entry), entry.price_min_fen);
    // What is chosen is an option even where nothing is left of it; without a name where it is none of the catalogue.
    const options = <K>(counted: Map<K, number>, chosen: Iterable<K>, nameOf: (key: K) => string) =>
      [...new Set([...counted.keys(), ...chosen])].map(
        (key): Option => ({ value: String(key), label: nameOf(key), n: counted.get(key) ?? 0 }),
      );
    const classNames = new Map(manifest.classes);
    const cities = new Set([
      ...places.map(([, , city]) => city),
      ...[...changed.values()].map(({ entry }) => entry.city),
    ]);
    const names = new Map([
      ...[...changed.values()].map(({ entry: e }): [number, string] => [e.institution_id, e.institution_name]),
      ...places.map(([id, name]): [number, string] => [id, name]),
    ]);
    const byCount = (a: Option, b: Option) => b.n - a.n || a.label.localeCompare(b.label, 'zh-CN');
    return {
      classes: options(byClass, wanted.classes, (code) => classNames.get(code) ?? '').sort((a, b) =>
        a.value < b.value ? -1 : 1,
      ),
      cities: options(byCity, wanted.cities, (city) => (cities.has(city) ? city : '')).sort(byCount),
      institutions: options(byInstitution, wanted.institutions, (id) => names.get(id) ?? '').sort(byCount),
      total,
      voucher,
      cma,
      cnas,
    };
  }
}
/** What is looked for, and what is said of it. */
type Asked = Pick<Answer, 'alternatives' | 'marks' | 'also' | 'known'>;
const asTyped = (query: string): Asked => {
  const words = terms(query);
  return { alternatives: words.length > 0 ? [words] : [], marks: words, also: [], known: [] };
};
const asWanted = (wanted: Wanted[]): Asked => {
  const also = [...new Set(wanted.flatMap((w) => w.also))];
  return {
    alternatives: waysOf(wanted),
    marks: [...wanted.map((w) => w.typed), ...also],
    also,
    known: wanted.flatMap((w) => w.known ?? []),
  };
};
/** Which entries the conditions let through; only the columns that are asked for are read. */
async function filter(
  index: CatalogueIndex,
  q: Question,
  manifest: Manifest,
): Promise<{ stored: (ordinal: number) => boolean; entry: (e: CatalogueEntry) => boolean }> {
  const want = (q.voucherOnly ? 3 : 0) | (q.cma ? flag.cma : 0) | (q.cnas ? flag.cnas : 0);
  const places = new Set(
    manifest.institutions.flatMap(([id, , city], i) =>
      (q.cities.length === 0 || q.cities.includes(city)) && (q.institutions.length === 0 || q.institutions.includes(id))
        ? [i]
        : [],
    ),
  );
  const narrowed = q.cities.length > 0 || q.institutions.length > 0;
  const [flags, classes, institutions, prices] = await Promise.all([
    want ? index.column('flags') : undefined,
    q.classes.length > 0 ? index.column('class') : undefined,
    narrowed ? index.column('institution') : undefined,
    q.maxFen === undefined ? undefined : index.column('price'),
  ]);
  const classAt = new Set(q.classes.map((code) => manifest.classes.findIndex(([c]) => c === code) + 1));
  return {
    stored: (o) =>
      (!flags || ((flags[o] as number) & want) === want) &&
      (!classes || classAt.has(classes[o] as number)) &&
      (!institutions || places.has(institutions[o] as number)) &&
      (!prices || (prices[o] as number) <= (q.maxFen as number)),
    entry: (e) =>
      (flagsOf(e) & want) === want &&
      (q.classes.length === 0 || q.classes.includes(e.class_code)) &&
      (q.cities.length === 0 || q.cities.includes(e.city)) &&
      (q.institutions.length === 0 || q.institutions.includes(e.institution_id)) &&
      (q.maxFen === undefined || e.price_min_fen <= q.maxFen),
  };
}
const shown = (e: CatalogueEntry): ShownRow => ({
  ...rowOf(e, -1),
  institution_id: e.institution_id,
  institution_name: e.institution_name,
  city: e.city,
});
const placeOf = (manifest: Manifest, e: CatalogueEntry) =>
  manifest.institutions.findIndex(([id]) => id === e.institution_id);
const nowhere: ListedInstitution = [0, '', '', '', ''];
const hit = (text: string, alternatives: string[][]) =>
  alternatives.length === 0 || alternatives.some((words) => words.every((w) => text.includes(w)));
