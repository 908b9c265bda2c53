import { createResource, createSignal, For, Show } from 'solid-js';
import { thisYear } from '../../backend/policy.ts';
import { loadPayoutQueue } from '../../backend/rounds.ts';
import { inner, number, text } from '../../backend/work.ts';
import { formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';

/** 兑付 (R8): the queue in order of payment across institutions, what each waits for, the fund, and one act that serves from the front. */
export function Payout() {
  const [data, { refetch }] = createResource(async () => {
    const year = await thisYear();
    return { year, ...(await loadPayoutQueue(year)) };
  });
  const [result, setResult] = createSignal<Record<string, unknown>>();
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => {
        const ready = () => d().queue.filter((q) => !q.waitsFor);
        const left = () => (d().fundFen === null ? null : (d().fundFen as number) - d().spentFen);
        const served = () => {
          let sum = 0;
          return ready().filter((q) => {
            if (left() !== null && sum + number(q.row, 'amount_fen') > (left() as number)) {
              sum = Number.POSITIVE_INFINITY;
              return false;
            }
            sum += number(q.row, 'amount_fen');
            return true;
          });
        };
        const sum = () => served().reduce((n, q) => n + number(q.row, 'amount_fen'), 0);
        return (
          <>
            <h1>兑付</h1>
            <section class="next">
              <h2>
                {d().year} 年资金：{d().fundFen === null ? '文件未规定上限' : `${formatFen(d().fundFen as number)} 元`}
                ，已兑付 {formatFen(d().spentFen)} 元
              </h2>
              <p class="muted">
                先使用先兑付：严格按支付时间（再按券号），跨机构排队；不部分兑付，不跳过。公示期满、材料归存、无待裁定异议的才算就绪。
              </p>
              <Show when={result()}>
                {(r) => (
                  <p class="done" role="status">
                    已兑付 {String(r()['count'])} 笔，共 {formatFen(Number(r()['amount_fen']))} 元。
                    {r()['stopped_by_fund'] ? '资金不足以支付下一笔，其余按原顺序等待。' : ''}
                    {Number(r()['left']) > 0 ? `已停下，还有 ${String(r()['left'])} 笔按原顺序等待。` : ''}
                  </p>
                )}
              </Show>
              <Show
                when={served().length > 0}
                fallback={
                  <p>
                    {d().queue.length === 0
                      ? '现在没有等待兑付的申请。'
                      : ready().length === 0
                        ? '排队中的申请都还没有就绪。'
                        : '资金不足以支付排在最前的一笔。'}
                  </p>
                }
              >
                <Form
                  title={`兑付 ${served().length} 笔，共 ${formatFen(sum())} 元`}
                  button={`兑付 ${served().length} 笔，${formatFen(sum())} 元`}
                  action="pay_out"
                  fields={[{ name: 'agree', label: '已核对；兑付后不能撤销', kind: 'check' }]}
                  build={(_v, request_id) => ({ request_id })}
                  onDone={(r) => {
                    setResult(r);
                    void refetch();
                  }}
                />
              </Show>
            </section>
            <Show
              when={d().queue.length > 0}
              fallback={<Empty>季度进入「兑付中」后，等待的申请在这里按支付先后排队。</Empty>}
            >
              <section class="card">
                <h2>排队</h2>
                <table class="stack">
                  <thead>
                    <tr>
                      <th>位次</th>
                      <th>支付时间</th>
                      <th>券号</th>
                      <th>管理单位</th>
                      <th class="money">金额（元）</th>
                      <th>就绪</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={d().queue}>
                      {(q, i) => (
                        <tr>
                          <td data-label="位次">{i() + 1}</td>
                          <td data-label="支付时间">{formatTime(text(q.row, 'paid_at'))}</td>
                          <td data-label="券号">{text(q.row, 'voucher_no')}</td>
                          <td data-label="管理单位">{inner(q.row, 'institution')}</td>
                          <td data-label="金额（元）" class="money">
                            {formatFen(number(q.row, 'amount_fen'))}
                          </td>
                          <td data-label="就绪">
                            {q.waitsFor ? (
                              <span class="tag">{q.waitsFor}</span>
                            ) : served().includes(q) ? (
                              '就绪'
                            ) : (
                              '等待资金'
                            )}
                          </td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </section>
            </Show>
          </>
        );
      }}
    </Load>
  );
}
