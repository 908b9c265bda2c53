import { known } from '../complaints.ts';
import { type Child, startChild } from '../processes/child.ts';
import type { GuardedOptions } from '../processes/guarded.ts';

/** One process of the stack: how it is started, and how one sees that it answers. */
export interface Part {
  name: string;
  /** What is to be done before each start. */
  prepare?(): Promise<void> | void;
  program: string;
  args: string[];
  options: GuardedOptions;
  ready(): Promise<boolean>;
}

/** A part that is started again when it dies. */
export interface Kept {
  /** Starts it and waits until it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
export interface Keeper {
  say(message: string): void;
  /** A part died too often: nothing is left but to end. */
  giveUp(reason: string): void;
}

/** So many deaths within a minute are one too many. */
const mostDeaths = 5;
const minute = 60_000;
/** Until a part that was started must answer. */
const longest = 40_000;

/** Keeps a part running. A death before it has ever answered is final: `start` throws its last words. */
export function keep(part: Part, keeper: Keeper): Kept {
  let child: Child | undefined;
  let wanted = false;
  let hasAnswered = false;
  let failure: string | undefined;
  let deaths: number[] = [];
  let again: Promise<void> | undefined;
  let life = 0;

  /** One life: started, and waited for until it answers or the next life has begun. */
  async function live(delay = 0): Promise<boolean> {
    const mine = ++life;
    failure = undefined;
    await new Promise((r) => setTimeout(r, delay));
    await part.prepare?.();
    if (!wanted) return false;
    child = startChild(part.name, part.program, part.args, part.options, died);
    const end = Date.now() + longest;
    while (wanted && mine === life) {
      if (failure) throw new Error(failure);
      if (await part.ready().catch(() => false)) return wanted && mine === life;
      if (Date.now() > end) throw new Error(`${part.name} did not answer in ${longest / 1000} s`);
      await new Promise((r) => setTimeout(r, 40));
    }
    return false;
  }
  function died(how: string, lastWords: string): void {
    if (!wanted) return;
    if (!hasAnswered) {
      failure = `${part.name} ended (${how}).\n${lastWords}`.trim();
      return;
    }
    deaths = [...deaths, Date.now()].filter((at) => Date.now() - at < minute);
    if (deaths.length > mostDeaths) {
      const said = known(lastWords) ?? (lastWords && `It said:\n${lastWords}`);
      keeper.giveUp(
        `${part.name} ended ${deaths.length} times within a minute and is not started again.${said && ` ${said}`}`,
      );
      return;
    }
    const why = deaths.length === 1 ? known(lastWords) : undefined;
    keeper.say(`${part.name} ended (${how}) and is started again.${why ? ` ${why}` : ''}`);
    again = live(100 * (deaths.length - 1)).then(
      (answers) => {
        if (answers) keeper.say(`${part.name} answers again.`);
      },
      (error: Error) => keeper.giveUp(error.message),
    );
  }
  return {
    async start() {
      wanted = true;
      await live();
      hasAnswered = true;
    },
    async stop() {
      wanted = false;
      await child?.stop();
      // A new life that was about to begin.
      await again;
      await child?.stop();
    },
  };
}
