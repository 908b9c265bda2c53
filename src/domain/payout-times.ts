import type { Figures } from './figures.ts';
import { holderLabels } from './labels.ts';
import { addWorkingDays, nextDay, quartersOf, type QuarterDates, type WorkCalendar } from './working-days.ts';

/** One leg of a quarter's way from its end to the payout, with the most working days it may take. */
export interface Leg {
  name: string;
  who: string;
  days: number;
}
/** R25, R27, R28, R31. A notice counts its first day; published on the working day after the confirmation it ends as if counted from that. */
export const quarterLegs = (f: Figures): Leg[] => [
  { name: '汇总、发起评审', who: holderLabels.platform, days: f.closeDays },
  { name: '专家评审', who: holderLabels.expert, days: f.expertDays },
  { name: '省科技厅确认', who: holderLabels.department, days: f.authorityDays },
  { name: '省财政厅确认', who: holderLabels.finance, days: f.authorityDays },
  { name: '公示', who: holderLabels.platform, days: f.noticeDays },
];

/** One quarter's days when every leg takes all it may: the last day of each, and the first on which its payouts may be made. */
export interface QuarterExample extends QuarterDates {
  last: string[];
  payable: string;
}
/** The running quarter, or the newest before it whose every day the calendar knows; none is better than a guess. */
export function quarterExample(calendar: WorkCalendar, today: string, f: Figures): QuarterExample | undefined {
  const year = Number(today.slice(0, 4));
  const begun = [...quartersOf(calendar, year - 1, f.closeDays), ...quartersOf(calendar, year, f.closeDays)].filter(
    (q) => `${q.year}-${String(q.quarter * 3 - 2).padStart(2, '0')}-01` <= today,
  );
  for (const quarter of begun.reverse()) {
    const last: string[] = [];
    for (const { days } of quarterLegs(f)) last.push(addWorkingDays(calendar, last.at(-1) ?? quarter.end, days) ?? '');
    const end = last.at(-1);
    if (end) return { ...quarter, last, payable: nextDay(end) };
  }
  return undefined;
}
