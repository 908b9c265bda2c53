import { PostgrestClient } from '@supabase/postgrest-js';
import type { Seal } from '../domain/seal.ts';

const hex = (value: string) => value.replace(/^\\x/, '');
type Raw = { day: string; events: number; root: string; prev_hash: string | null; hash: string };
export const readSeal = (s: Raw): Seal => ({
  day: s.day,
  events: s.events,
  root: hex(s.root),
  prev_hash: s.prev_hash === null ? null : hex(s.prev_hash),
  hash: hex(s.hash),
});

/** All published seals, oldest first, as the browser asks for them: public data, no sign-in. */
export async function publishedSeals(): Promise<Seal[]> {
  const key = import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '';
  const api = new PostgrestClient(`${import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin}/rest/v1`, {
    headers: { apikey: key },
  });
  const seals: Seal[] = [];
  // The API answers with at most 1,000 rows: three years of days.
  for (;;) {
    const { data, error } = await api
      .from('seals')
      .select('day, events, root, prev_hash, hash')
      .order('day')
      .gt('day', seals.at(-1)?.day ?? '0001-01-01')
      .limit(1000);
    if (error) throw error;
    seals.push(...(data as Raw[]).map(readSeal));
    if (data.length < 1000) return seals;
  }
}
