// The browser tests: every *.e2e.ts beside this file, or those whose name contains an argument. Pictures go to .artifacts/.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, runSuites } from './harness.ts';

const wanted = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter((f) => f.endsWith('.e2e.ts') && (wanted.length === 0 || wanted.some((w) => f.includes(w))))
  .sort();
interface Suite {
  default: (browser: Browser) => Promise<void>;
  /** Brings the demo's running quarter to its end, as another suite does: it has a stack of its own. */
  alone?: boolean;
}
const suites = await Promise.all(files.map(async (f) => (await import(join(import.meta.dirname, f))) as Suite));
let failed = 0;
for (const together of [suites.filter((s) => !s.alone), ...suites.filter((s) => s.alone).map((s) => [s])])
  if (together.length > 0) failed += await runSuites(together.map((s) => s.default));
process.exit(failed > 0 || suites.length === 0 ? 1 : 0);
