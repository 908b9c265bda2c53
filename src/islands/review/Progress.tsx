import { createResource, createSignal, For, Show } from 'solid-js';
import { loadProgress, type Progress } from '../../backend/reviews.ts';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';

type Step = { call: 'replace_expert' | 'add_expert' | 'postpone_review'; row: Progress };
const steps = {
  replace_expert: { title: '更换逾期的专家', words: '由系统另派一位无须回避的专家；已提交的意见不变。' },
  add_expert: { title: '补派专家', words: '由系统从专家名单中补足，恢复奇数；名单由管理员增补。' },
  postpone_review: { title: '移到下一季度评审', words: '已提交的意见保留，这一项随下一季度评审、公示与兑付。' },
};
const said = (p: Progress) =>
  p.conflict_reason
    ? '已回避'
    : p.replaced_reason
      ? '已更换'
      : p.voted
        ? '已提交'
        : p.overdue
          ? '逾期未提交'
          : p.stated
            ? '评审中'
            : '待声明';

/** 评审进度 (R40), for the platform: who has sent, who is late, what lacks experts — never an opinion. */
export function ReviewProgress(props: { roundId: number; onChanged: () => void }) {
  const [data, { refetch }] = createResource(() => props.roundId, loadProgress);
  const [step, setStep] = createSignal<Step>();
  const items = () => [...Map.groupBy(data() ?? [], (p) => p.redemption_id).values()];
  const lacking = (rows: Progress[]) =>
    (rows[0]?.needed ?? 0) - rows.filter((p) => p.expert_id && !p.conflict_reason && !p.replaced_reason).length;
  const button = (call: Step['call'], row: Progress) => (
    <button type="button" class="button" onClick={() => setStep({ call, row })}>
      {steps[call].title}
    </button>
  );
  return (
    <Load of={data} retry={() => void refetch()}>
      {() => (
        <Show when={items().length > 0}>
          <section class="card">
            <h2>评审进度</h2>
            <table class="stack">
              <thead>
                <tr>
                  <th>券号</th>
                  <th>专家</th>
                  <th>办理</th>
                </tr>
              </thead>
              <tbody>
                <For each={items()}>
                  {(rows) => {
                    const first = rows[0] as Progress;
                    return (
                      <tr>
                        <td data-label="券号">
                          {first.voucher_no}
                          <Show when={lacking(rows) > 0}>
                            {' '}
                            <span class="tag">缺 {lacking(rows)} 位</span>
                          </Show>
                        </td>
                        <td data-label="专家">
                          <For each={rows.filter((p) => p.expert_id)}>
                            {(p) => (
                              <div class="row">
                                <span>
                                  {p.expert_name ?? '已离任'}：{said(p)}
                                </span>
                                <Show when={p.overdue}>{button('replace_expert', p)}</Show>
                              </div>
                            )}
                          </For>
                        </td>
                        <td data-label="办理">
                          <Show when={lacking(rows) > 0}>{button('add_expert', first)}</Show>
                          <Show when={lacking(rows) > 0 || rows.some((p) => p.overdue)}>
                            {button('postpone_review', first)}
                          </Show>
                        </td>
                      </tr>
                    );
                  }}
                </For>
              </tbody>
            </table>
            <Show when={step()} keyed>
              {(s) => (
                <Form
                  title={`${steps[s.call].title}：${s.row.voucher_no}`}
                  button={steps[s.call].title}
                  grave
                  focus
                  action={s.call}
                  fields={[{ name: 'reason', label: '原因', kind: 'long', min: 2 }]}
                  build={(v, request_id) => ({
                    redemption_id: s.row.redemption_id,
                    ...(s.call === 'replace_expert' && { expert_id: s.row.expert_id }),
                    reason: v['reason'],
                    request_id,
                  })}
                  onDone={() => {
                    setStep(undefined);
                    void refetch();
                    props.onChanged();
                  }}
                >
                  <p>{steps[s.call].words}</p>
                </Form>
              )}
            </Show>
          </section>
        </Show>
      )}
    </Load>
  );
}
