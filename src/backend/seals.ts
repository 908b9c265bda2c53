import { PostgrestClient } from '@supabase/postgrest-js';
import type { Head, Seal } from '../domain/seal.ts';

const hex = (value: string) => value.replace(/^\\x/, '');
type Raw = { day: string; events: number; root: string; prev_hash: string | null; hash: string };
export const readSeal = (s: Raw): Seal => ({
  day: s.day,
  events: s.events,
  root: hex(s.root),
  prev_hash: s.prev_hash === null ? null : hex(s.prev_hash),
  hash: hex(s.hash),
});

function api() {
  return new PostgrestClient(`${import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin}/rest/v1`, {
    headers: { apikey: import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '' },
  });
}

/** Seconds since 1970 with six digits, as the database writes them into the head's hash. */
function epochOf(at: string): string {
  const [, whole, fraction = ''] = /^(.*?)(?:\.(\d+))?(?:Z|[+-]\d\d:?\d\d)$/.exec(at) ?? [];
  const zone = at.slice((whole ?? '').length + (fraction ? fraction.length + 1 : 0));
  return `${new Date(`${whole}${zone}`).getTime() / 1000}.${fraction.padEnd(6, '0')}`;
}

/** Published heads after the given one, oldest first. */
export async function publishedHeads(after = 0): Promise<Head[]> {
  const heads: Head[] = [];
  for (;;) {
    const { data, error } = await api()
      .from('seal_heads')
      .select('id, at, events, root, prev_hash, hash')
      .order('id')
      .gt('id', heads.at(-1)?.id ?? after)
      .limit(1000);
    if (error) throw error;
    for (const h of data as (Omit<Raw, 'day'> & { id: number; at: string })[])
      heads.push({ ...readSeal({ ...h, day: '' }), id: h.id, at: epochOf(h.at) });
    if (data.length < 1000) return heads;
  }
}
/** The newest published head; undefined before the first. */
export async function newestHead(): Promise<{ at: string; events: number; hash: string } | undefined> {
  const { data, error } = await api()
    .from('seal_heads')
    .select('at, events, hash')
    .order('id', { ascending: false })
    .limit(1);
  if (error) throw error;
  const [head] = data as { at: string; events: number; hash: string }[];
  return head && { ...head, hash: hex(head.hash) };
}

/** All published seals, oldest first, as the browser asks for them: public data, no sign-in. */
export async function publishedSeals(): Promise<Seal[]> {
  const seals: Seal[] = [];
  // The API answers with at most 1,000 rows: three years of days.
  for (;;) {
    const { data, error } = await api()
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
