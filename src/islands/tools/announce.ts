import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js';

/** What a screen reader is told, once the typing has paused: a result that is read out at every key drowns the key. */
export function createAnnouncement(text: Accessor<string>, pause = 700): Accessor<string> {
  const [said, setSaid] = createSignal('');
  createEffect(() => {
    const now = text();
    const timer = setTimeout(() => setSaid(now), pause);
    onCleanup(() => clearTimeout(timer));
  });
  return said;
}
