import { fold } from './fold.ts';

/** One thing of the trade with all its names: `words` in the order in which catalogues write them, abbreviations and everyday names among them. `source` says where the names are from. */
export interface Concept {
  name: string;
  words: string[];
  /** Short forms that count in a question only: «气相» asks for 气相色谱, and 气相沉积 is none. */
  asked?: string[];
  source: string;
}

// Characters that no catalogue writes: each stands in an entry's searched text for what the entry says in whatever words.
const firstCode = 0xe000;
const standardMark = '\uf8f0';
const valueMark = '\uf8f1';
const isLatin = (word: string): boolean => /^[\x21-\x7e]+$/.test(word);

/** The words of the trade. A concept's code is its place: files that were published with one list are read with the same. */
export class Vocabulary {
  readonly concepts: Concept[];
  private byWord = new Map<string, number[]>();
  /** By their first character: a text is walked through once, whatever the number of words. */
  private byStart = new Map<string, [word: string, concept: number][]>();
  constructor(concepts: Concept[]) {
    this.concepts = concepts;
    for (const [i, c] of concepts.entries())
      for (const word of new Set(c.words.map(fold))) {
        const start = word[0] as string;
        this.byStart.set(start, [...(this.byStart.get(start) ?? []), [word, i]]);
      }
    for (const [i, c] of concepts.entries())
      for (const word of new Set([...c.words, ...(c.asked ?? [])].map(fold))) {
        const list = this.byWord.get(word);
        if (list) list.push(i);
        else this.byWord.set(word, [i]);
      }
  }
  /** The concepts that a folded word names: as it is, or with the word for «instrument» or «testing» that people add. */
  of(word: string): number[] {
    const bare = word.replace(/(?:分析仪|测试仪|仪器|设备|分析|检测|测试|试验|仪|机)$/, '');
    return (
      this.byWord.get(word) ?? (bare.length >= 2 || (bare !== '' && isLatin(bare)) ? (this.byWord.get(bare) ?? []) : [])
    );
  }
  code(concept: number): string {
    return String.fromCharCode(firstCode + concept);
  }
  /** The codes of all that a folded text names; an abbreviation only as a word of its own: «sem» is not in «assembly». */
  codesIn(text: string): string[] {
    const found = new Set<number>();
    const letter = (at: number) => /[a-z]/.test(text[at] ?? '');
    for (let at = 0; at < text.length; at++)
      for (const [word, concept] of this.byStart.get(text[at] as string) ?? [])
        if (
          !found.has(concept) &&
          text.startsWith(word, at) &&
          !(isLatin(word) && (letter(at - 1) || letter(at + word.length)))
        )
          found.add(concept);
    return [...found].sort((a, b) => a - b).map((i) => this.code(i));
  }
  /** All words, for those who spell them otherwise. */
  get words(): string[] {
    return [...this.byWord.keys()];
  }
}

/** Standards: the letters of the body, a number, perhaps a part and a year, with whatever stands between. «国标» is GB; the /T of a recommended one says nothing about which it is. */
const bodies =
  'gb|gjb|jjg|jjf|jb|hg|yb|ys|qb|ny|hj|dz|sh|sy|dl|jc|jg|cj|iso|iec|astm|ansi|sae|din|en|jis|bs|api|asme|db41';
const standardShape = new RegExp(
  String.raw`(?<![a-z0-9])(${bodies}|国标)\s*(?:/\s*)?([tz](?=\s*\d))?\s*(?:([a-z])\s*)?(\d{1,6})(?:\s*[.—–-]\s*(\d{1,3})(?!\d))?(?:\s*[—–:-]\s*((?:19|20)\d{2}))?(?![\da-z])`,
  'g',
);
/** In an entry with all that is known; in a question part and year are open where they are not said. */
function standardOf([, body, , series = '', number, part = '', year = '']: string[], asked = false): string {
  const head = `${standardMark}${body === '国标' ? 'gb' : body}${series}${number}/`;
  return asked && !part && !year ? head : `${head}${part}/${year}`;
}
const written = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Numbers with a unit, as specifications give them. */
const units =
  'nm|um|μm|µm|mm|cm|m|kv|mv|v|ma|a|kn|mn|n|kpa|mpa|gpa|pa|khz|mhz|ghz|thz|hz|k|°c|℃|c|kg|mg|ug|μg|g|t|kw|mw|w|kev|mev|ev|ms|us|μs|ns|ps|fs|l|ml|ul|μl|ppm|ppb|db|da|rpm|oe|mol|ci|j|%';
const valueShape = new RegExp(
  String.raw`(?<![\d.a-z])(\d{1,9}(?:\.\d{1,6})?)(?:\s*[~～—–-]\s*(\d{1,9}(?:\.\d{1,6})?))?\s*(${units})(?![a-z0-9])`,
  'g',
);
const number = (text: string): string => String(Number(text));
const unit = (text: string): string => (text === '℃' || text === '°c' ? 'c' : text.replace(/[μµ]/, 'u'));
const tokenOf = (n: string, of: string): string => `${valueMark}${number(n)}${unit(of)}/`;

/** What an entry says beyond its letters: concepts, standards, values. */
export function codesOf(vocabulary: Vocabulary, texts: { standard: string; text: string }): string[] {
  const codes = new Set(vocabulary.codesIn(fold(texts.text)));
  for (const match of written(`${texts.standard}\n${texts.text}`).matchAll(standardShape))
    codes.add(standardOf([...match]));
  for (const [, low = '', high, of = ''] of written(texts.text).matchAll(valueShape)) {
    codes.add(tokenOf(low, of));
    if (high) codes.add(tokenOf(high, of));
  }
  return [...codes];
}

/** One thing that a query asks for: any of `options`, of which those after the first were not typed. */
export interface Wanted {
  typed: string;
  options: string[];
  /** What else is looked for, in words. */
  also: string[];
  /** The concept's own name where the word is one of the trade. */
  known?: string;
}
/** A query as the trade reads it: standards and values whole, however they are written; each word with the other names of its thing. */
export function understand(query: string, vocabulary: Vocabulary): Wanted[] {
  const wanted: Wanted[] = [];
  const left = written(query.slice(0, 100))
    .replaceAll(standardShape, (...match) => {
      const groups = match.slice(0, 7) as string[];
      const typed = fold(groups[0] as string);
      // A model may look like a standard: it is found as it is written.
      wanted.push({ typed, options: [standardOf(groups, true), typed.replaceAll(/\s/g, '')], also: [] });
      return ' ';
    })
    .replaceAll(valueShape, (all: string, low: string, high: string | undefined, of: string) => {
      for (const n of high ? [low, high] : [low])
        wanted.push({ typed: fold(all), options: [tokenOf(n, of)], also: [] });
      return ' ';
    });
  for (const typed of fold(left).split(/\s+/).filter(Boolean)) {
    const concepts = vocabulary.of(typed);
    // «FE-SEM» and «FESEM» are said once.
    const also = [
      ...new Map(concepts.flatMap((i) => vocabulary.concepts[i]?.words ?? []).map((word) => [fold(word), word])),
    ].flatMap(([folded, word]) => (folded === typed ? [] : [word]));
    wanted.push({
      typed,
      // The code stands wherever an abbreviation is a word; its letters alone are in many others.
      options: [...(concepts.length > 0 && isLatin(typed) ? [] : [typed]), ...concepts.map((i) => vocabulary.code(i))],
      also,
      ...(concepts.length > 0 && { known: concepts.map((i) => vocabulary.concepts[i]?.name ?? '').join('、') }),
    });
  }
  return wanted.slice(0, 8);
}
/** The ways in which all that is wanted can stand in an entry: at most eight. */
export const waysOf = (wanted: Wanted[]): string[][] =>
  wanted
    .reduce<string[][]>((ways, { options }) => ways.flatMap((way) => options.map((o) => [...way, o])), [[]])
    .filter((way) => way.length > 0)
    .slice(0, 8);
