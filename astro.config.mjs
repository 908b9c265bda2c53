import solid from '@astrojs/solid-js';
import { defineConfig } from 'astro/config';

// Static output only: every page is a file; what a person may see is decided by the database, never by a page server.
export default defineConfig({
  integrations: [solid()],
  build: { format: 'directory', inlineStylesheets: 'never' },
  devToolbar: { enabled: false },
  // Each page carries the hashes of its own scripts and styles: no 'unsafe-inline' anywhere.
  security: { csp: { directives: ["default-src 'self'", "img-src 'self' data: blob:", `connect-src 'self' ${process.env.PUBLIC_SUPABASE_URL ?? ''}`.trim()] } },
});
