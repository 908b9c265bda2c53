import { For, Show } from 'solid-js';
import type { Lead } from '../../domain/eligibility.ts';

/** What a result is good for: the next pages in the order of going there, or one of `either`. A paper needs none. */
export function Onward(props: { to: Lead[]; either?: boolean }) {
  return (
    <Show when={props.to.length > 0}>
      <nav class={props.either ? 'onward noprint' : 'onward way noprint'} aria-label="接下来">
        <ol>
          <For each={props.to}>
            {(lead) => (
              <li>
                <a href={lead.href}>{lead.label}</a>
              </li>
            )}
          </For>
        </ol>
      </nav>
    </Show>
  );
}
