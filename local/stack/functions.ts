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

/** Settings of the watch, for the function `alerts` and `metrics`; whoever runs the portal sets them in the shell. */
const watchSettings = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name, value]) => value && /^(ALERTS?_[A-Z_]+|METRICS_TOKEN)$/.test(name)),
  );
/** Where alerts are posted to: the only places outside this machine that any function may reach. */
const alertHosts = (): string[] =>
  ['ALERT_WEBHOOK_URL', 'ALERT_MAIL_URL'].flatMap((name) => {
    const address = process.env[name]?.trim();
    return address && URL.canParse(address) ? [new URL(address).host] : [];
  });

/** One edge function in a Deno of its own, with hosted's variables and no way to the network; `alerts` alone reaches where it is told to post. */
export const functionPart = ({ dataDir, keys, url }: Places, name: string, port: number): Part => ({
  name: `function ${name}`,
  program: denoProgram,
  args: [
    'run',
    `--allow-net=${['127.0.0.1', ...(name === 'alerts' ? alertHosts() : [])].join(',')}`,
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
      ...watchSettings(),
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
