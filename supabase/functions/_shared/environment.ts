// What Supabase itself gives every function; nothing of it is set by hand on hosted, where the CLI refuses names that begin with SUPABASE_.

/** The key of one kind: hosted gives a JSON object of keys by their names, a self-hosted installation may give one key under the singular name. */
function key(kind: 'PUBLISHABLE' | 'SECRET'): string {
  const named = Deno.env.get(`SUPABASE_${kind}_KEYS`)?.trim();
  if (named) {
    const keys = JSON.parse(named) as Record<string, string>;
    const found = keys['default'] ?? Object.values(keys)[0];
    if (found) return found;
  }
  const single = Deno.env.get(`SUPABASE_${kind}_KEY`)?.trim();
  if (single) return single;
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
export const publishableKey = key('PUBLISHABLE');
/** Past row-level security: each function that imports it says why. */
export const secretKey = key('SECRET');
