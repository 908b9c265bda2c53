import { createResource, createSignal, For, Show } from 'solid-js';
import { today } from '../../backend/policy.ts';
import { correctableDecisions, type Decision, proposeRectification } from '../../backend/rectifications.ts';
import { formatFen } from '../../domain/money.ts';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';
import { Blocks } from './Blocks.tsx';

const kinds = [
  ['arrived', '到账'],
  ['returned', '退票'],
] as const;
type Kind = (typeof kinds)[number][0];

/** What follows when a recorded result becomes another (R45). */
export const resultOutcome = (was: string, becomes: string) =>
  was === becomes
    ? '只改登记的内容，资金与电子券不变；公布的到账日随之改。'
    : becomes === 'returned'
      ? '电子券回到已支付，这笔不再占资金；管理单位更正账户之后排在最前重付。'
      : '电子券兑付成功，这笔记入当年资金；余额可以因此为负，补足之前不能再列入拨付单。';

const why = [
  { name: 'reason', label: '更正的原因（确认之后双方会看到全文）', kind: 'long', min: 2 },
  {
    name: 'evidence',
    label: '依据（只给工作人员）',
    kind: 'long',
    min: 2,
    hint: '写明凭哪一张回单、哪一行看出来。',
  },
] as const;

/** One recorded result and what it should have been; another person confirms it (R45). */
export function ResultChange(props: { decision: Decision; onDone: () => void }) {
  const d = props.decision;
  const [day] = createResource(today);
  const [kind, setKind] = createSignal<Kind>(d.result === 'arrived' ? 'returned' : 'arrived');
  const send = (v: Record<string, unknown>, requestId: string) =>
    proposeRectification(d.event_id, { ...v, result: kind() } as never, requestId);
  const words = () => (
    <p>
      <b>{resultOutcome(d.result ?? '', kind())}</b>
    </p>
  );
  return (
    <Load of={day}>
      {(now) => (
        <div>
          <p>
            {d.payment_no}，{formatFen(d.amount_fen ?? 0)} 元。现在记的是{' '}
            <b>{d.result === 'arrived' ? `到账 ${d.result_on}，流水号 ${d.reference}` : `退票：${d.return_reason}`}</b>
            。
          </p>
          <fieldset class="row">
            <legend>应当记为</legend>
            <For each={kinds}>
              {([k, label]) => (
                <label class="check">
                  <input
                    type="radio"
                    name={`result-${d.event_id}`}
                    checked={kind() === k}
                    onChange={() => setKind(k)}
                  />
                  <span>
                    {label}
                    {k === d.result && '（只改内容）'}
                  </span>
                </label>
              )}
            </For>
          </fieldset>
          <Show when={kind() === d.result || d.blocks.length === 0} fallback={<Blocks of={d.blocks} />}>
            <Show
              when={kind() === 'arrived'}
              fallback={
                <Form
                  title="记为退票"
                  button="提出更正"
                  fields={[
                    {
                      name: 'return_reason',
                      label: '退票原因（管理单位会看到）',
                      kind: 'text',
                      min: 2,
                      max: 500,
                      value: d.return_reason ?? '',
                    },
                    ...why,
                  ]}
                  send={send}
                  onDone={props.onDone}
                >
                  {words()}
                </Form>
              }
            >
              <Form
                title="记为到账"
                button="提出更正"
                fields={[
                  { name: 'result_on', label: '到账日期', kind: 'date', value: d.result_on ?? now() },
                  { name: 'reference', label: '银行流水号', kind: 'text', max: 100, value: d.reference ?? '' },
                  ...why,
                ]}
                send={send}
                onDone={props.onDone}
              >
                {words()}
              </Form>
            </Show>
          </Show>
        </div>
      )}
    </Load>
  );
}

/** The same, found from a line of a payment list. */
export function LineChange(props: { redemption: number; payment: string; onDone: () => void }) {
  const [found] = createResource(async () =>
    (await correctableDecisions('redemption', props.redemption)).find((d) => d.payment_no === props.payment),
  );
  return <Load of={found}>{(d) => <ResultChange decision={d()} onDone={props.onDone} />}</Load>;
}
