// One edge function in a Deno of its own, with the variables that a test gives it and no others.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../local/ports.ts';
import { root } from '../../local/stack.ts';

let started: ChildProcess[] = [];
export function endFunctions(): void {
  for (const child of started) child.kill('SIGKILL');
  started = [];
}

/** Its address, or none when it ended; `said` is what it has told on stderr, `logged` on stdout. */
export async function startFunction(
  name: string,
  variables: Record<string, string>,
): Promise<{ url?: string; said: string; logged(): string }> {
  const port = await freePort();
  const child = spawn(
    join(root, 'node_modules/.bin/deno'),
    ['run', '--allow-net=127.0.0.1', '--allow-env', '--no-prompt', '--node-modules-dir=manual', '--no-remote'].concat(
      join(root, 'supabase/functions', name, 'index.ts'),
    ),
    {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        DENO_NO_UPDATE_CHECK: '1',
        DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  started.push(child);
  let said = '';
  let logged = '';
  child.stderr?.on('data', (part: Buffer) => {
    said += part.toString();
    logged += part.toString();
  });
  child.stdout?.on('data', (part: Buffer) => {
    logged += part.toString();
  });
  const url = `http://127.0.0.1:${port}/${name}`;
  while (child.exitCode === null) {
    if (await fetch(url, { method: 'OPTIONS' }).catch(() => undefined)) return { url, said, logged: () => logged };
    await new Promise((r) => setTimeout(r, 50));
  }
  return { said, logged: () => logged };
}
