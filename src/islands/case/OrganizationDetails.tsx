import { createResource, Show } from 'solid-js';
import { organizationDetails } from '../../backend/organizations.ts';

/** What is registered of an organization beside its public name: for itself, its counterpart and the staff (R34). */
export function OrganizationDetails(props: { id: number }) {
  const [details] = createResource(() => props.id, organizationDetails);
  return (
    <Show when={details()}>
      {(d) => (
        <section class="card">
          <h2>登记信息</h2>
          <dl class="facts">
            <dt>法定代表人</dt>
            <dd>{d().legal_representative || '—'}</dd>
            <dt>地址</dt>
            <dd>{d().address || '—'}</dd>
            <Show when={d().parent_uscc}>
              <dt>上级单位代码</dt>
              <dd>{d().parent_uscc}</dd>
            </Show>
          </dl>
        </section>
      )}
    </Show>
  );
}
