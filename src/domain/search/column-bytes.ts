/** A column of numbers from its bytes as they are stored: all low bytes, then the next, since they deflate better so. */
export function columnOf<T extends Uint16Array | Uint32Array>(
  bytes: Uint8Array,
  Type: { new (length: number): T; readonly BYTES_PER_ELEMENT: number },
): T {
  const width = Type.BYTES_PER_ELEMENT;
  const n = bytes.length / width;
  const out = new Type(n);
  for (let w = 0; w < width; w++)
    for (let i = 0; i < n; i++) out[i] = (out[i] as number) + (bytes[w * n + i] as number) * 256 ** w;
  return out;
}
/** The bytes of a column as they are stored. */
export function bytesOf(values: Uint16Array | Uint32Array): Uint8Array<ArrayBuffer> {
  const width = values.BYTES_PER_ELEMENT;
  const out = new Uint8Array(values.length * width);
  for (let w = 0; w < width; w++)
    for (let i = 0; i < values.length; i++) out[w * values.length + i] = ((values[i] as number) >>> (8 * w)) & 255;
  return out;
}
