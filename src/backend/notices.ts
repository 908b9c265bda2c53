import { PostgrestClient } from '@supabase/postgrest-js';

export interface Notice {
  id: number;
  title: string;
  from_on: string;
  to_on: string;
  published_at: string;
}
export interface NoticeItem {
  voucher_no: string;
  applicant_name: string;
  institution_name: string;
  amount_fen: number;
  result: string;
}

const api = () =>
  new PostgrestClient(`${import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin}/rest/v1`, {
    headers: { apikey: import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '' },
  });

/** The system's day (Asia/Shanghai), not the visitor's. */
export async function publicDay(): Promise<string> {
  const { data, error } = await api().rpc('today');
  if (error) throw error;
  return String(data);
}
const atOnce = 1000;
/** A notice's items, all of them: the API answers with at most 1,000 rows. */
async function itemsOf(noticeId: number): Promise<NoticeItem[]> {
  const items: NoticeItem[] = [];
  for (;;) {
    const { data, error } = await api()
      .from('notice_items')
      .select('voucher_no, applicant_name, institution_name, amount_fen, result')
      .eq('notice_id', noticeId)
      .order('voucher_no')
      .range(items.length, items.length + atOnce - 1);
    if (error) throw error;
    items.push(...(data as NoticeItem[]));
    if (data.length < atOnce) return items;
  }
}
/** Notices published after the site was built, with their items. */
export async function newerNotices(afterId: number): Promise<(Notice & { items: NoticeItem[] })[]> {
  const { data, error } = await api()
    .from('notices')
    .select('id, title, from_on, to_on, published_at')
    .gt('id', afterId)
    .order('id', { ascending: false })
    .limit(20);
  if (error) throw error;
  return Promise.all((data as Notice[]).map(async (notice) => ({ ...notice, items: await itemsOf(notice.id) })));
}
