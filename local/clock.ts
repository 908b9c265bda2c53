// Sets the demo's date: `npm run clock -- 2026-12-31`, `… +10` (days forward), `… now` (the real time). Runs the daily jobs for the new day.
import { Complaint } from './complaints.ts';
import { runDaily } from './daily.ts';
import { runningPortal } from './stack.ts';

const [wanted = ''] = process.argv.slice(2);
const portal = await runningPortal();
if (!portal) throw new Complaint('The portal is not running: start it with "npm start" first.');
const { sql } = portal;
if (wanted === 'now') await sql`update private.clock set shift = '0'`;
else if (/^\+\d{1,4}$/.test(wanted))
  await sql`update private.clock set shift = shift + make_interval(days => ${Number(wanted)})`;
else if (/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/.test(wanted) && !Number.isNaN(Date.parse(wanted))) {
  await sql`select private.set_clock(${`${wanted.includes('T') ? wanted : `${wanted}T09:00`}:00+08:00`}::timestamptz)`;
} else if (wanted) {
  throw new Complaint(
    'Give a date (2026-12-31 or 2026-12-31T23:50, Asia/Shanghai), +10 for ten days forward, or "now".',
  );
}
// What a night does is due when the date has moved: expiry, quarter close, reminders, seals.
if (wanted) await runDaily(portal);
const [row] = await sql`select to_char(private.now() at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as now`;
console.log(`The portal's clock says ${row?.['now']} (Asia/Shanghai).`);
await sql.end();
