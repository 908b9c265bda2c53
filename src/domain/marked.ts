import { fold } from './search/fold.ts';

/** Splits a text where any of the words occurs, so that the match can be marked: written as the search writes it, so that «demo8100» marks «DEMO-8100». */
export function marked(text: string, query: string, write = fold): { text: string; hit: boolean }[] {
  const words = query.split(/\s+/).map(write).filter(Boolean);
  // Each unit of the folded text knows the character that it came from, and where that ends: what is folded away stands beside a mark, not in it.
  let folded = '';
  const from: number[] = [];
  const until: number[] = [];
  let at = 0;
  for (const char of text) {
    for (const unit of write(char).split('')) {
      folded += unit;
      from.push(at);
      until.push(at + char.length);
    }
    at += char.length;
  }
  const parts: { text: string; hit: boolean }[] = [];
  const add = (end: number, start: number, hit: boolean) => {
    if (end > start) parts.push({ text: text.slice(start, end), hit });
  };
  let done = 0;
  for (let i = 0; ; ) {
    const next = words
      .map((w) => ({ w, i: folded.indexOf(w, i) }))
      .filter((x) => x.i >= 0)
      .sort((a, b) => a.i - b.i || b.w.length - a.w.length)[0];
    if (!next) break;
    i = next.i + next.w.length;
    const [start, end] = [Math.max(done, from[next.i] as number), until[i - 1] as number];
    add(start, done, false);
    add(end, start, true);
    done = Math.max(done, end);
  }
  add(text.length, done, false);
  return parts;
}
