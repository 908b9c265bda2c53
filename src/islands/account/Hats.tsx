import { createSignal, For } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { actAs, type Hat } from '../../backend/session.ts';
import { holderLabels } from '../../domain/labels.ts';
import { Refused } from '../ui/Refused.tsx';

export const hatName = (hat: Hat) => (hat.kind === 'organization' ? hat.name : holderLabels[hat.kind]);

/** Chosen is chosen for the whole session, in every tab: what other tabs show is fetched anew by leaving for the entrance. */
async function choose(hat: Hat): Promise<void> {
  await actAs(hat);
  window.location.assign('/work/');
}

/** Whoever is several things says first as which of them he acts (R39). */
export function ChooseHat(props: { hats: Hat[] }) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  return (
    <section class="next mine">
      <h2>您以谁的身份办事？</h2>
      <p>您可以随时在页首切换。权利随选择而定；须回避的，不论以谁的身份都须回避。</p>
      <Refused refusal={refusal()} />
      <div class="row">
        <For each={props.hats}>
          {(hat) => (
            <button
              type="button"
              class="button main"
              onClick={() => void choose(hat).catch((e: unknown) => setRefusal(asRefusal(e)))}
            >
              {hatName(hat)}
            </button>
          )}
        </For>
      </div>
    </section>
  );
}

/** The choice at the head of a workspace, for whoever has one. */
export function SwitchHat(props: { hats: Hat[] }) {
  return (
    <label class="row">
      <span class="muted">身份</span>
      <select
        aria-label="以谁的身份办事"
        onChange={(e) => {
          const hat = props.hats[e.currentTarget.selectedIndex];
          if (hat) void choose(hat).catch(() => window.location.reload());
        }}
      >
        <For each={props.hats}>{(hat) => <option selected={hat.chosen}>{hatName(hat)}</option>}</For>
      </select>
    </label>
  );
}
