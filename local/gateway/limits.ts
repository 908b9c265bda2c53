import { setTimeout as pause } from 'node:timers/promises';
import { networkOf } from '../../supabase/functions/_shared/network.ts';
import { Attempts } from './attempts.ts';

const [second, minute, hour] = [1_000, 60_000, 3_600_000] as const;

/** Who tries, at which account. */
export interface Try {
  address: string;
  account: string;
}

/** The slower of what an account from one network, and what one network, may do. What comes too early is not counted. */
class PairAndNetwork {
  #pair: Attempts;
  #network: Attempts;
  constructor(pair: Attempts, from: Attempts) {
    this.#pair = pair;
    this.#network = from;
  }
  /** Seconds to wait; 0 when the try is taken, and then it counts until it is taken back. */
  take({ address, account }: Try): number {
    const from = networkOf(address);
    const wait = Math.max(this.#pair.wait(`${from} ${account}`), this.#network.wait(from));
    if (wait > 0) return Math.ceil(wait / 1000);
    this.#pair.count(`${from} ${account}`);
    this.#network.count(from);
    return 0;
  }
  /** It was right: the account is forgotten here, the network has one try less. */
  right({ address, account }: Try): void {
    this.#pair.forget(`${networkOf(address)} ${account}`);
    this.#network.takeBack(networkOf(address));
  }
}

/**
 * The limits of the auth routes. Nobody can be locked out by another: what closes a door belongs to one network (and account);
 * what an account suffers from everywhere only slows it.
 */
export function authLimits(now: () => number = Date.now) {
  const attempts = (free: number, first: number, most: number, forget: number) =>
    new Attempts({ free, first, most, forget }, now);
  const everywhere = attempts(50, second / 8, 2 * second, hour);
  const mailed = attempts(1, minute, 15 * minute, hour);
  return {
    passwords: new PairAndNetwork(
      attempts(5, second, 15 * minute, hour),
      attempts(30, second, 10 * second, 15 * minute),
    ),
    codes: new PairAndNetwork(
      attempts(5, 30 * second, 15 * minute, hour),
      attempts(20, second, 30 * second, 15 * minute),
    ),
    mails: new PairAndNetwork(attempts(3, minute, 15 * minute, hour), attempts(20, 10 * second, 5 * minute, hour)),
    signUps: attempts(20, 10 * second, 10 * minute, hour),
    /** Failures of one account from everywhere: each further try waits up to two seconds and is then taken. */
    async slowDown(account: string): Promise<void> {
      const wait = everywhere.wait(account);
      everywhere.count(account);
      if (wait > 0) await pause(wait);
    },
    rightEverywhere: (account: string) => everywhere.forget(account),
    /** Whether one more mail goes to this account now; its owner gets at least one in a quarter of an hour, whoever asks. */
    mayMail(account: string): boolean {
      if (mailed.wait(account) > 0) return false;
      mailed.count(account);
      return true;
    },
  };
}
export type AuthLimits = ReturnType<typeof authLimits>;
