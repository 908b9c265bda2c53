import { For } from 'solid-js';
import type { Exclusion } from '../../domain/exclusions.ts';
import { YesNo } from './YesNo.tsx';

/** What decides whether a test is subsidised (R9): what it is for, and which exclusions it falls under. */
export function TestQuestions(props: {
  exclusions: Exclusion[];
  research: boolean | undefined;
  onResearch: (research: boolean) => void;
  applies: string[];
  onApplies: (codes: string[]) => void;
}) {
  const groups = [...new Set(props.exclusions.map((e) => e.group_label))];
  const tick = (code: string, on: boolean) =>
    props.onApplies(on ? [...props.applies, code].sort() : props.applies.filter((c) => c !== code));
  return (
    <>
      <fieldset>
        <legend>检测是否用于科学研究或技术开发</legend>
        <YesNo name="research" value={props.research} set={props.onResearch} />
      </fieldset>
      <p>下面哪些与这次检测相符？相符的请勾选；都不符就不用勾。</p>
      <For each={groups}>
        {(group, i) => (
          <fieldset>
            <legend>
              {'一二三四五六'[i()]}、{group}
            </legend>
            <For each={props.exclusions.filter((e) => e.group_label === group)}>
              {(e) => (
                <label class="choice">
                  <input
                    type="checkbox"
                    checked={props.applies.includes(e.code)}
                    onChange={(event) => tick(e.code, event.currentTarget.checked)}
                  />
                  <span class="plain">
                    {e.label}
                    <span class="small muted">　例：{e.example_excluded}</span>
                  </span>
                </label>
              )}
            </For>
          </fieldset>
        )}
      </For>
    </>
  );
}
