import './node-version.ts';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { entriesOf, publicationOf } from '../src/publish/api.ts';
import { publishAll } from '../src/publish/publish.ts';
import { root, type Stack } from './stack.ts';

/** The public site's address: SITE_URL, or the API's own where both are one origin. */
export const siteOrigin = (apiUrl: string): string => process.env['SITE_URL'] ?? apiUrl;

/** Builds the site from the running stack's public API: Astro's pages, then the catalogue's. */
export async function buildSite(stack: Pick<Stack, 'url' | 'keys'>, outDir: string): Promise<void> {
  await buildPages(stack, outDir);
  const api = { url: stack.url, key: stack.keys.publishableKey };
  await publishAll(outDir, entriesOf(api), await publicationOf(api, siteOrigin(stack.url)));
}
/** Astro's part alone. Asynchronous, because the gateway that answers it lives in this process. */
export async function buildPages(stack: Pick<Stack, 'url' | 'keys'>, outDir: string): Promise<void> {
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
