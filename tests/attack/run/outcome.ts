/** The portal under attack: always one of ours, on this machine. */
export interface Target {
  url: string;
  publishableKey: string;
  secretKey: string;
}
/** What came of one attack. `succeeded` is 0 when the portal held. */
export interface Outcome {
  attack: string;
  tried: number;
  succeeded: number;
  /** What succeeded, or how long it took. */
  note?: string;
}

/** Runs `task` for 0 … count − 1, so many at a time. */
export async function inParallel(count: number, atOnce: number, task: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, count) }, async () => {
      while (next < count) await task(next++);
    }),
  );
}
