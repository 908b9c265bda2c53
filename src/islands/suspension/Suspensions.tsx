import { createResource, createSignal, For, Show } from 'solid-js';
import { today } from '../../backend/policy.ts';
import {
  type Found,
  findOrganizations,
  suspensions,
  liftSuspension,
  suspendOrganization,
} from '../../backend/suspensions.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { Find } from '../ui/Find.tsx';
import { type Field, Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';

const kinds: Record<string, string> = { applicant: '用户单位', institution: '管理单位' };

/** 暂停资格 (R46): one person of 省科技厅 suspends and lifts; platform and finance read. */
export function Suspensions(props: { decides: boolean }) {
  const [rows, { refetch }] = createResource(async () => {
    const [day, all, label] = await Promise.all([today(), suspensions(), labelsOf('suspension')]);
    return { day, all, label };
  });
  const [lifting, setLifting] = createSignal<number>();
  return (
    <>
      <h1>暂停资格</h1>
      <p class="muted">
        {props.decides
          ? '由一位工作人员决定，写明起止日期和原因；到期自行恢复，也可以提前解除。被暂停的单位看得到全文，公众只看到暂停预约。'
          : '由省科技厅决定和解除；到期自行恢复。'}
      </p>
      <Show when={props.decides}>
        <Suspend onDone={() => void refetch()} />
      </Show>
      <Load of={rows} retry={() => void refetch()}>
        {(d) => (
          <Show when={d().all.length > 0} fallback={<Empty>没有暂停过任何单位。</Empty>}>
            <For each={d().all}>
              {(s) => (
                <section class="card">
                  <h2>
                    {s.applicant?.name ?? s.institution?.name}{' '}
                    <span class="tag state">
                      {s.state === 'suspended' && d().day < s.from_on ? '尚未开始' : d().label(s.state)}
                    </span>
                  </h2>
                  <p>
                    {s.applicant ? '用户单位' : '管理单位'} · {s.from_on} 至 {s.to_on}
                    {s.institution && ` · 兑付${s.holds_payouts ? '等待' : '照常'}`}
                    {s.state !== 'suspended' && ` · ${d().label(s.state)}于 ${formatDate(s.state_since)}`}
                  </p>
                  <blockquote>{s.reason}</blockquote>
                  <Show when={props.decides && s.state === 'suspended'}>
                    <button
                      type="button"
                      class="button"
                      aria-expanded={lifting() === s.id}
                      onClick={() => setLifting(lifting() === s.id ? undefined : s.id)}
                    >
                      解除暂停
                    </button>
                    <Show when={lifting() === s.id}>
                      <Form
                        title="解除暂停"
                        button="确定解除"
                        focus
                        fields={[{ name: 'reason', label: '原因（该单位会看到全文）', kind: 'long', min: 2 }]}
                        send={(v, requestId) => liftSuspension(s.id, requestId, v.reason)}
                        onDone={() => {
                          setLifting(undefined);
                          void refetch();
                        }}
                      >
                        <p>解除后资格立即恢复，公众目录恢复预约。</p>
                      </Form>
                    </Show>
                  </Show>
                </section>
              )}
            </For>
          </Show>
        )}
      </Load>
    </>
  );
}

/** First the organization, then the days, the reason and what becomes of its payouts. */
function Suspend(props: { onDone: () => void }) {
  const fields = (kind: Found['kind']): Field[] => [
    { name: 'from_on', label: '自（含当日）', kind: 'date' },
    { name: 'to_on', label: '至（含当日）', kind: 'date' },
    ...(kind === 'institution'
      ? [
          {
            name: 'holds_payouts',
            label: '它的兑付',
            kind: 'choice',
            options: [
              ['no', '照常进行'],
              ['yes', '在暂停期间等待（已在银行文件里的照常付）'],
            ],
          } satisfies Field,
        ]
      : []),
    { name: 'reason', label: '原因（该单位会看到全文）', kind: 'long', min: 2 },
  ];
  return (
    <section class="next">
      <h2>暂停一个单位</h2>
      <Find
        label="单位名称或统一社会信用代码"
        find={findOrganizations}
        none="没有找到这个单位。"
        name={(o) => o.name}
        about={(o) => `${kinds[o.kind]}${o.uscc ? ` · ${o.uscc}` : ''}`}
      >
        {(o, leave, done) => (
          <>
            <p>
              <b>{o().name}</b>（{kinds[o().kind]}）{' '}
              <button type="button" class="link" onClick={leave}>
                换一个
              </button>
            </p>
            <Form
              title="起止与原因"
              button="暂停资格"
              grave
              fields={fields(o().kind)}
              send={(v, requestId) =>
                suspendOrganization(
                  o().id,
                  {
                    from_on: String(v['from_on']),
                    to_on: String(v['to_on']),
                    holds_payouts: v['holds_payouts'] === 'yes',
                    reason: String(v['reason']),
                  },
                  requestId,
                )
              }
              onDone={() => {
                done();
                props.onDone();
              }}
            >
              <p>
                {o().kind === 'institution'
                  ? '暂停期间它不接新的预约、不发布资源，没有受理的订单等待；正在履行的照常完成和兑付。'
                  : '暂停期间它不能领取额度、登记项目或首次提交订单；已经开始的照常办完。'}
              </p>
            </Form>
          </>
        )}
      </Find>
    </section>
  );
}
