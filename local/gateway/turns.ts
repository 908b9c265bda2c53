import type { ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

interface Caller {
  running: number;
  waiting: (() => void)[];
  seen: number;
}

/**
 * Who floods waits behind himself: one caller may have so many requests at work, fewer while others are here too; what is over that waits in his own
 * row. Nobody waits for, or is refused because of, what another sends. A request that takes long gives its turn on: it waits for a lock, or the
 * database ends it soon.
 */
export class Turns {
  #callers = new Map<string, Caller>();
  #alone: number;
  #least: number;
  #row: number;
  #long: number;
  /** At work at once: `alone` for the only caller, `least` beside however many others. `row` may wait; a turn ends after `long` ms at the latest. */
  constructor({ alone = 2 * availableParallelism(), least = 2, row = 400, long = 1_500 } = {}) {
    this.#alone = alone;
    this.#least = least;
    this.#row = row;
    this.#long = long;
  }

  #share(): number {
    const recently = Date.now() - 2_000;
    let here = 0;
    for (const [name, c] of this.#callers) {
      if (c.running > 0 || c.waiting.length > 0 || c.seen >= recently) here++;
      else this.#callers.delete(name);
    }
    return Math.max(this.#least, Math.ceil(this.#alone / Math.max(here, 1)));
  }

  /** Waits for a turn; false when there are too many already, or the caller has hung up. The turn ends with the answer. */
  async take(name: string, res: ServerResponse): Promise<boolean> {
    const mine = this.#callers.get(name) ?? { running: 0, waiting: [], seen: 0 };
    this.#callers.set(name, mine);
    mine.seen = Date.now();
    if (mine.running < this.#share()) mine.running++;
    else {
      if (mine.waiting.length >= this.#row) return false;
      const came = await new Promise<boolean>((resolve) => {
        const left = () => {
          mine.waiting = mine.waiting.filter((w) => w !== go);
          resolve(false);
        };
        const go = () => {
          res.off('close', left);
          resolve(true);
        };
        mine.waiting.push(go);
        res.once('close', left);
      });
      if (!came) return false;
    }
    const end = () => {
      clearTimeout(late);
      res.off('close', end);
      mine.running--;
      while (mine.waiting.length > 0 && mine.running < this.#share()) {
        mine.running++;
        mine.waiting.shift()?.();
      }
    };
    const late = setTimeout(end, this.#long).unref();
    if (res.destroyed) end();
    else res.once('close', end);
    return true;
  }
}
