import { Show } from 'solid-js';
import type { Refusal } from '../../backend/refusal.ts';

/** What happened and what to do, in the server's words; the code stands small at the end, for the hotline. */
export function Refused(props: { refusal: Refusal | undefined }) {
  return (
    <Show when={props.refusal}>
      {(r) => (
        <p class="refused" role="alert">
          <b>
            {r().message}
            {r().details ? `（${r().details}）` : ''}
          </b>
          {r().hint} <code>{r().code}</code>
        </p>
      )}
    </Show>
  );
}
