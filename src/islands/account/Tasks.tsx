import { createSignal, For, type JSX, Show, useContext } from 'solid-js';
import type { Task } from '../../backend/workflow.ts';
import { withWeekday } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, hrefOf } from '../ui/route.ts';
import { Tag } from '../ui/State.tsx';
import { ViewLink } from '../ui/ViewLink.tsx';
import { byKind, type Kind, type Waiting, WaitingContext } from './waiting.ts';

const names: Record<string, string> = {
  order: '订单',
  voucher: '电子券',
  redemption: '兑付',
  certification: '认证',
  project: '研发项目',
  instrument: '仪器',
  service: '检测项目',
  paper_pack: '纸质材料',
  round: '季度汇总',
  objection: '公示异议',
  recovery: '追回',
  rectification: '更正',
  inquiry: '咨询投诉建议',
  payee_account: '收款账户',
  payment_list: '拨付单',
  uscc_claim: '代码申请',
};

/** So many of a kind are shown at first. */
const few = 8;

/** 待办: what waits for me by kind, the most urgent first, with how many there are in truth. */
export function Tasks(props: { empty: string; children?: JSX.Element }) {
  const waiting = useContext(WaitingContext) as Waiting;
  return (
    <>
      <h1>待办</h1>
      {props.children}
      <Load of={waiting.tasks} retry={waiting.retry}>
        {(tasks) => (
          <Show when={tasks().length > 0} fallback={<Empty>{props.empty}</Empty>}>
            <table class="stack tasks">
              <thead>
                <tr>
                  <th scope="col">事项</th>
                  <th scope="col" class="money">
                    金额（元）
                  </th>
                  <th scope="col">状态</th>
                  <th scope="col">已等</th>
                  <th scope="col">时限</th>
                </tr>
              </thead>
              <For each={byKind(tasks())}>{(kind) => <OfKind kind={kind} waiting={waiting} />}</For>
            </table>
          </Show>
        )}
      </Load>
    </>
  );
}

function OfKind(props: { kind: Kind; waiting: Waiting }) {
  const [shown, setShown] = createSignal(few);
  const rows = () => props.kind.tasks.slice(0, shown());
  const list = () => props.kind.tasks[0] && props.waiting.list(props.kind.tasks[0]);
  const late = () => props.kind.tasks.filter((t) => t.overdue).length;
  return (
    <tbody>
      <tr class="kind">
        <th scope="rowgroup" colspan="5">
          {names[props.kind.entity] ?? props.kind.entity} <span class="muted">共 {props.kind.total} 件</span>
          <Show when={late() > 0}>
            {' '}
            <b class="late">超期 {late()} 件</b>
          </Show>
        </th>
      </tr>
      <For each={rows()}>{(task) => <Row task={task} place={props.waiting.place(task)} />}</For>
      <Show when={rows().length < props.kind.total}>
        <tr class="more">
          <td colspan="5">
            <Show when={rows().length < props.kind.tasks.length}>
              <button type="button" class="link" onClick={() => setShown(props.kind.tasks.length)}>
                再显示 {props.kind.tasks.length - rows().length} 件
              </button>
            </Show>
            <Show when={list()}>
              {(menu) => (
                <ViewLink to={{ view: menu().view }}>
                  全部 {props.kind.total} 件在「{menu().name}」
                </ViewLink>
              )}
            </Show>
          </td>
        </tr>
      </Show>
    </tbody>
  );
}

function Row(props: { task: Task; place: Record<string, string | number> }) {
  const about = () => [props.task.title ? props.task.number : '', props.task.party].filter(Boolean).join(' · ');
  return (
    <tr classList={{ overdue: props.task.overdue }}>
      <td data-label="事项">
        <a href={hrefOf(props.place)} onClick={(event) => follow(event, props.place)}>
          {props.task.title || props.task.number}
        </a>
        <Show when={about()}>
          <span class="about muted small">{about()}</span>
        </Show>
      </td>
      <td data-label="金额（元）" class="money">
        <Show when={props.task.amount_fen}>{(fen) => formatFen(fen())}</Show>
      </td>
      <td data-label="状态">
        <Tag tone={props.task.overdue ? 'late' : 'mine'}>{props.task.state_label}</Tag>
      </td>
      <td data-label="已等" class="nowrap">
        {props.task.days > 0 ? `${props.task.days} 天` : '今天'}
      </td>
      <td data-label="时限" class="nowrap">
        <Show when={props.task.due_on}>
          {(due) => (
            <>
              {withWeekday(due())}
              <Show when={props.task.overdue}>
                {' '}
                <b class="late">已超期</b>
              </Show>
            </>
          )}
        </Show>
      </td>
    </tr>
  );
}
