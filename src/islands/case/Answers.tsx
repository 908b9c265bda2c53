import { For, Show } from 'solid-js';
import type { OrderAnswer } from '../../backend/orders.ts';
import { formatTime } from '../../domain/dates.ts';

/** R9: what the applicant answered, with its justifications; what the system itself found stands among the checks. */
export function Answers(props: {
  answers: OrderAnswer[];
  exclusions: { code: string; label: string }[];
  relatedDeclared: boolean;
  /** When the applicant said that nothing else applies. */
  declaredAt: string | null;
}) {
  const label = (code: string) => props.exclusions.find((e) => e.code === code)?.label;
  const applied = () => props.answers.filter((a) => a.applies);
  return (
    <section class="card">
      <h2>适用范围自查</h2>
      <Show when={applied().length > 0}>
        <ul>
          <For each={applied()}>
            {(a) => (
              <li>
                <span class="tag">有</span> {a.code} {label(a.code)}
                <Show when={a.justification}>
                  <blockquote>{a.justification}</blockquote>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show
        when={props.declaredAt}
        fallback={<p>{applied().length > 0 ? '其余各项' : '所列各项'}，用户单位还没有回答。</p>}
      >
        {(at) => (
          <p>
            用户单位于 {formatTime(at())} 确认：
            {applied().length > 0 ? '除上面所列的以外，以上均无。' : '所列情形均无。'}
          </p>
        )}
      </Show>
      <Show when={props.relatedDeclared}>
        <p>
          <b>用户单位已声明双方存在关联关系。</b>
        </p>
      </Show>
    </section>
  );
}
