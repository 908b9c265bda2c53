import { AuthClient } from '@supabase/auth-js';
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

let signedIn: InstanceType<typeof AuthClient> | undefined;
/** Who is signed in, kept in this browser and renewed by itself. */
export function auth() {
  signedIn ??= new AuthClient({
    url: `${base()}/auth/v1`,
    headers: { apikey, Authorization: `Bearer ${apikey}` },
    // A link must never sign anybody in: whoever sends «…#access_token=…» would have his victim work in his own account.
    detectSessionInUrl: false,
    storageKey: `sb-${new URL(base()).hostname.split('.')[0]}-auth-token`,
  });
  return signedIn;
}
/** A request in the name of who is signed in; with the publishable key alone where nobody is. */
const asPerson: typeof fetch = async (input, init) => {
  const { data } = await auth().getSession();
  const headers = new Headers(init?.headers);
  headers.set('apikey', apikey);
  headers.set('Authorization', `Bearer ${data.session?.access_token ?? apikey}`);
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
  if (refusal.code === 'NOT_ALLOWED' && !(await auth().getSession()).data.session)
    refusal = { code: 'SIGN_IN_REQUIRED', message: '登录已过期。', hint: '请重新登录；填好的内容还在。' };
  if (refusal.code === 'SIGN_IN_REQUIRED') askToSignIn((n) => n + 1);
  return new Refused(refusal);
}

/** Tells who shows what waits that an act has succeeded. */
export const actDone = () => countAct((n) => n + 1);

/** R33: one id for one intention; a retry of the same form sends the same id. */
export const newRequestId = () => crypto.randomUUID();
