// What Supabase itself gives every function; nothing of it is set by hand on hosted, where the CLI refuses names that begin with SUPABASE_.

/** The keys of one kind, the one to use first: hosted gives a JSON object of keys by their names, a self-hosted installation may give one key under the singular name. */
function keys(kind: 'PUBLISHABLE' | 'SECRET'): [string, ...string[]] {
  const named = Deno.env.get(`SUPABASE_${kind}_KEYS`)?.trim();
  const { default: usual, ...others } = (named ? JSON.parse(named) : {}) as Record<string, string>;
  const single = Deno.env.get(`SUPABASE_${kind}_KEY`)?.trim();
  const [first, ...more] = [usual, ...Object.values(others), single].filter((k): k is string => Boolean(k));
  if (first) return [first, ...more];
  throw new Error(
    `Neither SUPABASE_${kind}_KEYS nor SUPABASE_${kind}_KEY is set: hosted Supabase gives the first, set the second where you host it yourself.`,
  );
}

const address = Deno.env.get('SUPABASE_URL')?.trim();
if (!address)
  throw new Error('SUPABASE_URL is not set: hosted Supabase gives it, set it where you host Supabase yourself.');
/** Where REST, Auth and Storage answer. */
export const url = address;
/** The key that everyone has; with a caller's token it acts as the caller. */
export const [publishableKey] = keys('PUBLISHABLE');
/** Past row-level security: each function that imports it says why. */
export const secretKeys = keys('SECRET');
export const [secretKey] = secretKeys;
