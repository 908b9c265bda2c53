import { createResource, createSignal, For, Show } from 'solid-js';
import { inner, list, number, type Row, text, workflowStates } from '../../backend/work.ts';
import { formatDate } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, hrefOf } from '../ui/route.ts';

/** 创新券订单: one organization's orders, the newest first, by state. */
export function Orders(props: { side: 'applicant_id' | 'institution_id'; orgId: number; empty: string }) {
  const [state, setState] = createSignal('');
  const other = props.side === 'applicant_id' ? 'institution' : 'applicant';
  const [data, { refetch }] = createResource(state, async (wanted) => ({
    states: (await workflowStates()).filter((s) => s.entity === 'order'),
    rows: await list<Row>(
      'orders',
      `id, order_no, title, state, state_since, accepted_fen, approved_fen, contract_total_fen, ${other}:organizations!orders_${other}_id_fkey(name)`,
      { [props.side]: props.orgId, ...(wanted && { state: wanted }) },
    ),
  }));
  return (
    <>
      <div class="row">
        <h1>创新券订单</h1>
        <Show when={props.side === 'applicant_id'}>
          <a class="button main push" href="/instruments/">
            找仪器，预约检测
          </a>
        </Show>
      </div>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <>
            <label class="inline">
              <span>状态</span>
              <select onChange={(e) => setState(e.currentTarget.value)}>
                <option value="">全部</option>
                <For each={d().states}>{(s) => <option value={s.state}>{s.label}</option>}</For>
              </select>
            </label>
            <Show when={d().rows.length > 0} fallback={<Empty>{state() ? '没有这种状态的订单。' : props.empty}</Empty>}>
              <table class="stack">
                <thead>
                  <tr>
                    <th>订单</th>
                    <th>{other === 'institution' ? '管理单位' : '用户单位'}</th>
                    <th class="money">抵扣（元）</th>
                    <th>状态</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={d().rows}>
                    {(r) => (
                      <tr>
                        <td data-label="订单">
                          <a
                            href={hrefOf({ view: 'order', id: r.id })}
                            onClick={(e) => follow(e, { view: 'order', id: r.id })}
                          >
                            {text(r, 'title')}
                          </a>
                          <span class="muted small"> {text(r, 'order_no')}</span>
                        </td>
                        <td data-label={other === 'institution' ? '管理单位' : '用户单位'}>{inner(r, other)}</td>
                        <td data-label="抵扣（元）" class="money">
                          {(r['approved_fen'] ?? r['accepted_fen'])
                            ? formatFen(number(r, r['approved_fen'] ? 'approved_fen' : 'accepted_fen'))
                            : '—'}
                        </td>
                        <td data-label="状态">
                          <span class={`tag state ${text(r, 'state')}`}>
                            {d().states.find((s) => s.state === r.state)?.label}
                          </span>{' '}
                          <span class="muted small">{formatDate(text(r, 'state_since'))}</span>
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </Show>
          </>
        )}
      </Load>
    </>
  );
}
