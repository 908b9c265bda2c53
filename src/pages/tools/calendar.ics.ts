import { policy, buildDay, workCalendar } from '../../backend/public.ts';
import { icsCalendar } from '../../domain/calendar-ics.ts';
import { yearEvents } from '../../domain/quarter-events.ts';

/** The quarter calendar to subscribe to: the running year and those after it, and what an earlier year still has to come. */
export async function GET(): Promise<Response> {
  const [calendar, { closeDays }, day] = [await workCalendar(), await policy(), await buildDay()];
  const events = Object.keys(calendar.knownUntil).flatMap((year) =>
    yearEvents(calendar, Number(year), closeDays).filter((e) => year >= day.slice(0, 4) || e.day >= day),
  );
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return new Response(
    icsCalendar('河南省科技创新券季度日历', '汇总与支付截止日。放假安排还没有公布的日期不列出。', events, stamp),
    { headers: { 'content-type': 'text/calendar; charset=utf-8' } },
  );
}
