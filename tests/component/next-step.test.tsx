import { render, screen } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import type { NextStep } from '../../src/backend/workflow.ts';
import { positionOf, stationsOf, voucherPath } from '../../src/domain/rail.ts';
import { Answers } from '../../src/islands/case/Answers.tsx';
import { FeeLines } from '../../src/islands/case/FeeLines.tsx';
import { NextStepFrame } from '../../src/islands/ui/NextStepFrame.tsx';

const step: NextStep = {
  state: 'returned',
  state_label: '退回修改',
  sentence: '用户单位按意见修改后重新提交，只有这一次机会。',
  holder: 'applicant',
  holder_label: '用户单位',
  holder_name: '演示单位',
  you: true,
  since: '2026-12-30T10:00:00+08:00',
  due_on: null,
  overdue: false,
  due_missing: '放假安排尚未公布',
  elsewhere_entity: null,
  elsewhere_id: null,
  expires_at: '2027-01-01T00:00:00+08:00',
  expiry: '2026-12-31 24:00 前重新提交，逾期转为普通订单。',
  revision_left: 1,
  supplement_left: null,
  actions: [],
  blocked: [],
};
const line = {
  line_no: 1,
  description: '断口分析',
  quantity: 1,
  unit_price_fen: 100_000,
  amount_fen: 100_000,
  exclusion_code: null,
};
const order = {
  rate_bp: null,
  eligible_fee_fen: 100_000,
  contract_total_fen: 120_000,
  approved_fen: null,
  accepted_fen: null,
  figure_fen: undefined,
};

test('R6: fee lines of an open order in a year without a rate say so, and show no number that is none', () => {
  const { container } = render(() => <FeeLines order={order} rateBp={undefined} lines={[line]} exclusions={[]} />);
  expect(screen.getByText(/本年度的补助比例还没有设定/)).toBeTruthy();
  expect(container.textContent).not.toMatch(/NaN|undefined/);
});

test('R6: with a rate they reckon, under the order’s own where it has one', () => {
  render(() => <FeeLines order={{ ...order, rate_bp: 2000 }} rateBp={3000} lines={[line]} exclusions={[]} />);
  expect(screen.getByText('× 20% = 200.00')).toBeTruthy();
});

test('R9: the self-check shows what was answered and when, and never an answer that nobody gave', () => {
  const shown = (declaredAt: string | null, applies: string[] = []) =>
    render(() => (
      <Answers
        answers={applies.map((code) => ({ code, applies: true, justification: '' }))}
        exclusions={[]}
        relatedDeclared={false}
        declaredAt={declaredAt}
      />
    )).container.textContent;
  expect(shown(null)).toContain('所列各项，用户单位还没有回答。');
  expect(shown(null)).not.toContain('均无');
  expect(shown('2026-03-02T10:00:00+08:00')).toMatch(/用户单位于 2026-03-02.*确认：所列情形均无。/);
  expect(shown('2026-03-02T10:00:00+08:00', ['E2.3'])).toMatch(/E2\.3.*除上面所列的以外，以上均无。/);
});

test('R31: the frame says why there is no time limit, what ends with the year, what cannot be done now and where it can', () => {
  const { container } = render(() => (
    <NextStepFrame
      step={{
        ...step,
        elsewhere_entity: 'paper_pack',
        elsewhere_id: 3,
        blocked: [{ action: 'submit', label: '提交订单', message: '您还没有领取额度。', hint: '请先领取。' }],
      }}
    />
  ));
  expect(container.textContent).toContain('放假安排尚未公布，时限待定');
  expect(container.textContent).toContain('须在 2026-12-31 24:00 前重新提交');
  expect(container.textContent).not.toContain('电子券须在');
  expect(container.textContent).toContain('现在不能「提交订单」：您还没有领取额度。请先领取。');
  expect(screen.getByText('到纸质材料办理').getAttribute('href')).toBe('?view=pack&id=3');
});

test('R31: the rail stands where the order is, its claim and its quarter included; the day of a step taken back is not shown', () => {
  const at = (...of: Parameters<typeof positionOf>) => {
    const n = positionOf(...of);
    return n === undefined ? 'ended' : (voucherPath[n]?.[3] ?? 'done');
  };
  expect(at('returned')).toBe('提交');
  expect(at('awaiting_consent')).toBe('审核发券');
  expect(at('disputed')).toBe('检测');
  expect(at('paid')).toBe('申请兑付');
  expect(at('paid', 'submitted')).toBe('申请兑付');
  expect(at('paid', 'passed', 'in_review', 'expert')).toBe('季度评审');
  expect(at('paid', 'passed', 'in_notice', 'platform')).toBe('公示');
  expect(at('paid', 'passed', 'paying', 'platform')).toBe('兑付');
  expect(at('paid', 'passed', 'paying', 'department')).toBe('公示');
  expect(at('paid', 're_notice', 'paying', 'platform')).toBe('公示');
  expect(at('paid', 'paid_out', 'settled', null)).toBe('done');
  expect(at('withdrawn')).toBe('ended');
  const days = new Map([
    ['order:submitted', '03-02'],
    ['order:platform_review', '03-03'],
  ]);
  const back = stationsOf([], days, positionOf('returned'), '用户单位');
  expect(back.map((s) => s.status)[0]).toBe('now');
  expect(back.some((s) => s.when)).toBe(false);
  const ended = stationsOf([], days, undefined);
  expect(ended.map((s) => s.status).slice(0, 3)).toEqual(['past', 'past', 'later']);
  const done = stationsOf([], days, positionOf('paid', 'paid_out'));
  expect(new Set(done.map((s) => s.status))).toEqual(new Set(['past']));
});
