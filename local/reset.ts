import './node-version.ts';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isFree } from './ports.ts';
import { reachable } from './postgres.ts';
import { portalDir, root } from './stack.ts';

if (!(await isFree(Number(process.env['PORT'] ?? 54300)))) {
  console.error('The portal is running: end it with Ctrl-C first, then reset.');
  process.exit(1);
}
rmSync(reachable(portalDir), { recursive: true, force: true });
rmSync(join(root, 'dist'), { recursive: true, force: true });
console.log('The local data and the built site are deleted. "npm start" makes them anew.');
