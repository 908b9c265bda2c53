import { Show } from 'solid-js';
import { OrderCase } from '../case/OrderCase.tsx';
import { follow, hrefOf } from '../ui/route.ts';
import { Rating } from './Rating.tsx';

/** One's own order: the case, editing while it may be edited, and the rating once it is paid. */
export function MyOrder(props: { id: number }) {
  return (
    <OrderCase
      id={props.id}
      extra={(d) => (
        <Show when={d.order.state === 'draft' || d.order.state === 'returned'}>
          <a
            class={`button ${d.order.state === 'returned' ? 'main' : ''}`}
            href={hrefOf({ view: 'edit', id: props.id })}
            onClick={(e) => follow(e, { view: 'edit', id: props.id })}
          >
            {d.order.state === 'returned' ? '修改订单' : '继续填写'}
          </a>
        </Show>
      )}
    >
      {(d) => (
        <Show when={d.voucher?.paid_at}>
          <Rating orderId={props.id} mine />
        </Show>
      )}
    </OrderCase>
  );
}
