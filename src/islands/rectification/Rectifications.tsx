import { createResource, createSignal, For, Show } from 'solid-js';
import {
  correctableDecisions,
  type Decided,
  type Decision,
  findDecided,
  type Rectification,
  rectifications,
  advanceRectification,
  proposeRectification,
} from '../../backend/rectifications.ts';
import { formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { Find } from '../ui/Find.tsx';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { Blocks } from './Blocks.tsx';
import { ResultChange, resultOutcome } from './ResultChange.tsx';

const outcomes: Record<string, string> = {
  approve: '撤销通过：业务回到待审核；订单的电子券作废、占用的额度退还。',
  pass: '撤销形式审核通过：离开本季度，占下的发票放开，回到待形式审核。',
  return: '撤销不通过：不计次数，业务回到作决定之前；兑付失败的，额度先收回。',
};

const kindOf = (words: string | null) => (words?.startsWith('到账') ? 'arrived' : 'returned');
const outcomeOf = (r: Rectification) =>
  r.payment_no ? resultOutcome(kindOf(r.was), kindOf(r.becomes)) : outcomes[r.action];

/** 更正 (R45): one officer of the platform proposes, another confirms; department and finance read. */
export function Rectifications(props: { proposes: boolean }) {
  const [older, setOlder] = createSignal<Rectification[]>([]);
  const [rows, { refetch }] = createResource(() => rectifications());
  const all = () => [...(rows.latest ?? []), ...older()];
  const again = () => {
    setOlder([]);
    void refetch();
  };
  const more = async () => {
    const next = await rectifications(all().at(-1)?.id);
    setOlder([...older(), ...next]);
  };
  return (
    <>
      <h1>更正</h1>
      <p class="muted">
        审核或登记银行结果错了，在没有后续业务之前可以更正：一人提出，另一人确认。原来的和更正都留在业务的经过里，双方都收到通知。
      </p>
      <Show when={props.proposes}>
        <Propose onDone={again} />
      </Show>
      <Load of={rows} retry={() => void refetch()}>
        {() => (
          <Show when={all().length > 0} fallback={<Empty>还没有更正过任何决定。</Empty>}>
            <For each={all()}>{(r) => <One rectification={r} decides={props.proposes} onDone={again} />}</For>
            <Show when={all().length % 100 === 0}>
              <button type="button" class="button" onClick={() => void more()}>
                更早的
              </button>
            </Show>
          </Show>
        )}
      </Load>
    </>
  );
}

function One(props: { rectification: Rectification; decides: boolean; onDone: () => void }) {
  const [open, setOpen] = createSignal<string>();
  const r = () => props.rectification;
  const waits = () => r().state === 'proposed';
  const actions = () =>
    r().mine
      ? [['withdraw', '撤回提议'] as const]
      : [...(r().blocks.length === 0 ? [['confirm', '确认更正'] as const] : []), ['refuse', '不予更正'] as const];
  return (
    <section class="card">
      <h2>
        {r().label} {r().number} <span class="tag state">{r().state_label}</span>
      </h2>
      <p class="muted small">
        提出于 {formatTime(r().created_at)}
        {!waits() && `，${r().state_label}于 ${formatTime(r().state_since)}`}
      </p>
      <Show when={r().payment_no}>
        <dl class="facts">
          <dt>拨付</dt>
          <dd>
            {r().payment_no}，{formatFen(r().amount_fen)} 元
          </dd>
          <dt>原来记的</dt>
          <dd>{r().was}</dd>
          <dt>应当记的</dt>
          <dd>
            <b>{r().becomes}</b>
          </dd>
        </dl>
      </Show>
      <p>{outcomeOf(r())}</p>
      <p>原因（双方看得到）：</p>
      <blockquote>{r().reason}</blockquote>
      <p>依据（只给工作人员）：</p>
      <blockquote>{r().evidence}</blockquote>
      <Show when={r().answer}>
        <p>不予更正的原因：</p>
        <blockquote>{r().answer}</blockquote>
      </Show>
      <Blocks of={r().blocks} />
      <Show when={waits() && props.decides}>
        <Show when={r().mine}>
          <p class="muted">由您提出，须由另一位审核人员确认。</p>
        </Show>
        <div class="row">
          <For each={actions()}>
            {([action, label]) => (
              <button
                type="button"
                class={`button ${action === 'confirm' ? 'main' : ''}`}
                aria-expanded={open() === action}
                onClick={() => setOpen(open() === action ? undefined : action)}
              >
                {label}
              </button>
            )}
          </For>
        </div>
        <For each={actions().filter(([a]) => a === open())}>
          {([action, label]) => (
            <Form
              title={label}
              button={action === 'confirm' ? '确定更正' : `确定${label}`}
              grave={action !== 'confirm'}
              focus
              fields={action === 'refuse' ? [{ name: 'reason', label: '原因', kind: 'long', min: 2 }] : []}
              send={(v, requestId) => advanceRectification(r().id, action, v.reason ?? null, requestId)}
              onDone={() => {
                setOpen(undefined);
                props.onDone();
              }}
            >
              <Show when={action === 'confirm'}>
                <p>
                  <b>{outcomeOf(r())}</b>
                </p>
              </Show>
            </Form>
          )}
        </For>
      </Show>
    </section>
  );
}

/** First the case, then which of its decisions, then why. */
function Propose(props: { onDone: () => void }) {
  return (
    <section class="next">
      <h2>提出更正</h2>
      <Find
        label="订单号、券号、业务编号、银行流水号、证书号、名称或单位"
        find={findDecided}
        none="没有找到审核过的业务。"
        name={(c) => `${c.label} ${c.number || c.organization}`}
        about={(c) => `${c.organization} · ${c.state_label}`}
      >
        {(c, leave, done) => (
          <>
            <p>
              <b>
                {c().label} {c().number || c().organization}
              </b>
              （{c().state_label}）{' '}
              <button type="button" class="link" onClick={leave}>
                换一件
              </button>
            </p>
            <Decisions
              of={c()}
              onDone={() => {
                done();
                props.onDone();
              }}
            />
          </>
        )}
      </Find>
    </section>
  );
}

/** The decisions of a case; the one that is corrected asks why. */
function Decisions(props: { of: Decided; onDone: () => void }) {
  const [decision, setDecision] = createSignal<Decision>();
  const [decisions] = createResource(() => correctableDecisions(props.of.entity, props.of.entity_id));
  return (
    <>
      <Load of={decisions}>
        {(list) => (
          <Show when={list().length > 0} fallback={<p class="muted">没有可以更正的决定。</p>}>
            <For each={list()}>
              {(d) => (
                <div>
                  <p class="row">
                    <span>
                      {formatTime(d.at)} <b>{d.label}</b>
                    </span>
                    <Show when={d.blocks.length === 0 || d.payment_no}>
                      <button
                        type="button"
                        class="button"
                        aria-expanded={decision()?.event_id === d.event_id}
                        onClick={() => setDecision(decision()?.event_id === d.event_id ? undefined : d)}
                      >
                        {d.payment_no ? '更正这个结果' : '更正这个决定'}
                      </button>
                    </Show>
                  </p>
                  <Show when={d.reason}>
                    <blockquote>{d.reason}</blockquote>
                  </Show>
                  <Show when={!d.payment_no}>
                    <Blocks of={d.blocks} />
                  </Show>
                </div>
              )}
            </For>
          </Show>
        )}
      </Load>
      <Show when={decision()} keyed>
        {(d) => (
          <Show when={!d.payment_no} fallback={<ResultChange decision={d} onDone={props.onDone} />}>
            <Form
              title={`更正「${d.label}」`}
              button="提出更正"
              focus
              fields={[
                { name: 'reason', label: '原因（确认之后双方会看到全文）', kind: 'long', min: 2 },
                {
                  name: 'evidence',
                  label: '依据（只给工作人员）',
                  kind: 'long',
                  min: 2,
                  hint: '写明错在哪里、凭什么材料看出来。',
                },
              ]}
              send={(v, requestId) => proposeRectification(d.event_id, v, requestId)}
              onDone={() => {
                props.onDone();
              }}
            >
              <p>{outcomes[d.action]}</p>
            </Form>
          </Show>
        )}
      </Show>
    </>
  );
}
