import { PostgrestClient } from '@supabase/postgrest-js';
import type { Exclusion } from '../domain/exclusions.ts';
import type { Figures } from '../domain/figures.ts';
import type { announcementKinds, audiences } from '../domain/announcements.ts';
import type { InquiryKind } from '../domain/inquiries.ts';
import type { Waiting } from '../domain/sums.ts';
import type { WorkCalendar } from '../domain/working-days.ts';
import { exactTime } from '../domain/dates.ts';
import { readSeal } from './seals.ts';
import { formatDate } from '../domain/dates.ts';

/** The public address of the site: SITE_URL, or the API's own where both are one origin. Empty in a plain build. */
export const siteOrigin = process.env['SITE_URL'] ?? process.env['BUILD_API_URL'] ?? '';

/** Reads what the public may read, while the site is built. Without an API (a plain `astro build`) every list is empty and the pages say so. */
const answers = new Map<string, Promise<unknown[]>>();
async function readAll<T>(table: string, order: string): Promise<T[]> {
  // A build reads each table once, whatever the number of pages that ask; while developing every page asks anew.
  if (import.meta.env?.DEV) return readTable<T>(table, order);
  if (!answers.has(table)) answers.set(table, readTable<T>(table, order));
  return [...((await answers.get(table)) as T[])];
}
async function readTable<T>(table: string, order: string): Promise<T[]> {
  const url = process.env['BUILD_API_URL'];
  const key = process.env['PUBLIC_SUPABASE_KEY'];
  if (!url || !key) return [];
  const api = new PostgrestClient(`${url}/rest/v1`, { headers: { apikey: key } });
  const rows: T[] = [];
  // The API answers with at most 1,000 rows.
  for (let from = 0; ; from += 1000) {
    const { data, error } = await order
      .split(',')
      .reduce((q, column) => q.order(column), api.from(table).select('*'))
      .range(from, from + 999);
    if (error) throw new Error(`${table}: ${error.message}`);
    rows.push(...(data as T[]));
    if (data.length < 1000) return rows;
  }
}

/** How many entries there are: of all, or of those of one kind that may be booked with a voucher. Counted by the database, whatever the size. */
export async function catalogueCount(kind: 'instrument' | 'service' | ''): Promise<number> {
  const [url, key] = [process.env['BUILD_API_URL'], process.env['PUBLIC_SUPABASE_KEY']];
  if (!url || !key) return 0;
  const all = new PostgrestClient(`${url}/rest/v1`, { headers: { apikey: key } })
    .from('catalogue')
    .select('slug', { count: 'exact', head: true });
  const { count, error } = await (kind ? all.match({ kind, is_open: true, voucher_enabled: true }) : all);
  if (error) throw new Error(`catalogue: ${error.message}`);
  return count ?? 0;
}
export const exclusions = () => readAll<Exclusion>('exclusions', 'code');
export const notices = () =>
  readAll<{ id: number; title: string; from_on: string; to_on: string; published_at: string }>('notices', 'id');
export const noticeItems = () =>
  readAll<{
    notice_id: number;
    voucher_no: string;
    applicant_name: string;
    institution_name: string;
    amount_fen: number;
    result: string;
  }>('notice_items', 'voucher_no');
export const pledges = () =>
  readAll<{ id: number; kind: string; year: number; title: string; body: string }>('pledges', 'id');
export const seals = async () => (await readAll<Parameters<typeof readSeal>[0]>('seals', 'day')).map(readSeal);

const policyYears = () =>
  readAll<{
    year: number;
    version: number;
    calendar_authoritative_until: string;
    calendar_missing: string | null;
    note: string;
  }>('policy_years', 'year');
const policyParameters = () =>
  readAll<{ year: number; key: string; value: number | null; unit: string; label: string; source: string }>(
    'policy_parameters',
    'key',
  );
export interface Policy extends Figures {
  year: number;
  version: number;
  note: string;
  /** The year's fund; null: the documents name none, no limit. */
  fundFen: number | null;
  /** Where that figure comes from; nothing where there is none. */
  fundSource: string;
}
type PolicyYear = Awaited<ReturnType<typeof policyYears>>[number];
type PolicyParameter = Awaited<ReturnType<typeof policyParameters>>[number];
/** R6: the figures of the running policy year, or of the last one before it. Without an API the shipped defaults of 2021 stand in, so that a plain build has words. */
export const policy = async (): Promise<Policy> =>
  policyOf(await policyYears(), await policyParameters(), await buildDay());
export function policyOf(years: PolicyYear[], rows: PolicyParameter[], day: string): Policy {
  // Next year's parameters may stand ready while this year still counts.
  const year = years.findLast((y) => y.year <= Number(day.slice(0, 4))) ?? {
    year: 2021,
    version: 1,
    note: '2021年政策口径',
  };
  const fund = rows.find((r) => r.year === year.year && r.key === 'fund_fen' && r.value !== null);
  const value = (key: string, shipped: number) =>
    rows.find((r) => r.year === year.year && r.key === key)?.value ?? shipped;
  return {
    year: year.year,
    version: year.version,
    note: year.note,
    rateBp: value('rate_bp', 3000),
    enterpriseFen: value('quota_enterprise_fen', 20_000_000),
    teamFen: value('quota_team_fen', 10_000_000),
    closeDays: value('close_working_days', 7),
    noticeDays: value('notice_working_days', 5),
    experts: value('experts_per_item', 3),
    acceptDays: value('accept_working_days', 5),
    reviewDays: value('review_working_days', 5),
    supplementDays: value('supplement_working_days', 10),
    confirmDays: value('confirm_working_days', 10),
    expertDays: value('expert_working_days', 10),
    authorityDays: value('authority_working_days', 5),
    fundFen: fund?.value ?? null,
    fundSource: fund?.source ?? '',
  };
}
/** R25: the holidays as a calendar, with how far it can be trusted, year by year. */
export async function workCalendar(): Promise<WorkCalendar> {
  const [years, days] = [await policyYears(), await readAll<{ day: string; is_off: boolean }>('holidays', 'day')];
  return {
    // A year whose holidays are not complete has no calendar, whatever day it is said to be known until (R49).
    knownUntil: Object.fromEntries(
      years.filter((y) => y.calendar_missing === null).map((y) => [y.year, y.calendar_authoritative_until]),
    ),
    special: Object.fromEntries(days.map((d) => [d.day, d.is_off])),
  };
}
export interface Statistic {
  year: number;
  quarter: number;
  dimension: string;
  label: string;
  measure: 'issued' | 'paid' | 'redeemed' | 'failed';
  vouchers: number;
  amount_fen: number;
}
export const statistics = () => readAll<Statistic>('statistics', 'year,quarter,dimension,label,measure');
export interface FundStatus extends Waiting {
  year: number;
  fund_fen: number | null;
  listed: number;
  listed_fen: number;
  in_transit: number;
  in_transit_fen: number;
  arrived_fen: number;
  recovered_fen: number;
  used_fen: number;
  as_of: string;
}
export const fundStatus = () => readAll<FundStatus>('fund_status', 'year');
export interface PublishedPayout {
  voucher_no: string;
  applicant_name: string;
  institution_name: string;
  city: string;
  amount_fen: number;
  round_year: number;
  round_quarter: number;
  fund_year: number;
  queue_rank: number;
  again: boolean;
  used_at: string;
  listed_at: string;
  arrived_on: string;
}
export const publishedPayouts = async () =>
  (await readAll<PublishedPayout>('published_payouts', 'payment_id')).map((p) => ({
    ...p,
    used_at: exactTime(p.used_at),
    listed_at: exactTime(p.listed_at),
  }));
export interface Queued {
  queue_rank: number;
  stage: 'waiting' | 'listed' | 'in_transit';
  voucher_no: string;
  applicant_name: string;
  institution_name: string;
  amount_fen: number;
  round_year: number;
  round_quarter: number;
  used_at: string;
  notice_ends_on: string | null;
}
/** Who waits for a payout, first come first (R8). */
export const payoutQueue = async () =>
  (await readAll<Queued>('payout_queue', 'redemption_id'))
    .map((q) => ({ ...q, used_at: exactTime(q.used_at) }))
    .sort((a, b) => a.queue_rank - b.queue_rank);
/** A notice to readers: the year's call, maintenance, results; public from its day on. */
export interface Announcement {
  id: number;
  kind: keyof typeof announcementKinds;
  audience: keyof typeof audiences;
  title: string;
  body: string;
  source: string;
  document_url: string | null;
  published_on: string;
}
/** The newest first. */
export const announcements = async () =>
  (await readAll<Announcement>('announcements', 'id')).sort((a, b) =>
    a.published_on === b.published_on ? b.id - a.id : a.published_on < b.published_on ? 1 : -1,
  );
export interface PublishedInquiry {
  inquiry_id: number;
  kind: InquiryKind;
  title: string;
  body: string;
  answer: string;
  asked_on: string;
  answered_at: string;
}
/** What was asked and answered, and may be read by everyone: the newest answer first. */
export const publishedInquiries = async () =>
  (await readAll<PublishedInquiry>('published_inquiries', 'inquiry_id')).sort((a, b) =>
    a.answered_at < b.answered_at ? 1 : -1,
  );
export interface OpenNeed {
  need_id: number;
  class_label: string;
  sample: string;
  standard: string;
  wanted_by: string | null;
  city: string | null;
  applicant_name: string | null;
  posted_on: string;
  open_until: string;
}
/** What applicants need tested (R53), the newest first; whose it is only where the owner wants to be named. */
export const openNeeds = async () => (await readAll<OpenNeed>('open_needs', 'need_id')).reverse();
export interface YearlyStep {
  year: number;
  entity: 'order' | 'redemption';
  from_state: string;
  action: string;
  to_state: string;
  cases: number;
  median_days: number | null;
}
export const yearlySteps = () => readAll<YearlyStep>('yearly_steps', 'year,entity,from_state,action,to_state');
export const yearlyExclusions = () =>
  readAll<{ year: number; code: string; fee_lines: number; amount_fen: number }>('yearly_exclusions', 'year,code');
export const workflowStates = () =>
  readAll<{ entity: string; state: string; label: string; sort: number }>('workflow_states', 'entity,state');
export const instrumentClasses = () => readAll<{ code: string; label: string }>('instrument_classes', 'code');
export const entities = () => readAll<{ entity: string; label: string }>('workflow_entities', 'entity');
export const transitions = () =>
  readAll<{ entity: string; action: string; from_state: string; to_state: string; actor: string; label: string }>(
    'workflow_transitions',
    'id',
  );

/** The system's day while the site is built; the builder's own where there is no API. */
export async function buildDay(): Promise<string> {
  const url = process.env['BUILD_API_URL'];
  const key = process.env['PUBLIC_SUPABASE_KEY'];
  if (url && key) {
    const { data, error } = await new PostgrestClient(`${url}/rest/v1`, { headers: { apikey: key } }).rpc('today');
    if (error) throw new Error(`today: ${error.message}`);
    return String(data);
  }
  return formatDate(Date.now());
}
