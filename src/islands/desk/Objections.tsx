import { createResource, For, Show } from 'solid-js';
import { list, type Row, text } from '../../backend/work.ts';
import { formatTime } from '../../domain/dates.ts';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';

/** 异议 (R28): recorded for all staff to read, decided by 省科技厅. */
export function Objections(props: { decides: boolean }) {
  const [rows, { refetch }] = createResource(() =>
    list<Row>('objections', '*, redemption:redemptions(voucher_no, order:orders(title))', {}),
  );
  const about = (r: Row) => r['redemption'] as { voucher_no: string; order: { title: string } | null } | null;
  return (
    <>
      <h1>公示异议</h1>
      <Load of={rows} retry={() => void refetch()}>
        {(d) => (
          <Show when={d().length > 0} fallback={<Empty>没有收到异议。公示期内任何人都可以实名提出。</Empty>}>
            <For each={d()}>
              {(r) => (
                <section class="card">
                  <h2>
                    {about(r)?.order?.title}（{about(r)?.voucher_no}）
                  </h2>
                  <p class="muted">
                    <Show when={r['needs_look']}>
                      <span class="tag">来得太多时收下，请先看是否灌水</span>{' '}
                    </Show>
                    {text(r, 'receipt')} · {text(r, 'real_name')} · {text(r, 'contact')} ·{' '}
                    {formatTime(text(r, 'submitted_at'))}
                  </p>
                  <blockquote>{text(r, 'body')}</blockquote>
                  <Show when={r['evidence']}>
                    <p>证据说明：</p>
                    <blockquote>{text(r, 'evidence')}</blockquote>
                  </Show>
                  <Show
                    when={r['decision']}
                    fallback={
                      <Show
                        when={props.decides}
                        fallback={
                          <p>
                            <span class="tag">待省科技厅裁定</span>
                          </p>
                        }
                      >
                        <Form
                          title="裁定"
                          button="裁定"
                          action="decide_objection"
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
                          build={(v, request_id) => ({
                            objection_id: r.id,
                            upheld: v['upheld'] === 'yes',
                            reason: v['reason'],
                            request_id,
                          })}
                          onDone={() => void refetch()}
                        />
                      </Show>
                    }
                  >
                    <p>
                      <span class="tag state">{r['decision'] === 'upheld' ? '成立' : '不成立'}</span>{' '}
                      {text(r, 'decision_reason')}
                    </p>
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
