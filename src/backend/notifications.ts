import { act, client } from './client.ts';
import { list, type Row } from './work.ts';

export interface Message {
  id: number;
  kind: string;
  entity: string;
  entity_id: number;
  title: string;
  body: string;
  at: string;
  read: boolean;
}

/** The newest messages of the signed-in person, with whether each was read. Row-level security knows whose they are. */
export async function messages(): Promise<Message[]> {
  const [rows, reads] = await Promise.all([
    list<Row>('notifications', '*', {}, 'id', 100),
    list<Row>('notification_reads', 'notification_id', {}, 'at', 1000),
  ]);
  const seen = new Set(reads.map((r) => r['notification_id']));
  return rows.map((r) => ({ ...(r as unknown as Message), read: seen.has(r.id) }));
}
export async function unreadCount(): Promise<number> {
  return (await messages()).filter((m) => !m.read).length;
}
export const markRead = (ids: number[] | null) => act<number>('mark_notifications_read', { notification_ids: ids });
export const mute = (kind: string, muted: boolean) => act<boolean>('mute_notifications', { kind, muted });
export async function mutes(): Promise<string[]> {
  const { data } = await client().from('notification_mutes').select('kind');
  return (data ?? []).map((m) => m.kind as string);
}
