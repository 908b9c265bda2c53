import { createSignal, Show } from 'solid-js';
import { type Objection, objections, decideObjection } from '../../backend/objections.ts';
import { formatTime } from '../../domain/dates.ts';
import { DataCards } from '../ui/DataCards.tsx';
import { Form } from '../ui/Form.tsx';

/** 异议 (R28): recorded for all staff to read, decided by 省科技厅. */
export function Objections(props: { decides: boolean }) {
  const [decided, setDecided] = createSignal(0);
  return (
    <>
      <h1>公示异议</h1>
      <DataCards<Objection>
        list={({ state }) => objections(state ?? '')}
        order={{ columns: ['id'], descending: true }}
        filters={[
          {
            name: 'state',
            label: '显示',
            options: [
              ['open', '待裁定'],
              ['decided', '已裁定'],
            ],
          },
        ]}
        again={decided()}
        empty="没有收到异议。公示期内任何人都可以实名提出。"
        summary={(total) => `共 ${total} 件`}
      >
        {(o) => <ObjectionCard objection={o} decides={props.decides} onDecided={() => setDecided(decided() + 1)} />}
      </DataCards>
    </>
  );
}

function ObjectionCard(props: { objection: Objection; decides: boolean; onDecided: () => void }) {
  const o = props.objection;
  return (
    <section class="card">
      <h2>
        {o.redemption?.order?.title}（{o.redemption?.voucher_no}）
      </h2>
      <p class="muted">
        <Show when={o.needs_look}>
          <span class="tag">来得太多时收下，请先看是否灌水</span>{' '}
        </Show>
        {o.receipt} · {o.real_name} · {o.contact} · {formatTime(o.submitted_at)}
      </p>
      <blockquote>{o.body}</blockquote>
      <Show when={o.evidence}>
        <p>证据说明：</p>
        <blockquote>{o.evidence}</blockquote>
      </Show>
      <Show
        when={o.decision}
        fallback={
          <Show
            when={props.decides}
            fallback={
              <p>
                <span class="tag">待省科技厅裁定</span>
              </p>
            }
          >
            <Decision id={o.id} onDecided={props.onDecided} />
          </Show>
        }
      >
        <p>
          <span class="tag state">{o.decision === 'upheld' ? '成立' : '不成立'}</span> {o.decision_reason}
        </p>
      </Show>
    </section>
  );
}

const Decision = (props: { id: number; onDecided: () => void }) => (
  <Form
    title="裁定"
    button="裁定"
    fields={[
      {
        name: 'upheld',
        label: '结论',
        kind: 'choice',
        options: [
          ['no', '不成立：结果不变'],
          ['yes', '成立：通过的退出兑付；不通过的由另一组专家复评一次'],
        ],
      },
      { name: 'reason', label: '理由', kind: 'long', min: 2 },
    ]}
    send={(v, requestId) => decideObjection(props.id, v.upheld === 'yes', v.reason, requestId)}
    onDone={props.onDecided}
  />
);
