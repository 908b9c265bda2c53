import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import type { TestProject } from 'vitest/node';
import { demoTime } from '../../local/demo-time.ts';
import { startStack } from '../../local/stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    url: string;
    publishableKey: string;
    secretKey: string;
    databaseUrl: string;
    /** How far the tests' clock is from the real one: what a test that moved it goes back to. */
    clockShift: string;
  }
}

/** One throwaway stack for the whole run, on free ports: a running `npm start` is not touched. */
export default async function setup(project: TestProject) {
  const dataDir = mkdtempSync(join(tmpdir(), 'voucher-test-'));
  // Postgres runs under another account when this is root: it must be able to pass through.
  chmodSync(dataDir, 0o711);
  const hosted = process.env['TEST_STACK'] === 'hosted';
  const stack = await startStack({ dataDir, hosted, onCrash: (reason) => console.error(reason) });
  await demoTime(stack.sql);
  const [clock] = await stack.sql<{ shift: string }[]>`select shift::text as shift from private.clock`;
  // Lite widens grants at its first request after a start if it can: the tests run against a stack that has been used and restarted.
  await fetch(`${stack.url}/auth/v1/settings`, { headers: { apikey: stack.keys.publishableKey } });
  await stack.restartApi();
  project.provide('clockShift', clock?.shift as string);
  project.provide('url', stack.url);
  project.provide('publishableKey', stack.keys.publishableKey);
  project.provide('secretKey', stack.keys.secretKey);
  project.provide('databaseUrl', stack.databaseUrl);
  return async () => {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
