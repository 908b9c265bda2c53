import { PostgrestClient } from '@supabase/postgrest-js';
import type { CatalogueEntry } from './public.ts';

export interface Facet { value: string; label: string; n: number }
export interface Found { total: number; page: number; rows: CatalogueEntry[]; classes: Facet[]; cities: Facet[] }
/** What a search asks; an empty field asks for nothing. Money in 分. */
export interface Search { query: string; kind: string; class: string; city: string; institution: string; voucherOnly: boolean; qualified: boolean; maxFen: number | undefined; page: number }

/** Searches the published catalogue as it is now, not as the last build left it. Uses the small client: public pages do not load supabase-js. */
export async function searchCatalogue(s: Search): Promise<Found> {
  const api = new PostgrestClient(`${import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin}/rest/v1`, { headers: { apikey: import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '' } });
  const { data, error } = await api.rpc('search_catalogue', {
    query: s.query, kind: s.kind || null, class: s.class || null, city: s.city || null, institution: s.institution ? Number(s.institution) : null, voucher_only: s.voucherOnly, qualified: s.qualified, max_fen: s.maxFen ?? null, page: s.page,
  });
  if (error) throw new Error(error.message);
  return data as Found;
}
