import type { Sql } from 'postgres';

/** The moment at which the demo's story has arrived, and from which its clock runs on: the same on whatever day it is started. */
const start = '2026-11-24T10:00:00+08:00';

/** Sets the clock to that moment. Nothing that is green may depend on the day it was tried. */
export async function demoTime(sql: Sql): Promise<void> {
  await sql`select private.set_clock(${start}::timestamptz)`;
}
