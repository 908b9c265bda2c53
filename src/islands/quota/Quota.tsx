import { createResource, For, Show } from 'solid-js';
import { loadQuota } from '../../backend/quotas.ts';
import { number, text } from '../../backend/work.ts';
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
  retake: '收回（更正）',
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
                when={(d().certified && !d().suspended) || d().carried}
                fallback={
                  <section class="next">
                    <h2>{d().certified ? '暂停资格期间不能领取额度' : '下一步：先提交认证'}</h2>
                    <p>
                      {d().certified
                        ? '恢复之后即可领取；起止日期和原因见上方。'
                        : '认证为高新技术企业、科技型中小企业或创新创业团队后才能领取额度。'}
                    </p>
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
                                d().policy[d().kind === 'startup_team' ? 'quota_team_fen' : 'quota_enterprise_fen'],
                              ),
                            )}{' '}
                            元
                          </b>
                          ，当年有效，不结转。
                        </p>
                        <Show when={!d().certified || d().suspended}>
                          <p class="warn">
                            您{d().certified ? '正在暂停资格' : '的认证已过有效期'}
                            ：现在领取的额度只限用于上年转入审核的订单；恢复之后再领取一次，即可用于新的订单。
                          </p>
                        </Show>
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
                  <Show
                    when={q()['carried_only']}
                    fallback={
                      <p class="row">
                        <a class="button main" href="/instruments/">
                          去找仪器，创新券预约
                        </a>
                      </p>
                    }
                  >
                    <p class="warn">
                      这份额度只限用于上年转入审核的订单。认证和资格恢复之后，再领取一次即可用于新的订单。
                    </p>
                    <Show when={d().certified && !d().suspended && d().pledge}>
                      {(pledge) => (
                        <Form
                          title="恢复本年度额度"
                          button="领取"
                          action="claim_quota"
                          fields={[]}
                          build={(_v, request_id) => ({ request_id, pledge_id: pledge().id })}
                          onDone={() => void refetch()}
                        />
                      )}
                    </Show>
                  </Show>
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
