import { createResource, For, type JSX, Show } from 'solid-js';
import { orderPapers } from '../../backend/orders.ts';
import {
  invoicesOf,
  type Redemption as Redeemed,
  redemption,
  redemptionPapers,
  redemptionSubmissions,
} from '../../backend/redemptions.ts';
import { formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { CaseView, inYuan } from '../case/CaseView.tsx';
import { Checks } from '../case/Checks.tsx';
import { Difference } from '../case/Difference.tsx';
import { Files } from '../case/Files.tsx';
import { RefusalReasons } from '../review/Reasons.tsx';
import { Payments } from '../payment/Payments.tsx';
import { Load } from '../ui/Load.tsx';
import { follow, hrefOf } from '../ui/route.ts';

const quarterOf = ({ round }: Redeemed) => (round ? `${round.year} 年第 ${round.quarter} 季度` : '');

/** The claim's invoices and files: what the reviewer checks against each other. */
export function RedemptionPapers(props: { id: number; orderId: number }) {
  const [data] = createResource(
    () => props.id,
    async (id) => {
      const [invoices, papers, ofOrder, submissions] = await Promise.all([
        invoicesOf(id),
        redemptionPapers(id),
        orderPapers(props.orderId),
        redemptionSubmissions(id),
      ]);
      return { invoices, papers, ofOrder, before: submissions.at(-2), after: submissions.at(-1) };
    },
  );
  return (
    <Load of={data}>
      {(d) => (
        <>
          <section class="card">
            <h2>发票</h2>
            <table class="stack">
              <thead>
                <tr>
                  <th>号码</th>
                  <th>代码</th>
                  <th>日期</th>
                  <th>购买方</th>
                  <th>销售方</th>
                  <th class="money">金额（元）</th>
                </tr>
              </thead>
              <tbody>
                <For each={d().invoices}>
                  {(i) => (
                    <tr>
                      <td data-label="号码">{i.number}</td>
                      <td data-label="代码">{i.code || '无'}</td>
                      <td data-label="日期">{i.issued_on}</td>
                      <td data-label="购买方">{i.buyer}</td>
                      <td data-label="销售方">{i.seller}</td>
                      <td data-label="金额（元）" class="money">
                        {formatFen(i.amount_fen)}
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </section>
          <Show when={d().before}>{(before) => <Difference before={before()} after={d().after ?? {}} />}</Show>
          <Files title="兑付材料" files={d().papers} current={Math.max(0, ...d().papers.map((p) => p.supplement_no))} />
          <Files title="订单材料" files={d().ofOrder} current={Math.max(0, ...d().ofOrder.map((p) => p.revision_no))} />
        </>
      )}
    </Load>
  );
}

export function Redemption(props: { id: number; onChanged?: () => void; extra?: (row: Redeemed) => JSX.Element }) {
  return (
    <CaseView
      entity="redemption"
      id={props.id}
      load={redemption}
      title={(r) => `兑付申请 ${r.voucher_no}`}
      {...(props.onChanged && { onChanged: props.onChanged })}
      extra={(r, may) => (
        <Show when={may('supplement')}>
          <a
            class="button main"
            href={hrefOf({ view: 'supplement', id: r.id })}
            onClick={(e) => follow(e, { view: 'supplement', id: r.id })}
          >
            补充并重新提交
          </a>
        </Show>
      )}
      facts={(r) => [
        ['抵扣金额', inYuan(r.amount_fen)],
        ['订单', `${r.order.title}（${r.order.order_no}）`],
        ['合同', `${r.order.contract_no}，总额 ${inYuan(r.order.contract_total_fen)}`],
        ['仪器或检测项目', `${r.order.resource_name} ${r.order.resource_model}`.trim()],
        ['用户单位', r.applicant.name],
        ['管理单位', r.institution.name],
        ['支付时间', formatTime(r.paid_at)],
        ['季度', quarterOf(r)],
        ['纸质材料', r.papers_archived ? '已归存' : r.round_id ? '未归存，归存后才能兑付' : ''],
      ]}
    >
      {(r) => (
        <>
          <RefusalReasons redemptionId={r.id} />
          <Checks entity="redemption" id={r.id} />
          <Payments redemptionId={r.id} />
          <RedemptionPapers id={r.id} orderId={r.order_id} />
          {props.extra?.(r)}
        </>
      )}
    </CaseView>
  );
}
