import { client } from './client.ts';
import { type Counted, wholeOf } from './pages.ts';
import { command, rows } from './query.ts';

/** What the public sees of needs (R53): those of the given classes, or all. */
export const openNeeds = (classes?: string[]) => (how?: Counted) => {
  const all = client().from('open_needs').select('*', how);
  return classes ? all.in('class_code', classes) : all;
};
export type OpenNeed = NonNullable<Awaited<ReturnType<ReturnType<typeof openNeeds>>>['data']>[number];
/** The needs that one applicant posted, whatever became of them. */
export const myNeeds = (applicantId: number) => (how?: Counted) =>
  client()
    .from('needs')
    .select('*, class:instrument_classes(label), city:cities(name)', how)
    .eq('applicant_id', applicantId);
export type Need = NonNullable<Awaited<ReturnType<ReturnType<typeof myNeeds>>>['data']>[number];

/** What was written on a need, as far as one may read it: the owner every thread, an institution its own. */
export const needMessages = (needId: number) =>
  rows(
    client()
      .from('need_messages')
      .select('id, institution_id, from_applicant, body, slug, at, institution:organizations(name)')
      .eq('need_id', needId)
      .order('id'),
  );
export type NeedMessage = Awaited<ReturnType<typeof needMessages>>[number];
/** The classes in which an institution has something open, and what that is: only these needs can be answered. */
export const openResources = (institutionId: number) =>
  wholeOf(
    () =>
      client()
        .from('catalogue')
        .select('slug, name, class_code')
        .eq('institution_id', institutionId)
        .eq('is_open', true),
    { columns: ['slug'], descending: false },
  );
export const cities = () => rows(client().from('cities').select('code, name').order('code'));

/** What an applicant says it needs. */
export interface NeedPayload {
  class_code: string;
  sample: string;
  standard: string | null;
  wanted_by: string | null;
  city_code: string | null;
  named: boolean;
}
export const postNeed = (payload: NeedPayload, request_id: string) => command('post_need', { payload, request_id });
export const renewNeed = (need_id: number, request_id: string) => command('renew_need', { need_id, request_id });
export const closeNeed = (need_id: number, request_id: string) => command('close_need', { need_id, request_id });
export const takeDownNeed = (need_id: number, reason: string, request_id: string) =>
  command('take_down_need', { need_id, reason, request_id });
export const answerNeed = (need_id: number, payload: { body: string; slug: string | null }, request_id: string) =>
  command('answer_need', { need_id, payload, request_id });
export const replyOnNeed = (need_id: number, institution_id: number, payload: { body: string }, request_id: string) =>
  command('reply_on_need', { need_id, institution_id, payload, request_id });
