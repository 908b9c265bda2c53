import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Database } from './database.types.ts';
import { asRefusal, Refused } from './refusal.ts';

/** The functions and tables that the database has: a name it does not know fails to compile. */
export type FunctionName = keyof Database['public']['Functions'];
export type TableName = keyof Database['public']['Tables'];

let made: SupabaseClient | undefined;
/** The one client of the page: same origin, the publishable key put in at build time. */
export function client(): SupabaseClient {
  made ??= createClient(import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin, import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '');
  return made;
}

export { asRefusal, type Refusal, Refused } from './refusal.ts';

/** Calls an action of the database; throws `Refused` with the server's hint. */
export async function act<T = Record<string, unknown>>(name: FunctionName, args: Record<string, unknown>): Promise<T> {
  const { data, error } = await client().rpc(name, args);
  if (error) throw new Refused(asRefusal(error));
  return data as T;
}

/** R33: one id for one intention; a retry of the same form sends the same id. */
export const newRequestId = () => crypto.randomUUID();
