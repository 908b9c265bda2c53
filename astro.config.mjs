import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import solid from '@astrojs/solid-js';
import { defineConfig } from 'astro/config';

// The snippet in every head that applies the chosen theme before the first paint; its hash is taken from the file, so that it cannot go stale.
const early = readFileSync(new URL('./src/layouts/early.js', import.meta.url), 'utf8').trim();

// Static output only: every page is a file; what a person may see is decided by the database, never by a page server.
export default defineConfig({
  integrations: [solid()],
  build: { format: 'directory', inlineStylesheets: 'never' },
  devToolbar: { enabled: false },
  // Each page carries the hashes of its own scripts and styles: no 'unsafe-inline' anywhere.
  security: {
    csp: {
      scriptDirective: { hashes: [`sha256-${createHash('sha256').update(early).digest('base64')}`] },
      directives: [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        `connect-src 'self' ${process.env.PUBLIC_SUPABASE_URL ?? ''}`.trim(),
      ],
    },
  },
});
