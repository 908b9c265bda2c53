import { Show } from 'solid-js';
import type { Order } from '../../backend/orders.ts';
import { formatFen } from '../../domain/money.ts';

/** The contract, the project that the test serves, and what was said of it. */
export function OrderFacts(props: { order: Order }) {
  const order = () => props.order;
  return (
    <section class="card">
      <h2>合同与项目</h2>
      <dl class="facts">
        <dt>合同号</dt>
        <dd>{order().contract_no || '—'}</dd>
        <dt>签订日期</dt>
        <dd>{order().contract_signed_on || '—'}</dd>
        <dt>合同总额</dt>
        <dd>
          {formatFen(order().contract_total_fen)} 元，其中检测费 {formatFen(order().test_fee_fen)} 元
        </dd>
        <Show when={order().project}>
          {(p) => (
            <>
              <dt>研发项目</dt>
              <dd>
                {p().title}（{p().tech_field}，负责人 {p().leader}）
              </dd>
            </>
          )}
        </Show>
        <Show when={order().purpose}>
          <dt>检测目的</dt>
          <dd>{order().purpose}</dd>
        </Show>
        <Show when={order().explanation}>
          <dt>修改说明</dt>
          <dd>{order().explanation}</dd>
        </Show>
        <Show when={order().expected_from}>
          <dt>期望时间</dt>
          <dd>
            {order().expected_from} 至 {order().expected_to}
          </dd>
        </Show>
      </dl>
    </section>
  );
}
