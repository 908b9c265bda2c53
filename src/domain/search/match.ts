import { type Entries, gramOf, noEntries, type Postings } from './postings.ts';

/** The grams that together say exactly where a term stands: every second pair of characters, and the last one. */
export function coverOf(term: string): { gram: number; offset: number }[] {
  if (term.length === 1) return [{ gram: gramOf(term, 0, 1), offset: 0 }];
  const offsets: number[] = [];
  for (let at = 0; at + 2 <= term.length; at += 2) offsets.push(at);
  if (term.length % 2 === 1) offsets.push(term.length - 2);
  return offsets.map((offset) => ({ gram: gramOf(term, offset, 2), offset }));
}

/** What stands in every list; in the name where all do. */
export function common(lists: Entries[]): Entries {
  const [first, ...others] = lists.toSorted((a, b) => a.docs.length - b.docs.length);
  return others.reduce(both, first ?? noEntries);
}
/** The first is the shorter: a much longer one is crossed in leaps. */
function both(a: Entries, b: Entries): Entries {
  const [docs, inName] = [new Uint32Array(a.docs.length), new Uint8Array(a.docs.length)];
  let n = 0;
  for (let i = 0, j = 0; i < a.docs.length; i++) {
    const doc = a.docs[i] as number;
    j = leap(b.docs, j, doc);
    if (j === b.docs.length) break;
    if (b.docs[j] !== doc) continue;
    docs[n] = doc;
    inName[n++] = (a.inName[i] as number) & (b.inName[j] as number);
  }
  return { docs: docs.subarray(0, n), inName: inName.subarray(0, n) };
}
/** The first place from `j` on with at least `doc`. */
function leap(docs: Uint32Array, from: number, doc: number): number {
  let j = from;
  for (let step = 1; j < docs.length && (docs[j] as number) < doc; ) {
    if (j + step < docs.length && (docs[j + step] as number) <= doc) {
      j += step;
      step *= 2;
    } else if (step > 1) step >>= 1;
    else j += 1;
  }
  return j;
}

/** Of entries that have all grams of a term: those in which they stand one after the other. In the name where that place is. */
export function consecutive(
  candidates: Entries,
  grams: { list: Postings; offset: number }[],
  nameSpan: number,
): Entries {
  const [first, ...others] = grams;
  if (!first || others.length === 0) return candidates;
  const [docs, inName] = [new Uint32Array(candidates.docs.length), new Uint8Array(candidates.docs.length)];
  const at = new Uint32Array(grams.length);
  let n = 0;
  for (let i = 0; i < candidates.docs.length; i++) {
    const doc = candidates.docs[i] as number;
    for (let k = 0; k < grams.length; k++)
      at[k] = leap((grams[k] as { list: Postings }).list.docs, at[k] as number, doc);
    // The name is asked first: positions ascend.
    const { starts, positions } = first.list;
    for (let p = starts[at[0] as number] as number; p < (starts[(at[0] as number) + 1] as number); p++) {
      const start = (positions[p] as number) - first.offset;
      if (!others.every((o, k) => has(o.list, at[k + 1] as number, start + o.offset))) continue;
      docs[n] = doc;
      inName[n++] = start < nameSpan ? (candidates.inName[i] as number) : 0;
      break;
    }
  }
  return { docs: docs.subarray(0, n), inName: inName.subarray(0, n) };
}
function has({ starts, positions }: Postings, i: number, position: number): boolean {
  for (let p = starts[i] as number; p < (starts[i + 1] as number); p++) if (positions[p] === position) return true;
  return false;
}

/** What stands in any of the lists; in the name where one does. */
export const any = (lists: Entries[]): Entries => (lists.length === 0 ? noEntries : lists.reduce(either));
function either(a: Entries, b: Entries): Entries {
  const docs = new Uint32Array(a.docs.length + b.docs.length);
  const inName = new Uint8Array(docs.length);
  let [i, j, n] = [0, 0, 0];
  while (i < a.docs.length || j < b.docs.length) {
    const [x, y] = [a.docs[i] ?? Number.POSITIVE_INFINITY, b.docs[j] ?? Number.POSITIVE_INFINITY];
    docs[n] = Math.min(x, y);
    inName[n++] = (x <= y ? (a.inName[i++] as number) : 0) | (y <= x ? (b.inName[j++] as number) : 0);
  }
  return { docs: docs.subarray(0, n), inName: inName.subarray(0, n) };
}
