import { PostgrestClient } from '@supabase/postgrest-js';
import { readSeal } from './seals.ts';

export interface CatalogueEntry {
  slug: string;
  kind: 'instrument' | 'service';
  resource_id: number;
  name: string;
  model: string;
  maker: string;
  class_code: string;
  institution_name: string;
  city: string;
  purpose: string;
  unit: string;
  price_min_fen: number;
  price_max_fen: number;
  is_open: boolean;
  voucher_enabled: boolean;
}

/** Reads what the public may read, while the site is built. Without an API (a plain `astro build`) every list is empty and the pages say so. */
async function readAll<T>(table: string, order: string): Promise<T[]> {
  const url = process.env['BUILD_API_URL'];
  const key = process.env['PUBLIC_SUPABASE_KEY'];
  if (!url || !key) return [];
  const api = new PostgrestClient(`${url}/rest/v1`, { headers: { apikey: key } });
  const rows: T[] = [];
  // The API answers with at most 1,000 rows.
  for (let from = 0; ; from += 1000) {
    const { data, error } = await api.from(table).select('*').order(order).range(from, from + 999);
    if (error) throw new Error(`${table}: ${error.message}`);
    rows.push(...(data as T[]));
    if (data.length < 1000) return rows;
  }
}

let catalogueOnce: Promise<CatalogueEntry[]> | undefined;
export const catalogue = () => (catalogueOnce ??= readAll<CatalogueEntry>('catalogue', 'slug'));
export const exclusions = () => readAll<{ code: string; group_label: string; label: string; scope: string; justifiable: boolean }>('exclusions', 'code');
export const notices = () => readAll<{ id: number; title: string; from_on: string; to_on: string }>('notices', 'id');
export const noticeItems = () => readAll<{ notice_id: number; voucher_no: string; applicant_name: string; institution_name: string; amount_fen: number; result: string }>('notice_items', 'voucher_no');
export const pledges = () => readAll<{ id: number; kind: string; year: number; title: string; body: string }>('pledges', 'id');
export const seals = async () => (await readAll<Parameters<typeof readSeal>[0]>('seals', 'day')).map(readSeal);
