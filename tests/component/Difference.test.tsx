import { render, screen } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { Difference } from '../../src/islands/case/Difference.tsx';

const line = {
  line_no: 1,
  description: '扫描电镜观察',
  quantity: 2,
  unit_price_fen: 60_000,
  amount_fen: 120_000,
  exclusion_code: null,
};
const first = { title: '断口分析', contract_no: 'HT-77', test_fee_fen: 120_000, lines: [line], documents: [] };

test('R15: a reviewer sees what changed, before and after, and nothing that stayed', () => {
  const second = { ...first, contract_no: 'HT-78', lines: [{ ...line, quantity: 3 }] };
  render(() => <Difference before={first} after={second} />);
  expect(screen.getByText('合同号')).toBeTruthy();
  expect(screen.getByText('HT-77')).toBeTruthy();
  expect(screen.getByText('HT-78')).toBeTruthy();
  expect(screen.getByText(/扫描电镜观察 × 3/)).toBeTruthy();
  expect(screen.queryByText('检测名称')).toBeNull();
});
