import { gramOf, type Postings } from './postings.ts';

/** Entries (ordinals, ascending) and whether the match lies in the name. */
export interface Matches { docs: Uint32Array; inName: Uint8Array }

/** The grams that together say exactly where a term stands: every second pair of characters, and the last one. */
export function coverOf(term: string): { gram: number; offset: number }[] {
  if (term.length === 1) return [{ gram: gramOf(term, 0, 1), offset: 0 }];
  const offsets: number[] = [];
  for (let at = 0; at + 2 <= term.length; at += 2) offsets.push(at);
  if (term.length % 2 === 1) offsets.push(term.length - 2);
  return offsets.map((offset) => ({ gram: gramOf(term, offset, 2), offset }));
}

/** Where all grams of a term stand one after the other: the exact set, nothing left to verify. A term of one gram needs no positions. `nameSpan`: positions below it are in the name. */
export function matchTerm(lists: { list: Postings; offset: number }[], nameSpan: number): Matches {
  const [first, ...others] = lists.toSorted((a, b) => a.list.docs.length - b.list.docs.length);
  if (!first) return { docs: new Uint32Array(0), inName: new Uint8Array(0) };
  const { docs } = first.list;
  if (others.length === 0) return { docs, inName: first.list.inName };
  const found = new Uint32Array(docs.length);
  const inName = new Uint8Array(docs.length);
  const at = new Uint32Array(others.length);
  let n = 0;
  entries: for (let i = 0; i < docs.length; i++) {
    const doc = docs[i] as number;
    for (let k = 0; k < others.length; k++) {
      const other = (others[k] as { list: Postings }).list.docs;
      let j = at[k] as number;
      // Lists of very different length are crossed in leaps.
      for (let step = 1; (other[j] as number) < doc; step *= 2) { if (j + step < other.length && (other[j + step] as number) <= doc) j += step; else { j += 1; step = 0.5; } }
      at[k] = j;
      if (other[j] !== doc) { if (j >= other.length) break entries; continue entries; }
    }
    // The name is asked first: positions ascend.
    for (let p = first.list.starts[i] as number; p < (first.list.starts[i + 1] as number); p++) {
      const start = (first.list.positions[p] as number) - first.offset;
      if (others.every((o, k) => has(o.list, at[k] as number, start + o.offset))) { found[n] = doc; inName[n++] = start < nameSpan ? 1 : 0; break; }
    }
  }
  return { docs: found.subarray(0, n), inName: inName.subarray(0, n) };
}
function has(list: Postings, i: number, position: number): boolean {
  for (let p = list.starts[i] as number; p < (list.starts[i + 1] as number); p++) if (list.positions[p] === position) return true;
  return false;
}

/** What matches every term; in the name when every term does. */
export function all(of: Matches[]): Matches {
  return of.reduce((a, b) => {
    const docs = new Uint32Array(Math.min(a.docs.length, b.docs.length));
    const inName = new Uint8Array(docs.length);
    let n = 0;
    for (let i = 0, j = 0; i < a.docs.length && j < b.docs.length; ) {
      const [x, y] = [a.docs[i] as number, b.docs[j] as number];
      if (x === y) { docs[n] = x; inName[n++] = (a.inName[i] as number) & (b.inName[j] as number); i++; j++; } else if (x < y) i++;
      else j++;
    }
    return { docs: docs.subarray(0, n), inName: inName.subarray(0, n) };
  });
}
/** What matches any of them. */
export function any(of: Matches[]): Matches {
  const merged = new Map<number, number>();
  for (const m of of) for (let i = 0; i < m.docs.length; i++) merged.set(m.docs[i] as number, (merged.get(m.docs[i] as number) ?? 0) | (m.inName[i] as number));
  const docs = Uint32Array.from([...merged.keys()].sort((a, b) => a - b));
  return { docs, inName: Uint8Array.from(docs, (d) => merged.get(d) ?? 0) };
}
