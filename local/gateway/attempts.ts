/** How many tries are free, and how long the pause after each further one: doubled from `first` up to `most`. Milliseconds. */
export interface Pace {
  free: number;
  first: number;
  most: number;
  /** Without a try for this long everything is forgotten. */
  forget: number;
}
interface Seen {
  count: number;
  last: number;
}

/** More keys than this are not kept: whoever makes them is slowed by a key of its own long before. */
const mostKeys = 50_000;

/** Counts tries by key and says how long the next one has to wait. A try counts from its beginning, so that many at once help nobody. */
export class Attempts {
  #seen = new Map<string, Seen>();
  readonly pace: Pace;
  readonly now: () => number;

  constructor(pace: Pace, now: () => number = Date.now) {
    this.pace = pace;
    this.now = now;
  }

  #known(key: string): Seen | undefined {
    const seen = this.#seen.get(key);
    if (seen && this.now() - seen.last > this.pace.forget) {
      this.#seen.delete(key);
      return undefined;
    }
    return seen;
  }

  /** Milliseconds until the next try is taken; 0 when it is now. */
  wait(key: string): number {
    const seen = this.#known(key);
    const { free, first, most } = this.pace;
    if (!seen || seen.count < free) return 0;
    const pause = Math.min(first * 2 ** Math.min(seen.count - free, 30), most);
    return Math.max(0, seen.last + pause - this.now());
  }

  count(key: string): void {
    const seen = this.#known(key);
    this.#seen.delete(key);
    this.#seen.set(key, { count: (seen?.count ?? 0) + 1, last: this.now() });
    if (this.#seen.size > mostKeys) this.#seen.delete(this.#seen.keys().next().value as string);
  }

  /** A try that was right does not count. */
  takeBack(key: string): void {
    const seen = this.#known(key);
    if (seen) seen.count = Math.max(0, seen.count - 1);
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
