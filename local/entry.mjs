// Comes before every script ("node --import ./local/entry.mjs …"): plain JavaScript, for an old Node cannot even read a `.ts` file and says so in words of its own.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const inModules = (path) => existsSync(fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url)));
/** @param {string} sentence */
const refuse = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

if (!inModules('node') || !inModules('postgres')) refuse('The packages are not installed. Run "npm ci" first.');
if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
  refuse(
    `The embedded database and API run on Linux x64 (glibc); this is ${process.platform} ${process.arch}. On Windows use WSL 2, on macOS a Linux virtual machine or container.`,
  );
if (Number(process.versions.node.split('.')[0]) < 24)
  refuse(
    inModules('node/bin/node')
      ? `Node 24 is needed and is installed beside the project; this is ${process.versions.node}. Run the script through npm ("npm start", "npm run …"), which takes the right one.`
      : `Node 24 is needed; this is ${process.versions.node}. "npm ci" brings it, unless install scripts are switched off: run "npm rebuild --ignore-scripts=false", or install Node 24 yourself.`,
  );

// What nobody caught is told in a sentence, in one place; what was started ends with this process. Other people's programs (the test runner) tell in their own way.
if (!process.argv[1]?.includes('node_modules')) {
  const { explain } = await import('./complaints.ts');
  process.on('uncaughtException', (error) => {
    console.error(explain(error));
    process.exit(1);
  });
}
