import { client } from './client.ts';
import type { Counted } from './pages.ts';
import { command } from './query.ts';

const objectionColumns =
  `id, receipt, real_name, contact, body, evidence, needs_look, submitted_at, decision, decision_reason,
  redemption:redemptions(voucher_no, order:orders(title))` as const;
const allObjections = (how?: Counted) => client().from('objections').select(objectionColumns, how);
export type Objection = NonNullable<Awaited<ReturnType<typeof allObjections>>['data']>[number];
/** Objections against published results (R28): those that wait for a decision, those decided, or all. */
export const objections = (state: string) => (how?: Counted) =>
  state === 'open'
    ? allObjections(how).is('decision', null)
    : state === 'decided'
      ? allObjections(how).not('decision', 'is', null)
      : allObjections(how);

const allCorrections = (how?: Counted) =>
  client().from('corrections').select('id, receipt, page, body, contact, needs_look, at, answer', how);
export type Correction = NonNullable<Awaited<ReturnType<typeof allCorrections>>['data']>[number];
/** What visitors point out: what nobody has mended yet, what is answered, or all. */
export const corrections = (state: string) => (how?: Counted) =>
  state === 'open'
    ? allCorrections(how).is('answer', null)
    : state === 'answered'
      ? allCorrections(how).not('answer', 'is', null)
      : allCorrections(how);

const allInquiries = (how?: Counted) =>
  client()
    .from('inquiries')
    .select('id, receipt, kind, title, body, contact, may_publish, needs_look, at, answer', how);
export type Inquiry = NonNullable<Awaited<ReturnType<typeof allInquiries>>['data']>[number];
/** What is asked, complained of or proposed: what waits for an answer, what has one, or all. */
export const inquiries = (state: string) => (how?: Counted) =>
  state === 'open'
    ? allInquiries(how).is('answer', null)
    : state === 'answered'
      ? allInquiries(how).not('answer', 'is', null)
      : allInquiries(how);

export const decideObjection = (objection_id: number, upheld: boolean, reason: string, request_id: string) =>
  command('decide_objection', { objection_id, upheld, reason, request_id });
export const answerCorrection = (correction_id: number, answer: string, request_id: string) =>
  command('answer_correction', { correction_id, answer, request_id });
export const answerInquiry = (inquiry_id: number, answer: string, publish: boolean, request_id: string) =>
  command('answer_inquiry', { inquiry_id, answer, publish, request_id });
