import { createSignal } from 'solid-js';

const off = () => {
  try {
    return localStorage.getItem('keys') === 'off';
  } catch {
    return false;
  }
};
const [keysOn, set] = createSignal(typeof window === 'undefined' || !off());
/** Whether single letters act (`/` finds, J and K move …): whoever dictates or shakes switches them off. Kept in this browser. */
export { keysOn };
export function switchKeys(on: boolean): void {
  set(on);
  try {
    if (on) localStorage.removeItem('keys');
    else localStorage.setItem('keys', 'off');
  } catch {}
}
/** A key that is typed into a field is no shortcut. */
export const isTyping = (event: KeyboardEvent) =>
  event.target instanceof HTMLElement &&
  (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable);
