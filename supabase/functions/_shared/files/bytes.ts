/** What reading a file comes to: the type it really is, or the code of the refusal. `undefined` from a reader: not of its kind. */
export type Found = { type: MediaType } | { refused: 'FILE_DAMAGED' | 'FILE_ENCRYPTED' | 'FILE_PICTURE_TOO_LARGE' };
export type MediaType = 'application/pdf' | 'application/ofd' | 'image/jpeg' | 'image/png';
export const damaged: Found = { refused: 'FILE_DAMAGED' };
export const encrypted: Found = { refused: 'FILE_ENCRYPTED' };

/** One character a byte, so that places in the text are places in the file. */
export const latin1 = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
export const startsWith = (bytes: Uint8Array, head: readonly number[], at = 0) =>
  head.every((byte, i) => bytes[at + i] === byte);
export const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Unpacks at most `most` bytes; undefined when there are more, or when it is not packed so. What came before a defect is given. */
export async function unpack(
  packed: Uint8Array,
  format: 'deflate' | 'deflate-raw',
  most: number,
): Promise<Uint8Array | undefined> {
  // A copy: a stream may keep what it is given.
  const reader = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > most) {
        await reader.cancel();
        return undefined;
      }
      parts.push(value);
    }
  } catch {
    if (size === 0) return undefined;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** A picture that a reader's machine can hold: what is larger is refused by its header, nothing is decoded here. */
const mostPixels = 150_000_000;
export const fits = (width: number, height: number): Found | undefined =>
  width < 1 || height < 1 ? damaged : width * height > mostPixels ? { refused: 'FILE_PICTURE_TOO_LARGE' } : undefined;
