// The portal with hot reload: the stack of `npm start`, the site from Astro's development server behind the same address.
import { freePort } from './ports.ts';
import { spawnGuarded } from './processes/guarded.ts';
import { serve } from './serve.ts';
import { root } from './stack.ts';
import { inModules } from './stack/places.ts';

const sitePort = await freePort();
const { stack, end } = await serve(sitePort);
const astro = spawnGuarded(
  process.execPath,
  [inModules('astro/bin/astro.mjs'), 'dev', '--host', '127.0.0.1', '--port', String(sitePort)],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ASTRO_TELEMETRY_DISABLED: '1',
      BUILD_API_URL: stack.url,
      PUBLIC_SUPABASE_KEY: stack.keys.publishableKey,
    },
  },
);
astro.once('exit', (code, signal) => end(1, `Astro's development server ended (${signal ?? code}).`));
console.log(`\nWith hot reload: ${stack.url}   (Ctrl-C stops everything)`);
