import { createEffect, onCleanup } from 'solid-js';
import { param } from '../ui/route.ts';

/** The heading of what is open: of the case where a list stands beside it. */
const heading = (main: HTMLElement) => [...main.querySelectorAll('h1')].at(-1);
/** Somebody who has begun to do something keeps the keyboard where he is. */
const waits = (from: Element | null) =>
  document.activeElement === document.body || document.activeElement === from || document.activeElement === null;

/**
 * After a change of view or case the keyboard stands at its heading, which a screen reader says, and the page's title names it: with what is
 * still being read, as soon as the heading is there. What is typed into a list's filters is no change of view.
 */
export function useArrival(title: (heading: string) => string): void {
  let place: string | undefined;
  let watch: MutationObserver | undefined;
  createEffect(() => {
    const here = `${param('view')} ${param('id')} ${param('book')}`;
    const first = place === undefined;
    if (here === place) return;
    place = here;
    const main = document.getElementById('main') as HTMLElement;
    const from = document.activeElement;
    watch?.disconnect();
    const arrive = () => {
      const h1 = heading(main);
      if (!h1?.textContent) return;
      watch?.disconnect();
      document.title = title(h1.textContent);
      if (first || !waits(from)) return;
      h1.tabIndex = -1;
      h1.focus({ preventScroll: true });
    };
    document.title = title('');
    watch = new MutationObserver(arrive);
    watch.observe(main, { childList: true, subtree: true, characterData: true });
    queueMicrotask(arrive);
  });
  // The first Tab of the page leads to what one came for, past queue and filters.
  const skip = document.querySelector<HTMLElement>('.skip');
  const leap = (event: Event) => {
    const h1 = heading(document.getElementById('main') as HTMLElement);
    if (!h1) return;
    event.preventDefault();
    h1.tabIndex = -1;
    h1.focus();
  };
  skip?.addEventListener('click', leap);
  onCleanup(() => {
    watch?.disconnect();
    skip?.removeEventListener('click', leap);
  });
}
