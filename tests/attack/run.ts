// `npm run attack`: what has succeeded once is tried again, bounded, on a throwaway portal of this machine. Prints a table; fails when anything succeeds.
// `npm run attack -- --flood 60` floods for a minute instead of twenty seconds and holds others to twice their quiet time: a measurement, for a quiet
// machine. Without it only a standstill fails, for what a busy machine measures says little.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed } from '../../local/seed.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { tablePdf } from '../support/files.ts';
import { floodedSignUps, guessedCodes, guessedPasswords } from './run/accounts.ts';
import { flooded } from './run/flood.ts';
import { grants, grantsKept } from './run/grants.ts';
import { killRaces } from './run/kill.ts';
import type { Outcome, Target } from './run/outcome.ts';
import { alteredAlike, alteredColumns } from './run/owner.ts';
import { pathEscapes } from './run/paths.ts';
import { proxiesUnderAbort } from './run/proxies.ts';
import { dearReads, leftAlone } from './run/reads.ts';
import { slowUpload } from './run/slow-upload.ts';

const at = process.argv.indexOf('--flood');
const floodSeconds = at < 0 ? 20 : Number(process.argv[at + 1]);
if (!(floodSeconds >= 4 && floodSeconds <= 600)) throw new Error('--flood takes 4 to 600 seconds');

const targetOf = (stack: Stack): Target => ({
  url: stack.url,
  publishableKey: stack.keys.publishableKey,
  secretKey: stack.keys.secretKey,
});
async function token(stack: Stack, email: string): Promise<string> {
  const answer = await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: stack.keys.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'yanshi-2026-demo' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const outcomes: Outcome[] = [];
async function attempt(name: string, attack: () => Promise<Outcome>): Promise<void> {
  const began = performance.now();
  const outcome = await attack().catch(
    (error: unknown): Outcome => ({ attack: name, tried: 1, succeeded: 1, note: `did not end: ${error}` }),
  );
  outcomes.push(outcome);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${outcome.succeeded > 0 ? '✗' : '✓'} ${outcome.attack} (${seconds} s)`);
}

const began = performance.now();
const dataDir = mkdtempSync(join(tmpdir(), 'voucher-attack-'));
// Postgres runs under another account when this is root: it must be able to pass through.
chmodSync(dataDir, 0o711);
let stack = await startStack({ dataDir });
try {
  await seed(stack, { instruments: 400, applicants: 12 });
  const kept = await grants(stack.sql);
  await attempt('the owner alters one column', () => alteredColumns(stack.sql));
  await attempt('the owner alters alike', () => alteredAlike(stack.sql));
  await attempt('dear reads', () => dearReads(targetOf(stack)));
  await attempt('left alone', () => leftAlone(targetOf(stack), stack.sql));
  const good = tablePdf();
  const bad = Uint8Array.from(good, (byte, i) => (i > good.length - 60 && i < good.length - 40 ? 32 : byte));
  await attempt('slow upload', async () =>
    slowUpload({ ...targetOf(stack), token: await token(stack, 'firm@demo.example'), good, bad }),
  );
  await attempt('flood', () => flooded(targetOf(stack), { seconds: floodSeconds, most: at < 0 ? 10 : 2 }));
  await attempt('paths', () => pathEscapes(targetOf(stack)));
  await attempt('proxies', () => proxiesUnderAbort(targetOf(stack)));
  await attempt('kill', async () => {
    const [outcome, again] = await killRaces(stack, token, async (dead) => {
      await dead.stop();
      stack = await startStack({ dataDir });
      return stack;
    });
    stack = again;
    return outcome;
  });
  // Lite widens grants at its first requests if it can: it has been used, killed and started again by now.
  await token(stack, 'lab@demo.example');
  await attempt('grants', async () => grantsKept(kept, await grants(stack.sql)));
  await attempt('passwords', () => guessedPasswords(targetOf(stack), 1_000));
  await attempt('codes', () => guessedCodes(targetOf(stack), 3_000));
  await attempt('sign-ups', () => floodedSignUps(targetOf(stack)));
} finally {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
const width = Math.max(...outcomes.map((o) => o.attack.length));
console.log(`\n${'attack'.padEnd(width)}  tried  succeeded  verdict`);
for (const o of outcomes)
  console.log(
    `${o.attack.padEnd(width)}  ${String(o.tried).padStart(5)}  ${String(o.succeeded).padStart(9)}  ${o.succeeded > 0 ? 'BROKEN' : 'held'}${o.note ? `  ${o.note}` : ''}`,
  );
console.log(`\n${Math.round((performance.now() - began) / 1000)} s`);
process.exit(outcomes.some((o) => o.succeeded > 0) ? 1 : 0);
