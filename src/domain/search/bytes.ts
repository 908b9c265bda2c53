/** A growing run of bytes that numbers are written to, seven bits a byte. */
export class Bytes {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }
  number(value: number): void {
    if (this.length + 5 > this.bytes.length) this.grow(5);
    let v = value;
    while (v > 127) {
      this.bytes[this.length++] = (v & 127) | 128;
      v >>>= 7;
    }
    this.bytes[this.length++] = v;
  }
  append(part: Uint8Array): void {
    if (this.length + part.length > this.bytes.length) this.grow(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }
  /** What was written, without copying: stands until the next write. */
  written(from = 0, until = this.length): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(from, until);
  }
  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + by));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
/** Reads what `Bytes` wrote. */
export class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RangeError('A list ends in the middle of a number.');
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
  part(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
