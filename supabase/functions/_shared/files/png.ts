import { damaged, type Found, fits, latin1, startsWith, view } from './bytes.ts';

/** PNG: the chunks are walked from IHDR, which has the dimensions, over at least one IDAT to IEND. */
export function readPng(bytes: Uint8Array): Found | undefined {
  if (!startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return undefined;
  const data = view(bytes);
  let pictures = 0;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = data.getUint32(at);
    const chunk = latin1(bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) return damaged;
    if (at === 8) {
      if (chunk !== 'IHDR' || length !== 13) return damaged;
      const refused = fits(data.getUint32(16), data.getUint32(20));
      if (refused) return refused;
    }
    if (chunk === 'IDAT') pictures++;
    if (chunk === 'IEND') return pictures > 0 ? { type: 'image/png' } : damaged;
    at += 12 + length;
  }
  return damaged;
}
