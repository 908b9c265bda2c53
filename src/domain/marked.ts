/** Splits a text where any of the words occurs, so that the match can be marked. Letters compare without case. */
export function marked(text: string, query: string): { text: string; hit: boolean }[] {
  const words = query.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const low = text.toLowerCase();
  const parts: { text: string; hit: boolean }[] = [];
  for (let at = 0; at < text.length; ) {
    const next = words.map((w) => ({ w, i: low.indexOf(w, at) })).filter((x) => x.i >= 0).sort((a, b) => a.i - b.i || b.w.length - a.w.length)[0];
    if (!next) { parts.push({ text: text.slice(at), hit: false }); break; }
    if (next.i > at) parts.push({ text: text.slice(at, next.i), hit: false });
    parts.push({ text: text.slice(next.i, next.i + next.w.length), hit: true });
    at = next.i + next.w.length;
  }
  return parts;
}
