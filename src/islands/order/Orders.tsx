import { createResource, Show } from 'solid-js';
import { type ListedOrder, type OrderSide, ordersOf } from '../../backend/orders.ts';
import { statesOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Load } from '../ui/Load.tsx';
import { follow, hrefOf } from '../ui/route.ts';
import { StateTag } from '../ui/State.tsx';

const newest = { columns: ['id'], descending: true };

/** 创新券订单: one organization's orders, the newest first, by state. */
export function Orders(props: { side: OrderSide; orgId: number; empty: string }) {
  const [states, { refetch }] = createResource(async () =>
    (await statesOf('order')).map((s): [string, string] => [s.state, s.label]),
  );
  const mine = () => props.side === 'applicant_id';
  const deduction = (r: ListedOrder) => r.approved_fen ?? r.accepted_fen;
  return (
    <>
      <div class="row">
        <h1>创新券订单</h1>
        <Show when={mine()}>
          <a class="button main push" href="/instruments/">
            找仪器，预约检测
          </a>
        </Show>
      </div>
      <Load of={states} retry={() => void refetch()}>
        {(labels) => (
          <DataTable<ListedOrder>
            caption="创新券订单"
            list={({ state }) => ordersOf(props.side, props.orgId, state ?? '')}
            order={newest}
            filters={[{ name: 'state', label: '状态', options: labels() }]}
            empty={props.empty}
            columns={[
              {
                name: '订单',
                sort: 'order_no',
                cell: (r) => (
                  <>
                    <a
                      href={hrefOf({ view: 'order', id: r.id })}
                      onClick={(e) => follow(e, { view: 'order', id: r.id })}
                    >
                      {r.title}
                    </a>
                    <span class="muted small"> {r.order_no}</span>
                  </>
                ),
              },
              {
                name: mine() ? '管理单位' : '用户单位',
                cell: (r) => (mine() ? r.institution : r.applicant).name,
              },
              {
                name: '抵扣（元）',
                money: true,
                cell: (r) => {
                  const fen = deduction(r);
                  return fen === null ? '—' : formatFen(fen);
                },
              },
              {
                name: '状态',
                sort: 'state_since',
                cell: (r) => (
                  <>
                    <StateTag of="order" state={r.state} label={labels().find(([state]) => state === r.state)?.[1]} />{' '}
                    <span class="muted small">{formatDate(r.state_since)}</span>
                  </>
                ),
              },
            ]}
          />
        )}
      </Load>
    </>
  );
}
