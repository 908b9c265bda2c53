import type { Stack } from './stack.ts';

/** What a night does on hosted: the database's jobs, then the stored files that nothing refers to any more (only Storage may delete those). Any number of times. */
export async function runDaily({ sql, url, keys }: Pick<Stack, 'sql' | 'url' | 'keys'>): Promise<void> {
  await sql`select private.run_daily()`;
  const swept = await fetch(`${url}/functions/v1/sweep-files`, {
    method: 'POST',
    headers: { apikey: keys.secretKey },
  });
  if (!swept.ok) throw new Error(`sweep-files: ${swept.status} ${await swept.text()}`);
  await swept.body?.cancel();
}
