import { createSignal } from 'solid-js';

/** The view of a workspace stands in the address, so that it can be shared, reloaded and stepped back to. */
const here = () => new URLSearchParams(typeof window === 'undefined' ? '' : window.location.search);
const [query, setQuery] = createSignal(here());
// Parts that lead on are drawn at build time too, where there is no address.
if (typeof window !== 'undefined') window.addEventListener('popstate', () => setQuery(here()));

export const param = (name: string) => query().get(name) ?? '';
export const idParam = () => Number(param('id')) || undefined;

/** Goes to a view of this workspace: `go({ view: 'orders', id: 12 })`. */
export function go(to: Record<string, string | number | undefined>): void {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries(to))
    if (value !== undefined && value !== '') next.set(name, String(value));
  window.history.pushState(null, '', `${window.location.pathname}${next.size > 0 ? `?${next}` : ''}`);
  setQuery(next);
  window.scrollTo(0, 0);
}
/** Changes some of what the address says and keeps the rest: how a list is sorted, what it is narrowed to, where in it one is. */
export function adjust(changes: Record<string, string | undefined>): void {
  const next = new URLSearchParams(query());
  for (const [name, value] of Object.entries(changes))
    if (value) next.set(name, value);
    else next.delete(name);
  window.history.pushState(null, '', `${window.location.pathname}${next.size > 0 ? `?${next}` : ''}`);
  setQuery(next);
}
/** The address of a view, for a link that can be opened in another tab. */
export const hrefOf = (to: Record<string, string | number>) =>
  `?${new URLSearchParams(Object.entries(to).map(([k, v]) => [k, String(v)]))}`;
/** A click that stays in the page; with a modifier key the browser does what it does. */
export function follow(event: MouseEvent, to: Record<string, string | number>): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(to);
}
