import { damaged, type Found, fits, startsWith, view } from './bytes.ts';

/** JPEG: its segments are walked to the first scan, dimensions come from the frame header, and the scan must end in an end marker. */
export function readJpeg(bytes: Uint8Array): Found | undefined {
  if (!startsWith(bytes, [0xff, 0xd8, 0xff])) return undefined;
  const data = view(bytes);
  let size: [number, number] | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return damaged;
    const marker = bytes[at + 1] as number;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = data.getUint16(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) return damaged;
    // SOF0–SOF15 without DHT, JPG and DAC, which share the range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      if (length < 8) return damaged;
      size = [data.getUint16(at + 7), data.getUint16(at + 5)];
    }
    at += 2 + length;
    if (marker === 0xda) break;
  }
  if (!size || at >= bytes.length) return damaged;
  const refused = fits(...size);
  if (refused) return refused;
  // In a scan FF is followed by 00 or a restart marker; FF D9 ends the picture.
  for (let end = bytes.indexOf(0xff, at); end >= 0; end = bytes.indexOf(0xff, end + 1))
    if (bytes[end + 1] === 0xd9) return { type: 'image/jpeg' };
  return damaged;
}
