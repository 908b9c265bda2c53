import { type JSX, Show } from 'solid-js';
import { idParam } from './route.ts';

/** A view of the one case that the address names; another case is drawn anew. */
export const byId = (show: (id: number) => JSX.Element) => (
  <Show when={idParam()} keyed>
    {show}
  </Show>
);
