import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSite } from '../../local/build.ts';
import { seed } from '../../local/seed.ts';
import { root, startStack } from '../../local/stack.ts';

/** P1: Lighthouse's four scores of the public pages, phone settings. */
export default async function lighthouse(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'voucher-lighthouse-'));
  execFile('chmod', ['711', dir]);
  const site = join(dir, 'site');
  const stack = await startStack({ dataDir: join(dir, 'data'), site });
  try {
    await seed(stack, { instruments: 120, applicants: 12 });
    await stack.sql`select private.run_daily()`;
    await buildSite(stack, site);
    for (const path of [
      '/',
      '/policies/guofa-2014-70/',
      '/instruments/',
      '/instruments/i1/',
      '/notices/1/',
      '/statistics/',
      '/tools/deduction/',
    ]) {
      const out = join(dir, 'report.json');
      await promisify(execFile)(
        process.execPath,
        [
          join(root, 'node_modules/lighthouse/cli/index.js'),
          stack.url + path,
          '--quiet',
          '--output=json',
          `--output-path=${out}`,
          '--chrome-flags=--headless --no-sandbox --disable-gpu',
        ],
        { env: { ...process.env, CHROME_PATH: '/usr/bin/chromium' }, maxBuffer: 64 * 1024 * 1024 },
      );
      const report = JSON.parse(readFileSync(out, 'utf8')) as {
        categories: Record<string, { score: number }>;
        audits: Record<string, { score: number | null; title: string }>;
      };
      const scores = Object.entries(report.categories).map(
        ([name, c]) => `${name} ${Math.round((c.score ?? 0) * 100)}`,
      );
      const short = Object.values(report.audits)
        .filter((a) => a.score !== null && a.score < 0.9)
        .map((a) => a.title);
      console.log(`${path.padEnd(28)} ${scores.join(', ')}${short.length > 0 ? `   (${short.join('; ')})` : ''}`);
    }
  } finally {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
