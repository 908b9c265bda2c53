/**
 * R36: the same thing written twice. One key decides whether two texts are the same identifier, name, phone, address or
 * account, and what is shown is clean. `private.identity_key` and its neighbours do the same in SQL; both are held
 * against tests/vectors/identity.json.
 */
export type IdentityKind = 'identifier' | 'name' | 'phone' | 'address' | 'account';

/** Control, format and bidi characters, default ignorables, noncharacters, and glyphs that are blank: Braille blank, Egyptian blanks, Khitan filler, null notehead. */
const invisible = String.raw`\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}`;
const spaces = String.raw`\p{Z}`;
/** Hyphens and dashes, dots and middle dots, slashes, underscores, brackets; what is beside the categories is listed. */
const joining = String.raw`\p{Pd}\p{Pc}\p{Ps}\p{Pe}<>.\/\\\u3002\u00B7\u2022\u30FB\u2027\u2219\u22C5\u2E31\u2E33\u16EB\u{10101}\u25CF\u2981\u1427\uA78F\u2044\u2215\u2216\u2571\u2572\u29F5\u29F8\u29F9\u27CB\u27CD\u2043\u2212\u02D7\u2500\u2501\u2796\u30FC\u02CD`;
/** Marks stand on a letter and are none themselves; the voicing of kana makes another letter. */
const marks = /(?![\u3099\u309A])[\p{Mn}\p{Me}]/gu;
/** Private use: nobody else sees what it stands for. It stays in what is stored, for some systems write rare characters with it. */
const unprintable = String.raw`\p{Co}`;

const meaningless = new RegExp(`[${invisible}${unprintable}${spaces}${joining}]`, 'gu');
const unseen = new RegExp(`[${invisible}]`, 'gu');
const uncounted = new RegExp(`[${invisible}${unprintable}${spaces}]`, 'gu');

/**
 * Cyrillic and Greek capitals that look Latin, from Unicode's confusables.txt (UTS #39, version 13): only letters that
 * stand for one Latin letter, never for a digit; the prototype `l` of that table is a bar, and means I. Marks are gone
 * by then.
 */
const looksLatin = new Map(
  [...'ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧϜϺЅІЈАВЕКМНОРСТУХЬѠѴҮҺҼӀԀԌԚԜꙆ'].map((letter, i) => [
    letter,
    [...'JABEZHIKMNOPTYXFMSIJABEKMHOPCTYXBWVYHEIDGQWI'][i] as string,
  ]),
);

/** One capital for one letter, as the database has it: no ß → SS. Greek letters with iota below have a capital of their own. */
function upperLetter(letter: string): string {
  const upper = letter.toUpperCase();
  const code = letter.codePointAt(0) as number;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  // Two capitals of Unicode 16 that Postgres 17 does not know yet.
  return [...upper].length === 1 && upper !== '\uA7CB' && upper !== '\uA7DC' ? upper : letter;
}

/** Whether two texts are the same thing is whether their keys are equal (R36). Undefined when nothing is left: that equals nothing. */
export function identityKey(text: string | null | undefined, kind: IdentityKind): string | undefined {
  // The lunate sigma looks like C; NFKC would make it Σ.
  const bare = (text ?? '').replace(/[ϲϹ]/g, 'C').normalize('NFKC').normalize('NFD').replace(marks, '');
  const letters = [...bare].map(upperLetter).map((letter) => looksLatin.get(letter) ?? letter);
  let key = letters.join('').replace(meaningless, '').normalize('NFC');
  if (kind === 'phone') {
    // Written internationally a landline has lost the 0 of its area code.
    key = key
      .replace(/^(?:\+86|0086)(?=(?:10\d{8}|2\d{9}|[3-9]\d{9,10})(?:\D|$))(?![48]00)/, '0')
      .replace(/^(?:\+86|0086)/, '');
  }
  return key || undefined;
}

const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
const blankEdges = /^[\n\p{Z}]+|[\n\p{Z}]+$/gu;

/** Text as it is stored and shown (R36): no control, bidi or zero-width characters, one kind of line end, no blanks around it, NFC. Undefined when nothing is left. */
export function cleanText(text: string | null | undefined): string | undefined {
  const clean = (text ?? '')
    .toWellFormed()
    .replace(lineEnds, '\n')
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.replace(unseen, ''))
    .join('\n')
    .replace(blankEdges, '')
    .normalize('NFC');
  return clean || undefined;
}

/** The same for what stands on one line: names, numbers. */
export const cleanLine = (text: string | null | undefined): string | undefined =>
  cleanText(text)?.replaceAll('\n', ' ');

/** How many characters a person sees (R36): no blanks, nothing invisible, no marks on their own. «At least so many characters» counts these. */
export const visibleLength = (text: string | null | undefined): number =>
  [...(text ?? '').normalize('NFC').replace(uncounted, '').replace(marks, '')].length;
