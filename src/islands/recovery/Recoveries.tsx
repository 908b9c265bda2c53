import { createResource, createSignal, For, Show } from 'solid-js';
import { today } from '../../backend/policy.ts';
import {
  answerRecovery,
  cancelRecovery,
  decideRecovery,
  findArrived,
  type Recovery,
  recordRepayment,
  recoveries,
} from '../../backend/recoveries.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate, formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Find } from '../ui/Find.tsx';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';

type Act = 'decide' | 'cancel' | 'record' | 'answer';

/** 追回 (R44): 省科技厅 decides, the institution answers, 省财政厅 records what comes back; what one may do stands in `can`. */
export function Recoveries(props: { can: Act[]; orgId?: number }) {
  const [rows, { refetch }] = createResource(async () => {
    const [all, label, day] = await Promise.all([recoveries(props.orgId), labelsOf('recovery'), today()]);
    return { all, label, day };
  });
  return (
    <>
      <h1>追回</h1>
      <p class="muted">
        到账之后决定收回的款项。电子券仍为兑付成功，额度不退还，不与别的款项相抵；退回的钱记入退回当年的资金。
      </p>
      <Show when={props.can.includes('decide')}>
        <Decide onDone={() => void refetch()} />
      </Show>
      <Load of={rows} retry={() => void refetch()}>
        {(d) => (
          <Show when={d().all.length > 0} fallback={<Empty>没有追回的款项。</Empty>}>
            <For each={d().all}>
              {(r) => (
                <One
                  recovery={r}
                  label={d().label(r.state)}
                  day={d().day}
                  can={props.can}
                  onDone={() => void refetch()}
                />
              )}
            </For>
          </Show>
        )}
      </Load>
    </>
  );
}

function One(props: { recovery: Recovery; label: string; day: string; can: Act[]; onDone: () => void }) {
  const [open, setOpen] = createSignal<Act>();
  const r = () => props.recovery;
  const left = () => r().amount_fen - r().returned_fen;
  const acts = (): [Act, string][] =>
    r().state !== 'recovering'
      ? []
      : (
          [
            ['answer', r().answer ? '再答复' : '答复'],
            ['record', '登记退回的款项'],
            ...(r().returned_fen === 0 ? [['cancel', '撤销追回'] as [Act, string]] : []),
          ] as [Act, string][]
        ).filter(([a]) => props.can.includes(a));
  const done = () => {
    setOpen(undefined);
    props.onDone();
  };
  return (
    <section class="card">
      <h2>
        电子券 {r().redemption.voucher_no} <span class="tag state">{props.label}</span>
      </h2>
      <p>
        {r().institution.name} · 追回 <b>{formatFen(r().amount_fen)} 元</b>，已退回 {formatFen(r().returned_fen)} 元
        <Show when={r().state === 'recovering'}>，还差 {formatFen(left())} 元</Show>
        <span class="muted small"> · 决定于 {formatDate(r().created_at)}</span>
      </p>
      <p>原因：</p>
      <blockquote>{r().reason}</blockquote>
      <Show when={r().answer}>
        <p>管理单位的答复（{formatTime(r().answered_at as string)}）：</p>
        <blockquote>{r().answer}</blockquote>
      </Show>
      <Show when={r().instalments.length > 0}>
        <table class="stack">
          <thead>
            <tr>
              <th>退回之日</th>
              <th>银行流水号</th>
              <th class="money">金额（元）</th>
            </tr>
          </thead>
          <tbody>
            <For each={r().instalments}>
              {(i) => (
                <tr>
                  <td data-label="退回之日">{i.received_on}</td>
                  <td data-label="银行流水号">{i.reference}</td>
                  <td data-label="金额（元）" class="money">
                    {formatFen(i.amount_fen)}
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <div class="row">
        <For each={acts()}>
          {([act, label]) => (
            <button
              type="button"
              class="button"
              aria-expanded={open() === act}
              onClick={() => setOpen(open() === act ? undefined : act)}
            >
              {label}
            </button>
          )}
        </For>
      </div>
      <Show when={open() === 'answer'}>
        <Form
          title="答复"
          button="提交答复"
          focus
          fields={[{ name: 'answer', label: '说明（省科技厅会看到全文）', kind: 'long', min: 2 }]}
          send={(v, requestId) => answerRecovery(r().id, v.answer, requestId)}
          onDone={done}
        >
          <p>答复不改变追回；同意的请把款项退回原付款账户。</p>
        </Form>
      </Show>
      <Show when={open() === 'record'}>
        <Form
          title="登记退回的款项"
          button="登记"
          focus
          fields={[
            { name: 'amount_fen', label: '金额（元）', kind: 'yuan', hint: `最多 ${formatFen(left())} 元` },
            { name: 'received_on', label: '退回之日', kind: 'date', value: props.day },
            { name: 'reference', label: '银行流水号', kind: 'text', max: 100 },
          ]}
          send={(v, requestId) => recordRepayment(r().id, v, requestId)}
          onDone={done}
        >
          <p>登记之后不能更改；这笔钱记入退回当年的资金。</p>
        </Form>
      </Show>
      <Show when={open() === 'cancel'}>
        <Form
          title="撤销追回"
          button="确定撤销"
          grave
          focus
          fields={[{ name: 'reason', label: '原因（管理单位会看到全文）', kind: 'long', min: 2 }]}
          send={(v, requestId) => cancelRecovery(r().id, v.reason, requestId)}
          onDone={done}
        />
      </Show>
    </section>
  );
}

/** First what has arrived, then how much comes back and why. */
function Decide(props: { onDone: () => void }) {
  return (
    <section class="next">
      <h2>决定追回</h2>
      <Find
        label="券号或管理单位"
        find={findArrived}
        none="没有找到到账的款项。"
        name={(p) => p.voucher_no}
        about={(p) =>
          `${p.institution_name} · ${formatFen(p.amount_fen)} 元 · ${p.arrived_on} 到账${p.recoverable_fen === 0 ? ' · 已决定全部追回' : ''}`
        }
        closed={(p) => p.recoverable_fen === 0}
      >
        {(p, leave, done) => (
          <>
            <p>
              <b>电子券 {p().voucher_no}</b>（{p().institution_name}，到账 {formatFen(p().amount_fen)} 元）{' '}
              <button type="button" class="link" onClick={leave}>
                换一笔
              </button>
            </p>
            <Form
              title="追回多少、为什么"
              button="决定追回"
              grave
              focus
              fields={[
                {
                  name: 'amount_fen',
                  label: '追回金额（元）',
                  kind: 'yuan',
                  value: formatFen(p().recoverable_fen),
                  hint: `最多 ${formatFen(p().recoverable_fen)} 元`,
                },
                { name: 'reason', label: '原因（管理单位会看到全文）', kind: 'long', min: 2 },
              ]}
              send={(v, requestId) => decideRecovery(p().redemption_id, v, requestId)}
              onDone={() => {
                done();
                props.onDone();
              }}
            >
              <p>管理单位随即收到通知，可以答复；电子券标出“追回中”，公众看不到原因。</p>
            </Form>
          </>
        )}
      </Find>
    </section>
  );
}
