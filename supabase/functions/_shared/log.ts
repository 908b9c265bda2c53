// Structured logs: one line of JSON a request, errors on stderr. Nothing personal: no address, no path with a number in it, no body, and of an
// error only its kind, its code and where it was thrown; messages may carry what somebody typed.
import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();
const isRequestId = (text: string | null): text is string => text !== null && /^[0-9A-Za-z-]{8,64}$/.test(text);

/** The id that the page gave this request, or one of ours: it stands in the log, in the answer, and in the events that the database writes. */
export const idOf = (request: Request): string => {
  const told = request.headers.get('x-request-id');
  return isRequestId(told) ? told.toLowerCase() : crypto.randomUUID();
};
export const withId = <T>(id: string, work: () => Promise<T>): Promise<T> => current.run(id, work);
/** For what this request asks of the database: `private.current_request()` reads it. */
export const traceHeaders = (): Record<string, string> => {
  const id = current.getStore();
  return id ? { 'x-trace-id': id } : {};
};

export function log(level: 'info' | 'error', fields: Record<string, unknown>): void {
  const line = JSON.stringify({ at: new Date().toISOString(), level, ...fields });
  if (level === 'error') console.error(line);
  else console.log(line);
}
export function logError(error: unknown, fields: Record<string, unknown>): void {
  const known = error instanceof Error ? error : undefined;
  log('error', {
    ...fields,
    error: known?.name ?? typeof error,
    code: (error as { code?: unknown } | null)?.code,
    at_frames: (known?.stack ?? '')
      .split('\n')
      .filter((l) => /^\s+at /.test(l))
      .slice(0, 6)
      .map((l) => l.trim().replace(/file:\/\/\S*\/supabase\/functions\//, '')),
  });
}
