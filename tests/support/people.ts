// Named people and organizations for the tests, made through the real API wherever a person would do it.
import { quietCalendar } from './calendar.ts';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import postgres from 'postgres';
import { inject } from 'vitest';

let connection: postgres.Sql | undefined;
/** The owner `postgres`, as hosted gives it (no superuser): for what an administrator does in the dashboard, and to look behind the API. */
export function admin(): postgres.Sql {
  connection ??= postgres(inject('databaseUrl'), { max: 4, onnotice: () => {} });
  return connection;
}

export const requestId = () => crypto.randomUUID();
let counter = 0;
const unique = () => `${process.pid}${Date.now().toString(36)}${counter++}`;

export interface Refusal {
  code: string;
  message: string;
  hint: string | null;
}
export interface Person {
  client: SupabaseClient;
  userId: string;
  orgId: number;
  /** Calls an action; throws nothing: the refusal or the data. */
  act<T = Record<string, unknown>>(
    name: string,
    args: Record<string, unknown>,
  ): Promise<{ data: T | null; error: Refusal | null; status: number }>;
  /** Calls an action that must succeed. */
  must<T = Record<string, unknown>>(name: string, args: Record<string, unknown>): Promise<T>;
}

export function anonymous(): SupabaseClient {
  return createClient(inject('url'), inject('publishableKey'), {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

export async function signUp(): Promise<Person> {
  const client = anonymous();
  // As an administrator makes accounts: without the limits of a public sign-up, and signed in at once.
  const made = await fetch(`${inject('url')}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: inject('secretKey'), 'content-type': 'application/json' },
    body: JSON.stringify({ email: `p${unique()}@demo.example`, password: 'demo-password-1' }),
  });
  const { data, error } = await client.auth.setSession(
    (await made.json()) as { access_token: string; refresh_token: string },
  );
  if (error || !data.user) throw error ?? new Error('no user');
  const person: Person = {
    client,
    userId: data.user.id,
    orgId: 0,
    async act(name, args) {
      const answer = await client.rpc(name, args);
      return { data: answer.data as never, error: answer.error as Refusal | null, status: answer.status };
    },
    async must(name, args) {
      const answer = await client.rpc(name, args);
      if (answer.error) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
      return answer.data as never;
    },
  };
  return person;
}

/** Somebody with a staff role, granted as an administrator grants it: a row in the dashboard. */
export async function staff(role: 'platform' | 'expert' | 'department' | 'finance' | 'administrator'): Promise<Person> {
  const person = await signUp();
  await admin()`insert into public.staff_roles (user_id, role, display_name) values (${person.userId}, ${role}, ${role})`;
  return person;
}

let platformPerson: Promise<Person> | undefined;
export const platform = () => (platformPerson ??= staff('platform'));
let secondPerson: Promise<Person> | undefined;
/** Another officer of the platform: the second review is not the first reviewer's (four eyes). */
export const secondOfficer = () => (secondPerson ??= staff('platform'));

/** A code that has the right form and nobody else: random, for the files of a run are processes whose numbers may repeat. */
export const newCode = () => {
  const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const rest = Array.from(crypto.getRandomValues(new Uint8Array(9)), (n) => letters[n % letters.length]).join('');
  return `914101${rest.slice(0, 2)}MA9${rest.slice(2)}`;
};

export async function registered(
  kind: 'applicant' | 'institution',
  profile: Record<string, unknown> = {},
): Promise<Person> {
  const person = await signUp();
  person.orgId = await person.must<number>('register_organization', {
    kind,
    profile: {
      name: `演示单位${unique()}`,
      region_code: '410100',
      // Whoever is certified as an enterprise has a code (R38); an institution of a test has none, so that it is nobody's relative.
      ...(kind === 'applicant' && { uscc: newCode() }),
      contact_name: '演示联系人',
      contact_phone: `0371${String(counter).padStart(8, '0')}`,
      legal_representative: `法人${unique()}`,
      ...profile,
    },
  });
  return person;
}

export async function certify(person: Person, kind: string, extra: Record<string, unknown> = {}): Promise<number> {
  const { id } = await person.must<{ id: number }>('submit_certification', {
    request_id: requestId(),
    payload: { kind, certificate_no: `GR2024${unique()}`, valid_from: '2020-01-01', valid_to: '2099-12-31', ...extra },
  });
  await (await platform()).must('approve_certification', { certification_id: id, request_id: requestId() });
  return id;
}

export async function pledgeId(kind: 'applicant' | 'institution'): Promise<number> {
  const [row] = await admin()<
    { id: number }[]
  >`select id::integer from public.pledges where kind = ${kind} and year = private.this_year()`;
  return row?.id as number;
}

/** A certified enterprise with this year's quota and an approved project. */
export async function applicant(profile: Record<string, unknown> = {}): Promise<Person & { projectId: number }> {
  const person = await registered('applicant', profile);
  await certify(person, 'high_tech_enterprise');
  await person.must('claim_quota', { request_id: requestId(), pledge_id: await pledgeId('applicant') });
  return Object.assign(person, { projectId: await approvedProject(person) });
}

export const projectPayload = {
  title: '高速轴承钢疲劳性能研究',
  tech_field: '新材料',
  source: 'self',
  start_on: '2026-01-01',
  end_on: '2027-12-31',
  budget_fen: 5_000_000,
  leader: '演示负责人',
  content: '研究轴承钢在高速工况下的疲劳失效机理，需要断口形貌与成分分析。（演示数据）',
};
export async function approvedProject(person: Person): Promise<number> {
  const { id } = await person.must<{ id: number }>('register_project', {
    request_id: requestId(),
    payload: projectPayload,
  });
  await (await platform()).must('approve_project', { project_id: id, request_id: requestId() });
  return id;
}

export const resourcePayload = {
  name: '场发射扫描电子显微镜',
  class_code: '01',
  price_min_fen: 60_000,
  price_max_fen: 120_000,
  unit: '样',
  purpose: '形貌观察',
  model: 'DEMO-8100',
};
/** What an institution files of its account: a number that no other test has, and a verified document. */
export async function accountPayload(
  lab: Person,
  extra: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const [org] = await admin()<{ name: string }[]>`select name from public.organizations where id = ${lab.orgId}`;
  return {
    holder_name: org?.name,
    bank_name: '演示银行郑州分行营业部',
    account_no: `4100${Date.now()}${String(counter++ % 10_000).padStart(4, '0')}`,
    bank_code: '102491000001',
    document_id: await upload(lab, 'account'),
    ...extra,
  };
}
export async function fileAccount(lab: Person, extra: Record<string, unknown> = {}): Promise<number> {
  const { id } = await lab.must<{ id: number }>('file_payee_account', {
    payload: await accountPayload(lab, extra),
    request_id: requestId(),
  });
  return id;
}
export const decideAccount = (who: Person, account: number, action: string, reason: string | null = null) =>
  who.act<{ state: string }>('advance_payee_account', { account_id: account, action, reason, request_id: requestId() });
/** The first account, or a change of it: verified as the platform does, a change by two persons (R42). */
export async function verifiedAccount(lab: Person, extra: Record<string, unknown> = {}): Promise<number> {
  const id = await fileAccount(lab, extra);
  const [row] = await admin()`select replaces_id from public.payee_accounts where id = ${id}`;
  const steps: [Person, string][] = row?.['replaces_id']
    ? [
        [await platform(), 'check'],
        [await secondOfficer(), 'approve'],
      ]
    : [[await platform(), 'approve']];
  for (const [who, action] of steps) {
    const { error } = await decideAccount(who, id, action);
    if (error) throw new Error(`${action}: ${JSON.stringify(error)}`);
  }
  return id;
}

/** A certified institution that has signed, with one published instrument and a verified account. */
export async function institution(
  profile: Record<string, unknown> = {},
  { account = true } = {},
): Promise<Person & { instrumentId: number }> {
  const person = await registered('institution', { institution_type: 'university', ...profile });
  await certify(person, 'institution');
  await person.must('sign_institution_pledge', { request_id: requestId(), pledge_id: await pledgeId('institution') });
  const { id } = await person.must<{ id: number }>('add_resource', {
    kind: 'instrument',
    payload: resourcePayload,
    request_id: requestId(),
  });
  await (await platform()).must('approve_resource', { kind: 'instrument', resource_id: id, request_id: requestId() });
  if (account) await verifiedAccount(person);
  return Object.assign(person, { instrumentId: id });
}

/** Uploads a small PDF the way the browser does: register, upload, let the edge function read it. */
export async function upload(
  person: Person,
  kind: string,
  content: Uint8Array = tinyPdf(unique()),
  name = '演示文件.pdf',
): Promise<number> {
  const { id, object_key } = await person.must<{ id: number; object_key: string }>('create_document', {
    kind,
    name,
    bytes: content.byteLength,
  });
  const stored = await person.client.storage
    .from('uploads')
    .upload(object_key, content.slice().buffer as ArrayBuffer, { contentType: 'application/pdf' });
  if (stored.error) throw stored.error;
  const { error } = await person.client.functions.invoke('verify-document', { body: { id } });
  if (error) throw new Error(`verify-document: ${await (error as { context?: Response }).context?.text()}`);
  return id;
}

export const answers = [
  'E1.1',
  'E1.2',
  'E1.3',
  'E1.4',
  'E2.1',
  'E2.2',
  'E2.3',
  'E2.4',
  'E4.1',
  'E5.1',
  'E5.2',
  'E6.1',
].map((code) => ({ code, applies: false, justification: '' }));
export const lines = [
  { description: '断口形貌分析', quantity: 9, unit_price_fen: 100_000 },
  { description: '能谱成分分析', quantity: 3, unit_price_fen: 100_000 },
  { description: '样品包装耗材', quantity: 1, unit_price_fen: 50_000, exclusion_code: 'E3.2' },
];
export async function orderPayload(
  person: Person & { projectId: number },
  lab: { instrumentId: number },
  extra: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return {
    instrument_id: lab.instrumentId,
    project_id: person.projectId,
    title: '高速轴承钢断口形貌分析',
    purpose: '研究失效机理',
    contract_no: `HT-${unique()}`,
    contract_signed_on: '2026-01-05',
    contract_total_fen: 1_250_000,
    test_fee_fen: 1_200_000,
    lines,
    answers,
    answers_declared: true,
    documents: [{ id: await upload(person, 'contract'), kind: 'contract' }],
    ...extra,
  };
}

export interface Saved {
  id: number;
  figure_fen: number;
  eligible_fee_fen: number;
}
export async function draft(
  person: Person & { projectId: number },
  lab: { instrumentId: number },
  extra: Record<string, unknown> = {},
): Promise<Saved> {
  return person.must<Saved>('save_order', {
    request_id: requestId(),
    order_id: null,
    payload: await orderPayload(person, lab, extra),
  });
}
/** Saves the last submission again with something changed, as the form of a returned order does; an explanation where nothing is said. */
export async function mend(
  person: Person,
  orderId: number,
  change: Record<string, unknown> = { explanation: '已按意见补充说明检测目的' },
): Promise<Saved> {
  const [row] = await admin()`select o.instrument_id::integer, s.snapshot from public.orders o
    join public.order_submissions s on s.order_id = o.id where o.id = ${orderId} order by s.revision_no desc limit 1`;
  return person.must<Saved>('save_order', {
    request_id: requestId(),
    order_id: orderId,
    payload: { instrument_id: row?.['instrument_id'], ...(row?.['snapshot'] as object), explanation: null, ...change },
  });
}
/** The way of a returned order back to the institution. */
export async function resubmit(person: Person, orderId: number, change?: Record<string, unknown>) {
  const saved = await mend(person, orderId, change);
  return person.act<{ state: string }>('submit_order', {
    order_id: orderId,
    accepted_fen: saved.figure_fen,
    request_id: requestId(),
  });
}
export async function submitted(
  person: Person & { projectId: number },
  lab: Person & { instrumentId: number },
  extra: Record<string, unknown> = {},
): Promise<number> {
  const saved = await draft(person, lab, extra);
  await person.must('submit_order', { order_id: saved.id, accepted_fen: saved.figure_fen, request_id: requestId() });
  return saved.id;
}
export async function accepted(
  person: Person & { projectId: number },
  lab: Person & { instrumentId: number },
  extra: Record<string, unknown> = {},
): Promise<number> {
  const id = await submitted(person, lab, extra);
  await lab.must('accept_order', { order_id: id, request_id: requestId() });
  return id;
}
export async function approved(
  person: Person & { projectId: number },
  lab: Person & { instrumentId: number },
  extra: Record<string, unknown> = {},
): Promise<number> {
  const id = await accepted(person, lab, extra);
  await (await platform()).must('approve_order', { order_id: id, request_id: requestId() });
  return id;
}
export async function delivered(
  person: Person & { projectId: number },
  lab: Person & { instrumentId: number },
  extra: Record<string, unknown> = {},
): Promise<number> {
  const id = await approved(person, lab, extra);
  await lab.must('deliver_order', {
    order_id: id,
    documents: [await upload(lab, 'result')],
    note: '',
    request_id: requestId(),
  });
  return id;
}
export async function paid(
  person: Person & { projectId: number },
  lab: Person & { instrumentId: number },
  extra: Record<string, unknown> = {},
): Promise<number> {
  const id = await delivered(person, lab, extra);
  await person.must('pay_voucher', { order_id: id, request_id: requestId() });
  return id;
}

/** Sets the one clock (Asia/Shanghai). Test files run one after another, so that no other test sees it move. */
export async function setClock(at: string | null): Promise<void> {
  if (at) await admin()`select private.set_clock(${at}::timestamptz)`;
  else await admin()`update private.clock set shift = ${inject('clockShift')}::interval where singleton`;
}

let invoices = 0;
/** A 数电发票's number that no other test has: 20 digits. */
export const invoiceNumber = () =>
  `2541${String(process.pid % 1000).padStart(3, '0')}${Date.now()}`.slice(0, 17) +
  String(invoices++ % 1000).padStart(3, '0');

export async function redemptionPayload(
  lab: Person,
  extra: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const [day] = await admin()`select private.today()::text as day`;
  return {
    documents: [
      { id: await upload(lab, 'report'), kind: 'report' },
      { id: await upload(lab, 'invoice'), kind: 'invoice' },
    ],
    invoices: [
      {
        code: null,
        number: invoiceNumber(),
        issued_on: day?.['day'],
        amount_fen: 1_250_000,
        buyer: '演示买方',
        seller: '演示卖方',
      },
    ],
    ...extra,
  };
}
/** The last submission of a claim, restated with something changed; an explanation where nothing is said. */
export async function supplementPayload(
  redemptionId: number,
  change: Record<string, unknown> = { explanation: '已按意见说明缺页的原因' },
): Promise<Record<string, unknown>> {
  const [row] = await admin()`select snapshot from public.redemption_submissions
    where redemption_id = ${redemptionId} order by supplement_no desc limit 1`;
  return { ...(row?.['snapshot'] as object), explanation: null, ...change };
}
export async function voucherOf(orderId: number): Promise<{ id: number; state: string; voucher_no: string }> {
  const [row] = await admin()<
    { id: number; state: string; voucher_no: string }[]
  >`select id::integer, state, voucher_no from public.vouchers where order_id = ${orderId}`;
  return row as { id: number; state: string; voucher_no: string };
}
/** A redemption that has passed the formal review. */
export async function passed(lab: Person, orderId: number): Promise<number> {
  const { id } = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(orderId)).id,
    payload: await redemptionPayload(lab),
    request_id: requestId(),
  });
  await (await platform()).must('pass_redemption', { redemption_id: id, request_id: requestId() });
  return id;
}

/** A panel of its own: the experts of other tests lose their role, so that every assignment falls on these. */
export async function experts(count: number): Promise<Person[]> {
  await admin()`delete from public.staff_roles where role = 'expert'`;
  return Promise.all(Array.from({ length: count }, () => staff('expert')));
}

/** A recommender, made by an administrator, for the given institutions. */
export async function recommender(...labs: Person[]): Promise<Person> {
  const person = await signUp();
  const [org] = await admin()<
    { id: number }[]
  >`insert into public.organizations (kind, name, region_code) values ('recommender', ${`演示推荐单位${unique()}`}, '410100') returning id::integer`;
  person.orgId = org?.id as number;
  await admin()`insert into public.memberships (user_id, organization_id) values (${person.userId}, ${person.orgId})`;
  for (const lab of labs)
    await admin()`update public.organizations set recommender_id = ${person.orgId} where id = ${lab.orgId}`;
  return person;
}

export async function archivePapers(roundId: number, lab: Person, body: Person): Promise<void> {
  const [pack] = await admin()<
    { id: number }[]
  >`select id::integer from public.paper_packs where round_id = ${roundId} and institution_id = ${lab.orgId}`;
  const steps: [Person, string][] = [
    [lab, 'print'],
    [lab, 'send'],
    [body, 'approve'],
    [body, 'forward'],
    [await platform(), 'archive'],
  ];
  for (const [person, action] of steps)
    await person.must('advance_paper_pack', { pack_id: pack?.id, action, reason: null, request_id: requestId() });
}
export const advance = async (person: Person, roundId: number, action: string, reason: string | null = null) =>
  person.must('advance_round', { round_id: roundId, action, reason, request_id: requestId() });
/** A send-back names its items, each with its reason (R40). */
export const sendBack = async (person: Person, roundId: number, items: number[], reason = '请复核点名的各项') =>
  person.must('advance_round', {
    round_id: roundId,
    action: 'send_back',
    reason,
    items: items.map((redemption_id) => ({ redemption_id, reason: '请核对报告与合同的检测项目' })),
    request_id: requestId(),
  });
/** A policy year of the test's own, so that its quarters are nobody else's (a settled one takes no more: two files share a year only in different quarters); its working days are Monday to Friday. */
export async function ownYear(year: number): Promise<void> {
  await admin().begin(async (sql) => {
    await sql`insert into public.policy_years (year, calendar_authoritative_until, note) values (${year}, make_date(${year}, 12, 31), '测试年度') on conflict do nothing`;
    await quietCalendar(sql, year);
    await sql`insert into public.policy_parameters (year, key, value, unit, label, source) select ${year}, key, value, unit, label, source from public.policy_parameters where year = 2021 on conflict do nothing`;
    await sql`insert into public.pledges (kind, year, title, body) select kind, ${year}, title, body from public.pledges p where year = 2021 and not exists (select 1 from public.pledges x where x.kind = p.kind and x.year = ${year})`;
  });
}
/** An expert says of everything that waits for him that he has no conflict: the papers open (R40). */
export async function stateNoConflict(person: Person): Promise<number[]> {
  const waiting = await person.must<{ redemption_id: number; stated: boolean }[]>('my_reviews', {});
  const ids = waiting.filter((r) => !r.stated).map((r) => r.redemption_id);
  if (ids.length > 0) await person.must('state_no_conflict', { redemption_ids: ids, request_id: requestId() });
  return ids;
}
/** Every assigned expert votes on every item; `no` lists the redemptions refused. */
export async function voteAll(people: Person[], roundId: number, no: number[] = []): Promise<void> {
  for (const person of people) {
    await stateNoConflict(person);
    const items = await admin()<
      { id: number }[]
    >`select a.redemption_id::integer as id from public.expert_assignments a join public.redemptions r on r.id = a.redemption_id
      where a.expert_id = ${person.userId} and r.round_id = ${roundId} and a.active and r.review_open`;
    if (items.length === 0) continue;
    await person.must('cast_votes', {
      votes: items.map(({ id }) => ({
        redemption_id: id,
        verdict: no.includes(id) ? 'no' : 'yes',
        reason: no.includes(id) ? '报告与合同不符' : null,
      })),
      request_id: requestId(),
    });
  }
}

/** A round from its closing to its notice: reviewed by the panel, confirmed by both authorities. `no` lists the redemptions refused. */
export async function toNotice(roundId: number, panel: Person[], no: number[] = []): Promise<void> {
  const office = await platform();
  await advance(office, roundId, 'close');
  await advance(office, roundId, 'open_review');
  await voteAll(panel, roundId, no);
  await advance(office, roundId, 'report');
  await advance(await staff('department'), roundId, 'confirm');
  await advance(await staff('finance'), roundId, 'confirm');
  await advance(office, roundId, 'publish');
}
