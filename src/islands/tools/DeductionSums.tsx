import { For, Show } from 'solid-js';
import { formatFen } from '../../domain/money.ts';
import type { DeductionResult } from './deduction-lines.ts';
import { Onward } from './Onward.tsx';
import { Share } from './Share.tsx';

/** The result step by step, what limited it, and where to go on. */
export function DeductionSums(props: { result: DeductionResult; rateBp: number; note: string }) {
  const before = (): [string, number][] => [
    ['费用合计', props.result.totalFen],
    ['其中不计入抵扣', props.result.excludedFen],
    ['可抵扣检测费', props.result.eligibleFen],
    [`按 ${props.rateBp / 100}% 计算`, props.result.rawFen],
  ];
  const after = (): [string, number][] => [
    ['您另付现金', props.result.cashFen],
    ['本年额度还剩', props.result.leftAfterFen],
  ];
  const Row = (p: { of: [string, number] }) => (
    <tr>
      <th scope="row">{p.of[0]}</th>
      <td class="money">{formatFen(p.of[1])} 元</td>
    </tr>
  );
  return (
    <>
      <table class="sums">
        <tbody>
          <For each={before()}>{(row) => <Row of={row} />}</For>
          <tr class="sum">
            <th scope="row">创新券抵扣</th>
            <td class="money">
              <b>{formatFen(props.result.deductionFen)}</b> 元
            </td>
          </tr>
          <For each={after()}>{(row) => <Row of={row} />}</For>
        </tbody>
      </table>
      <Show when={props.result.limitedBy.includes('quota')}>
        <p class="tag-note">本年额度不够按比例抵扣，按剩余额度计算。</p>
      </Show>
      <Show when={props.result.limitedBy.includes('test_fee')}>
        <p class="tag-note">费用行合计高于合同检测费，按合同检测费计算。</p>
      </Show>
      <p class="small muted">
        {props.note}。抵扣额对总和只舍一次，不足一分的舍去。以省平台审核为准；核定更低时会先请您确认。
      </p>
      <Onward
        to={[
          { label: '找支持创新券的仪器', href: '/instruments/?voucher=1' },
          { label: '登录后预约', href: '/work/' },
        ]}
      />
      <Share />
    </>
  );
}
