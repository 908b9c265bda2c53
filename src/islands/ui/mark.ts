import { type Accessor, createEffect } from 'solid-js';
import type { Refusal } from '../../backend/refusal.ts';

let count = 0;

/** Takes the marks of an earlier refusal off a form. */
function clear(form: HTMLElement): void {
  for (const fault of form.querySelectorAll('.field-fault')) fault.remove();
  for (const input of form.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  }
}

/**
 * Marks the field that a refusal names, and says there what to do. A field is found by its `name`, which is its path in
 * what is sent: `uscc`, `invoices.0.number`. The mark goes when the field is typed in again.
 */
export function markField(form: HTMLElement, field: string | undefined, words: string): void {
  clear(form);
  const input = field && form.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
  if (!input) return;
  const fault = document.createElement('span');
  fault.className = 'field-fault small';
  fault.id = `fault-${++count}`;
  fault.textContent = words;
  input.after(fault);
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', fault.id);
  input.focus();
  input.addEventListener('input', () => clear(form), { once: true });
}

/** Marks whatever field the refusal of the moment names. */
export function useMarkedField(form: () => HTMLElement | undefined, refusal: Accessor<Refusal | undefined>): void {
  createEffect(() => {
    const r = refusal();
    const at = form();
    if (at) markField(at, r?.field, r?.hint ?? '');
  });
}
