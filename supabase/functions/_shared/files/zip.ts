import { latin1, startsWith, unpack, view } from './bytes.ts';

export interface Entry {
  name: string;
  method: number;
  encrypted: boolean;
  packed: number;
  size: number;
  at: number;
}
/** More than any paper has; what claims to unpack to more is a trap for who opens it. */
const mostEntries = 20_000;
const mostBytes = 1024 * 1024 * 1024;

export const isZip = (bytes: Uint8Array) => startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]);

/** The central directory: what is in the archive, by name. Undefined when there is none, when it is cut off, or beyond bounds. */
export function directoryOf(bytes: Uint8Array): Map<string, Entry> | undefined {
  const data = view(bytes);
  // The end record stands last, before a comment of at most 65,535 bytes.
  let end = -1;
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 65_535); at--) {
    if (startsWith(bytes, [0x50, 0x4b, 0x05, 0x06], at) && at + 22 + data.getUint16(at + 20, true) <= bytes.length) {
      end = at;
      break;
    }
  }
  if (end < 0) return undefined;
  const count = data.getUint16(end + 10, true);
  if (count < 1 || count > mostEntries) return undefined;
  const entries = new Map<string, Entry>();
  let at = data.getUint32(end + 16, true);
  let whole = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || !startsWith(bytes, [0x50, 0x4b, 0x01, 0x02], at)) return undefined;
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => data.getUint16(at + o, true)) as [
      number,
      number,
      number,
    ];
    const entry: Entry = {
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)).replaceAll('\\', '/'),
      encrypted: (data.getUint16(at + 8, true) & 1) === 1,
      method: data.getUint16(at + 10, true),
      packed: data.getUint32(at + 20, true),
      size: data.getUint32(at + 24, true),
      at: data.getUint32(at + 42, true),
    };
    whole += entry.size;
    if (whole > mostBytes || entry.at + 30 + entry.packed > end) return undefined;
    if (!startsWith(bytes, [0x50, 0x4b, 0x03, 0x04], entry.at)) return undefined;
    entries.set(entry.name, entry);
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

/** One entry as text, at most `most` bytes of it; undefined beyond that, or when it is packed in another way. */
export async function textOf(bytes: Uint8Array, entry: Entry, most: number): Promise<string | undefined> {
  const data = view(bytes);
  const start = entry.at + 30 + data.getUint16(entry.at + 26, true) + data.getUint16(entry.at + 28, true);
  const packed = bytes.subarray(start, start + entry.packed);
  const content =
    entry.method === 8
      ? await unpack(packed, 'deflate-raw', most)
      : entry.method === 0 && packed.length <= most
        ? packed
        : undefined;
  if (!content) return undefined;
  // GB/T 33190 prescribes UTF-8; a mark of byte order says otherwise.
  if (startsWith(content, [0xff, 0xfe])) return new TextDecoder('utf-16le').decode(content);
  if (startsWith(content, [0xfe, 0xff])) return new TextDecoder('utf-16be').decode(content);
  return content.length > 0 || entry.size === 0 ? new TextDecoder().decode(content) : latin1(content);
}
