// The outermost handler of every function: whatever is thrown inside is answered in our words and logged once.
import { databaseRefusal } from '../../../src/domain/database-errors.ts';
import { corsHeaders, refusal } from './http.ts';
import { idOf, log, logError, withId } from './log.ts';

/** REST did not answer in order; carries the code that it gave. */
export class RestError extends Error {
  code: string | undefined;
  constructor(where: string, status: number, body: string) {
    super(`${where}: ${status} ${body.slice(0, 300)}`);
    try {
      this.code = (JSON.parse(body) as { code?: string }).code;
    } catch {
      this.code = undefined;
    }
  }
}
/** What REST answered, as an error to be thrown. Reads its body. */
export const restError = async (response: Response): Promise<RestError> =>
  new RestError(new URL(response.url).pathname, response.status, await response.text());

/** A code of Postgres or PostgREST gets its words and status; anything else is a fault of ours, logged and answered 503. */
function asAnswer(error: unknown, fields: Record<string, unknown>): Response {
  const known = error instanceof RestError ? databaseRefusal(error.code) : undefined;
  if (known && known.status < 500) return refusal(known.status, known.code, known.message, known.hint);
  logError(error, fields);
  if (known)
    return refusal(known.status, known.code, known.message, known.hint, {
      'retry-after': String(known.retryAfter ?? 3),
    });
  return refusal(503, 'UNAVAILABLE', '服务暂时不可用。', '请稍后重试；填好的内容没有丢失。', { 'retry-after': '3' });
}

/** Serves one function. */
export function serve(handle: (request: Request) => Promise<Response>): void {
  Deno.serve(async (request) => {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: corsHeaders });
    const id = idOf(request);
    // The first part of the path alone: what follows may name a case.
    const fields = { function: new URL(request.url).pathname.split('/')[1], request_id: id, method: request.method };
    const began = performance.now();
    const answered = await withId(id, () => handle(request)).catch((error: unknown) => asAnswer(error, fields));
    log('info', { ...fields, status: answered.status, ms: Math.round(performance.now() - began) });
    answered.headers.set('x-request-id', id);
    return answered;
  });
}
