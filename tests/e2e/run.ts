// The browser tests: every *.e2e.ts beside this file, or those whose name contains an argument. Pictures go to .artifacts/.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, runSuites } from './harness.ts';

const wanted = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter((f) => f.endsWith('.e2e.ts') && (wanted.length === 0 || wanted.some((w) => f.includes(w))))
  .sort();
const suites = await Promise.all(
  files.map(
    async (f) =>
      ((await import(join(import.meta.dirname, f))) as { default: (browser: Browser) => Promise<void> }).default,
  ),
);
process.exit((await runSuites(suites)) > 0 || suites.length === 0 ? 1 : 0);
