import type { ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

interface Caller {
  running: number;
  waiting: (() => void)[];
  seen: number;
  /** Milliseconds of work for him lately, the older the less (halved every two seconds). */
  spent: number;
}

/**
 * Who floods waits behind himself: one caller may have so many requests at work, fewer while others are here too; what is over that waits in his own
 * row. Nobody waits for, or is refused because of, what another sends. A request that takes long gives its turn on: it waits for a lock, or the
 * database ends it soon. Who has kept the machine busy lately, while others are here, rests after each turn twice as long as it took: half the
 * processors of a small machine would otherwise be his.
 */
export class Turns {
  #callers = new Map<string, Caller>();
  #alone: number;
  #least: number;
  #row: number;
  #long: number;
  #tired: number;
  /**
   * At work at once: `alone` for the only caller, `least` beside however many others. `row` may wait; a turn ends after `long` ms at the latest, and
   * `tired` ms of work lately make a caller rest between turns.
   */
  constructor({ alone = 2 * availableParallelism(), least = 2, row = 400, long = 1_500, tired = 1_500 } = {}) {
    this.#alone = alone;
    this.#least = least;
    this.#row = row;
    this.#long = long;
    this.#tired = tired;
  }

  /** How many callers there are; who has been away for two seconds is forgotten. */
  #here(): number {
    const recently = Date.now() - 2_000;
    let here = 0;
    for (const [name, c] of this.#callers) {
      if (c.running > 0 || c.waiting.length > 0 || c.seen >= recently) here++;
      else this.#callers.delete(name);
    }
    return here;
  }
  #share(): number {
    return Math.max(this.#least, Math.ceil(this.#alone / Math.max(this.#here(), 1)));
  }
  /** Milliseconds that a caller rests after a turn of so many. */
  #rest(caller: Caller, took: number): number {
    const now = Date.now();
    caller.spent = caller.spent * 0.5 ** ((now - caller.seen) / 2_000) + took;
    caller.seen = now;
    return caller.spent > this.#tired && this.#here() > 1 ? Math.min(2 * took, 500) : 0;
  }

  /** Waits for a turn; false when there are too many already, or the caller has hung up. The turn ends with the answer. */
  async take(name: string, res: ServerResponse): Promise<boolean> {
    const mine = this.#callers.get(name) ?? { running: 0, waiting: [], seen: Date.now(), spent: 0 };
    this.#callers.set(name, mine);
    this.#rest(mine, 0);
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
    const began = Date.now();
    const next = () => {
      mine.running--;
      while (mine.waiting.length > 0 && mine.running < this.#share()) {
        mine.running++;
        mine.waiting.shift()?.();
      }
    };
    const end = () => {
      clearTimeout(late);
      res.off('close', end);
      const rest = this.#rest(mine, Date.now() - began);
      if (rest > 0) setTimeout(next, rest).unref();
      else next();
    };
    // What waits for a lock is no work of the machine: nobody rests for it.
    const late = setTimeout(() => {
      res.off('close', end);
      next();
    }, this.#long).unref();
    if (res.destroyed) end();
    else res.once('close', end);
    return true;
  }
}
