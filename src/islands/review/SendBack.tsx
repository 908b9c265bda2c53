import { createSignal, Show } from 'solid-js';
import { inner, type Row, text } from '../../backend/work.ts';
import { Form } from '../ui/Form.tsx';

/** 退回评审 (R28, R40): names its items, each with a reason; only those are voted on anew. */
export function SendBack(props: { roundId: number; items: Row[]; onDone: () => void }) {
  const [open, setOpen] = createSignal(false);
  const named = (values: Record<string, unknown>) =>
    props.items.flatMap((i) =>
      values[`item${i.id}`] ? [{ redemption_id: i.id, reason: String(values[`item${i.id}`]) }] : [],
    );
  return (
    <>
      <button type="button" class="button grave" aria-expanded={open()} onClick={() => setOpen(!open())}>
        退回评审
      </button>
      <Show when={open()}>
        <Form
          title="退回评审"
          button="确定退回评审"
          grave
          focus
          action="advance_round"
          fields={[
            { name: 'reason', label: '退回的原因', kind: 'long', min: 2 },
            ...props.items.map((i) => ({
              name: `item${i.id}`,
              label: `${text(i, 'voucher_no')} ${inner(i, 'order', 'title')}：要求重新评审的理由`,
              kind: 'text' as const,
              optional: true,
            })),
          ]}
          build={(v, request_id) => ({
            round_id: props.roundId,
            action: 'send_back',
            reason: v['reason'],
            items: named(v),
            request_id,
          })}
          onDone={() => {
            setOpen(false);
            props.onDone();
          }}
        >
          <p>只有写了理由的项目重新评审：每位专家另投一次，以前的意见留在记录里；其余各项结论不变。</p>
        </Form>
      </Show>
    </>
  );
}
