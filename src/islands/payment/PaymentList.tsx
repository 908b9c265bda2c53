import { createResource, createSignal, For, Show } from 'solid-js';
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

const result = (l: Line) =>
  l.problem ??
  (l.state === 'arrived'
    ? `${l.arrived_on}，流水号 ${l.bank_reference}`
    : (l.returned_reason ?? l.dropped_reason ?? ''));

/** One list (R43): its sums by state, what comes next, every line with its account's last digits, the bank's file and its answer. */
export function PaymentList(props: { id: number; platform: boolean }) {
  const [data, { refetch }] = createResource(
    () => props.id,
    async (id) => {
      const [list, day] = await Promise.all([paymentList(id), today()]);
      return list && { ...list, day };
    },
  );
  const [open, setOpen] = createSignal<number>();
  const again = () => {
    setOpen(undefined);
    void refetch();
  };
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => {
        const states = () => [...new Set(d().lines.map((l) => l.state_label))];
        const of = (label: string) => d().lines.filter((l) => l.state_label === label);
        const sum = (lines: Line[]) => formatFen(lines.reduce((n, l) => n + l.amount_fen, 0));
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
                <section class="card">
                  <dl class="facts">
                    <dt>拟制时</dt>
                    <dd>
                      {d().list.items} 笔，{formatFen(d().list.amount_fen)} 元
                      {d().list.stopped_by_fund && '；当年资金不够下一笔，在此停下'}
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
                    <Show when={d().list.fund_year}>
                      <dt>记入</dt>
                      <dd>{d().list.fund_year} 年资金</dd>
                    </Show>
                  </dl>
                </section>
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
                  <For each={d().lines}>
                    {(l) => (
                      <>
                        <tr>
                          <td data-label="序号">{l.line_no}</td>
                          <td data-label="券号">
                            {l.voucher_no}
                            <Show when={l.again}>
                              {' '}
                              <span class="tag">退票重付</span>
                            </Show>
                          </td>
                          <td data-label="收款人">
                            {l.holder_name}
                            <Show when={l.name_differs}>
                              {' '}
                              <span class="tag">户名与单位名称不同：{l.institution_name}</span>
                            </Show>
                          </td>
                          <td data-label="账户">
                            {l.bank_name} ****{l.account_tail}
                          </td>
                          <td data-label="金额（元）" class="money">
                            {formatFen(l.amount_fen)}
                          </td>
                          <td data-label="状态">
                            <span class="tag state">{l.state_label}</span>
                          </td>
                          <td data-label="结果">
                            {result(l)}
                            <Show when={props.platform && l.state === 'in_transit' && !d().running}>
                              <button
                                type="button"
                                class="link"
                                aria-expanded={open() === l.payment_id}
                                onClick={() => setOpen(open() === l.payment_id ? undefined : l.payment_id)}
                              >
                                登记结果
                              </button>
                            </Show>
                            <Correction
                              of={l}
                              state={d().corrections.get(l.payment_id)}
                              may={props.platform}
                              open={open() === l.payment_id}
                              onOpen={() => setOpen(open() === l.payment_id ? undefined : l.payment_id)}
                            />
                          </td>
                        </tr>
                        <Show when={open() === l.payment_id}>
                          <tr>
                            <td colspan="7">
                              <Show
                                when={l.state === 'in_transit'}
                                fallback={
                                  <LineChange redemption={l.redemption_id} payment={l.payment_no} onDone={again} />
                                }
                              >
                                <OneResult list={props.id} line={l} today={d().day} onDone={again} />
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
