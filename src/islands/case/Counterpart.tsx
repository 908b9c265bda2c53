import { createResource, Show } from 'solid-js';
import { orderContact } from '../../backend/organizations.ts';

/** Whom to call at the other side of an order: from acceptance on, for its two sides alone (R34). */
export function Counterpart(props: { orderId: number }) {
  const [contact] = createResource(() => props.orderId, orderContact);
  return (
    <Show when={contact()}>
      {(c) => (
        <section class="card">
          <h2>对方联系人</h2>
          <dl class="facts">
            <dt>单位</dt>
            <dd>{c().organization_name}</dd>
            <dt>联系人</dt>
            <dd>{c().contact_name}</dd>
            <dt>电话</dt>
            <dd>
              <a href={`tel:${c().contact_phone.replaceAll(/[^+\d]/g, '')}`}>{c().contact_phone}</a>
            </dd>
          </dl>
        </section>
      )}
    </Show>
  );
}
