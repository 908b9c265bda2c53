import { createResource, For, Show } from 'solid-js';
import { paymentsOf } from '../../backend/payments.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';

/** Every attempt to pay one claim, from its approval on: the institution sees its own, staff all (R43). */
export function Payments(props: { redemptionId: number }) {
  const [data] = createResource(
    () => props.redemptionId,
    async (id) => {
      const [payments, label] = await Promise.all([paymentsOf(id).catch(() => []), labelsOf('payment')]);
      return { payments: payments.filter((p) => p.state !== 'drafted'), label };
    },
  );
  return (
    <Show when={(data()?.payments.length ?? 0) > 0}>
      <section class="card">
        <h2>拨付</h2>
        <ul>
          <For each={data()?.payments}>
            {(p) => (
              <li>
                {p.payment_no}　{formatFen(p.amount_fen)} 元 <span class="tag state">{data()?.label(p.state)}</span>{' '}
                <span class="muted small">{formatDate(p.state_since)}</span>
                <Show when={p.arrived_on}>
                  <div>
                    到账日 {p.arrived_on}，流水号 {p.bank_reference}
                  </div>
                </Show>
                <Show when={p.returned_reason ?? p.dropped_reason}>{(why) => <blockquote>{why()}</blockquote>}</Show>
                <Show when={p.account}>
                  {(a) => (
                    <div class="muted small">
                      {a().bank_name} ****{a().account_tail}
                    </div>
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
