import { For, Show } from 'solid-js';

/** What stands in the way of a correction, one line each (R45). */
export function Blocks(props: { of: string[] }) {
  return (
    <Show when={props.of.length > 0}>
      <div class="warn">
        <p>挡在前面的：</p>
        <ul>
          <For each={props.of}>{(b) => <li>{b}</li>}</For>
        </ul>
      </div>
    </Show>
  );
}
