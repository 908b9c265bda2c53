import { createResource, createSignal, Show } from 'solid-js';
import { totalOf } from '../../backend/pages.ts';
import { type Seat, seatsOf, addExpert, postponeReview, replaceExpert } from '../../backend/reviews.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Form } from '../ui/Form.tsx';

type Step = { call: 'replace' | 'add' | 'postpone'; seat: Seat };
const steps = {
  replace: { title: '更换逾期的专家', words: '由系统另派一位无须回避的专家；已提交的意见不变。' },
  add: { title: '补派专家', words: '由系统从专家名单中补足，恢复奇数；名单由管理员增补。' },
  postpone: { title: '移到下一季度评审', words: '已提交的意见保留，这一项随下一季度评审、公示与兑付。' },
};
const said = (s: Seat) =>
  s.conflict_reason
    ? '已回避'
    : s.replaced_reason
      ? '已更换'
      : s.voted
        ? '已提交'
        : s.overdue
          ? '逾期未提交'
          : s.stated
            ? '评审中'
            : '待声明';
/** The row at which what concerns the whole item is offered: its first. */
const first = (s: Seat) => s.seat.endsWith(' 001');

/** 评审进度 (R40), for the platform: who has sent, who is late, what lacks experts — never an opinion. */
export function ReviewProgress(props: { roundId: number; onChanged: () => void; again: number }) {
  const [step, setStep] = createSignal<Step>();
  const [open] = createResource(
    () => [props.roundId, props.again] as const,
    ([id]) => totalOf(seatsOf(id, false)).catch(() => 0),
  );
  const button = (call: Step['call'], seat: Seat) => (
    <button type="button" class="button" onClick={() => setStep({ call, seat })}>
      {steps[call].title}
    </button>
  );
  const columns: Column<Seat>[] = [
    {
      name: '券号',
      sort: 'seat',
      cell: (s) => (
        <>
          {s.voucher_no}
          <Show when={s.lacking > 0}>
            {' '}
            <span class="tag">缺 {s.lacking} 位</span>
          </Show>
        </>
      ),
    },
    { name: '专家', cell: (s) => (s.expert_id ? (s.expert_name ?? '已离任') : '—') },
    { name: '进度', cell: (s) => (s.expert_id ? said(s) : '') },
    {
      name: '办理',
      cell: (s) => (
        <span class="row">
          <Show when={s.overdue}>{button('replace', s)}</Show>
          <Show when={first(s) && s.lacking > 0}>{button('add', s)}</Show>
          <Show when={first(s) && s.care}>{button('postpone', s)}</Show>
        </span>
      ),
    },
  ];
  return (
    <Show when={(open.latest ?? 0) > 0}>
      <section class="card">
        <h2>评审进度</h2>
        <DataTable<Seat>
          caption="评审进度"
          name="progress"
          list={({ only }) => seatsOf(props.roundId, only === 'care')}
          order={{ columns: ['seat'] }}
          filters={[{ name: 'only', label: '显示', options: [['care', '待处理的']] }]}
          again={props.again}
          empty="没有正在评审的。"
          summary={(total) => `共 ${total} 个席位`}
          columns={columns}
        />
        <Show when={step()} keyed>
          {(s) => (
            <Form
              title={`${steps[s.call].title}：${s.seat.voucher_no}`}
              button={steps[s.call].title}
              grave
              focus
              fields={[{ name: 'reason', label: '原因', kind: 'long', min: 2 }]}
              send={(v, request_id) => {
                const said = { redemption_id: s.seat.redemption_id, reason: v.reason, request_id };
                return s.call === 'replace'
                  ? replaceExpert({ ...said, expert_id: s.seat.expert_id })
                  : s.call === 'add'
                    ? addExpert(said)
                    : postponeReview(said);
              }}
              onDone={() => {
                setStep(undefined);
                props.onChanged();
              }}
            >
              <p>{steps[s.call].words}</p>
            </Form>
          )}
        </Show>
      </section>
    </Show>
  );
}
