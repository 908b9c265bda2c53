import { createResource, For, Show } from 'solid-js';
import { refusalReasons } from '../../backend/reviews.ts';

/** Why the experts refused (R28): said to both sides, without saying who. Nothing while there is nothing to say. */
export function RefusalReasons(props: { redemptionId: number }) {
  const [reasons] = createResource(
    () => props.redemptionId,
    (id) => refusalReasons(id).catch(() => []),
  );
  return (
    <Show when={(reasons() ?? []).length > 0}>
      <section class="card">
        <h2>专家不同意的理由</h2>
        <For each={reasons()}>{(reason) => <blockquote>{reason}</blockquote>}</For>
        <p class="muted">公示期内可以在公示页实名提出异议；异议成立的，由另一组专家复评一次。</p>
      </section>
    </Show>
  );
}
