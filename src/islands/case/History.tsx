import { For, Show } from 'solid-js';
import type { TimelineEvent } from '../../backend/workflow.ts';
import type { Entity } from '../../backend/workflow.types.ts';
import { formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { DownloadProof } from '../seals/DownloadProof.tsx';

/** Everything that has happened: who, when, what, and the full opinion (R31). */
export function History(props: { events: TimelineEvent[]; entity?: Entity; id?: number }) {
  const amount = (e: TimelineEvent) => {
    const fen = e.details['approved_fen'] ?? e.details['amount_fen'] ?? e.details['accepted_fen'];
    return fen === undefined || fen === null ? '' : `，${formatFen(Number(fen))} 元`;
  };
  return (
    <section class="card history">
      <h2>经过</h2>
      <ol>
        <For each={[...props.events].reverse()}>
          {(e) => (
            <li>
              <time class="muted" datetime={e.at}>
                {formatTime(e.at)}
              </time>{' '}
              {e.actor_name} <b>{e.label}</b>
              {amount(e)}
              <Show when={e.to_label && e.from_label !== e.to_label}>
                <span class="muted"> → {e.to_label}</span>
              </Show>
              <Show when={e.reason}>
                <blockquote>{e.reason}</blockquote>
              </Show>
            </li>
          )}
        </For>
      </ol>
      <Show when={props.entity && props.id}>
        <DownloadProof entity={props.entity as Entity} id={props.id as number} />
      </Show>
    </section>
  );
}
