import type { Sql } from 'postgres';

/** The demo's story ends in the fourth quarter of 2026; outside it (and past the known calendar) the clock stands on this day. */
const home = '2026-11-24T10:00:00+08:00';

/** Sets the clock to the real time where the story allows it, otherwise to its own day: the demo and the tests work in any year. */
export async function demoTime(sql: Sql): Promise<void> {
  await sql`update private.clock set shift = case when (now() at time zone 'Asia/Shanghai')::date between '2026-11-01' and '2026-12-20' then interval '0' else ${home}::timestamptz - statement_timestamp() end`;
}
