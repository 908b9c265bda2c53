import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

export interface Child {
  process: ChildProcess;
  /** Ends the child and waits for it. Harmless when it has ended already. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts one part of the stack. Its last lines are kept, and `onCrash` hears of an end that nobody asked for. */
export function startChild(
  name: string,
  command: string,
  args: string[],
  options: SpawnOptions,
  onCrash: (reason: string) => void,
): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
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
      if (!asked) onCrash(`${name}: ${error.message}`);
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (!asked) onCrash(`${name} ended (${signal ?? code}).\n${tail.join('\n')}`);
      resolve();
    });
  });
  return {
    process: child,
    async stop(signal = 'SIGTERM') {
      asked = true;
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 8000);
      await ended;
      clearTimeout(late);
    },
  };
}
