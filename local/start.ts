import './node-version.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite, isCurrent } from './build.ts';
import { isFree } from './ports.ts';
import { watchCatalogue } from './publish.ts';
import { portalDir, root, startStack } from './stack.ts';

const port = Number(process.env['PORT'] ?? 54300);
if (!(await isFree(port))) {
  console.error(`Port ${port} is busy: is the portal running already? End it, or choose another: PORT=54400 npm start`);
  process.exit(1);
}
let stack: Awaited<ReturnType<typeof startStack>> | undefined;
let ending = false;
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await stack?.stop();
  process.exit(code);
}
process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));
try {
  stack = await startStack({
    dataDir: portalDir,
    port,
    onCrash: (reason) => {
      console.error(`A part of the portal ended; the rest is stopped too.\n${reason}`);
      void end(1);
    },
  });
  const { seed } = await import('./seed.ts');
  await seed(stack);
  // What pg_cron does on hosted; the jobs may run any number of times.
  const { sql } = stack;
  const daily = () =>
    sql`select private.run_daily()`.then(
      () => {},
      (error: Error) => console.error(`daily jobs: ${error.message}`),
    );
  await daily();
  setInterval(() => void daily(), 3_600_000).unref();
  if (!isCurrent(join(root, 'dist'), stack)) await buildSite(stack, join(root, 'dist'));
  // What is published or switched from now on appears on its pages within seconds.
  watchCatalogue({ url: stack.url, key: stack.keys.publishableKey }, join(root, 'dist'));
  const { accounts, password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as {
    accounts: { role: string; email: string }[];
    password: string;
  };
  console.log(
    `\n河南省科技创新券  ${stack.url}\nAPI               ${stack.url}/rest/v1   apikey ${stack.keys.publishableKey}\n\nDemo accounts (password ${password}):`,
  );
  for (const { role, email } of accounts) console.log(`  ${role.padEnd(14, '　')} ${email}`);
  console.log('\nCtrl-C stops everything; the data stays in .local.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}
