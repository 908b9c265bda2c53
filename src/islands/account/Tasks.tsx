import { createResource, For, type JSX, Show } from 'solid-js';
import { myTasks, type Task } from '../../backend/workflow.ts';
import { formatDate, withWeekday } from '../../domain/dates.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, hrefOf } from '../ui/route.ts';
import { placeOf } from './links.ts';

const names: Record<string, string> = {
  order: '订单',
  voucher: '电子券',
  redemption: '兑付',
  certification: '认证',
  project: '项目',
  instrument: '仪器',
  service: '检测项目',
  paper_pack: '纸质材料',
  round: '季度汇总',
  objection: '异议',
};

/** So many of each kind are listed to staff; the queues have them all. */
const most = 200;
/** The kinds of which there may be more than are listed. */
const full = (tasks: Task[]) =>
  Object.keys(names)
    .filter((entity) => tasks.filter((t) => t.entity === entity).length >= most)
    .map((entity) => names[entity]);

/** 待办: what waits for me, the earliest deadline first. */
export function Tasks(props: {
  empty: string;
  place?: (entity: string, id: number) => Record<string, string | number>;
  children?: JSX.Element;
}) {
  const [tasks, { refetch }] = createResource(myTasks);
  const place = (entity: string, id: number) => (props.place ?? placeOf)(entity, id);
  return (
    <>
      <h1>待办</h1>
      {props.children}
      <Load of={tasks} retry={() => void refetch()}>
        {(rows) => (
          <Show when={rows().length > 0} fallback={<Empty>{props.empty}</Empty>}>
            <table class="stack tasks">
              <thead>
                <tr>
                  <th>业务</th>
                  <th>事项</th>
                  <th>状态</th>
                  <th>时限</th>
                </tr>
              </thead>
              <tbody>
                <For each={rows()}>
                  {(t) => (
                    <tr classList={{ overdue: t.overdue }}>
                      <td data-label="业务">{names[t.entity] ?? t.entity}</td>
                      <td data-label="事项">
                        <a
                          href={hrefOf(place(t.entity, t.id))}
                          onClick={(event) => follow(event, place(t.entity, t.id))}
                        >
                          {t.title || t.number}
                        </a>
                        <span class="muted small"> {t.title ? t.number : ''}</span>
                      </td>
                      <td data-label="状态">
                        <span class="tag state">{t.state_label}</span>
                      </td>
                      <td data-label="时限">
                        <Show when={t.due_on} fallback={<span class="muted">自 {formatDate(t.since)}</span>}>
                          {(due) => (
                            <>
                              {withWeekday(due())}
                              <Show when={t.overdue}>
                                {' '}
                                <b class="late">已超期</b>
                              </Show>
                            </>
                          )}
                        </Show>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <Show when={full(rows()).length > 0}>
              <p class="muted small">
                {full(rows()).join('、')}只列等得最久的 {most} 件；全部在各自的列表里，办完几件，后面的会接着出现。
              </p>
            </Show>
          </Show>
        )}
      </Load>
    </>
  );
}
