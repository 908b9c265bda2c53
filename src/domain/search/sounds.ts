/** Characters that sound alike, and one that was mistaken: «扫描电竞» for 扫描电镜, «显徽镜» for 显微镜. */

/** What the search asks when a word is nowhere: the simple form of each traditional character, and the characters of each syllable. */
export interface Letters {
  /** Traditional and simple in turn. */
  traditional: string;
  sounds: Record<string, string>;
}
export const noLetters: Letters = { traditional: '', sounds: {} };

export function simplified(text: string, { traditional }: Letters): string {
  const simple = new Map<string, string>();
  const all = [...traditional];
  for (let i = 0; i + 1 < all.length; i += 2) simple.set(all[i] as string, all[i + 1] as string);
  return [...text].map((c) => simple.get(c) ?? c).join('');
}

/** Syllables that many say alike: zh and z, -ing and -in, n and l. */
const alike = (syllable: string): string =>
  syllable
    .replace(/^([zcs])h/, '$1')
    .replace(/^n/, 'l')
    .replace(/ng$/, 'n');

/** The known words that sound as the typed one, or else differ from it in one character of at least three. The longer a word they are part of, the more there are: at most `most`. */
export function soundAlike(
  typed: string,
  names: [name: string, count: number][],
  { sounds }: Letters,
  most = 4,
): string[] {
  if (typed.length < 2 || !/^\p{Script=Han}+$/u.test(typed)) return [];
  const spoken = new Map<string, Set<string>>();
  for (const [syllable, chars] of Object.entries(sounds))
    for (const c of chars) {
      const own = spoken.get(c) ?? new Set();
      own.add(alike(syllable));
      spoken.set(c, own);
    }
  const same = (a: string, b: string) => {
    if (a === b) return true;
    const [one, two] = [spoken.get(a), spoken.get(b)];
    return one !== undefined && two !== undefined && [...one].some((s) => two.has(s));
  };
  const found = new Map<string, number>();
  const look = (fits: (piece: string) => boolean) => {
    for (const [name, count] of names)
      for (let at = 0; at + typed.length <= name.length; at++) {
        const piece = name.slice(at, at + typed.length);
        if (fits(piece)) found.set(piece, (found.get(piece) ?? 0) + count);
      }
  };
  look((piece) => [...piece].every((c, i) => same(c, typed[i] as string)));
  if (found.size === 0 && typed.length >= 3) look((piece) => [...piece].filter((c, i) => c !== typed[i]).length === 1);
  return [...found]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([word]) => word);
}
