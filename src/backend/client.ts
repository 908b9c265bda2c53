import type { AuthClient } from '@supabase/auth-js';
import { PostgrestClient } from '@supabase/postgrest-js';
import { createSignal } from 'solid-js';
import type { Database } from './database.types.ts';
import { asRefusal, type Refusal, Refused } from './refusal.ts';

/** The functions and tables that the database has: a name it does not know fails to compile. */
export type FunctionName = keyof Database['public']['Functions'];
export type TableName = keyof Database['public']['Tables'];

// Sign-in and the API, without the rest of supabase-js: its realtime and storage clients would double the first screen's script.
const base = () => import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin;
const apikey: string = import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '';

const storageKey = () => `sb-${new URL(base()).hostname.split('.')[0]}-auth-token`;

let signedIn: Promise<InstanceType<typeof AuthClient>> | undefined;
/** Signs in and out and renews. Loaded when one of these is needed: it weighs as much as half a workspace. */
export function auth() {
  signedIn ??= import('@supabase/auth-js').then(
    ({ AuthClient: Client }) =>
      new Client({
        url: `${base()}/auth/v1`,
        headers: { apikey, Authorization: `Bearer ${apikey}` },
        // A link must never sign anybody in: whoever sends «…#access_token=…» would have his victim work in his own account.
        detectSessionInUrl: false,
        storageKey: storageKey(),
      }),
  );
  return signedIn;
}

/** Who is signed in, as auth-js keeps it in this browser. */
export interface Session {
  access_token: string;
  /** Seconds since 1970. */
  expires_at: number;
  user: { id: string; email: string };
}
/** A token with less time left is renewed before it is used: as auth-js does it. */
const marginSeconds = 90;

/** What is kept in this browser; null when nobody is signed in, undefined when it must be renewed or cannot be read. */
export function keptSession(kept: string | null, now = Date.now()): Session | null | undefined {
  if (!kept) return null;
  try {
    const { access_token, expires_at, user } = JSON.parse(kept) as Partial<Session>;
    if (typeof access_token !== 'string' || typeof user?.id !== 'string' || typeof expires_at !== 'number')
      return undefined;
    if (expires_at - now / 1000 < marginSeconds) return undefined;
    return { access_token, expires_at, user: { id: user.id, email: user.email ?? '' } };
  } catch {
    return undefined;
  }
}
/** What this browser keeps; undefined where nothing can be kept (a browser that forbids it, no browser): auth-js then has it in its memory. */
function stored(): Session | null | undefined {
  try {
    return keptSession(localStorage.getItem(storageKey()));
  } catch {
    return undefined;
  }
}
/** Who is signed in; null when nobody is. Renewed when its time is nearly over. */
export async function session(): Promise<Session | null> {
  const kept = stored();
  if (kept !== undefined) return kept;
  const { data } = await (await auth()).getSession();
  return (data.session as Session | null) ?? null;
}
/** A request in the name of who is signed in; with the publishable key alone where nobody is. */
const asPerson: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('apikey', apikey);
  headers.set('Authorization', `Bearer ${(await session())?.access_token ?? apikey}`);
  return fetch(input, { ...init, headers });
};
/** Files and edge functions: `callApi('/functions/v1/…')`. */
export const callApi = (path: string, init?: RequestInit) => asPerson(base() + path, init);

let made: PostgrestClient<Database> | undefined;
/** The one client of the page: same origin, the publishable key put in at build time. */
export function client(): PostgrestClient<Database> {
  made ??= new PostgrestClient<Database>(`${base()}/rest/v1`, { fetch: asPerson });
  return made;
}

export { asRefusal, type Refusal, Refused } from './refusal.ts';

const [acts, countAct] = createSignal(0);
const [signInNeeded, askToSignIn] = createSignal(0);
/** How many acts have succeeded on this page: whoever shows what waits reads it, and asks again when it grows. */
export { acts };
/** Grows when a request was refused because the session has ended. */
export { signInNeeded };

/** The refusal behind an error; a session that has ended is told apart from a right that one does not have. */
export async function refused(error: unknown): Promise<Refused> {
  let refusal: Refusal = asRefusal(error);
  if (refusal.code === 'NOT_ALLOWED' && !(await session()))
    refusal = { code: 'SIGN_IN_REQUIRED', message: '登录已过期。', hint: '请重新登录；填好的内容还在。' };
  if (refusal.code === 'SIGN_IN_REQUIRED') askToSignIn((n) => n + 1);
  return new Refused(refusal);
}

/** Tells who shows what waits that an act has succeeded. */
export const actDone = () => countAct((n) => n + 1);

/** R33: one id for one intention; a retry of the same form sends the same id. */
export const newRequestId = () => crypto.randomUUID();
