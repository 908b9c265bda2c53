// What every function that the public may call shares: limits on method, size and number, and answers in one shape.
const url = Deno.env.get('SUPABASE_URL') ?? '';
// Secret key: anon may write no table; these functions write for it, within limits.
const secretKey = Deno.env.get('SUPABASE_SECRET_KEY') ?? '';

export const answer = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } });
export const refusal = (status: number, code: string, message: string, hint: string) => answer(status, { code, message, hint, details: null });

/** Calls a function of the database that only the service role may call. */
export async function callDatabase(name: string, args: Record<string, unknown>): Promise<Response> {
  return fetch(`${url}/rest/v1/rpc/${name}`, { method: 'POST', headers: { apikey: secretKey, 'content-type': 'application/json' }, body: JSON.stringify(args) });
}
async function hashed(address: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${secretKey}:${address}`)));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('').slice(0, 32);
}

/** Serves one public request kind: POST, JSON, small, and not too often from one address. The body reaches `handle` as text fields only. */
export function servePublic(kind: string, limits: { bytes: number; perMinute: number; perDay: number }, handle: (fields: Record<string, string>) => Promise<Response>): void {
  Deno.serve(async (request) => {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
    if (request.method !== 'POST') return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '请从本站页面进入。');
    const text = await request.text();
    if (new TextEncoder().encode(text).byteLength > limits.bytes) return refusal(413, 'TOO_LARGE', '填写的内容太长。', '请缩短后重新提交。');
    let body: unknown;
    try { body = JSON.parse(text); } catch { body = null; }
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return refusal(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请从本站页面重新填写。');
    const fields: Record<string, string> = {};
    for (const [name, value] of Object.entries(body)) if (typeof value === 'string') fields[name] = value.replaceAll('\u0000', '').trim();
    // A field that people do not see: who fills it in is no person.
    if (fields['website']) return answer(200, { received: true });
    const who = await hashed((request.headers.get('x-forwarded-for') ?? '').split(',')[0]?.trim() ?? '');
    const turn = await callDatabase('take_public_turn', { kind, who, per_minute: limits.perMinute, per_day: limits.perDay });
    if ((await turn.json().catch(() => false)) !== true) return refusal(429, 'TOO_MANY_ATTEMPTS', '提交得太频繁。', '请过一会儿再试。');
    try {
      return await handle(fields);
    } catch {
      return refusal(503, 'UNAVAILABLE', '服务暂时不可用。', '请稍后重试；填好的内容没有丢失。');
    }
  });
}
/** Passes the database's own refusal on, or an answer made of what it returned. */
export async function passOn(response: Response, say: (value: unknown) => unknown): Promise<Response> {
  const value = await response.json().catch(() => null);
  if (response.ok) return answer(200, say(value));
  const known = value as { code?: string; hint?: string | null } | null;
  return known?.hint ? answer(response.status, known) : refusal(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请检查后重新提交。');
}
