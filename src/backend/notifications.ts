import { client } from './client.ts';
import type { Counted } from './pages.ts';
import { command, rows } from './query.ts';

/** The messages of the signed-in person, each with whether it was read. Row-level security knows whose they are. */
const all = (how?: Counted) =>
  client().from('notifications').select('id, kind, entity, entity_id, title, body, at, notification_reads(at)', how);
/** A list of them, for page after page. */
export const messages = () => all;
export type Message = NonNullable<Awaited<ReturnType<typeof all>>['data']>[number];

/** How many are unread; whether there are more than a hundred nobody asks. */
export const unreadCount = async (): Promise<number> =>
  (
    await rows(
      client()
        .from('notifications')
        .select('id, notification_reads(at)')
        .is('notification_reads', null)
        .order('id', { ascending: false })
        .limit(100),
    )
  ).length;
export const markRead = (notification_ids: number[] | null) => command('mark_notifications_read', { notification_ids });
export const mute = (kind: string, muted: boolean) => command('mute_notifications', { kind, muted });
export const mutes = async (): Promise<string[]> =>
  (await rows(client().from('notification_mutes').select('kind'))).map((m) => m.kind);
