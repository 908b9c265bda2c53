// Who asks, for the limits. On hosted Cloudflare stands before the functions and sets cf-connecting-ip itself, whatever the caller sent;
// to x-forwarded-for it only adds, so that its first value is the caller's own word. Who hosts Supabase himself names the header that his
// proxy overwrites in CLIENT_ADDRESS_HEADER; the embedded gateway overwrites x-forwarded-for.
const header = Deno.env.get('CLIENT_ADDRESS_HEADER')?.trim() || 'cf-connecting-ip';

/** The caller's address; without the header all callers share one place in the count, which is strict but no way round it. */
export const clientAddress = (request: Request): string => {
  const address = (request.headers.get(header) ?? '').trim().toLowerCase();
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
};
