import { createResource, For, type JSX, Show } from 'solid-js';
import { inner, list, redemptionColumns, type Row, text, workflowStates } from '../../backend/work.ts';
import { formatDate, formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { CaseView, fen } from '../case/CaseView.tsx';
import { Checks } from '../case/Checks.tsx';
import { Difference } from '../case/Difference.tsx';
import { Papers } from '../case/Papers.tsx';
import { RefusalReasons } from '../review/Reasons.tsx';
import { Payments } from '../payment/Payments.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, hrefOf } from '../ui/route.ts';

const select = `${redemptionColumns}, order:orders(id, title, order_no, contract_no, contract_total_fen, eligible_fee_fen, resource_name, resource_model), applicant:organizations!redemptions_applicant_id_fkey(name), institution:organizations!redemptions_institution_id_fkey(name), round:rounds!redemptions_round_id_fkey(year, quarter)`;
const quarter = (r: Row) => {
  const q = r['round'] as { year: number; quarter: number } | null;
  return q ? `${q.year} 年第 ${q.quarter} 季度` : '';
};

/** The number of the last submission among its files. */
const last = (papers: Row[], column: string) => Math.max(0, ...papers.map((p) => Number(p[column])));

/** The claim's invoices and files: what the reviewer checks against each other. */
export function RedemptionPapers(props: { id: number; orderId: number }) {
  const [data] = createResource(
    () => props.id,
    async (id) => {
      const doc = 'document:documents(id, original_name, byte_size, sha256)';
      const [invoices, papers, orderPapers, submissions] = await Promise.all([
        list<Row>('invoices', '*', { redemption_id: id }),
        list<Row>('redemption_documents', `kind, supplement_no, ${doc}`, { redemption_id: id }, 'document_id'),
        list<Row>('order_documents', `kind, revision_no, ${doc}`, { order_id: props.orderId }, 'document_id'),
        list<Row>('redemption_submissions', 'snapshot', { redemption_id: id }, 'supplement_no'),
      ]);
      const [first, second] = submissions.map((s) => s['snapshot'] as Record<string, unknown>);
      return { invoices, papers, orderPapers, first, second };
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
                      <td data-label="号码">{text(i, 'number')}</td>
                      <td data-label="代码">{text(i, 'code') || '无'}</td>
                      <td data-label="日期">{text(i, 'issued_on')}</td>
                      <td data-label="购买方">{text(i, 'buyer')}</td>
                      <td data-label="销售方">{text(i, 'seller')}</td>
                      <td data-label="金额（元）" class="money">
                        {formatFen(Number(i['amount_fen']))}
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </section>
          <Show when={d().second}>{(after) => <Difference before={d().first ?? {}} after={after()} />}</Show>
          <Papers title="兑付材料" papers={d().papers} current={last(d().papers, 'supplement_no')} />
          <Papers title="订单材料" papers={d().orderPapers} current={last(d().orderPapers, 'revision_no')} />
        </>
      )}
    </Load>
  );
}

export function Redemption(props: { id: number; onChanged?: () => void; extra?: (row: Row) => JSX.Element }) {
  return (
    <CaseView
      entity="redemption"
      table="redemptions"
      id={props.id}
      select={select}
      title={(r) => `兑付申请 ${text(r, 'voucher_no')}`}
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
        ['抵扣金额', fen(r, 'amount_fen')],
        ['订单', `${inner(r, 'order', 'title')}（${inner(r, 'order', 'order_no')}）`],
        [
          '合同',
          `${inner(r, 'order', 'contract_no')}，总额 ${formatFen(Number(inner(r, 'order', 'contract_total_fen')))} 元`,
        ],
        ['仪器或检测项目', `${inner(r, 'order', 'resource_name')} ${inner(r, 'order', 'resource_model')}`.trim()],
        ['用户单位', inner(r, 'applicant')],
        ['管理单位', inner(r, 'institution')],
        ['支付时间', formatTime(text(r, 'paid_at'))],
        ['季度', quarter(r)],
        ['纸质材料', r['papers_archived'] ? '已归存' : r['round_id'] ? '未归存，归存后才能兑付' : ''],
      ]}
    >
      {(r) => (
        <>
          <RefusalReasons redemptionId={r.id} />
          <Checks entity="redemption" id={r.id} />
          <Payments redemptionId={r.id} />
          <RedemptionPapers id={r.id} orderId={Number(r['order_id'])} />
          {props.extra?.(r)}
        </>
      )}
    </CaseView>
  );
}

/** 总订单汇总列表: an institution's claims by quarter. */
export function RedemptionList(props: { orgId: number }) {
  const [data, { refetch }] = createResource(async () => ({
    rows: await list<Row>('redemptions', select, { institution_id: props.orgId }),
    states: await workflowStates(),
  }));
  const quarters = () => [...new Set((data()?.rows ?? []).map(quarter))];
  return (
    <>
      <h1>总订单汇总列表</h1>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <Show
            when={d().rows.length > 0}
            fallback={<Empty>还没有兑付申请。用户单位支付后，在「我的电子券」里申请兑付。</Empty>}
          >
            <For each={quarters()}>
              {(q) => {
                const rows = d().rows.filter((r) => quarter(r) === q);
                return (
                  <section class="card">
                    <h2>
                      {q || '形式审核中'}　
                      <span class="muted small">
                        {rows.length} 项，{formatFen(rows.reduce((n, r) => n + Number(r['amount_fen']), 0))} 元
                      </span>
                      <Show when={rows[0]?.['round_id']}>
                        　
                        <a
                          class="small"
                          href={`/settlement/?round=${rows[0]?.['round_id']}&institution=${props.orgId}`}
                          target="_blank"
                          rel="noopener"
                        >
                          打印结算单
                        </a>
                      </Show>
                    </h2>
                    <table class="stack">
                      <thead>
                        <tr>
                          <th>券号</th>
                          <th>检测</th>
                          <th>用户单位</th>
                          <th class="money">金额（元）</th>
                          <th>状态</th>
                        </tr>
                      </thead>
                      <tbody>
                        <For each={rows}>
                          {(r) => (
                            <tr>
                              <td data-label="券号">
                                <a
                                  href={hrefOf({ view: 'redemption', id: r.id })}
                                  onClick={(e) => follow(e, { view: 'redemption', id: r.id })}
                                >
                                  {text(r, 'voucher_no')}
                                </a>
                              </td>
                              <td data-label="检测">{inner(r, 'order', 'title')}</td>
                              <td data-label="用户单位">{inner(r, 'applicant')}</td>
                              <td data-label="金额（元）" class="money">
                                {formatFen(Number(r['amount_fen']))}
                              </td>
                              <td data-label="状态">
                                <span class="tag state">
                                  {d().states.find((s) => s.entity === 'redemption' && s.state === r.state)?.label}
                                </span>{' '}
                                <span class="muted small">{formatDate(text(r, 'state_since'))}</span>
                              </td>
                            </tr>
                          )}
                        </For>
                      </tbody>
                    </table>
                  </section>
                );
              }}
            </For>
          </Show>
        )}
      </Load>
    </>
  );
}
