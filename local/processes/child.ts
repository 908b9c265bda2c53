import { type GuardedOptions, spawnGuarded } from './guarded.ts';

export interface Child {
  pid: number | undefined;
  /** Ends the child and waits for it. Harmless when it has ended already. */
  stop(): Promise<void>;
}

/** Starts a program that is to run on. Its last lines are kept, and `onEnd` hears of an end that nobody asked for. */
export function startChild(
  name: string,
  command: string,
  args: string[],
  options: GuardedOptions,
  onEnd: (how: string, lastWords: string) => void,
): Child {
  const child = spawnGuarded(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const tail: string[] = [];
  const keep = (data: Buffer) => {
    tail.push(...data.toString().split('\n').filter(Boolean));
    tail.splice(0, Math.max(0, tail.length - 20));
    if (process.env['STACK_VERBOSE']) process.stderr.write(`[${name}] ${data}`);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let asked = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      if (!asked) onEnd(error.message, '');
      resolve();
    });
    child.once('exit', (code, signal) => {
      resolve();
      // Not at `close`: its own children may keep the pipes. A moment later its last words are read.
      setTimeout(() => {
        if (!asked) onEnd(String(signal ?? code), tail.join('\n'));
      }, 30);
    });
  });
  return {
    pid: child.pid,
    async stop() {
      asked = true;
      if (child.exitCode === null && child.signalCode === null) child.kill(options.endBy ?? 'SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 8000);
      await ended;
      clearTimeout(late);
    },
  };
}
