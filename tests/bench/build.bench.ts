import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSite } from '../../local/build.ts';
import { timed, withStack } from './support.ts';

/** Build time per catalogue page at 1,000 and 10,000 entries (S2), the site's whole build divided by its pages. */
export default async function build(): Promise<void> {
  for (const instruments of [1000, 10_000]) {
    await withStack(async (stack) => {
      const out = mkdtempSync(join(tmpdir(), 'voucher-build-'));
      const ms = await timed(() => buildSite(stack, out));
      const count = (dir: string): number => readdirSync(dir).reduce((n, f) => { const p = join(dir, f); return n + (statSync(p).isDirectory() ? count(p) : p.endsWith('.html') ? 1 : 0); }, 0);
      const pages = count(out);
      console.log(`${instruments} instruments: ${pages} pages in ${(ms / 1000).toFixed(1)} s, ${(ms / pages).toFixed(2)} ms a page (goal 0.25 above writing)`);
      rmSync(out, { recursive: true, force: true });
    }, { instruments, applicants: 2 });
  }
}
