import { expect, test } from 'vitest';
import { refused, type Step, wentOn } from '../../src/domain/yearly.ts';

const step = (entity: string, from_state: string, action: string, to_state: string, cases: number): Step => ({
  entity,
  from_state,
  action,
  to_state,
  cases,
  median_days: null,
});
const steps = [
  step('redemption', 'submitted', 'pass', 'passed', 34),
  step('redemption', 'submitted', 'return', 'returned', 2),
  step('redemption', 'returned', 'return', 'failed', 1),
  step('order', 'paid', 'fail', 'ordinary', 1),
  step('order', 'submitted', 'withdraw', 'withdrawn', 3),
  step('order', 'submitted', 'decline', 'declined', 1),
  step('order', 'submitted', 'accept', 'platform_review', 58),
];

test('a refusal is counted once, where it was decided: what follows from it for the paid order is no step of its own', () => {
  expect(refused(steps).map((s) => [s.from_state, s.to_state, s.cases, s.of])).toEqual([
    ['submitted', 'declined', 1, 62],
    ['submitted', 'returned', 2, 36],
    ['returned', 'failed', 1, 1],
  ]);
  expect(wentOn(steps).map((s) => s.to_state)).toEqual(['platform_review', 'passed']);
});
