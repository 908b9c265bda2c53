/** Slips in a model number: one letter or digit more, less, other, or two exchanged. */

/** The number of slips between two words, or `most + 1` when there are more. */
export function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [two, one] = [new Array<number>(b.length + 1).fill(0), Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((one[j] as number) + 1, (row[j - 1] as number) + 1, (one[j - 1] as number) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (two[j - 2] as number) + 1);
      row.push(best);
    }
    if (Math.min(...row) > most) return most + 1;
    [two, one] = [one, row];
  }
  return one[b.length] as number;
}

/** The model numbers nearest to what was typed, at most `most`; one slip for short ones, two from eight characters on. Only words with a digit or of four letters and more. */
export function nearestModels(typed: string, models: string[], most = 5): string[] {
  if (!/^[\x21-\x7e]{4,30}$/.test(typed)) return [];
  const allowed = typed.length >= 8 ? 2 : 1;
  const near: [string, number][] = [];
  for (const model of models) {
    const n = slips(typed, model, allowed);
    if (n <= allowed) near.push([model, n]);
  }
  const least = Math.min(...near.map(([, n]) => n));
  return near
    .filter(([, n]) => n === least)
    .map(([model]) => model)
    .slice(0, most);
}
