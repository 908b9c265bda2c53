// What the schema of a database is, to compare two: `npm run fingerprint [-- --list]`. Which database: see local/backup/source.ts.
import { parseArgs } from 'node:util';
import { fingerprint } from './backup/fingerprint.ts';
import { findSource } from './backup/source.ts';

const { values } = parseArgs({ options: { list: { type: 'boolean' } } });
const { sql } = await findSource();
try {
  const { whole, parts, lines } = await fingerprint(sql);
  if (values.list) for (const { part, line } of lines) console.log(`${part}: ${line.replaceAll('\n', ' ')}`);
  else {
    for (const [part, { lines, sha256 }] of Object.entries(parts))
      console.log(`${sha256.slice(0, 16)}  ${part} (${lines})`);
    console.log(`${whole}  all`);
  }
} finally {
  await sql.end();
}
