/** R25: working days by the State Council's holidays. A day is an ISO date (`2026-10-15`); past what the calendar knows the answer is undefined, never a guess. */
export interface WorkCalendar {
  /** Year → the last day its holidays are known for (inclusive). */
  knownUntil: Record<number, string>;
  /** Days unlike the ordinary week → is it off? */
  special: Record<string, boolean>;
}

const DAY = 86_400_000;
const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
const iso = (time: number) => new Date(time).toISOString().slice(0, 10);

export const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at(text)) && iso(at(text)) === text;
export const nextDay = (day: string, days = 1) => iso(at(day) + days * DAY);
/** 星期一…星期日. */
export const weekday = (day: string) => `星期${'日一二三四五六'[new Date(at(day)).getUTCDay()]}`;

export function isWorkingDay(calendar: WorkCalendar, day: string): boolean | undefined {
  const until = calendar.knownUntil[Number(day.slice(0, 4))];
  if (!until || day > until) return undefined;
  const off = calendar.special[day];
  if (off !== undefined) return !off;
  return new Date(at(day)).getUTCDay() % 6 !== 0;
}

/** The `count`-th working day after `from`, which itself is not counted. */
export function addWorkingDays(calendar: WorkCalendar, from: string, count: number): string | undefined {
  if (!isDay(from) || !Number.isInteger(count) || count < 1 || count > 366) return undefined;
  let day = from;
  for (let left = count; left > 0; ) {
    day = nextDay(day);
    const working = isWorkingDay(calendar, day);
    if (working === undefined) return undefined;
    if (working) left--;
  }
  return day;
}

/** The first day whose calendar is missing when counting from `from`; says where knowledge ends. */
export function firstUnknownDay(calendar: WorkCalendar, from: string): string {
  let day = nextDay(from);
  while (isWorkingDay(calendar, day) !== undefined) day = nextDay(day);
  return day;
}

/** How many working days lie in the span, both ends counted; undefined when the calendar does not reach. */
export function countWorkingDays(calendar: WorkCalendar, from: string, to: string): number | undefined {
  if (!isDay(from) || !isDay(to) || to < from || at(to) - at(from) > 1100 * DAY) return undefined;
  let count = 0;
  for (let day = from; day <= to; day = nextDay(day)) {
    const working = isWorkingDay(calendar, day);
    if (working === undefined) return undefined;
    if (working) count++;
  }
  return count;
}

/** The days of a span (both ends counted) that are unlike the ordinary week: weekdays off, and weekend days worked. They explain a result. */
export function exceptionsIn(calendar: WorkCalendar, from: string, to: string): { off: string[]; worked: string[] } {
  const days = Object.keys(calendar.special)
    .filter((day) => day >= from && day <= to)
    .sort();
  const weekend = (day: string) => new Date(at(day)).getUTCDay() % 6 === 0;
  return {
    off: days.filter((day) => calendar.special[day] && !weekend(day)),
    worked: days.filter((day) => !calendar.special[day] && weekend(day)),
  };
}

export const quarterEnd = (year: number, quarter: 1 | 2 | 3 | 4) =>
  `${year}-${['03-31', '06-30', '09-30', '12-31'][quarter - 1]}`;

export interface QuarterDates {
  year: number;
  quarter: 1 | 2 | 3 | 4;
  end: string;
  /** Last day to close the list and open the expert review; undefined when the calendar is missing. */
  close: string | undefined;
}
/** R25 for each quarter of a year. */
export function quartersOf(calendar: WorkCalendar, year: number, closeDays: number): QuarterDates[] {
  return ([1, 2, 3, 4] as const).map((quarter) => {
    const end = quarterEnd(year, quarter);
    return { year, quarter, end, close: addWorkingDays(calendar, end, closeDays) };
  });
}
