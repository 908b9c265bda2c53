// `npm run bench -- race rls workflow startup build`: figures as ratios within one run. Not part of the tests: machines differ.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const available = readdirSync(import.meta.dirname)
  .filter((f) => f.endsWith('.bench.ts'))
  .map((f) => f.replace('.bench.ts', ''));
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : available;
for (const name of wanted) {
  if (!available.includes(name)) {
    console.error(`No bench "${name}". There are: ${available.join(', ')}.`);
    process.exit(1);
  }
  console.log(`\n── ${name}`);
  await ((await import(join(import.meta.dirname, `${name}.bench.ts`))) as { default: () => Promise<void> }).default();
}
process.exit(0);
