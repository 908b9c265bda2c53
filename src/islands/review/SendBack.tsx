import { createSignal, Show } from 'solid-js';
import { byPayment, type RoundItem, roundItems, advanceRound } from '../../backend/rounds.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Form } from '../ui/Form.tsx';

/** 退回评审 (R28, R40): names its items, each with a reason; only those are voted on anew. */
export function SendBack(props: { roundId: number; onDone: () => void }) {
  const [open, setOpen] = createSignal(false);
  // What was written stays while one turns the pages.
  const [reasons, setReasons] = createSignal<Record<number, string>>({});
  const named = () =>
    Object.entries(reasons())
      .filter(([, reason]) => reason.trim() !== '')
      .map(([id, reason]) => ({ redemption_id: Number(id), reason }));
  const columns: Column<RoundItem>[] = [
    { name: '券号', cell: (i) => i.voucher_no },
    { name: '检测', cell: (i) => i.order.title },
    {
      name: '要求重新评审的理由',
      cell: (i) => (
        <input
          type="text"
          maxLength={2000}
          aria-label={`${i.voucher_no} ${i.order.title}：要求重新评审的理由`}
          value={reasons()[i.id] ?? ''}
          onInput={(e) => setReasons({ ...reasons(), [i.id]: e.currentTarget.value })}
        />
      ),
    },
  ];
  return (
    <>
      <button type="button" class="button grave" aria-expanded={open()} onClick={() => setOpen(!open())}>
        退回评审
      </button>
      <Show when={open()}>
        <Form
          title="退回评审"
          button={`确定退回评审（${named().length} 项）`}
          grave
          focus
          fields={[{ name: 'reason', label: '退回的原因', kind: 'long', min: 2 }]}
          send={(v, requestId) => advanceRound(props.roundId, 'send_back', requestId, v.reason, named())}
          onDone={() => {
            setOpen(false);
            props.onDone();
          }}
        >
          <p>只有写了理由的项目重新评审：每位专家另投一次，以前的意见留在记录里；其余各项结论不变。</p>
          <DataTable<RoundItem>
            caption="要求重新评审的项目"
            name="named"
            list={() => roundItems(props.roundId)}
            order={byPayment}
            empty="本季度没有项目。"
            columns={columns}
          />
        </Form>
      </Show>
    </>
  );
}
