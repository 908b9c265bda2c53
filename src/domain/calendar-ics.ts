/** A calendar file after RFC 5545: CRLF, lines folded at 75 octets, whole days only (`VALUE=DATE`): a day is the same day in every time zone. */
export interface CalendarEvent {
  /** Stable over rebuilds, so that a subscribed calendar updates the entry instead of doubling it. */
  uid: string;
  day: string;
  summary: string;
  description: string;
  url?: string;
}

/** Text for a value: a line break in whatever writing stays within it, and a control character is nothing. */
const escaped = (text: string) =>
  text
    .replaceAll(/[\\;,]/g, (c) => `\\${c}`)
    .replaceAll(/\r\n?|[\n\u0085\u2028\u2029]/g, '\\n')
    .replaceAll(/\p{Cc}/gu, '');
const compact = (day: string) => day.replaceAll('-', '');

/** Folds at 75 octets without cutting a character in two. */
export function foldLine(line: string): string {
  const out: string[] = [];
  let piece = '';
  let octets = 0;
  for (const char of line) {
    const size = new TextEncoder().encode(char).length;
    if (octets + size > 75) {
      out.push(piece);
      piece = ' ';
      octets = 1;
    }
    piece += char;
    octets += size;
  }
  out.push(piece);
  return out.join('\r\n');
}

/** `stamp`: when the file was made, `20261124T030000Z`. */
export function icsCalendar(name: string, description: string, events: CalendarEvent[], stamp: string): string {
  const next = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Henan Innovation Voucher//Quarter Calendar//ZH',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${escaped(name)}`,
    `X-WR-CALDESC:${escaped(description)}`,
    'X-WR-TIMEZONE:Asia/Shanghai',
    // How often a subscriber should ask again, in both spellings.
    'REFRESH-INTERVAL;VALUE=DURATION:P1D',
    'X-PUBLISHED-TTL:P1D',
  ];
  for (const e of events) {
    lines.push(
      'BEGIN:VEVENT',
      `UID:${e.uid}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${compact(e.day)}`,
      `DTEND;VALUE=DATE:${compact(next(e.day))}`,
      `SUMMARY:${escaped(e.summary)}`,
      `DESCRIPTION:${escaped(e.description)}`,
      'TRANSP:TRANSPARENT',
    );
    if (e.url) lines.push(`URL:${e.url}`);
    lines.push('END:VEVENT');
  }
  lines.push('END:VCALENDAR', '');
  return lines.map(foldLine).join('\r\n');
}
