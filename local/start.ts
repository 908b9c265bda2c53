import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from './serve.ts';
import { root } from './stack.ts';

const { stack } = await serve();
const { accounts, password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as {
  accounts: { role: string; email: string }[];
  password: string;
};
console.log(
  `\n河南省科技创新券  ${stack.url}\nAPI               ${stack.url}/rest/v1   apikey ${stack.keys.publishableKey}\n\nDemo accounts (password ${password}):`,
);
for (const { role, email } of accounts) console.log(`  ${role.padEnd(14, '　')} ${email}`);
console.log(`\nCtrl-C stops everything; the data stay in ${stack.dataDir}.`);
