import { createSignal, For } from 'solid-js';

interface Toast {
  id: number;
  words: string;
}
const [toasts, setToasts] = createSignal<Toast[]>([]);
let last = 0;
/** Long enough to read a line and a number. */
const shownMs = 8_000;

/** Says what was done, wherever one goes next. */
export function say(words: string): void {
  const id = ++last;
  setToasts((list) => [...list.slice(-2), { id, words }]);
  setTimeout(() => setToasts((list) => list.filter((t) => t.id !== id)), shownMs);
}

/** Where it is said: the region is always there, so that a screen reader hears what comes into it. */
export const Toasts = () => (
  <div class="toasts noprint" role="status">
    <For each={toasts()}>{(t) => <p class="toast">{t.words}</p>}</For>
  </div>
);
