import { createResource, For, Show } from 'solid-js';
import { loadRound } from '../../backend/rounds.ts';
import { inner, list, number, type Row, text, workflowStates } from '../../backend/work.ts';
import { formatDate, formatTime, withWeekday } from '../../domain/dates.ts';
import { toCsv } from '../../domain/csv.ts';
import { formatFen } from '../../domain/money.ts';
import { Actions } from '../case/Actions.tsx';
import { History } from '../case/History.tsx';
import { downloadText } from '../ui/download.ts';
import { ExportButton } from '../ui/ExportButton.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { Rail } from '../ui/Rail.tsx';
import { ReviewProgress } from '../review/Progress.tsx';
import { AssignRecommender } from '../review/Recommender.tsx';
import { SendBack } from '../review/SendBack.tsx';
import { follow, hrefOf } from '../ui/route.ts';

const name = (r: Row) => `${text(r, 'year')} 年第 ${text(r, 'quarter')} 季度`;

/** 季度汇总: every quarter and how far it is. */
export function Rounds() {
  const [data, { refetch }] = createResource(async () => ({
    rows: await list<Row>('rounds', '*', {}),
    states: await workflowStates(),
  }));
  return (
    <>
      <h1>季度汇总</h1>
      <p class="row noprint">
        <span class="muted">全部数据：</span>
        <ExportButton what="payouts">兑付 CSV</ExportButton>
        <ExportButton what="redemptions">兑付申请 CSV</ExportButton>
        <ExportButton what="orders">订单 CSV</ExportButton>
      </p>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <Show when={d().rows.length > 0} fallback={<Empty>还没有季度汇总。第一件兑付申请通过形式审核后出现。</Empty>}>
            <table class="stack">
              <thead>
                <tr>
                  <th>季度</th>
                  <th>汇总期限</th>
                  <th>状态</th>
                </tr>
              </thead>
              <tbody>
                <For each={d().rows}>
                  {(r) => (
                    <tr>
                      <td data-label="季度">
                        <a
                          href={hrefOf({ view: 'round', id: r.id })}
                          onClick={(e) => follow(e, { view: 'round', id: r.id })}
                        >
                          {name(r)}
                        </a>
                      </td>
                      <td data-label="汇总期限">
                        {text(r, 'close_due_on') ? withWeekday(text(r, 'close_due_on')) : '放假安排尚未发布'}
                      </td>
                      <td data-label="状态">
                        <span class="tag state">
                          {d().states.find((s) => s.entity === 'round' && s.state === r.state)?.label}
                        </span>{' '}
                        <span class="muted small">{formatDate(text(r, 'state_since'))}</span>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </Show>
        )}
      </Load>
    </>
  );
}

const path: [state: string, label: string, who: string][] = [
  ['open', '归集', '省平台'],
  ['listed', '汇总', '省平台'],
  ['in_review', '专家评审', '专家'],
  ['reported', '上报', '省科技厅'],
  ['department_confirmed', '省科技厅确认', '省财政厅'],
  ['finance_confirmed', '省财政厅确认', '省平台'],
  ['in_notice', '公示', '公众'],
  ['paying', '兑付', '省平台'],
  ['settled', '办结', ''],
];

/** One quarter: next step and rail, the items in order of payment, experts' progress, papers, history. */
export function Round(props: { id: number; platform: boolean }) {
  const [data, { refetch }] = createResource(() => props.id, loadRound);
  const [states] = createResource(workflowStates);
  const label = (entity: string, state: unknown) =>
    states()?.find((s) => s.entity === entity && s.state === state)?.label ?? '';
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => {
        const at = () => path.findIndex(([s]) => s === d().row.state);
        const votesOf = (id: number) =>
          d().votes.filter(
            (v) => v['redemption_id'] === id && v['turn'] === d().items.find((i) => i.id === id)?.['review_turn'],
          );
        const csv = () =>
          toCsv(
            ['序号', '券号', '订单', '用户单位', '管理单位', '金额（元）', '支付时间', '评审结果', '状态', '兑付日期'],
            d().items.map((i, n) => [
              n + 1,
              text(i, 'voucher_no'),
              inner(i, 'order', 'order_no'),
              inner(i, 'applicant'),
              inner(i, 'institution'),
              (number(i, 'amount_fen') / 100).toFixed(2),
              formatTime(text(i, 'paid_at')),
              i['expert_result'] === 'yes' ? '通过' : i['expert_result'] === 'no' ? '不通过' : '',
              label('redemption', i.state),
              (() => {
                const p = d().payouts.find((x) => x['redemption_id'] === i.id);
                return p ? formatDate(text(p, 'paid_out_at')) : '';
              })(),
            ]),
          );
        return (
          <article class="case">
            <h1>{name(d().row)}</h1>
            <Rail
              stations={path.map(([, l, who], i) => ({
                label: l,
                who: i === at() ? who : '',
                when: '',
                status: i < at() || d().row.state === 'settled' ? 'past' : i === at() ? 'now' : 'later',
              }))}
            />
            <NextStepFrame step={d().step}>
              <Show when={d().row.state === 'open'}>
                <p>
                  汇总期限：
                  <b>
                    {text(d().row, 'close_due_on')
                      ? withWeekday(text(d().row, 'close_due_on'))
                      : '放假安排尚未发布，待定'}
                  </b>
                  （按国务院放假安排计算）。到期未汇总的由系统汇总。
                </p>
              </Show>
              <Show when={d().notice}>
                {(n) => (
                  <p>
                    公示 {text(n(), 'from_on')} 至 {text(n(), 'to_on')}：
                    <a href={`/notices/${n().id}/`}>{text(n(), 'title')}</a>
                  </p>
                )}
              </Show>
              <Actions
                entity="round"
                row={d().row}
                actions={d().step.actions}
                onDone={() => void refetch()}
                extra={
                  <Show when={d().step.actions.some((a) => a.action === 'send_back')}>
                    <SendBack roundId={props.id} items={d().items} onDone={() => void refetch()} />
                  </Show>
                }
              />
            </NextStepFrame>
            <Show when={props.platform && d().items.some((i) => i['review_open'])}>
              <ReviewProgress roundId={props.id} onChanged={() => void refetch()} />
            </Show>
            <section class="card">
              <div class="row">
                <h2>
                  {d().items.length} 项：通过 {d().sums.passed} 项 {formatFen(d().sums.passed_fen)} 元，不通过{' '}
                  {d().sums.refused} 项 {formatFen(d().sums.refused_fen)} 元，未定 {d().sums.undecided} 项{' '}
                  {formatFen(d().sums.undecided_fen)} 元
                </h2>
                <button
                  type="button"
                  class="button push"
                  onClick={() => downloadText(`${name(d().row)}.csv`, csv(), 'text/csv;charset=utf-8')}
                >
                  下载 CSV
                </button>
              </div>
              <Show when={d().items.length > 0} fallback={<Empty>本季度还没有通过形式审核的兑付申请。</Empty>}>
                <table class="stack">
                  <thead>
                    <tr>
                      <th>支付先后</th>
                      <th>券号</th>
                      <th>检测</th>
                      <th>用户单位</th>
                      <th>管理单位</th>
                      <th class="money">金额（元）</th>
                      <th>专家意见</th>
                      <th>状态</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={d().items}>
                      {(i, n) => (
                        <tr>
                          <td data-label="支付先后">{n() + 1}</td>
                          <td data-label="券号">{text(i, 'voucher_no')}</td>
                          <td data-label="检测">
                            <a
                              href={hrefOf({ view: 'case', id: number(i, 'order_id') })}
                              onClick={(e) => follow(e, { view: 'case', id: number(i, 'order_id') })}
                            >
                              {inner(i, 'order', 'title')}
                            </a>
                          </td>
                          <td data-label="用户单位">{inner(i, 'applicant')}</td>
                          <td data-label="管理单位">{inner(i, 'institution')}</td>
                          <td data-label="金额（元）" class="money">
                            {formatFen(number(i, 'amount_fen'))}
                          </td>
                          <td data-label="专家意见">
                            <Show
                              when={i['expert_result']}
                              fallback={`${d().assignments.filter((a) => a['redemption_id'] === i.id && a['active']).length || '未分配'}${d().assignments.length > 0 ? ' 位' : ''}`}
                            >
                              {i['expert_result'] === 'yes' ? '通过' : '不通过'}
                              <For each={votesOf(i.id).filter((v) => v['verdict'] === 'no')}>
                                {(v) => <blockquote class="small">{text(v, 'reason')}</blockquote>}
                              </For>
                            </Show>
                          </td>
                          <td data-label="状态">
                            <span class="tag state">{label('redemption', i.state)}</span>
                            <Show when={String(i.state).startsWith('re_')}>
                              {' '}
                              <a
                                href={hrefOf({ view: 'item', id: i.id })}
                                onClick={(e) => follow(e, { view: 'item', id: i.id })}
                              >
                                办理复评
                              </a>
                            </Show>
                          </td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </Show>
            </section>
            <Show when={d().packs.length > 0}>
              <section class="card">
                <h2>纸质材料</h2>
                <ul>
                  <For each={d().packs}>
                    {(p) => (
                      <li>
                        {inner(p, 'institution')} <span class="tag state">{label('paper_pack', p.state)}</span>{' '}
                        <a href={`/papers/?pack=${p.id}`} target="_blank" rel="noopener">
                          查看
                        </a>{' '}
                        <Show when={props.platform}>
                          <a
                            href={hrefOf({ view: 'pack', id: p.id })}
                            onClick={(e) => follow(e, { view: 'pack', id: p.id })}
                          >
                            办理
                          </a>
                          <Show when={inner(p, 'institution', 'recommender_id') === ''}>
                            <AssignRecommender
                              institution={p['institution'] as { id: number; name: string }}
                              onDone={() => void refetch()}
                            />
                          </Show>
                        </Show>
                      </li>
                    )}
                  </For>
                </ul>
              </section>
            </Show>
            <History events={d().events} />
          </article>
        );
      }}
    </Load>
  );
}
