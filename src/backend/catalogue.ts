import { PostgrestClient } from '@supabase/postgrest-js';
import type { CatalogueEntry } from './public.ts';

/** Up to 50 entries that contain the words. Uses the small client: public pages do not load supabase-js. */
export async function searchCatalogue(kind: string, words: string): Promise<CatalogueEntry[]> {
  const api = new PostgrestClient(`${import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin}/rest/v1`, { headers: { apikey: import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '' } });
  // In a filter of PostgREST these characters have a meaning of their own.
  const plain = words.replaceAll(/[%_*,()"\\]/g, ' ').trim();
  if (!plain) return [];
  const like = `"*${plain}*"`;
  const { data, error } = await api.from('catalogue').select('*').eq('kind', kind).or(`name.ilike.${like},model.ilike.${like},maker.ilike.${like},institution_name.ilike.${like},purpose.ilike.${like}`).order('slug').limit(50);
  if (error) throw new Error(error.message);
  return data as CatalogueEntry[];
}
