import { PostgrestClient } from '@supabase/postgrest-js';
import type { Seal } from '../domain/seal.ts';

const hex = (value: string) => value.replace(/^\\x/, '');
type Raw = { day: string; events: number; root: string; prev_hash: string | null; hash: string };
export const readSeal = (s: Raw): Seal => ({ day: s.day, events: s.events, root: hex(s.root), prev_hash: s.prev_hash === null ? null : hex(s.prev_hash), hash: hex(s.hash) });

/** The published seals, newest first, as the browser asks for them: public data, no sign-in. */
export async function publishedSeals(limit = 1000): Promise<Seal[]> {
  const key = import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '';
  const api = new PostgrestClient(`${import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin}/rest/v1`, { headers: { apikey: key } });
  const { data, error } = await api.from('seals').select('day, events, root, prev_hash, hash').order('day', { ascending: false }).limit(limit);
  if (error) throw error;
  return (data as Raw[]).map(readSeal);
}
