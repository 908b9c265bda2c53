import { createResource, For, Show } from 'solid-js';
import { rateOrder, ratingsOf } from '../../backend/orders.ts';
import { holderLabels } from '../../domain/labels.ts';
import { Form } from '../ui/Form.tsx';

const targets: [string, string][] = [
  ['institution', holderLabels.institution],
  ['platform', holderLabels.platform],
];
const scores: [string, string][] = [
  ['5', '5 分 很满意'],
  ['4', '4 分 满意'],
  ['3', '3 分 一般'],
  ['2', '2 分 不满意'],
  ['1', '1 分 很不满意'],
];

/** 评价 (R17): asked for after paying, once each; never a condition of anything. */
export function Rating(props: { orderId: number; mine: boolean }) {
  const [rows, { refetch }] = createResource(() => ratingsOf(props.orderId));
  return (
    <Show when={rows()}>
      {(given) => (
        <section class="card">
          <h2>评价</h2>
          <For each={targets}>
            {([target, label]) => (
              <Show
                when={given().find((r) => r.target === target)}
                fallback={
                  <Show when={props.mine} fallback={<p class="muted">{label}：还没有评价。</p>}>
                    <Form
                      title={`评价${label}`}
                      button="评价"
                      fields={[
                        { name: 'score', label: '评分', kind: 'choice', options: scores },
                        { name: 'comment', label: '文字', kind: 'long', optional: true, max: 500 },
                      ]}
                      send={(v, request_id) =>
                        rateOrder({
                          order_id: props.orderId,
                          target,
                          score: Number(v.score),
                          comment: v.comment ?? '',
                          request_id,
                        })
                      }
                      onDone={() => void refetch()}
                    />
                  </Show>
                }
              >
                {(r) => (
                  <p>
                    <b>{label}</b>：{r().score} 分
                    <Show when={r().comment}>
                      <blockquote>{r().comment}</blockquote>
                    </Show>
                  </p>
                )}
              </Show>
            )}
          </For>
        </section>
      )}
    </Show>
  );
}
