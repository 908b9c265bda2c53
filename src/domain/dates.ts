/** Times are shown in Asia/Shanghai, wherever the reader sits. The API writes a T, Auth a space: both are read. */
const format = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const parts = (at: string | number | Date): Record<string, string> =>
  Object.fromEntries(
    format.formatToParts(new Date(typeof at === 'string' ? at.replace(' ', 'T') : at)).map((p) => [p.type, p.value]),
  );

/** `2026-11-20 09:05` */
export function formatTime(at: string | number | Date): string {
  const p = parts(at);
  return `${p['year']}-${p['month']}-${p['day']} ${p['hour']}:${p['minute']}`;
}
/** `2026-11-20` */
export const formatDate = (at: string | number | Date) => formatTime(at).slice(0, 10);
/** `2026-11-20T09:05:07.123456+08:00`: as the database has it, without rounding, of one length, so that the order of the texts is the order of the times. */
export function exactTime(at: string): string {
  const fraction = /\.(\d+)/.exec(at)?.[1] ?? '';
  const inShanghai = new Date(Date.parse(at.replace(/\.\d+/, '')) + 8 * 3_600_000).toISOString();
  return `${inShanghai.slice(0, 19)}.${fraction.padEnd(6, '0')}+08:00`;
}

const weekdays = ['日', '一', '二', '三', '四', '五', '六'];
/** `2026-11-20（周五）`, where a deadline is meant. Takes a date without a time. */
export function withWeekday(day: string): string {
  return `${day}（周${weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]}）`;
}
