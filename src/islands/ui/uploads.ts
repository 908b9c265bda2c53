import { createSignal } from 'solid-js';

/** The uploads of one form: while any of them runs, nothing is submitted. */
export function createUploads() {
  const [running, setRunning] = createSignal(0);
  return {
    running: () => running() > 0,
    /** Counts as running until the work is over, however it ends. */
    async during(work: () => Promise<void>): Promise<void> {
      setRunning((n) => n + 1);
      try {
        await work();
      } finally {
        setRunning((n) => n - 1);
      }
    },
  };
}
export type Uploads = ReturnType<typeof createUploads>;
