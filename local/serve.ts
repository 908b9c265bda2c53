import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite, isCurrent } from './build.ts';
import { Complaint, explain } from './complaints.ts';
import { runDaily, tellAlerts } from './daily.ts';
import { wantedPort } from './ports.ts';
import { identityOf, isAlive, look } from './processes/identity.ts';
import { watchCatalogue } from './publish.ts';
import { seed } from './seed.ts';
import { portalDir, type Stack, siteDir, startStack } from './stack.ts';
import { progressOf } from './stack/first-start.ts';

/** Ends the portal: 0 when it was asked for, 1 with the reason otherwise. */
export type End = (code: number, reason?: string) => void;

/** The portal as a person runs it: with demo data, its daily jobs and its site kept up to date, until it is ended. `site` is the port of a development server in place of the built site. */
export async function serve(site?: number): Promise<{ stack: Stack; end: End }> {
  let stack: Stack | undefined;
  let ending = false;
  let unwatch = () => {};
  const end: End = (code, reason) => {
    if (ending) return;
    ending = true;
    unwatch();
    if (reason) console.error(reason);
    void (stack?.stop() ?? Promise.resolve()).finally(() => process.exit(code));
  };
  // A terminal that was closed takes its pipes along: what is said from then on is heard by nobody, and must not end the portal half way.
  for (const pipe of [process.stdout, process.stderr]) pipe.on('error', () => {});
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
  endWithNpm(() => end(0));

  try {
    stack = await startStack({
      dataDir: portalDir,
      port: wantedPort(),
      ...(site !== undefined && { site }),
      say: console.error,
      onCrash: (reason) => end(1, `${reason}\nThe portal is stopped; the data stay where they are.`),
    });
    unwatch = await fill(stack, site === undefined);
  } catch (error) {
    // A part that died under it says why first.
    await new Promise((r) => setTimeout(r, error instanceof Complaint ? 0 : 1000));
    console.error(explain(error));
    end(1);
    await new Promise(() => {});
  }
  return { stack: stack as Stack, end };
}

/** Demo data, daily jobs, the site, and what keeps it up to date. */
async function fill(stack: Stack, needsPages: boolean): Promise<() => void> {
  const progress = progressOf(stack.dataDir);
  if (progress?.step === 'made') console.log('The demo data are being made.');
  await seed(stack, progress?.seed);
  // What pg_cron does on hosted; the jobs may run any number of times.
  const daily = () => runDaily(stack).catch((error: Error) => console.error(`daily jobs: ${error.message}`));
  await daily();
  setInterval(() => void daily(), 3_600_000).unref();
  const alerts = () => tellAlerts(stack).catch((error: Error) => console.error(error.message));
  setInterval(() => void alerts(), 300_000).unref();
  // Beside a development server only the catalogue comes from a build: src/publish and its components show their change after the next one.
  if (needsPages ? !isCurrent(siteDir, stack) : !existsSync(join(siteDir, 'catalogue'))) {
    console.log('The site is being built.');
    await buildSite(stack, siteDir);
  }
  // What is published or switched from now on appears on its pages within seconds.
  return watchCatalogue({ url: stack.url, key: stack.keys.publishableKey }, siteDir);
}

/** npm that was killed cannot pass anything on: without it nobody would know of the portal. */
function endWithNpm(end: () => void): void {
  if (!process.env['npm_lifecycle_event']) return;
  // npm starts the script through a shell, which some shells give up for it and some do not.
  const parent = look(process.ppid);
  const npm = parent?.command[1] === '-c' ? identityOf(parent.parent) : parent?.identity;
  if (!npm) return;
  setInterval(() => {
    if (!isAlive(npm)) end();
  }, 500).unref();
}
