import { createEffect, createResource, createSignal, For, on, Show } from 'solid-js';
import { type Line, paymentList } from '../../backend/payments.ts';
import { today } from '../../backend/policy.ts';
import { formatFen } from '../../domain/money.ts';
import { Actions } from '../case/Actions.tsx';
import { History } from '../case/History.tsx';
import { Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { follow, hrefOf } from '../ui/route.ts';
import { LineChange } from '../rectification/ResultChange.tsx';
import { BankFile } from './BankFile.tsx';
import { BankResults, OneResult } from './BankResults.tsx';

type Of = NonNullable<Awaited<ReturnType<typeof paymentList>>>;

const result = (l: Line) =>
  l.problem ??
  (l.state === 'arrived'
    ? `${l.arrived_on}，流水号 ${l.bank_reference}`
    : (l.returned_reason ?? l.dropped_reason ?? ''));

/** What a line offers to do: its result written down by hand, or a recorded one corrected. */
interface LineActs {
  /** May this line's result be written down by hand? */
  answerable: boolean;
  /** Where a correction of its result stands. */
  correction: string | undefined;
  /** May a recorded result be corrected here? */
  may: boolean;
}

function LineRow(props: LineActs & { line: Line; open: boolean; toggle: () => void }) {
  return (
    <tr>
      <td data-label="序号">{props.line.line_no}</td>
      <td data-label="券号">
        {props.line.voucher_no}
        <Show when={props.line.again}>
          {' '}
          <span class="tag">退票重付</span>
        </Show>
      </td>
      <td data-label="收款人">
        {props.line.holder_name}
        <Show when={props.line.name_differs}>
          {' '}
          <span class="tag">户名与单位名称不同：{props.line.institution_name}</span>
        </Show>
      </td>
      <td data-label="账户">
        {props.line.bank_name} ****{props.line.account_tail}
      </td>
      <td data-label="金额（元）" class="money">
        {formatFen(props.line.amount_fen)}
      </td>
      <td data-label="状态">
        <span class="tag state">{props.line.state_label}</span>
      </td>
      <td data-label="结果">
        {result(props.line)}
        <Show when={props.answerable}>
          <button type="button" class="link" aria-expanded={props.open} onClick={props.toggle}>
            登记结果
          </button>
        </Show>
        <Correction of={props.line} state={props.correction} may={props.may} open={props.open} onOpen={props.toggle} />
      </td>
    </tr>
  );
}

/** Every line of a list, and under the one that is open its result by hand, or the correction of a recorded one. */
function Lines(props: {
  list: number;
  lines: Line[];
  today: string;
  actsOf: (l: Line) => LineActs;
  onDone: () => void;
}) {
  const [open, setOpen] = createSignal<number>();
  const done = () => {
    setOpen(undefined);
    props.onDone();
  };
  createEffect(
    on(
      () => props.lines,
      () => setOpen(undefined),
    ),
  );
  return (
    <section class="card">
      <h2>各笔</h2>
      <table class="stack">
        <thead>
          <tr>
            <th>序号</th>
            <th>券号</th>
            <th>收款人</th>
            <th>账户</th>
            <th class="money">金额（元）</th>
            <th>状态</th>
            <th>结果</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.lines}>
            {(l) => (
              <>
                <LineRow
                  line={l}
                  {...props.actsOf(l)}
                  open={open() === l.payment_id}
                  toggle={() => setOpen(open() === l.payment_id ? undefined : l.payment_id)}
                />
                <Show when={open() === l.payment_id}>
                  <tr>
                    <td colspan="7">
                      <Show
                        when={l.state === 'in_transit'}
                        fallback={<LineChange redemption={l.redemption_id} payment={l.payment_no} onDone={done} />}
                      >
                        <OneResult list={props.list} line={l} today={props.today} onDone={done} />
                      </Show>
                    </td>
                  </tr>
                </Show>
              </>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
}

/** What the list holds: as it was drawn up, and by the state of its lines now. */
function Sums(props: { list: Of['list']; lines: Line[] }) {
  const states = () => [...new Set(props.lines.map((l) => l.state_label))];
  const of = (label: string) => props.lines.filter((l) => l.state_label === label);
  const sum = (lines: Line[]) => formatFen(lines.reduce((n, l) => n + l.amount_fen, 0));
  return (
    <section class="card">
      <dl class="facts">
        <dt>拟制时</dt>
        <dd>
          {props.list.items} 笔，{formatFen(props.list.amount_fen)} 元
          {props.list.stopped_by_fund && '；当年资金不够下一笔，在此停下'}
        </dd>
        <For each={states()}>
          {(label) => (
            <>
              <dt>{label}</dt>
              <dd>
                {of(label).length} 笔，{sum(of(label))} 元
              </dd>
            </>
          )}
        </For>
        <Show when={props.list.fund_year}>
          <dt>记入</dt>
          <dd>{props.list.fund_year} 年资金</dd>
        </Show>
      </dl>
    </section>
  );
}

/** One list (R43): its sums by state, what comes next, every line with its account's last digits, the bank's file and its answer. */
export function PaymentList(props: { id: number; platform: boolean }) {
  const [data, { refetch }] = createResource(
    () => props.id,
    async (id) => {
      const [list, day] = await Promise.all([paymentList(id), today()]);
      return list && { ...list, day };
    },
  );
  const again = () => void refetch();
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => {
        const problems = () => d().lines.filter((l) => l.problem);
        const sent = () => props.platform && d().list.sent_at !== null;
        return (
          <article class="case">
            <h1>拨付单 {d().list.list_no}</h1>
            <div class="split">
              <div>
                <NextStepFrame step={d().step}>
                  <Show when={problems().length > 0}>
                    <p class="warn">
                      有 {problems().length} 笔已不就绪，见下表。
                      {d().list.state === 'drafted' ? '请退回，重新拟制。' : '生成银行文件时撤出，位置不变。'}
                    </p>
                  </Show>
                  <Actions entity="payment_list" row={d().list} actions={d().step.actions} onDone={again} />
                </NextStepFrame>
                <Sums list={d().list} lines={d().lines} />
                <Show when={sent()}>
                  <BankFile list={props.id} name={d().list.list_no} />
                </Show>
                <Show when={d().step.actions.some((a) => a.action === 'record_results')}>
                  <BankResults list={props.id} running={d().running} onDone={again} />
                </Show>
              </div>
              <aside>
                <History events={d().events} />
              </aside>
            </div>
            <Lines
              list={props.id}
              lines={d().lines}
              today={d().day}
              actsOf={(l) => ({
                answerable: props.platform && l.state === 'in_transit' && !d().running,
                correction: d().corrections.get(l.payment_id),
                may: props.platform,
              })}
              onDone={again}
            />
          </article>
        );
      }}
    </Load>
  );
}

/** A recorded result that is wrong is corrected by two (R45): whether it is, waits to be, or can be. */
function Correction(props: { of: Line; state: string | undefined; may: boolean; open: boolean; onOpen: () => void }) {
  return (
    <>
      <Show when={props.state === 'confirmed'}>
        {' '}
        <span class="tag">更正过</span>
      </Show>
      <Show when={props.state === 'proposed'}>
        {' '}
        <a class="tag" href={hrefOf({ view: 'rectifications' })} onClick={(e) => follow(e, { view: 'rectifications' })}>
          更正待确认
        </a>
      </Show>
      <Show when={props.may && props.state !== 'proposed' && ['arrived', 'returned'].includes(props.of.state)}>
        {' '}
        <button type="button" class="link" aria-expanded={props.open} onClick={() => props.onOpen()}>
          登记错了
        </button>
      </Show>
    </>
  );
}
