import { Show } from 'solid-js';
import { OrderCase } from '../case/OrderCase.tsx';
import { follow, hrefOf } from '../ui/route.ts';
import { Rating } from './Rating.tsx';

/** An order at the institution: the case, the claim once it is paid, and what the applicant said of the service. */
export function TheirOrder(props: { id: number }) {
  return (
    <OrderCase
      id={props.id}
      extra={(d) => (
        <Show when={d.voucher?.state === 'paid' && !d.redemption && d.voucher}>
          {(v) => (
            <a
              class="button main"
              href={hrefOf({ view: 'redeem', id: v().id })}
              onClick={(e) => follow(e, { view: 'redeem', id: v().id })}
            >
              申请兑付
            </a>
          )}
        </Show>
      )}
    >
      {(d) => (
        <Show when={d.voucher?.paid_at}>
          <Rating orderId={props.id} mine={false} />
        </Show>
      )}
    </OrderCase>
  );
}
