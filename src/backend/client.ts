import { createClient, type SupabaseClient } from '@supabase/supabase-js';

let made: SupabaseClient | undefined;
/** The one client of the page: same origin, the publishable key put in at build time. */
export function client(): SupabaseClient {
  made ??= createClient(import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin, import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '');
  return made;
}

/** What a refusal says: what happened, what to do, and a small code for the hotline. */
export interface Refusal {
  code: string;
  message: string;
  hint: string;
}
export class Refused extends Error {
  refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Any error as words for a person; the server's own words where it gave some. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal;
  const e = error as { code?: string; message?: string; hint?: string | null };
  if (e?.hint) return { code: e.code ?? '', message: e.message ?? '', hint: e.hint };
  return { code: e?.code || 'NETWORK', message: '没有办成，内容没有改变。', hint: '请检查网络后重试；如仍不行，请拨打服务热线并报上代码。' };
}

/** Calls an action of the database; throws `Refused` with the server's hint. */
export async function act<T = Record<string, unknown>>(name: string, args: Record<string, unknown>): Promise<T> {
  const { data, error } = await client().rpc(name, args);
  if (error) throw new Refused(asRefusal(error));
  return data as T;
}

/** R33: one id for one intention; a retry of the same form sends the same id. */
export const newRequestId = () => crypto.randomUUID();
