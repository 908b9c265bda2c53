import type { Stack } from './stack.ts';

/** What a scheduler does on hosted every five minutes: people outside hear of what went wrong, where ALERT_… says how. */
export async function tellAlerts({ url, keys }: Pick<Stack, 'url' | 'keys'>): Promise<void> {
  const told = await fetch(`${url}/functions/v1/alerts`, { method: 'POST', headers: { apikey: keys.secretKey } });
  const said = await told.text();
  if (!told.ok) throw new Error(`alerts: ${told.status} ${said}`);
}

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
