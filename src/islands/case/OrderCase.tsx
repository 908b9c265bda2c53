import { createResource, For, type JSX, Show } from 'solid-js';
import { loadOrder, type OrderData } from '../../backend/cases.ts';
import { inner, number, type Row, text } from '../../backend/work.ts';
import { formatFen, rawDeduction } from '../../domain/money.ts';
import { RefusalReasons } from '../review/Reasons.tsx';
import { Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { Rail } from '../ui/Rail.tsx';
import { go, hrefOf } from '../ui/route.ts';
import { Ticket } from '../ui/Ticket.tsx';
import { Actions } from './Actions.tsx';
import { Checks } from './Checks.tsx';
import { Difference } from './Difference.tsx';
import { History } from './History.tsx';
import { Papers } from './Papers.tsx';

export const voucherLabels: Record<string, string> = {
  unpaid: '未支付',
  paid: '已支付',
  redeemed: '兑付成功',
  failed: '兑付失败',
  expired: '已过期',
};

/** One order: next step, rail, fee lines with the reason beside each excluded one, papers, ticket, history with the full opinions. */
export function OrderCase(props: {
  id: number;
  extra?: (data: OrderData, refresh: () => void) => JSX.Element;
  onChanged?: () => void;
  reviewer?: boolean;
  children?: (data: OrderData) => JSX.Element;
}) {
  const [data, { refetch }] = createResource(() => props.id, loadOrder);
  const refresh = () => {
    void refetch();
    props.onChanged?.();
  };
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <article class="case">
          <header>
            <p class="muted small">{text(d().row, 'order_no')}</p>
            <h1>{text(d().row, 'title')}</h1>
            <p class="muted">
              {inner(d().row, 'applicant')} → {inner(d().row, 'institution')}　{text(d().row, 'resource_name')}{' '}
              {text(d().row, 'resource_model')}
            </p>
          </header>
          <Rail stations={d().stations} />
          <div class="split">
            <div>
              <NextStepFrame step={d().step}>
                <Actions
                  entity="order"
                  row={d().row}
                  actions={d().step.actions}
                  onDone={(result) => (result['state'] === 'discarded' ? go({ view: 'orders' }) : refresh())}
                  extra={props.extra?.(d(), refresh)}
                />
              </NextStepFrame>
              <Show
                when={d().submissions.length > 1 && (d().submissions.at(-1)?.['snapshot'] as Record<string, unknown>)}
              >
                {(now) => (
                  <Difference before={d().submissions.at(-2)?.['snapshot'] as Record<string, unknown>} after={now()} />
                )}
              </Show>
              <Show when={d().unsent}>
                <p class="warn">
                  下面是您保存的修改，还没有重新提交：管理单位和省平台看到的仍是上一次提交的内容和文件。
                </p>
              </Show>
              <Show when={props.reviewer || ['draft', 'returned'].includes(d().row.state ?? '')}>
                <Checks entity="order" id={props.id} />
              </Show>
              <FeeLines data={d()} />
              <Facts data={d()} />
              <Show when={props.reviewer || d().answers.some((a) => a['applies'])}>
                <Answers data={d()} />
              </Show>
              {props.children?.(d())}
            </div>
            <aside>
              <Show when={d().voucher}>
                {(v) => (
                  <Ticket
                    amountFen={number(v(), 'amount_fen')}
                    state={text(v(), 'state')}
                    label={voucherLabels[text(v(), 'state')] ?? ''}
                    no={text(v(), 'voucher_no')}
                    rate={d().row['rate_bp'] ? `${number(d().row, 'rate_bp') / 100}%` : ''}
                    withdrawn={Boolean(v()['withdrawn'])}
                    rectified={Boolean(v()['rectified'])}
                  >
                    <p class="small">
                      <a href={`/user/${hrefOf({ view: 'ticket', id: v().id })}`}>打印电子券</a>
                      <Show when={v()['paid_at']}>
                        {' '}
                        <a href={`/settlement/?order=${props.id}`} target="_blank" rel="noopener">
                          打印结算单
                        </a>
                      </Show>
                    </p>
                  </Ticket>
                )}
              </Show>
              <Papers papers={d().papers} current={number(d().row, 'revision_no') + Number(d().unsent)} />
              <Papers
                title="兑付材料"
                papers={d().redemptionPapers}
                current={number(d().redemption, 'supplement_no')}
              />
              <Show when={d().redemption}>{(r) => <RefusalReasons redemptionId={r().id} />}</Show>
              <History events={d().events} entity="order" id={props.id} />
            </aside>
          </div>
        </article>
      )}
    </Load>
  );
}

/** What is paid for, and for each excluded line the reason it counts nothing. */
export function FeeLines(props: { data: Pick<OrderData, 'row' | 'rateBp' | 'lines' | 'exclusions'> }) {
  const label = (code: unknown) =>
    text(props.data.exclusions.find((e) => e['code'] === code) as Row | undefined, 'label');
  const row = () => props.data.row;
  // Until it is approved an order goes by this year's rate, then by the one it was approved under (R6).
  const rate = () => number(row(), 'rate_bp') || props.data.rateBp;
  return (
    <section class="card">
      <h2>费用清单</h2>
      <table class="stack">
        <thead>
          <tr>
            <th>项目</th>
            <th>数量 × 单价</th>
            <th class="money">金额（元）</th>
            <th>是否可抵扣</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.data.lines}>
            {(l) => (
              <tr>
                <td data-label="项目">{text(l, 'description')}</td>
                <td data-label="数量 × 单价">
                  {Number(l['quantity'])} × {formatFen(number(l, 'unit_price_fen'))}
                </td>
                <td data-label="金额（元）" class="money">
                  {formatFen(number(l, 'amount_fen'))}
                </td>
                <td data-label="是否可抵扣">
                  <Show when={l['exclusion_code']} fallback="可抵扣">
                    <span class="tag">不可抵扣</span> {text(l, 'exclusion_code')} {label(l['exclusion_code'])}
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">可抵扣检测费</th>
            <td />
            <td class="money">{formatFen(number(row(), 'eligible_fee_fen'))}</td>
            <td>
              × {rate() / 100}% = {formatFen(rawDeduction(number(row(), 'eligible_fee_fen'), rate()))}
            </td>
          </tr>
          <Show when={row()['approved_fen'] ?? row()['accepted_fen'] ?? row()['figure_fen']}>
            {(fen) => (
              <tr>
                <th scope="row">
                  {row()['approved_fen']
                    ? '核定抵扣'
                    : row()['accepted_fen'] && row()['figure_fen'] === undefined
                      ? '提交时接受'
                      : '现在可抵扣'}
                </th>
                <td />
                <td class="money">
                  <b>{formatFen(Number(fen()))}</b>
                </td>
                <td>另付 {formatFen(number(row(), 'contract_total_fen') - Number(fen()))} 元</td>
              </tr>
            )}
          </Show>
        </tfoot>
      </table>
    </section>
  );
}

function Facts(props: { data: OrderData }) {
  const row = () => props.data.row;
  const project = () => row()['project'] as Record<string, string> | null;
  return (
    <section class="card">
      <h2>合同与项目</h2>
      <dl class="facts">
        <dt>合同号</dt>
        <dd>{text(row(), 'contract_no') || '—'}</dd>
        <dt>签订日期</dt>
        <dd>{text(row(), 'contract_signed_on') || '—'}</dd>
        <dt>合同总额</dt>
        <dd>
          {formatFen(number(row(), 'contract_total_fen'))} 元，其中检测费 {formatFen(number(row(), 'test_fee_fen'))} 元
        </dd>
        <Show when={project()}>
          {(p) => (
            <>
              <dt>研发项目</dt>
              <dd>
                {p()['title']}（{p()['tech_field']}，负责人 {p()['leader']}）
              </dd>
            </>
          )}
        </Show>
        <Show when={text(row(), 'purpose')}>
          <dt>检测目的</dt>
          <dd>{text(row(), 'purpose')}</dd>
        </Show>
        <Show when={text(row(), 'explanation')}>
          <dt>修改说明</dt>
          <dd>{text(row(), 'explanation')}</dd>
        </Show>
        <Show when={text(row(), 'expected_from')}>
          <dt>期望时间</dt>
          <dd>
            {text(row(), 'expected_from')} 至 {text(row(), 'expected_to')}
          </dd>
        </Show>
      </dl>
    </section>
  );
}

/** R9: what the applicant answered, with its justifications; what the system itself found stands among the checks. */
export function Answers(props: { data: Pick<OrderData, 'row' | 'answers' | 'exclusions'> }) {
  const label = (code: unknown) =>
    text(props.data.exclusions.find((e) => e['code'] === code) as Row | undefined, 'label');
  const applied = () => props.data.answers.filter((a) => a['applies']);
  return (
    <section class="card">
      <h2>适用范围自查</h2>
      <Show when={applied().length > 0} fallback={<p>申请人逐项回答：均无所列情形。</p>}>
        <ul>
          <For each={applied()}>
            {(a) => (
              <li>
                <span class="tag">有</span> {text(a, 'code')} {label(a['code'])}
                <Show when={text(a, 'justification')}>
                  <blockquote>{text(a, 'justification')}</blockquote>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={props.data.row['related_declared']}>
        <p>
          <b>申请人已声明双方存在关联关系。</b>
        </p>
      </Show>
    </section>
  );
}
