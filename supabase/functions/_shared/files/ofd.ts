import { damaged, encrypted, type Found } from './bytes.ts';
import { directoryOf, type Entry, isZip, textOf } from './zip.ts';

const inner = (xml: string, tag: string) => new RegExp(`<(?:\\w+:)?${tag}\\b[^>]*>\\s*([^<]+?)\\s*<`).exec(xml)?.[1];
/** `Doc_0/Document.xml` as the archive names it, whatever the reference begins with. */
const pathOf = (reference: string) => reference.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');

/** OFD (GB/T 33190): a ZIP with OFD.xml, which names the root document, which is there and lists at least one page. */
export async function readOfd(bytes: Uint8Array): Promise<Found | undefined> {
  if (!isZip(bytes)) return undefined;
  const entries = directoryOf(bytes);
  const entry = entries?.get('OFD.xml');
  // Another archive, or one that is cut off: whether it was an OFD cannot be known.
  if (!entries || !entry) return undefined;
  const read = (e: Entry, most: number) => textOf(bytes, e, most);
  if (entry.encrypted) return encrypted;
  const root = inner((await read(entry, 1024 * 1024)) ?? '', 'DocRoot');
  const document = root ? entries.get(pathOf(root)) : undefined;
  if (!document) return damaged;
  if (document.encrypted) return encrypted;
  const xml = (await read(document, 16 * 1024 * 1024)) ?? '';
  return /<(?:\w+:)?Document\b/.test(xml) && /<(?:\w+:)?Page\b/.test(xml) ? { type: 'application/ofd' } : damaged;
}
