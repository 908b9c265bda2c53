import { createResource, For, Show } from 'solid-js';
import { caseChecks } from '../../backend/workflow.ts';
import type { Entity } from '../../backend/workflow.types.ts';
import { evidenceWords } from '../../domain/checks.ts';

/** 核对 (R38): what the system compared, computed as it is looked at. What agrees stands in one line, what a person has to judge first and with its evidence. */
export function Checks(props: { entity: Entity; id: number }) {
  const [rows] = createResource(
    () => props.id,
    (id) => caseChecks(props.entity, id).catch(() => []),
  );
  const amber = () => (rows() ?? []).filter((c) => c.level === 'amber');
  const green = () => (rows() ?? []).filter((c) => c.level === 'green');
  return (
    <Show when={(rows()?.length ?? 0) > 0}>
      <section class="card checks-found">
        <h2>
          {'核对　'}
          <span class="small muted">
            {amber().length > 0 ? `${amber().length} 项须判断` : '各项相符'}
            {green().length > 0 && amber().length > 0 ? `，${green().length} 项相符` : ''}
          </span>
        </h2>
        <ul>
          <For each={amber()}>
            {(c) => (
              <li class="amber">
                <span class="tag">须判断</span> {c.sentence}
                <Show when={c.evidence.length > 0}>
                  <ul class="small">
                    <For each={c.evidence}>{(e) => <li>{evidenceWords(e)}</li>}</For>
                  </ul>
                </Show>
              </li>
            )}
          </For>
          <For each={green()}>
            {(c) => (
              <li>
                <span class="tag state">相符</span> {c.sentence}
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
