/** What was typed stands in the address, so that a result can be sent to a colleague. Nothing leaves the browser. */
export const readQuery = () => new URLSearchParams(window.location.search);
export function writeQuery(values: Record<string, string>): void {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''));
  window.history.replaceState(null, '', query.size > 0 ? `?${query}` : window.location.pathname);
}
