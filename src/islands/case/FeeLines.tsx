import { For, Show } from 'solid-js';
import type { FeeLine, Order } from '../../backend/orders.ts';
import { formatFen, rawDeduction } from '../../domain/money.ts';

/** What is paid for, and for each excluded line the reason it counts nothing. */
export function FeeLines(props: {
  order: Pick<
    Order,
    'rate_bp' | 'eligible_fee_fen' | 'approved_fen' | 'accepted_fen' | 'figure_fen' | 'contract_total_fen'
  >;
  /** This year's rate; none where it is not set yet. */
  rateBp: number | undefined;
  lines: FeeLine[];
  exclusions: { code: string; label: string }[];
}) {
  const label = (code: string | null) => props.exclusions.find((e) => e.code === code)?.label;
  const order = () => props.order;
  // Until it is approved an order goes by this year's rate, then by the one it was approved under (R6).
  const rate = () => order().rate_bp || props.rateBp || undefined;
  return (
    <section class="card">
      <h2>费用清单</h2>
      <table class="stack">
        <thead>
          <tr>
            <th>项目</th>
            <th>数量 × 单价</th>
            <th class="money">金额（元）</th>
            <th>是否可抵扣</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.lines}>
            {(l) => (
              <tr>
                <td data-label="项目">{l.description}</td>
                <td data-label="数量 × 单价">
                  {Number(l.quantity)} × {formatFen(l.unit_price_fen)}
                </td>
                <td data-label="金额（元）" class="money">
                  {formatFen(l.amount_fen)}
                </td>
                <td data-label="是否可抵扣">
                  <Show when={l.exclusion_code} fallback="可抵扣">
                    <span class="tag">不可抵扣</span> {l.exclusion_code} {label(l.exclusion_code)}
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">可抵扣检测费</th>
            <td />
            <td class="money">{formatFen(order().eligible_fee_fen)}</td>
            <td>
              <Show when={rate()} fallback="本年度的补助比例还没有设定，暂时算不出抵扣额">
                {(bp) => `× ${bp() / 100}% = ${formatFen(rawDeduction(order().eligible_fee_fen, bp()))}`}
              </Show>
            </td>
          </tr>
          <Show when={order().approved_fen ?? order().accepted_fen ?? order().figure_fen}>
            {(fen) => (
              <tr>
                <th scope="row">
                  {order().approved_fen
                    ? '核定抵扣'
                    : order().accepted_fen && order().figure_fen === undefined
                      ? '提交时接受'
                      : '现在可抵扣'}
                </th>
                <td />
                <td class="money">
                  <b>{formatFen(fen())}</b>
                </td>
                <td>另付 {formatFen(order().contract_total_fen - fen())} 元</td>
              </tr>
            )}
          </Show>
        </tfoot>
      </table>
    </section>
  );
}
