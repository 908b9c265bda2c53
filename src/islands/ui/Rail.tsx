import { For, Show } from 'solid-js';
import type { Station } from '../../domain/rail.ts';

/** The line of stations alone: upright, or across where there is room. */
export function RailLine(props: { stations: Station[]; across?: boolean }) {
  return (
    <ol class={props.across ? 'rail across' : 'rail'}>
      <For each={props.stations}>
        {(s) => (
          <li class={s.status} aria-current={s.status === 'now' ? 'step' : undefined}>
            <b>
              <Show when={s.href} fallback={s.label}>
                <a href={s.href}>{s.label}</a>
              </Show>
            </b>
            <span class="small muted">{s.who}</span>
            <Show when={s.when}>
              <span class="small muted">{s.when}</span>
            </Show>
          </li>
        )}
      </For>
    </ol>
  );
}

/** The way of one voucher. On a phone it stands upright and is folded to where the order is. */
export function Rail(props: { stations: Station[] }) {
  const now = () => props.stations.find((s) => s.status === 'now');
  return (
    <>
      <div class="rail-wide">
        <RailLine stations={props.stations} />
      </div>
      <details class="rail-folded">
        <summary>{now() ? `走到「${now()?.label}」，由${now()?.who}办理` : '全程'}</summary>
        <RailLine stations={props.stations} />
      </details>
    </>
  );
}
