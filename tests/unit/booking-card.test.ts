import { expect, test } from 'vitest';
import { bookingCard, cardParts, type Offer } from '../../src/domain/booking-card.ts';

const offer: Offer = { slug: 'i1', name: '<b>电镜</b> X-1', unit: '次', minFen: 204_000, maxFen: 408_000, flags: 3, reopensOn: '', updatedAt: '2026-04-01T00:00:00Z', rateBp: 3000, note: '沿用2021年政策口径' };
const state = (now: Offer, written = now) => cardParts(now, '1', written).state.text.replaceAll(/<[^>]+>/g, '');

test('an open entry is booked; a closed one says until when; one that takes no vouchers says so', () => {
  expect(state(offer)).toBe('创新券预约');
  expect(state({ ...offer, flags: 2, reopensOn: '2027-01-08' })).toBe('暂停预约，预计 01-08 恢复');
  expect(state({ ...offer, flags: 2 })).toBe('暂停预约');
  expect(state({ ...offer, flags: 1 })).toBe('不支持创新券');
});
test('a change is told when it is newer than the page and seen on the card', () => {
  const later = { ...offer, updatedAt: '2026-04-02T00:00:00Z' };
  expect(state({ ...later, minFen: 200_000 }, offer)).toContain('刚刚有变化');
  expect(state({ ...later, flags: 2, reopensOn: '2027-01-08' }, offer)).toContain('刚刚有变化');
  expect(state(later, offer)).not.toContain('刚刚有变化');
  expect(state({ ...offer, minFen: 200_000 }, later)).not.toContain('刚刚有变化');
});
test('the page is written with the parts that the script draws, and carries the offer along; a name that is markup stays text', () => {
  const card = bookingCard(offer).text;
  for (const [name, part] of Object.entries(cardParts(offer))) expect(card).toMatch(new RegExp(`data-part="${name}"[^>]*>${part.text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}</`));
  expect(card).not.toContain('<b>电镜');
  const carried = /data-offer="([^"]*)"/.exec(card)?.[1]?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  expect(JSON.parse(carried ?? '')).toEqual(offer);
});
