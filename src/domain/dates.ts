/** Times are shown in Asia/Shanghai, wherever the reader sits. The API writes a T, Auth a space: both are read. */
const hour = 3_600_000;

/** The clock on the wall in Shanghai, `2026-11-20T09:05:07.123`: eight hours ahead, without summer time since 1991. */
export const inShanghai = (at: string | number | Date): string =>
  new Date(new Date(typeof at === 'string' ? at.replace(' ', 'T') : at).getTime() + 8 * hour)
    .toISOString()
    .slice(0, 23);

/** `2026-11-20 09:05` */
export const formatTime = (at: string | number | Date): string => inShanghai(at).slice(0, 16).replace('T', ' ');
/** `2026-11-20`, the day in Shanghai. */
export const formatDate = (at: string | number | Date): string => inShanghai(at).slice(0, 10);
/** `2026-11-20T09:05:07.123456+08:00`: as the database has it, without rounding, of one length, so that the order of the texts is the order of the times. */
export function exactTime(at: string): string {
  const fraction = /\.(\d+)/.exec(at)?.[1] ?? '';
  return `${inShanghai(at.replace(/\.\d+/, '')).slice(0, 19)}.${fraction.padEnd(6, '0')}+08:00`;
}

const weekdays = ['日', '一', '二', '三', '四', '五', '六'];
/** `2026-11-20（周五）`, where a deadline is meant. Takes a date without a time. */
export function withWeekday(day: string): string {
  return `${day}（周${weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]}）`;
}
