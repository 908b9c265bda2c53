import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSite } from '../../local/build.ts';
import { seed } from '../../local/seed.ts';
import { startStack } from '../../local/stack.ts';
import { timed } from './support.ts';

/** S8: from nothing to a seeded portal with its pages, the second start on kept data, and the same with 100,000 instruments (LARGE=1). */
export default async function startup(): Promise<void> {
  for (const instruments of process.env['LARGE'] ? [2000, 100_000] : [2000]) {
    const dataDir = mkdtempSync(join(tmpdir(), 'voucher-start-'));
    chmodSync(dataDir, 0o711);
    const parts: Record<string, number> = {};
    let stack = await (async () => {
      let s: Awaited<ReturnType<typeof startStack>> | undefined;
      parts['stack'] = await timed(async () => {
        s = await startStack({ dataDir });
      });
      return s as Awaited<ReturnType<typeof startStack>>;
    })();
    parts['seed'] = await timed(() => seed(stack, { instruments }));
    if (instruments <= 10_000) parts['site'] = await timed(() => buildSite(stack, join(dataDir, 'site')));
    await stack.stop();
    parts['second start'] = await timed(async () => {
      stack = await startStack({ dataDir });
    });
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
    console.log(
      `${instruments} instruments: ${Object.entries(parts)
        .map(([k, v]) => `${k} ${(v / 1000).toFixed(1)} s`)
        .join(', ')} (goals: 30 s all, 3 s again, 60 s at 100,000)`,
    );
  }
}
