// Every entry script imports this first: a skipped preinstall of the npm package `node` would silently leave the machine's own Node.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Node 24 is needed, this is ${process.versions.node}. Run the script through npm (npm start, npm test), after "npm ci" with install scripts allowed.`,
  );
  process.exit(1);
}
export {};
