import { createResource, For, type JSX, Show } from 'solid-js';
import { loadMe } from '../../backend/session.ts';
import {
  type OrderSettlement,
  orderSettlement,
  type QuarterSettlement,
  quarterSettlement,
} from '../../backend/settlements.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { amountInWords } from '../../domain/yuan.ts';
import { Load } from '../ui/Load.tsx';

const asked = (name: string) => Number(new URLSearchParams(window.location.search).get(name));
const yuan = (fen: number) => `${formatFen(fen)} 元`;

/** 结算单 (R43): one A4 sheet of an order that both sides print, or one of an institution's quarter with each line's result. */
export function Settlement() {
  const [me] = createResource(loadMe);
  const [data] = createResource(
    () => me(),
    async () => {
      const [voucher, redemption, payment] = await Promise.all([
        labelsOf('voucher'),
        labelsOf('redemption'),
        labelsOf('payment'),
      ]);
      const labels = { voucher, redemption, payment };
      if (asked('order')) return { order: await orderSettlement(asked('order')), labels };
      return { quarter: await quarterSettlement(asked('round'), asked('institution')), labels };
    },
  );
  return (
    <Show when={!me.loading} fallback={<p class="loading">正在打开…</p>}>
      <Show
        when={me()}
        fallback={
          <p class="empty">
            请先<a href="/work/">登录</a>，再从订单或「总订单汇总列表」打开。
          </p>
        }
      >
        <Load of={data}>
          {(d) => (
            <Show
              when={d().order ?? d().quarter}
              fallback={<p class="empty">没有找到这份结算单，它可能不属于您的单位。</p>}
            >
              <p class="noprint row">
                <button type="button" class="button main" onClick={() => window.print()}>
                  打印
                </button>
                <span class="muted">A4 纵向，页边距用默认。</span>
              </p>
              <Show when={d().order}>{(o) => <OfOrder order={o()} label={d().labels.voucher} />}</Show>
              <Show when={d().quarter}>{(q) => <OfQuarter quarter={q()} labels={d().labels} />}</Show>
            </Show>
          )}
        </Load>
      </Show>
    </Show>
  );
}

function Sheet(props: { title: string; children: JSX.Element; stamps: [string, string] }) {
  return (
    <section class="a4" aria-label={props.title}>
      <h1>{props.title}</h1>
      {props.children}
      <div class="stamps">
        <For each={props.stamps}>{(s) => <div>{s}（盖章）</div>}</For>
      </div>
    </section>
  );
}

function OfOrder(props: { order: OrderSettlement; label: (state: string) => string }) {
  const o = () => props.order;
  const deducted = () => o().voucher?.amount_fen ?? o().approved_fen ?? 0;
  // What failed was not deducted in the end: both sides settle it under their contract (R24).
  const failed = () => o().voucher?.state === 'failed';
  const invoices = () => o().redemption?.invoices ?? [];
  return (
    <Sheet title="河南省科技创新券订单结算单" stamps={['用户单位', '管理单位']}>
      <dl class="facts">
        <dt>订单</dt>
        <dd>
          {o().order_no}　{o().title}
        </dd>
        <dt>用户单位</dt>
        <dd>
          {o().applicant.name}　{o().applicant.uscc ?? ''}
        </dd>
        <dt>管理单位</dt>
        <dd>
          {o().institution.name}　{o().institution.uscc ?? ''}
        </dd>
        <dt>合同</dt>
        <dd>
          {o().contract_no}，{o().contract_signed_on} 签订
        </dd>
        <dt>仪器或检测项目</dt>
        <dd>
          {o().resource_name} {o().resource_model}
        </dd>
      </dl>
      <table>
        <tbody>
          <tr>
            <th scope="row">合同总额</th>
            <td class="money">{yuan(o().contract_total_fen)}</td>
          </tr>
          <tr>
            <th scope="row">其中可抵扣检测费</th>
            <td class="money">{yuan(o().eligible_fee_fen ?? 0)}</td>
          </tr>
          <tr>
            <th scope="row">创新券抵扣</th>
            <td class="money">{yuan(deducted())}</td>
          </tr>
          <tr>
            <th scope="row">用户单位另付</th>
            <td class="money">{yuan(o().contract_total_fen - deducted())}</td>
          </tr>
        </tbody>
      </table>
      <p>抵扣金额大写：{amountInWords(deducted())}</p>
      <Show when={o().voucher}>
        {(v) => (
          <p>
            电子券 {v().voucher_no}，{props.label(v().state)}
            {v().paid_at && `，${formatDate(v().paid_at as string)} 支付`}。
            <Show when={failed()}>已抵扣的部分由双方按合同结清。</Show>
          </p>
        )}
      </Show>
      <Show when={invoices().length > 0}>
        <table>
          <thead>
            <tr>
              <th>发票号码</th>
              <th>代码</th>
              <th>开票日期</th>
              <th class="money">金额（元）</th>
            </tr>
          </thead>
          <tbody>
            <For each={invoices()}>
              {(i) => (
                <tr>
                  <td>{i.number}</td>
                  <td>{i.code ?? ''}</td>
                  <td>{i.issued_on}</td>
                  <td class="money">{formatFen(i.amount_fen)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </Sheet>
  );
}

function OfQuarter(props: {
  quarter: QuarterSettlement;
  labels: { redemption: (s: string) => string; payment: (s: string) => string };
}) {
  const q = () => props.quarter;
  // The newest attempt says how the line stands.
  const last = (l: QuarterSettlement['lines'][number]) =>
    l.payments.toSorted((a, b) => b.payment_no.localeCompare(a.payment_no))[0];
  const result = (l: QuarterSettlement['lines'][number]) => {
    const p = last(l);
    if (!p || p.state === 'dropped' || p.state === 'drafted') return props.labels.redemption(l.state);
    return [props.labels.payment(p.state), p.arrived_on, p.bank_reference, p.returned_reason]
      .filter(Boolean)
      .join('，');
  };
  const arrived = () => q().lines.filter((l) => last(l)?.state === 'arrived');
  const sum = (lines: QuarterSettlement['lines']) => lines.reduce((n, l) => n + l.amount_fen, 0);
  return (
    <Sheet
      title={`河南省科技创新券 ${q().round.year} 年第 ${q().round.quarter} 季度结算单`}
      stamps={['管理单位', '省平台']}
    >
      <dl class="facts">
        <dt>管理单位</dt>
        <dd>
          {q().institution.name}　{q().institution.uscc ?? ''}
        </dd>
        <dt>合计</dt>
        <dd>
          {q().lines.length} 项，{yuan(sum(q().lines))}
        </dd>
        <dt>其中到账</dt>
        <dd>
          {arrived().length} 项，{yuan(sum(arrived()))}（{amountInWords(sum(arrived()))}）
        </dd>
      </dl>
      <table>
        <thead>
          <tr>
            <th>序号</th>
            <th>券号</th>
            <th>用户单位</th>
            <th class="money">金额（元）</th>
            <th>结果</th>
          </tr>
        </thead>
        <tbody>
          <For each={q().lines}>
            {(l, n) => (
              <tr>
                <td>{n() + 1}</td>
                <td>{l.voucher_no}</td>
                <td>{l.applicant.name}</td>
                <td class="money">{formatFen(l.amount_fen)}</td>
                <td>{result(l)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Sheet>
  );
}
