/** 拼音与首字母: a query in letters is turned into the Chinese words of the catalogue that read so; the search itself stays one in characters. */

/** The readings of each character that occurs in a name (`{ 重: ['zhong', 'chong'] }`), without tones. */
export type Readings = Record<string, string[]>;

/** How many characters from `at` on the letters spell, in full syllables (the last may be begun only) or by initials; 0 when they do not. */
function spelled(name: string, at: number, letters: string, readings: Readings, initials: boolean): number {
  if (letters === '') return 0;
  const own = readings[name[at] ?? ''];
  if (!own) return 0;
  for (const reading of own) {
    if (!initials && reading.startsWith(letters)) return 1;
    const heads = initials
      ? /^[zcs]h/.test(reading)
        ? [reading.slice(0, 1), reading.slice(0, 2)]
        : [reading.slice(0, 1)]
      : [reading];
    for (const head of heads) {
      if (head === letters) return 1;
      if (!letters.startsWith(head)) continue;
      const rest = spelled(name, at + 1, letters.slice(head.length), readings, initials);
      if (rest > 0) return rest + 1;
    }
  }
  return 0;
}

/** The Chinese words, most frequent first, that a query in letters may mean: «xianweijing», «xianwei» and «xwj» all give 显微镜 or its beginning. At most `most`. */
export function wordsOf(
  letters: string,
  names: [name: string, count: number][],
  readings: Readings,
  most = 6,
): string[] {
  if (!/^[a-z]{2,30}$/.test(letters)) return [];
  const found = new Map<string, number>();
  for (const initials of [false, true]) {
    for (const [name, count] of names) {
      for (let at = 0; at < name.length; at++) {
        const length = spelled(name, at, letters, readings, initials);
        // Initials fit by chance: only the whole beginning or end of a name is meant by them.
        if (initials && at > 0 && at + length !== name.replace(/（.*）$/, '').length) continue;
        if (length >= 2 || (length === 1 && !initials && letters.length >= 3)) {
          const word = name.slice(at, at + length);
          found.set(word, (found.get(word) ?? 0) + count);
        }
      }
    }
    // Whole syllables mean what they say; initials are asked only when nothing reads so.
    if (found.size > 0) break;
  }
  return [...found]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, most)
    .map(([word]) => word);
}
