import { expect, test } from 'vitest';
import { bookingCard, cardParts, type Offer } from '../../src/domain/booking-card.ts';

const offer: Offer = {
  slug: 'i1',
  kind: 'instrument',
  classCode: '03',
  name: '<b>电镜</b> X-1',
  unit: '次',
  minFen: 204_000,
  maxFen: 408_000,
  flags: 3,
  reopensOn: '',
  updatedAt: '2026-04-01T00:00:00Z',
  rateBp: 3000,
  note: '演示按 2021 年口径设定，须以当年通知为准',
};
const state = (now: Offer, written = now) => cardParts(now, '1', written).state.text.replaceAll(/<[^>]+>/g, '');

test('an open entry is booked; a closed one says until when; one that takes no vouchers says so', () => {
  expect(state(offer)).toBe('创新券预约现在可约：期望日期与管理单位商定，预约不锁定机时。');
  expect(state({ ...offer, kind: 'service' })).toBe('创新券预约现在可约：期望日期与管理单位商定。');
  expect(state({ ...offer, flags: 2, reopensOn: '2027-01-08' })).toBe('暂停预约，预计 01-08 恢复');
  expect(state({ ...offer, flags: 2 })).toBe('暂停预约');
  expect(state({ ...offer, flags: 1 })).toBe('不支持创新券');
});
test('only where vouchers are taken is a deduction promised; while closed it holds after the reopening', () => {
  const heading = (flags: number) => cardParts({ ...offer, flags }).heading.text;
  expect([3, 2, 1, 0].map(heading)).toEqual(['能省多少', '恢复预约后能省多少', '费用', '费用']);
  for (const flags of [3, 2]) {
    const card = bookingCard({ ...offer, flags }).text;
    for (const words of [
      '创新券抵扣</dt><dd class="money"><b>612.00</b>',
      '您另付',
      '按我的费用测算',
      '抵扣（元）',
      '3,060.00',
    ])
      expect(card).toContain(words);
    expect(card).not.toContain('同类中支持创新券的');
  }
  for (const flags of [1, 0]) {
    const card = bookingCard({ ...offer, flags }).text;
    for (const words of [
      '检测费</dt><dd class="money">2,040.00 元</dd></dl>',
      '不能用创新券抵扣',
      '<a href="/instruments/?class=03&amp;voucher=1">同类中支持创新券的</a>',
      '<td class="money">10,200.00</td></tr>',
    ])
      expect(card).toContain(words);
    for (const words of ['另付', '612.00', '测算', '能省']) expect(card).not.toContain(words);
  }
});
test('a quantity that no order takes is refused with the limit, none at all with what to write', () => {
  const said = (quantity: string) => cardParts(offer, quantity).sums.text;
  expect(said('999999999')).toBe('<p class="refused">数量太大，最多 49,019.60：一项费用不超过一亿元。</p>');
  expect(said('49019.60')).toContain('检测费</dt>');
  expect(said('零')).toBe('<p class="refused">数量请填大于 0 的数，最多两位小数。</p>');
});
test('a price of 0 is 0.00, no error', () => {
  const free = cardParts({ ...offer, minFen: 0, maxFen: 0 });
  expect(free.price.text).toContain('0.00');
  expect(free.sums.text.match(/0\.00/g)).toHaveLength(3);
  expect(free.sums.text).not.toContain('refused');
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
  for (const [name, part] of Object.entries(cardParts(offer)))
    expect(card).toMatch(
      new RegExp(`data-part="${name}"[^>]*>${part.text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}</`),
    );
  expect(card).not.toContain('<b>电镜');
  const carried = /data-offer="([^"]*)"/
    .exec(card)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  expect(JSON.parse(carried ?? '')).toEqual(offer);
});
