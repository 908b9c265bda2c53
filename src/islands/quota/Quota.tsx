import { createResource, For, Show } from 'solid-js';
import { claimQuota, loadQuota, type Quota as OwnQuota } from '../../backend/quotas.ts';
import { formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';
import { NotOpen } from '../ui/NotOpen.tsx';
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
  const again = () => void refetch();
  return (
    <Load of={data} retry={again}>
      {(d) => (
        <>
          <h1>申领创新券额度</h1>
          <Show
            when={d().quota}
            fallback={
              <Show
                when={(d().certified && !d().suspended) || d().carried}
                fallback={<NotYet certified={d().certified !== undefined} />}
              >
                <Claim of={d()} onChanged={again} />
              </Show>
            }
          >
            {(q) => (
              <>
                <YearsQuota of={d()} quota={q()} onChanged={again} />
                <Ledger of={d()} />
              </>
            )}
          </Show>
        </>
      )}
    </Load>
  );
}
type Loaded = Awaited<ReturnType<typeof loadQuota>>;

/** What has to be done before a quota can be claimed. */
function NotYet(props: { certified: boolean }) {
  return (
    <section class="next">
      <h2>{props.certified ? '暂停资格期间不能领取额度' : '下一步：先提交认证'}</h2>
      <p>
        {props.certified
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
  );
}

function Claim(props: { of: Loaded; onChanged: () => void }) {
  return (
    <Show
      when={!props.of.missing && props.of.pledge}
      fallback={<NotOpen year={props.of.year} missing={props.of.missing} />}
    >
      {(pledge) => (
        <>
          <section class="next mine">
            <h2>下一步：阅读并签署承诺书，领取 {props.of.year} 年额度</h2>
            <p>
              签署后系统立即发放{' '}
              <b>
                {formatFen(
                  Number(props.of.policy[props.of.kind === 'startup_team' ? 'quota_team_fen' : 'quota_enterprise_fen']),
                )}{' '}
                元
              </b>
              ，当年有效，不结转。
            </p>
            <Show when={!props.of.certified || props.of.suspended}>
              <p class="warn">
                您{props.of.certified ? '正在暂停资格' : '的认证已过有效期'}
                ：现在领取的额度只限用于上年转入审核的订单；恢复之后再领取一次，即可用于新的订单。
              </p>
            </Show>
          </section>
          <section class="card prose pledge">
            <h2>{pledge().title}</h2>
            <p class="muted">{pledge().year} 年版</p>
            <p>{pledge().body}</p>
          </section>
          <Form
            title="领取本年度额度"
            button="领取"
            fields={[{ name: 'agree', label: '我已阅读全文，代表本单位签署', kind: 'check' }]}
            send={(_, requestId) => claimQuota(pledge().id, requestId)}
            onDone={() => props.onChanged()}
          />
        </>
      )}
    </Show>
  );
}

function YearsQuota(props: { of: Loaded; quota: OwnQuota; onChanged: () => void }) {
  return (
    <section class="next">
      <h2>
        {props.quota.year} 年额度 {formatFen(props.quota.cap_fen)} 元
      </h2>
      <QuotaBar capFen={props.quota.cap_fen} spentFen={props.quota.spent_fen} heldFen={props.quota.held_fen} />
      <Show
        when={props.quota.carried_only}
        fallback={
          <p class="row">
            <a class="button main" href="/instruments/">
              去找仪器，创新券预约
            </a>
          </p>
        }
      >
        <p class="warn">这份额度只限用于上年转入审核的订单。认证和资格恢复之后，再领取一次即可用于新的订单。</p>
        <Show when={props.of.certified && !props.of.suspended && props.of.pledge}>
          {(pledge) => (
            <Form
              title="恢复本年度额度"
              button="领取"
              fields={[]}
              send={(_, requestId) => claimQuota(pledge().id, requestId)}
              onDone={() => props.onChanged()}
            />
          )}
        </Show>
      </Show>
    </section>
  );
}

/** Every movement of the quota. */
function Ledger(props: { of: Loaded }) {
  return (
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
          <For each={props.of.ledger}>
            {(e) => (
              <tr>
                <td data-label="时间">{formatTime(e.at)}</td>
                <td data-label="事项">
                  {entries[e.kind]}
                  <Show when={e.order_id}>
                    {(id) => (
                      <>
                        {' '}
                        <a
                          href={hrefOf({ view: 'order', id: id() })}
                          onClick={(ev) => follow(ev, { view: 'order', id: id() })}
                        >
                          查看订单
                        </a>
                      </>
                    )}
                  </Show>
                </td>
                <td data-label="金额（元）" class="money">
                  {formatFen(e.amount_fen)}
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
}
