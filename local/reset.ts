import { existsSync, rmSync } from 'node:fs';
import { reachable } from './postgres.ts';
import { portalDir, siteDir } from './stack.ts';
import { emptyFolder } from './stack/first-start.ts';
import { holdFolder } from './stack/hold.ts';

const dataDir = reachable(portalDir);
if (existsSync(dataDir)) {
  // Refuses while a portal runs on it, and ends what a killed one left.
  const release = await holdFolder(dataDir, 'npm run reset', console.error);
  emptyFolder(dataDir);
  release();
}
rmSync(siteDir, { recursive: true, force: true });
console.log('The local data and the built site are deleted. "npm start" makes them anew.');
process.exit(0);
