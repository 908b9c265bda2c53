import { createResource, For, Show } from 'solid-js';
import {
  type Candidate,
  candidates,
  drawUpList,
  type Fund,
  fundOf,
  type PaymentList,
  paymentLists,
  type Waiting,
  waitingByReason,
} from '../../backend/payments.ts';
import { thisYear } from '../../backend/policy.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate, formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, go, hrefOf } from '../ui/route.ts';

const shown = 50;

/** The year's fund as an accountant reads it: what is used, of what it is made up, what is left (R43). */
function FundLine(props: { year: number; fund: Fund }) {
  const f = () => props.fund;
  return (
    <>
      <h2>
        {props.year} 年资金：{f().fund_fen === null ? '没有设定上限' : `${formatFen(f().fund_fen as number)} 元`}
        ，已用 {formatFen(f().used_fen)} 元
        <Show when={f().free_fen !== null}>，余 {formatFen(f().free_fen as number)} 元</Show>
      </h2>
      <p>
        已用 = 已列入拨付单 {formatFen(f().listed_fen)} 元（{f().listed} 笔）+ 在途 {formatFen(f().in_transit_fen)} 元（
        {f().in_transit} 笔）+ 到账 {formatFen(f().arrived_fen)} 元（{f().arrived} 笔）
        <Show when={f().recovered_fen > 0}> − 追回 {formatFen(f().recovered_fen)} 元</Show>
      </p>
    </>
  );
}

/** The line as it stands: how many there are in all, why some cannot be listed, and who is first. */
function InLine(props: { all: number; left: Waiting[]; first: Candidate[] }) {
  return (
    <section class="card">
      <h2>等待列入：{props.all} 笔</h2>
      <Show when={props.left.length > 0}>
        <ul>
          <For each={props.left}>
            {(w) => (
              <li>
                {w.hindrance_label}：{w.items} 笔，{formatFen(w.amount_fen)} 元
              </li>
            )}
          </For>
        </ul>
      </Show>
      <table class="stack">
        <thead>
          <tr>
            <th>位次</th>
            <th>支付时间</th>
            <th>券号</th>
            <th>管理单位</th>
            <th class="money">金额（元）</th>
            <th>可否列入</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.first}>
            {(c) => (
              <tr>
                <td data-label="位次">{c.place}</td>
                <td data-label="支付时间">{formatTime(c.paid_at)}</td>
                <td data-label="券号">
                  {c.voucher_no}
                  <Show when={c.again}>
                    {' '}
                    <span class="tag">退票重付</span>
                  </Show>
                </td>
                <td data-label="管理单位">{c.institution_name}</td>
                <td data-label="金额（元）" class="money">
                  {formatFen(c.amount_fen)}
                </td>
                <td data-label="可否列入">{c.hindrance_label ?? '就绪'}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={props.all > shown}>
        <p class="muted">只显示前 {shown} 笔；上面的笔数与金额是全部的。</p>
      </Show>
    </section>
  );
}

/** Every list with its state, the newest first. */
function AllLists(props: { lists: PaymentList[]; label: (state: string) => string }) {
  return (
    <section class="card">
      <h2>各份拨付单</h2>
      <Show when={props.lists.length > 0} fallback={<Empty>还没有拨付单。有就绪的，从上面拟制第一份。</Empty>}>
        <table class="stack">
          <thead>
            <tr>
              <th>编号</th>
              <th>拟制</th>
              <th class="money">笔数</th>
              <th class="money">合计（元）</th>
              <th>状态</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.lists}>
              {(l) => (
                <tr>
                  <td data-label="编号">
                    <a
                      href={hrefOf({ view: 'payment_list', id: l.id })}
                      onClick={(e) => follow(e, { view: 'payment_list', id: l.id })}
                    >
                      {l.list_no}
                    </a>
                  </td>
                  <td data-label="拟制">{formatDate(l.drawn_up_at)}</td>
                  <td data-label="笔数" class="money">
                    {l.items}
                  </td>
                  <td data-label="合计（元）" class="money">
                    {formatFen(l.amount_fen)}
                  </td>
                  <td data-label="状态">
                    <span class="tag state">{props.label(l.state)}</span>{' '}
                    <span class="muted small">{formatDate(l.state_since)}</span>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}

/** 拨付单 (R8, R43): the fund, what can be listed and what is left out and why, and every list with its state. */
export function Lists(props: { draws: boolean }) {
  const [data, { refetch }] = createResource(async () => {
    const year = await thisYear();
    const [fund, waiting, first, lists, label] = await Promise.all([
      fundOf(year),
      waitingByReason(),
      candidates(shown),
      paymentLists(),
      labelsOf('payment_list'),
    ]);
    return { year, fund, waiting, first, lists, label };
  });
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => {
        const ready = () => d().waiting.find((w) => w.hindrance === null);
        const left = () => d().waiting.filter((w) => w.hindrance !== null);
        const all = () => d().waiting.reduce((n, w) => n + w.items, 0);
        const open = () => d().lists.find((l) => l.state === 'drafted');
        const draws = () => props.draws && !open() && ready();
        return (
          <>
            <h1>拨付单</h1>
            <section class="next">
              <Show when={d().fund}>{(f) => <FundLine year={d().year} fund={f()} />}</Show>
              <p class="muted">
                先使用先兑付：按支付时间（再按券号），跨机构排队；不部分兑付，不跳过就绪的；退票重付的排在最前。一人拟制，另一人复核。
              </p>
              <Show when={open()}>
                {(l) => (
                  <p>
                    拨付单{' '}
                    <a
                      href={hrefOf({ view: 'payment_list', id: l().id })}
                      onClick={(e) => follow(e, { view: 'payment_list', id: l().id })}
                    >
                      {l().list_no}
                    </a>{' '}
                    等待复核：{l().items} 笔，{formatFen(l().amount_fen)} 元。复核或退回之后才能拟制下一份。
                  </p>
                )}
              </Show>
              <Show when={!open() && !ready()}>
                <p>{all() === 0 ? '现在没有等待兑付的。' : '排队的都还不能列入，原因见下。'}</p>
              </Show>
              <Show when={draws()}>
                {(r) => (
                  <Form
                    title={`可以列入 ${r().items} 笔，共 ${formatFen(r().amount_fen)} 元`}
                    button="拟制拨付单"
                    fields={[
                      {
                        name: 'max',
                        label: '至多几笔',
                        kind: 'number',
                        optional: true,
                        min: 1,
                        max: 10_000,
                        hint: '空为全部可以列入的；按次序从前往后取。',
                      },
                    ]}
                    send={(v, requestId) => drawUpList(v.max, requestId)}
                    onDone={(r) => go({ view: 'payment_list', id: Number(r['id']) })}
                  />
                )}
              </Show>
            </section>
            <Show when={all() > 0}>
              <InLine all={all()} left={left()} first={d().first} />
            </Show>
            <AllLists lists={d().lists} label={d().label} />
          </>
        );
      }}
    </Load>
  );
}
