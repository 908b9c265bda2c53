import './node-version.ts';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root, type Stack } from './stack.ts';

/** Builds the site from the running stack's public API. Asynchronous, because the gateway that answers it lives in this process. */
export async function buildSite(stack: Pick<Stack, 'url' | 'keys'>, outDir: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/astro/bin/astro.mjs'), 'build', '--outDir', outDir], {
    cwd: root, maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', BUILD_API_URL: stack.url, PUBLIC_SUPABASE_KEY: stack.keys.publishableKey },
  }).catch((error: { stdout?: string; stderr?: string }) => { throw new Error(`astro build failed:\n${error.stdout ?? ''}${error.stderr ?? ''}`); });
}

if (import.meta.main) {
  // `npm run build`: from the API that BUILD_API_URL names (production), else from the portal that `npm start` runs now.
  const { runningPortal } = await import('./stack.ts');
  const url = process.env['BUILD_API_URL'];
  const portal = url ? undefined : await runningPortal();
  if (!url && !portal) {
    console.error('Nothing to build from: start the portal ("npm start"), or set BUILD_API_URL and PUBLIC_SUPABASE_KEY.');
    process.exit(1);
  }
  const keys = { publishableKey: process.env['PUBLIC_SUPABASE_KEY'] ?? portal?.keys.publishableKey ?? '' } as Stack['keys'];
  await buildSite({ url: url ?? (portal?.url as string), keys }, join(root, 'dist'));
  console.log('The site is built in dist/.');
  process.exit(0);
}
