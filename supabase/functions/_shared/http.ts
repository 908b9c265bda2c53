// One shape for what every edge function answers: JSON in Chinese with a stable code.

// No cookie is involved: the token stands in a header that a foreign page does not have. On hosted the functions live on another origin than the site.
export const corsHeaders = {
  'access-control-allow-origin': Deno.env.get('SITE_ORIGIN') || '*',
  'access-control-allow-headers': 'authorization, apikey, content-type, x-client-info, x-request-id',
  'access-control-expose-headers': 'x-request-id',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
};
export const answer = (status: number, body: unknown, extra: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      ...corsHeaders,
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...extra,
    },
  });
export const refusal = (
  status: number,
  code: string,
  message: string,
  hint: string,
  extra: Record<string, string> = {},
) => answer(status, { code, message, hint, details: null }, extra);
