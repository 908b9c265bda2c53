import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSite } from '../../local/build.ts';
import { runDaily } from '../../local/daily.ts';
import { seed } from '../../local/seed.ts';
import { startStack } from '../../local/stack.ts';
import type { Address } from '../../local/stack/portal.ts';

/** A throwaway stack with the demo's data and the site built against it, as another process finds it. */
export interface World {
  address: Address;
  /** The built site. */
  site: string;
  /** A folder of this run. */
  dir: string;
}

export async function makeWorld(): Promise<{ world: World; end: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'voucher-e2e-'));
  chmodSync(dir, 0o711);
  const site = join(dir, 'site');
  const stack = await startStack({ dataDir: join(dir, 'data'), site });
  const end = async () => {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await seed(stack, { instruments: 120, applicants: 24 });
    await runDaily(stack);
    await buildSite(stack, site);
  } catch (error) {
    await end();
    throw error;
  }
  const { url, keys, databaseUrl, superuserUrl } = stack;
  return { world: { address: { url, keys, databaseUrl, superuserUrl }, site, dir }, end };
}
