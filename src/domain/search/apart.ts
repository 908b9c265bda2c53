/** Words that were typed as one, or in another order than the catalogue's. */

/** «郑州显微镜» is «郑州 显微镜»: a known word at either end is taken off. Nothing where none stands there. */
export function unglued(word: string, known: Iterable<string>): string[] | undefined {
  for (const k of known) {
    if (k.length < 2 || word.length < k.length + 2) continue;
    const rest = word.startsWith(k)
      ? word.slice(k.length).replace(/^[市的]/, '')
      : word.endsWith(k)
        ? word.slice(0, -k.length).replace(/的$/, '')
        : '';
    if (rest.length >= 2) return [k, rest];
  }
  return undefined;
}

/** Can the word be cut into at most `most` pieces of two characters and more that all stand in the name, in any order? */
function cutInto(word: string, name: string, most: number): boolean {
  if (word.length >= 2 && name.includes(word)) return true;
  if (most <= 1) return false;
  for (let at = 2; at + 2 <= word.length; at++)
    if (name.includes(word.slice(0, at)) && cutInto(word.slice(at), name, most - 1)) return true;
  return false;
}
/** «材料万能试验机» is 万能材料试验机: the names that have all pieces of a word, the most frequent first. */
export const reordered = (word: string, names: [name: string, count: number][], most = 4): string[] =>
  word.length < 4
    ? []
    : names
        .filter(([name]) => cutInto(word, name, 3))
        .slice(0, most)
        .map(([name]) => name);
