import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { mark } from './hold.ts';
import type { Part } from './part.ts';
import { inModules, type Places, root } from './places.ts';

const folder = join(root, 'supabase/functions');

/** The edge functions by name, each with a port. */
export async function functionPorts(): Promise<Map<string, number>> {
  const ports = new Map<string, number>();
  if (!existsSync(folder)) return ports;
  for (const name of readdirSync(folder))
    if (!name.startsWith('_') && existsSync(join(folder, name, 'index.ts'))) ports.set(name, await freePort());
  return ports;
}

/** Deno itself: its package's own script would stand between, and be all that a signal reaches. */
export const denoProgram = inModules(`@deno/${process.platform}-${process.arch}-glibc/deno`);

/** One edge function in a Deno of its own, with hosted's variables and no way to the network. */
export const functionPart = ({ dataDir, keys, url }: Places, name: string, port: number): Part => ({
  name: `function ${name}`,
  program: denoProgram,
  args: [
    'run',
    '--allow-net=127.0.0.1',
    '--allow-env',
    '--no-prompt',
    '--node-modules-dir=manual',
    '--no-remote',
    join(folder, name, 'index.ts'),
  ],
  options: {
    cwd: root,
    env: {
      ...mark(dataDir),
      PATH: process.env['PATH'],
      HOME: dataDir,
      DENO_DIR: join(dataDir, 'deno'),
      DENO_NO_UPDATE_CHECK: '1',
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      SUPABASE_URL: url,
      // Under the names, and in the shape, that hosted gives them.
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
      // The gateway writes it itself, whatever the caller sent.
      CLIENT_ADDRESS_HEADER: 'x-forwarded-for',
    },
  },
  ready: async () => (await fetch(`http://127.0.0.1:${port}/${name}`, { method: 'OPTIONS' })).status < 500,
});
