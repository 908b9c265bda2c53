import { Inflate } from 'fflate';

/** What a ZIP holds, by name; nothing is unpacked before it is asked for. */
export interface Zip {
  names: string[];
  /** One entry's bytes; undefined where there is none of that name. */
  read: (name: string) => Uint8Array | undefined;
}
/** Why a ZIP was not read, in words for a person. */
export class ZipFault extends Error {}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});
function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (table[(c ^ byte) & 0xff] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** Unpacks piece by piece and stops at the size that was announced: a file may say less than it holds. */
function inflate(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  const stream = new Inflate((piece) => {
    if (at + piece.length > size) throw new ZipFault('文件内容与它自己写的大小不符。');
    out.set(piece, at);
    at += piece.length;
  });
  for (let from = 0; from < packed.length; from += 65_536)
    stream.push(packed.subarray(from, from + 65_536), from + 65_536 >= packed.length);
  if (at !== size) throw new ZipFault('文件不完整。');
  return out;
}

/** Reads the directory of a ZIP. Refused before anything is unpacked: more than `limit` bytes together, locked entries, more than 4 GB. */
export function openZip(bytes: Uint8Array, limit: number): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new ZipFault('文件不完整。');
  const entries = new Map<string, { method: number; packed: number; size: number; crc: number; at: number }>();
  let total = 0;
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n--) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw new ZipFault('文件不完整。');
    if (view.getUint16(at + 8, true) & 1) throw new ZipFault('文件加了密码。请去掉密码，再选择。');
    const length = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)).replaceAll('\\', '/');
    const size = view.getUint32(at + 24, true);
    total += size;
    if (total > limit) throw new ZipFault(`文件展开之后超过 ${limit / 2 ** 20} MB，没有读。请分成几份。`);
    if (entries.has(name)) throw new ZipFault('文件不完整。');
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size,
      at: view.getUint32(at + 42, true),
    });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return {
    names: [...entries.keys()],
    read(name) {
      const e = entries.get(name);
      if (!e) return undefined;
      if (e.at + 30 > bytes.length || view.getUint32(e.at, true) !== 0x04034b50) throw new ZipFault('文件不完整。');
      const from = e.at + 30 + view.getUint16(e.at + 26, true) + view.getUint16(e.at + 28, true);
      const packed = bytes.subarray(from, from + e.packed);
      if (packed.length !== e.packed || (e.method !== 0 && e.method !== 8)) throw new ZipFault('文件不完整。');
      let whole: Uint8Array;
      try {
        whole = e.method === 8 ? inflate(packed, e.size) : packed;
      } catch (error) {
        throw error instanceof ZipFault ? error : new ZipFault('文件不完整。');
      }
      if (crc32(whole) !== e.crc) throw new ZipFault('文件不完整。');
      return whole;
    },
  };
}
