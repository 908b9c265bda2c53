import type { CalendarEvent } from './calendar-ics.ts';
import { quartersOf, type WorkCalendar } from './working-days.ts';

/** The dates of a year that people plan by (R7, R25). A deadline whose calendar is missing is left out, not guessed. */
export function yearEvents(calendar: WorkCalendar, year: number, closeDays: number): CalendarEvent[] {
  const id = (what: string) => `${what}@voucher.henan`;
  const quarters = quartersOf(calendar, year, closeDays).flatMap(({ quarter, end, close }): CalendarEvent[] => [
    {
      uid: id(`${year}q${quarter}-end`),
      day: end,
      summary: `${year} 年第 ${quarter} 季度结束`,
      description: '当日 24:00 前形式审核通过的兑付申请进入本季度汇总。',
    },
    ...(close
      ? [
          {
            uid: id(`${year}q${quarter}-close`),
            day: close,
            summary: `第 ${quarter} 季度汇总、发起专家评审截止`,
            description: `季度结束后 ${closeDays} 个工作日内，由省平台办理；管理单位同时打印、盖章并报送纸质材料。`,
          },
        ]
      : []),
  ]);
  return [
    ...quarters,
    {
      uid: id(`${year}-expiry`),
      day: `${year}-12-31`,
      summary: `${year} 年电子券支付截止`,
      description: '当年 12 月 31 日 24:00 前没有支付的电子券过期，未用额度不结转。',
    },
  ].sort((a, b) => a.day.localeCompare(b.day));
}
