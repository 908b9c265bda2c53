// R50: every change that decides a right leaves an event, through whichever door; R51: personal texts go, chain and seal stay.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkRecord, type Seal, type SealedEvent } from '../../src/domain/seal.ts';
import {
  accepted,
  admin,
  applicant,
  approvedProject,
  type Person,
  certify,
  experts,
  institution,
  platform,
  projectPayload,
  registered,
  requestId,
  setClock,
  submitted,
  upload,
} from '../support/people.ts';

let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
beforeAll(async () => {
  await setClock('2026-03-10T10:00:00+08:00');
  [firm, lab] = [await applicant(), await institution()];
});
afterAll(() => setClock(null));

/** By hand: what leaves no event of its own, and why that hides no right. */
const noEvent: Record<string, string> = {
  'private.action_labels': 'words for the timeline',
  'private.alerts': 'what was told to people outside: it tells, it does not decide',
  'private.audit_progress': 'how far the reconciliation has come; a whole one needs none of it',
  'private.clock': 'the time itself: zero in production; every event carries its time, and late ones are listed',
  'private.head_members': 'the heads themselves, append-only',
  'private.job_runs': 'what the jobs did',
  'private.public_turns': 'counters of public calls, gone after two days',
  'private.refusals': 'words of refusals: they tell, they do not decide',
  'private.requests': 'which answer a repeated request gets; compared with the events',
  'private.salts': 'salts of digests in the events; erased with what they hide',
  'private.session_choices': 'for whom a session acts, among the memberships of its person; gone with the session',
  'private.seal_nodes': 'the seals themselves, append-only',
  'public.catalogue': 'what the public sees of resources, written again from them',
  'public.events': 'the events themselves, append-only',
  'public.fund_status': 'counted again from payments and claims',
  'public.notification_mutes': 'which mail somebody wants',
  'public.notification_reads': 'what somebody has read',
  'public.notifications': 'messages: they tell, they do not decide',
  'public.open_needs': 'what the public sees of needs, written again from them',
  'public.order_revisions': 'a revision that was not sent; only its owner sees it',
  'public.payout_queue': 'drawn up again from the claims',
  'public.reconciliations': 'what the reconciliation found',
  'public.seal_heads': 'the heads themselves, append-only',
  'public.seals': 'the seals themselves, append-only',
  'public.statistics': 'counted again every day',
  'public.yearly_steps': 'counted again every day',
  'public.yearly_exclusions': 'counted again every day',
  'public.vote_drafts': 'an opinion that was not sent; only its owner sees it',
};

test('R50: every table leaves events, or stands above with the reason', async () => {
  const tables = await admin()`
    select n.nspname || '.' || c.relname as name, w.table_name is not null as watched from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join private.watched w on w.table_name = n.nspname || '.' || c.relname
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') order by 1`;
  expect(tables.filter((t) => !t['watched']).map((t) => t['name'])).toEqual(
    [...Object.keys(noEvent)].sort((a, b) => (a < b ? -1 : 1)),
  );
  // And the trigger is there, switched on, on each that is said to be watched.
  expect([...(await admin()`select details from private.schema_differences()`)]).toEqual([]);
});

const last = async (entity: string, id: number) =>
  (
    await admin()`select action, session_role, actor_name, details, facts, from_state, to_state from public.events
      where entity = ${entity} and entity_id = ${id} order by seq desc limit 1`
  )[0];
const count = async (entity: string, id: number) =>
  Number(
    (await admin()`select count(*) as n from public.events where entity = ${entity} and entity_id = ${id}`)[0]?.['n'],
  );
const owner = async () => String((await admin()`select session_user as name`)[0]?.['name']);

test('R50: what is edited in the dashboard leaves an event with who was connected and what stood there before', async () => {
  const id = await certify(lab, 'institution');
  await admin()`update public.certifications set valid_to = '2030-01-01' where id = ${id}`;
  expect(await last('certification', id)).toMatchObject({
    action: 'edit',
    session_role: await owner(),
    details: { table: 'certifications', op: 'update', was: { valid_to: '2099-12-31' } },
    facts: { valid_to: '2030-01-01' },
  });
  await admin()`update public.organizations set cma_no = 'CMA-1' where id = ${lab.orgId}`;
  expect(await last('organization', lab.orgId)).toMatchObject({ action: 'edit', facts: { cma_no: 'CMA-1' } });
  await admin()`update public.organization_contacts set contact_phone = '0371-12345678' where organization_id = ${lab.orgId}`;
  const contact = await last('organization', lab.orgId);
  expect(contact).toMatchObject({ action: 'edit', details: { table: 'organization_contacts' } });
  expect(JSON.stringify(contact)).not.toContain('12345678');
  // An order moved by hand tells both sides, in the words of the workflow.
  const order = await submitted(firm, lab);
  await admin()`update public.orders set state = 'declined' where id = ${order}`;
  expect(await last('order', order)).toMatchObject({ action: 'edit', from_state: 'submitted', to_state: 'declined' });
  expect((await firm.must<{ label: string }[]>('timeline', { entity: 'order', entity_id: order })).at(-1)?.label).toBe(
    '后台直接修改',
  );
  // A child of a case is the case’s.
  const paper = await accepted(firm, lab);
  await admin()`update public.documents set original_name = '改名.pdf' where id = (select document_id from public.order_documents where order_id = ${paper} limit 1)`;
  expect(await last('documents', 0)).toMatchObject({ action: 'update', details: { rows: 1 } });
  const before = await count('order', paper);
  await admin()`insert into public.order_documents (order_id, document_id, kind) values (${paper}, ${await upload(lab, 'result')}, 'result')`;
  expect(await count('order', paper)).toBe(before + 1);
});

test('R50: experts, relations, registers, pledges, workflow rows, cities: a row changed is an event with the row before and after', async () => {
  const [expert] = await experts(1);
  const steps: [string, string][] = [
    ['experts', `update public.experts set title = '研究员' where user_id = '${expert?.userId}'`],
    [
      'carriers',
      `insert into public.carriers (name, kind, level, valid_from) values ('载体${requestId()}', 'incubator', 'provincial', '2020-01-01')`,
    ],
    ['exclusions', "update public.exclusions set example_counts = example_counts where code = 'E1.1'"],
    ['workflow_states', "update public.workflow_states set label = label where entity = 'order' and state = 'draft'"],
    [
      'workflow_transitions',
      "update public.workflow_transitions set label = label where entity = 'order' and action = 'accept'",
    ],
    ['workflow_entities', "update public.workflow_entities set label = label where entity = 'order'"],
    ['cities', 'update public.cities set name = name where code = (select min(code) from public.cities)'],
    ['instrument_classes', "update public.instrument_classes set label = label where code = '01'"],
  ];
  for (const [entity, statement] of steps) {
    const before = await count(entity, 0);
    await admin().unsafe(statement);
    expect(await count(entity, 0), entity).toBe(before + 1);
    const event = await last(entity, 0);
    expect(event, entity).toMatchObject({ session_role: await owner(), details: { new: expect.any(Object) } });
  }
  const pledges = await count('pledges', 2021);
  await admin()`update public.pledges set title = title where year = 2021 and kind = 'applicant'`;
  expect(await count('pledges', 2021)).toBe(pledges + 1);
  expect(JSON.stringify(await last('staff_roles', 0))).not.toContain('"display_name": "expert"');
});

test('R50: assignments, registrations and signatures through the API leave events too, and an act writes no second one', async () => {
  const newcomer = await registered('applicant');
  expect(await count('organization', newcomer.orgId)).toBe(1);
  expect(await last('organization', newcomer.orgId)).toMatchObject({ action: 'record', details: { op: 'insert' } });
  const signer = await institution();
  const [signed] =
    await admin()`select count(*)::integer as n from public.events where entity = 'organization' and entity_id = ${signer.orgId} and facts -> 'signatures' is not null`;
  expect(signed?.['n']).toBe(1);
  const order = await accepted(firm, lab);
  const chain =
    await admin()`select action from public.events where entity = 'order' and entity_id = ${order} order by seq`;
  expect(chain.map((e) => e['action'])).toEqual(['create', 'submit', 'accept']);
});

test('R51: names, reasons and their salts go; digests, chain, proof and seal stay, and an event says on which ground', async () => {
  const { id } = await firm.must<{ id: number }>('register_project', {
    request_id: requestId(),
    payload: { ...projectPayload, leader: '张三丰' },
  });
  const office = await platform();
  await office.must('return_project', { project_id: id, reason: '请张三丰补充预算说明', request_id: requestId() });
  await admin()`select private.set_clock(greatest('2026-03-12'::date, (select max(day) + 2 from public.seals))::timestamp at time zone 'Asia/Shanghai' + interval '10 hours')`;
  await admin()`select private.seal_days()`;
  const texts = async () =>
    JSON.stringify([
      ...(await admin()`select * from public.events where entity = 'project' and entity_id = ${id}`),
      ...(await admin()`select * from public.projects where id = ${id}`),
    ]);
  const proof = () => firm.must<{ events: SealedEvent[] }>('record_proof', { entity: 'project', entity_id: id });
  const seals =
    (await admin()`select day::text, events, encode(root, 'hex') as root, encode(prev_hash, 'hex') as prev_hash, encode(hash, 'hex') as hash from public.seals order by day`) as unknown as Seal[];
  expect(await texts()).toContain('张三丰');
  expect((await proof()).events.find((e) => e.reason)?.reason).toContain('张三丰');
  expect((await checkRecord((await proof()).events, seals)).findings).toEqual([]);
  // A reason that was replaced does not match its digest.
  const forged = (await proof()).events.map((e) => (e.reason ? { ...e, reason: '别的原因' } : e));
  expect((await checkRecord(forged, seals)).findings.map((f) => f.what)).toEqual([
    '原因的文字与它的摘要不符：被改动过',
  ]);

  await expect(
    admin()`update public.events set reason = null where entity = 'project' and entity_id = ${id}`,
  ).rejects.toThrow(/append-only/);
  await admin()`select private.erase_personal('project', ${id}, '保存期满：retention_years_void')`;
  expect(await texts()).not.toContain('张三丰');
  expect(await last('project', id)).toMatchObject({
    action: 'erase',
    details: { basis: '保存期满：retention_years_void', reasons: 1 },
  });
  expect([...(await admin()`select * from private.salts where entity = 'project' and entity_id = ${id}`)]).toEqual([]);
  expect((await checkRecord((await proof()).events, seals)).findings).toEqual([]);
  expect([...(await admin()`select * from private.check_events()`)]).toEqual([]);
  expect([...(await admin()`select * from private.differences('project', array[${id}::bigint])`)]).toEqual([]);
  // The same without the act that says so is found.
  const other = await approvedProject(firm);
  await admin()`select private.erase_personal('project', ${other}, '保存期满')`;
  for (const entity of ['order', 'organization'])
    await admin()`select private.erase_personal(${entity}, (select max(entity_id) from public.events where entity = ${entity}), '保存期满')`;
  expect([...(await admin()`select * from private.check_events()`)]).toEqual([]);
  await admin()`select private.reconcile(true)`;
  expect([
    ...(await admin()`select details from public.reconciliations where day = private.today() and not balanced`),
  ]).toEqual([]);
});
