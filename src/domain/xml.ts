import type { Html } from './html.ts';

/** What XML 1.0 has no way to write, not even escaped: most control characters, half a pair, and two that are none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are removed.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** A document of XML, for feeds and site maps. Its text is escaped by `html`, whose five entities XML knows too. */
export const xmlDocument = (root: Html): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${root.text.replaceAll(forbidden, '')}\n`;
