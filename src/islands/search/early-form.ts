/** The page's own form, which works before this script has come, gives way: with what was typed into it by now, and with the focus if it had it. */
export function takeOver() {
  const form = document.getElementById('ask');
  const field = form?.querySelector('input');
  return {
    typed: field?.value ?? '',
    hadFocus: field !== undefined && field !== null && field === document.activeElement,
    remove: () => form?.remove(),
  };
}
