import { flag, usable } from './catalogue.ts';
import { type Html, html } from './html.ts';

/** May it be booked with a voucher, and if not, why and until when. */
export function bookingState(flags: number, reopensOn: string): string {
  if (usable(flags)) return '可用创新券';
  if (flags & flag.open) return '不支持创新券';
  return reopensOn ? `暂停预约，预计 ${reopensOn.slice(5)} 恢复` : '暂停预约';
}
/** A state in words that break only at its comma. */
export const stateWords = (flags: number, reopensOn: string): Html =>
  html`${bookingState(flags, reopensOn)
    .split(/(?<=，)/)
    .map((part) => html`<span class="whole">${part}</span>`)}`;
