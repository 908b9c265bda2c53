// The portal with hot reload: the stack of `npm start`, the site from Astro's development server behind the same address.
import './node-version.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite } from './build.ts';
import { startChild } from './child.ts';
import { freePort } from './ports.ts';
import { watchCatalogue } from './publish.ts';
import { portalDir, root, startStack } from './stack.ts';

const port = Number(process.env['PORT'] ?? 54300);
const sitePort = await freePort();
let ending = false;
const end = async (code: number, reason?: string) => {
  if (ending) return;
  ending = true;
  if (reason) console.error(`A part of the portal ended; the rest is stopped too.\n${reason}`);
  await astro?.stop();
  await stack.stop();
  process.exit(code);
};
const stack = await startStack({ dataDir: portalDir, port, site: sitePort, onCrash: (reason) => void end(1, reason) });
const { seed } = await import('./seed.ts');
await seed(stack);
// The catalogue's pages come from a build: src/publish and the catalogue's components show their change after the next one.
if (!existsSync(join(root, 'dist/catalogue'))) await buildSite(stack, join(root, 'dist'));
watchCatalogue({ url: stack.url, key: stack.keys.publishableKey }, join(root, 'dist'));
const astro = startChild(
  'astro dev',
  process.execPath,
  [join(root, 'node_modules/astro/bin/astro.mjs'), 'dev', '--host', '127.0.0.1', '--port', String(sitePort)],
  {
    cwd: root,
    env: {
      ...process.env,
      ASTRO_TELEMETRY_DISABLED: '1',
      BUILD_API_URL: stack.url,
      PUBLIC_SUPABASE_KEY: stack.keys.publishableKey,
    },
  },
  (reason) => void end(1, reason),
);
process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));
console.log(`\nWith hot reload: ${stack.url}   (Ctrl-C stops everything)`);
