import type { Child } from '../child.ts';

/** One process of the stack: how it is started, and how one sees that it answers. */
export interface Part {
  name: string;
  start(onCrash: (reason: string) => void): Child;
  ready(): Promise<boolean>;
}

/** Waits until `ready` says so; stops waiting as soon as something has crashed. */
export async function until(
  what: string,
  ready: () => Promise<boolean>,
  crashed: () => string | undefined,
  ms = 40_000,
): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    const reason = crashed();
    if (reason) throw new Error(reason);
    if (await ready().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`${what} did not answer in ${ms / 1000} s`);
    await new Promise((r) => setTimeout(r, 60));
  }
}
