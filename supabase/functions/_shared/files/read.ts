import type { Found } from './bytes.ts';
import { readJpeg } from './jpeg.ts';
import { readOfd } from './ofd.ts';
import { readPdf } from './pdf.ts';
import { readPng } from './png.ts';

/** What a file really is, by its structure and never by its name (Bad input). Nothing is decoded or unpacked beyond what tells that. */
export async function readFile(bytes: Uint8Array): Promise<Found | { refused: 'FILE_TYPE_REFUSED' }> {
  return (
    readJpeg(bytes) ??
    readPng(bytes) ??
    (await readOfd(bytes)) ??
    (await readPdf(bytes)) ?? { refused: 'FILE_TYPE_REFUSED' }
  );
}
