import { createResource, For, Show } from 'solid-js';
import { loadQuota } from '../../backend/quotas.ts';
import { number, type Row, text } from '../../backend/work.ts';
import { formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';
import { QuotaBar } from '../ui/QuotaBar.tsx';
import { follow, hrefOf } from '../ui/route.ts';

const entries: Record<string, string> = {
  grant: '发放',
  hold: '占用',
  release: '释放',
  spend: '支付',
  restore: '退还',
};

/** 申领创新券额度 (R4): the pledge's full text, one box, one button; afterwards the bar and every movement of the ledger. */
export function Quota(props: { orgId: number }) {
  const [data, { refetch }] = createResource(() => loadQuota(props.orgId));
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <>
          <h1>申领创新券额度</h1>
          <Show
            when={d().quota}
            fallback={
              <Show
                when={d().certified}
                fallback={
                  <section class="next">
                    <h2>下一步：先提交认证</h2>
                    <p>认证为高新技术企业、科技型中小企业或创新创业团队后才能领取额度。</p>
                    <a
                      class="button main"
                      href={hrefOf({ view: 'certification' })}
                      onClick={(e) => follow(e, { view: 'certification' })}
                    >
                      去认证
                    </a>
                  </section>
                }
              >
                <Show when={d().pledge} fallback={<p class="empty">{d().year} 年度还没有开放申领，请留意通知公告。</p>}>
                  {(pledge) => (
                    <>
                      <section class="next mine">
                        <h2>下一步：阅读并签署承诺书，领取 {d().year} 年额度</h2>
                        <p>
                          签署后系统立即发放{' '}
                          <b>
                            {formatFen(
                              Number(
                                d().policy[
                                  text(d().certified as Row, 'kind') === 'startup_team'
                                    ? 'quota_team_fen'
                                    : 'quota_enterprise_fen'
                                ],
                              ),
                            )}{' '}
                            元
                          </b>
                          ，当年有效，不结转。
                        </p>
                      </section>
                      <section class="card prose pledge">
                        <h2>{text(pledge(), 'title')}</h2>
                        <p class="muted">{text(pledge(), 'year')} 年版</p>
                        <p>{text(pledge(), 'body')}</p>
                      </section>
                      <Form
                        title="领取本年度额度"
                        button="领取"
                        action="claim_quota"
                        fields={[{ name: 'agree', label: '我已阅读全文，代表本单位签署', kind: 'check' }]}
                        build={(_v, request_id) => ({ request_id, pledge_id: pledge().id })}
                        onDone={() => void refetch()}
                      />
                    </>
                  )}
                </Show>
              </Show>
            }
          >
            {(q) => (
              <>
                <section class="next">
                  <h2>
                    {text(q(), 'year')} 年额度 {formatFen(number(q(), 'cap_fen'))} 元
                  </h2>
                  <QuotaBar
                    capFen={number(q(), 'cap_fen')}
                    spentFen={number(q(), 'spent_fen')}
                    heldFen={number(q(), 'held_fen')}
                  />
                  <p class="row">
                    <a class="button main" href="/instruments/">
                      去找仪器，创新券预约
                    </a>
                  </p>
                </section>
                <section class="card">
                  <h2>额度明细</h2>
                  <table class="stack">
                    <thead>
                      <tr>
                        <th>时间</th>
                        <th>事项</th>
                        <th class="money">金额（元）</th>
                      </tr>
                    </thead>
                    <tbody>
                      <For each={d().ledger}>
                        {(e) => (
                          <tr>
                            <td data-label="时间">{formatTime(text(e, 'at'))}</td>
                            <td data-label="事项">
                              {entries[text(e, 'kind')]}
                              <Show when={e['order_id']}>
                                {' '}
                                <a
                                  href={hrefOf({ view: 'order', id: Number(e['order_id']) })}
                                  onClick={(ev) => follow(ev, { view: 'order', id: Number(e['order_id']) })}
                                >
                                  查看订单
                                </a>
                              </Show>
                            </td>
                            <td data-label="金额（元）" class="money">
                              {formatFen(number(e, 'amount_fen'))}
                            </td>
                          </tr>
                        )}
                      </For>
                    </tbody>
                  </table>
                </section>
              </>
            )}
          </Show>
        </>
      )}
    </Load>
  );
}
