// The object syntax of PDF (ISO 32000-1, 7.3), as far as finding the page tree needs it.

export class Ref {
  number: number;
  constructor(number: number) {
    this.number = number;
  }
}
export type Dict = Map<string, Value>;
/** Names carry their slash; a string is only known to be one: nothing here asks for its content. */
export type Value = null | number | string | typeof aString | Ref | Value[] | Dict;
export const aString = Symbol('string');

const blank = /(?:[\0\t\n\f\r ]+|%[^\r\n]*)*/y;
const number = /[+-]?(?:\d+\.?\d*|\.\d+)/y;
const reference = /(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![A-Za-z0-9])/y;
const name = /\/[^\0\t\n\f\r ()<>[\]{}/%]*/y;
const word = /[A-Za-z]+/y;
const hexString = /<[0-9A-Fa-f\0\t\n\f\r ]*>/y;
const deepest = 64;

/** Reads values from a text, one after the other; throws where there is none. */
export class Reader {
  text: string;
  at: number;
  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
  skip(): void {
    this.match(blank);
  }
  /** Whether this keyword comes next; if so, it is passed. */
  keyword(wanted: string): boolean {
    this.skip();
    if (!this.text.startsWith(wanted, this.at)) return false;
    this.at += wanted.length;
    return true;
  }
  value(depth = 0): Value {
    if (depth > deepest) throw new Error('nested too deep');
    this.skip();
    const two = this.text.slice(this.at, this.at + 2);
    if (two === '<<') return this.dict(depth);
    if (two[0] === '[') return this.array(depth);
    if (two[0] === '/') return this.match(name)?.[0] as string;
    if (two[0] === '(') return this.literal();
    if (this.match(hexString)) return aString;
    const ref = this.match(reference);
    if (ref) return new Ref(Number(ref[1]));
    const n = this.match(number);
    if (n) return Number(n[0]);
    if (this.match(word)) return null;
    throw new Error(`no value at ${this.at}`);
  }
  private array(depth: number): Value[] {
    const values: Value[] = [];
    this.at++;
    for (;;) {
      this.skip();
      if (this.text[this.at] === ']') {
        this.at++;
        return values;
      }
      values.push(this.value(depth + 1));
    }
  }
  private dict(depth: number): Dict {
    const dict: Dict = new Map();
    this.at += 2;
    for (;;) {
      this.skip();
      if (this.text.startsWith('>>', this.at)) {
        this.at += 2;
        return dict;
      }
      const key = this.match(name);
      if (!key) throw new Error(`no key at ${this.at}`);
      dict.set(key[0], this.value(depth + 1));
    }
  }
  private literal(): typeof aString {
    let open = 0;
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at];
      if (c === '\\') this.at++;
      else if (c === '(') open++;
      else if (c === ')' && --open === 0) {
        this.at++;
        return aString;
      }
    }
    throw new Error('a string without an end');
  }
}
