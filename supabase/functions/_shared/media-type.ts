/** The type a file really has, by its first bytes (Bad input: content counts, not the name). OFD is a ZIP whose first entry is OFD.xml or names it early. */
export function mediaType(bytes: Uint8Array): string | undefined {
  const starts = (...head: number[]) => head.every((byte, i) => bytes[i] === byte);
  if (starts(0x25, 0x50, 0x44, 0x46, 0x2d)) return 'application/pdf';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(0x50, 0x4b, 0x03, 0x04)) {
    const text =
      new TextDecoder('latin1').decode(bytes.subarray(0, 4096)) +
      new TextDecoder('latin1').decode(bytes.subarray(-65_536));
    if (text.includes('OFD.xml')) return 'application/ofd';
  }
  return undefined;
}
