import { For } from 'solid-js';
import type { Station } from '../../domain/rail.ts';

/** The way of a voucher as one line of stations. On a phone it stands upright and is folded to where the order is. */
export function Rail(props: { stations: Station[] }) {
  const line = () => (
    <ol class="rail"><For each={props.stations}>{(s) => (
      <li class={s.status} aria-current={s.status === 'now' ? 'step' : undefined}><b>{s.label}</b><span class="small muted">{s.when ? `${s.when} · ` : ''}{s.who}</span></li>
    )}</For></ol>
  );
  const now = () => props.stations.find((s) => s.status === 'now');
  return (
    <>
      <div class="rail-wide">{line()}</div>
      <details class="rail-folded"><summary>{now() ? `走到「${now()?.label}」，由${now()?.who}办理` : '全程'}</summary>{line()}</details>
    </>
  );
}
