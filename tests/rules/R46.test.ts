// R46: a suspended organization starts nothing new and finishes what it has begun; it ends by itself or is lifted.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  applicant,
  approved,
  certify,
  delivered,
  draft,
  institution,
  orderPayload,
  ownYear,
  passed,
  type Person,
  platform,
  pledgeId,
  projectPayload,
  requestId,
  resourcePayload,
  resubmit,
  setClock,
  staff,
  submitted,
  upload,
} from '../support/people.ts';

let department: Person;
let office: Person;
let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
beforeAll(async () => {
  await setClock('2026-05-13T10:00:00+08:00');
  [department, office] = [await staff('department'), await platform()];
  [firm, lab] = [await applicant(), await institution()];
}, 60_000);
afterAll(() => setClock(null));

const from = '2026-05-13';
const payload = (extra: Record<string, unknown> = {}) => ({
  from_on: from,
  to_on: '2026-05-20',
  holds_payouts: false,
  reason: '提交的合同经核查不实',
  ...extra,
});
const suspend = (org: { orgId: number }, extra: Record<string, unknown> = {}, who: Person = department) =>
  who.act<{ id: number }>('suspend_organization', {
    organization_id: org.orgId,
    payload: payload(extra),
    request_id: requestId(),
  });
const mustSuspend = async (org: { orgId: number }, extra: Record<string, unknown> = {}) => {
  const { data, error } = await suspend(org, extra);
  expect(error).toBeNull();
  return Number(data?.id);
};
const lift = (id: number, who: Person = department, reason: string | null = '核查已结束') =>
  who.act('lift_suspension', { suspension_id: id, reason, request_id: requestId() });
const actionsOn = async (who: Person, entity: string, id: number) =>
  (await who.must<{ action: string }[]>('available_actions', { entity, entity_id: id })).map((a) => a.action);
const entry = async (id: number) =>
  (await admin()`select is_open, reopens_on::text from public.catalogue where slug = ${`i${id}`}`)[0];

test('R46: one person of the department suspends, with days, reason and what becomes of payouts; what is wrong is named at its field', async () => {
  const other = await institution();
  for (const who of [office, await staff('finance'), firm, other])
    expect((await suspend(other, {}, who)).error?.code).toBe('NOT_FOUND');
  const bad: [Record<string, unknown>, string, string][] = [
    [{ from_on: '2026-05-12' }, 'DATE_INVALID', 'from_on'],
    [{ from_on: null }, 'FIELD_REQUIRED', 'from_on'],
    [{ to_on: '2026-05-12' }, 'DATE_INVALID', 'to_on'],
    [{ to_on: '2026-02-30' }, 'DATE_INVALID', 'to_on'],
    [{ reason: '\u200b\u3164' }, 'REASON_REQUIRED', 'reason'],
    [{ reason: '因'.repeat(2001) }, 'TEXT_TOO_LONG', 'reason'],
    [{ holds_payouts: null }, 'FIELD_REQUIRED', 'holds_payouts'],
    [{ holds_payouts: 'yes' }, 'FIELD_REQUIRED', 'holds_payouts'],
  ];
  for (const [extra, code, field] of bad) {
    const { error } = await suspend(other, extra);
    expect([error?.code, (error as { details?: string } | null)?.details], JSON.stringify(extra)).toEqual([
      code,
      field,
    ]);
  }
  // Payouts go to institutions: an applicant has none that could wait.
  expect((await suspend(firm, { holds_payouts: true })).error).toMatchObject({
    code: 'INPUT_INVALID',
    details: 'holds_payouts',
  });
  const [body] = await admin()`insert into public.organizations (kind, name, region_code)
    values ('recommender', ${`推荐${requestId()}`}, '410100') returning id::integer`;
  expect((await suspend({ orgId: Number(body?.['id']) })).error?.code).toBe('NOT_FOUND');
  // Nobody decides on his own organization, whatever he acts as just then.
  await admin()`insert into public.memberships (user_id, organization_id) values (${department.userId}, ${other.orgId})`;
  await department.must('act_as', { kind: 'department' });
  expect((await suspend(other)).error?.code).toBe('OWN_ORGANIZATION');
  await admin()`delete from public.memberships where user_id = ${department.userId}`;

  const request = { organization_id: other.orgId, payload: payload(), request_id: requestId() };
  const first = await department.must<{ id: number }>('suspend_organization', request);
  expect(await department.must('suspend_organization', request)).toEqual(first);
  expect((await suspend(other)).error?.code).toBe('R46_ALREADY');
  const [event] = await admin()`select action, reason, details, institution_id::integer, facts from public.events
    where entity = 'suspension' and entity_id = ${first.id}`;
  expect(event).toMatchObject({
    action: 'suspend',
    reason: '提交的合同经核查不实',
    institution_id: other.orgId,
    details: { from_on: from, to_on: '2026-05-20', holds_payouts: false },
  });
  expect(JSON.stringify(event?.['facts'])).not.toContain('不实');
  // It is told with days and reason; others read nothing of it.
  const told = await other.client.from('notifications').select('title, body').eq('entity', 'suspension');
  expect(told.data?.[0]?.title).toContain('2026-05-13 至 2026-05-20');
  expect(told.data?.[0]?.body).toContain('提交的合同经核查不实');
  expect((await other.client.from('suspensions').select('reason')).data).toEqual([{ reason: '提交的合同经核查不实' }]);
  expect((await firm.client.from('suspensions').select('reason').eq('id', first.id)).data).toEqual([]);
  // Lifted the same way: one person of the department, with a reason.
  expect((await lift(first.id, office)).error?.code).toBe('NOT_YOUR_TURN');
  expect((await lift(first.id, other)).error?.code).toBe('NOT_YOUR_TURN');
  expect((await lift(first.id, firm)).error?.code).toBe('NOT_FOUND');
  expect((await lift(first.id, department, '')).error?.code).toBe('REASON_REQUIRED');
  expect((await lift(first.id)).error).toBeNull();
  expect((await lift(first.id)).error?.code).toBe('STATE_REFUSED');
  expect((await suspend(other)).error).toBeNull();
});

test('R46: a suspended applicant starts nothing new, finishes what it has begun, and is back the day after', async () => {
  const who = await applicant();
  const [inReview, ready, open] = [await accepted(who, lab), await delivered(who, lab), await draft(who, lab)];
  const back = await accepted(who, lab);
  await office.must('return_order', { order_id: back, reason: '请补充检测目的', request_id: requestId() });
  const id = await mustSuspend(who);
  const start = () =>
    who.act('submit_order', { order_id: open.id, accepted_fen: open.figure_fen, request_id: requestId() });
  const register = () => who.act('register_project', { request_id: requestId(), payload: projectPayload });
  expect((await start()).error?.code).toBe('R46_SUSPENDED');
  expect(await actionsOn(who, 'order', open.id)).toEqual(['discard']);
  expect((await register()).error?.code).toBe('R46_SUSPENDED');
  // Begun before: sent again, approved, paid.
  expect((await resubmit(who, back)).error).toBeNull();
  expect((await office.act('approve_order', { order_id: inReview, request_id: requestId() })).error).toBeNull();
  expect((await who.act('pay_voucher', { order_id: ready, request_id: requestId() })).error).toBeNull();
  // The last day still counts; the next does not, whether or not the daily job has run.
  await setClock('2026-05-20T23:59:00+08:00');
  expect((await start()).error?.code).toBe('R46_SUSPENDED');
  await setClock('2026-05-21T00:01:00+08:00');
  expect((await register()).error).toBeNull();
  expect((await start()).error).toBeNull();
  await admin()`select private.run_job('turn_suspensions')`;
  const state = async () => (await admin()`select state from public.suspensions where id = ${id}`)[0]?.['state'];
  expect(await state()).toBe('ended');
  await admin()`select private.run_job('turn_suspensions')`;
  expect(
    (await admin()`select action from public.events where entity = 'suspension' and entity_id = ${id}`).length,
  ).toBe(2);
  await setClock('2026-05-13T10:00:00+08:00');
});

test('R46: a suspended institution gets no bookings and publishes nothing; what it has not accepted waits, what runs is finished and redeemed', async () => {
  const closed = await institution();
  const [waits, runs, ready] = [
    await submitted(firm, closed),
    await approved(firm, closed),
    await delivered(firm, closed),
  ];
  const open = await draft(firm, closed);
  const { id: fresh } = await closed.must<{ id: number }>('add_resource', {
    kind: 'instrument',
    payload: { ...resourcePayload, name: '另一台显微镜' },
    request_id: requestId(),
  });
  const { id: edited } = await closed.must<{ id: number }>('add_resource', {
    kind: 'instrument',
    payload: resourcePayload,
    request_id: requestId(),
  });
  await office.must('approve_resource', { kind: 'instrument', resource_id: edited, request_id: requestId() });
  await closed.must('edit_resource', {
    kind: 'instrument',
    resource_id: edited,
    payload: { ...resourcePayload, name: '改过名字的显微镜' },
    request_id: requestId(),
  });
  const id = await mustSuspend(closed);
  const book = async () =>
    firm.act('save_order', { request_id: requestId(), order_id: null, payload: await orderPayload(firm, closed) });
  const send = () =>
    firm.act('submit_order', { order_id: open.id, accepted_fen: open.figure_fen, request_id: requestId() });
  const accept = () => closed.act('accept_order', { order_id: waits, request_id: requestId() });
  const publish = (resource: number) =>
    office.act('approve_resource', { kind: 'instrument', resource_id: resource, request_id: requestId() });
  const add = () =>
    closed.act('add_resource', { kind: 'instrument', payload: resourcePayload, request_id: requestId() });
  expect((await book()).error?.code).toBe('R46_INSTITUTION_SUSPENDED');
  expect((await send()).error?.code).toBe('R46_INSTITUTION_SUSPENDED');
  expect((await accept()).error?.code).toBe('R46_SUSPENDED');
  expect(await actionsOn(closed, 'order', waits)).toEqual(['decline']);
  expect(
    (await firm.must<{ sentence: string }[]>('next_step', { entity: 'order', entity_id: waits }))[0]?.sentence,
  ).toContain('2026-05-21');
  expect((await publish(fresh)).error?.code).toBe('R46_RESOURCE_WAITS');
  expect((await publish(edited)).error?.code).toBe('R46_RESOURCE_WAITS');
  expect(await actionsOn(office, 'instrument', fresh)).toEqual(['return']);
  expect((await add()).error?.code).toBe('R46_SUSPENDED');
  // The public sees that booking pauses and until when, never why; the institution's own switches stay.
  expect(await entry(closed.instrumentId)).toEqual({ is_open: false, reopens_on: '2026-05-21' });
  const switches = { kind: 'instrument', resource_id: closed.instrumentId, is_open: true, voucher_enabled: true };
  expect((await closed.act('set_resource_switches', { ...switches, request_id: requestId() })).error).toBeNull();
  expect(await entry(closed.instrumentId)).toEqual({ is_open: false, reopens_on: '2026-05-21' });
  // What runs goes on to its redemption.
  const result = { documents: [await upload(closed, 'result')], note: '', request_id: requestId() };
  expect((await closed.act('deliver_order', { order_id: runs, ...result })).error).toBeNull();
  expect((await firm.act('pay_voucher', { order_id: ready, request_id: requestId() })).error).toBeNull();
  await passed(closed, ready);
  // Lifted: the order that waited kept its place, the catalogue is open again.
  expect((await lift(id)).error).toBeNull();
  expect(await entry(closed.instrumentId)).toEqual({ is_open: true, reopens_on: null });
  expect((await accept()).error).toBeNull();
  expect((await book()).error).toBeNull();
  expect((await send()).error).toBeNull();
  expect((await publish(fresh)).error).toBeNull();
});

test('R46: a suspension of a later day begins on that day, in the catalogue too', async () => {
  const later = await institution();
  await mustSuspend(later, { from_on: '2026-05-15', to_on: '2026-05-18' });
  expect(await entry(later.instrumentId)).toEqual({ is_open: true, reopens_on: null });
  await submitted(firm, later);
  await setClock('2026-05-15T00:01:00+08:00');
  const saved = await firm.act('save_order', {
    request_id: requestId(),
    order_id: null,
    payload: await orderPayload(firm, later),
  });
  expect(saved.error?.code).toBe('R46_INSTITUTION_SUSPENDED');
  await admin()`select private.run_job('turn_suspensions')`;
  expect(await entry(later.instrumentId)).toEqual({ is_open: false, reopens_on: '2026-05-19' });
  await setClock('2026-05-19T00:01:00+08:00');
  await admin()`select private.run_job('turn_suspensions')`;
  expect(await entry(later.instrumentId)).toEqual({ is_open: true, reopens_on: null });
  await setClock('2026-05-13T10:00:00+08:00');
});

test('R46: whether payouts wait is said at the suspension, and ends with it', async () => {
  const [waiting, going] = [await institution(), await institution()];
  const held = await mustSuspend(waiting, { holds_payouts: true });
  await mustSuspend(going);
  const waits = async (org: { orgId: number }, day = '2026-05-14') =>
    (await admin()`select private.payouts_suspended(${org.orgId}, ${day}::date) as yes`)[0]?.['yes'];
  expect([await waits(waiting), await waits(going), await waits(lab)]).toEqual([true, false, false]);
  expect([await waits(waiting, '2026-05-20'), await waits(waiting, '2026-05-21')]).toEqual([true, false]);
  expect((await lift(held)).error).toBeNull();
  expect(await waits(waiting)).toBe(false);
});

test('R46, R7: an order carried over: a lapsed or suspended applicant claims the new quota for it, and for nothing else', async () => {
  await ownYear(2031);
  await ownYear(2032);
  await setClock('2031-12-20T10:00:00+08:00');
  const [lapsing, stopped, idle] = [await applicant(), await applicant(), await applicant()];
  await admin()`update public.certifications set valid_to = '2031-12-31' where organization_id in (${lapsing.orgId}, ${idle.orgId})`;
  const far = await institution();
  const [one, two] = [await accepted(lapsing, far), await accepted(stopped, far)];
  const open = await draft(lapsing, far);
  await setClock('2032-01-05T10:00:00+08:00');
  await admin()`select private.expire_vouchers()`;
  await mustSuspend(stopped, { from_on: '2032-01-05', to_on: '2032-03-31' });
  const claim = async (who: Person) =>
    who.act<{ quota_id: number }>('claim_quota', { request_id: requestId(), pledge_id: await pledgeId('applicant') });
  const approve = (order_id: number) => office.act('approve_order', { order_id, request_id: requestId() });
  expect((await approve(one)).error?.code).toBe('R5_NO_QUOTA_THIS_YEAR');
  expect((await claim(idle)).error?.code).toBe('NOT_CERTIFIED');
  for (const who of [lapsing, stopped]) expect((await claim(who)).error).toBeNull();
  const only = async (who: Person) =>
    (await admin()`select carried_only from public.quotas where organization_id = ${who.orgId} and year = 2032`)[0]?.[
      'carried_only'
    ];
  expect([await only(lapsing), await only(stopped)]).toEqual([true, true]);
  expect((await approve(one)).error).toBeNull();
  expect((await approve(two)).error).toBeNull();
  // A new order needs more than that, even after the certificate: the claim that lifts the limit.
  const send = () =>
    lapsing.act('submit_order', { order_id: open.id, accepted_fen: open.figure_fen, request_id: requestId() });
  expect((await send()).error?.code).toBe('NOT_CERTIFIED');
  await certify(lapsing, 'high_tech_enterprise');
  expect((await send()).error?.code).toBe('R4_QUOTA_REQUIRED');
  // Whatever else reaches approval under it is refused.
  const later = await accepted(lapsing, far).catch(() => undefined);
  expect(later).toBeUndefined();
  expect((await claim(lapsing)).error).toBeNull();
  expect(await only(lapsing)).toBe(false);
  const fresh = await accepted(lapsing, far);
  await admin()`update public.quotas set carried_only = true where organization_id = ${lapsing.orgId} and year = 2032`;
  expect((await approve(fresh)).error?.code).toBe('R46_CARRIED_ONLY');
  await admin()`update public.quotas set carried_only = false where organization_id = ${lapsing.orgId} and year = 2032`;
  expect((await approve(fresh)).error).toBeNull();
  // Suspended all the same: claiming again changes nothing for it.
  expect((await claim(stopped)).error).toBeNull();
  expect(await only(stopped)).toBe(true);
  const grants =
    await admin()`select count(*)::integer as n from public.quota_entries e join public.quotas q on q.id = e.quota_id
    where q.organization_id in (${lapsing.orgId}, ${stopped.orgId}) and q.year = 2032 and e.kind = 'grant'`;
  expect(grants[0]?.['n']).toBe(2);
  await setClock('2026-05-13T10:00:00+08:00');
});

test('R46: suspension and beginning at the same moment: whatever was begun was begun before, whatever was not is refused', async () => {
  for (let round = 0; round < 4; round++) {
    const [maker, taker] = [await institution(), await applicant()];
    const { id } = await maker.must<{ id: number }>('add_resource', {
      kind: 'instrument',
      payload: resourcePayload,
      request_id: requestId(),
    });
    const waits = await submitted(firm, maker);
    const open = await draft(taker, lab);
    const acts = [
      () => office.act('approve_resource', { kind: 'instrument', resource_id: id, request_id: requestId() }),
      () => maker.act('accept_order', { order_id: waits, request_id: requestId() }),
      () => taker.act('submit_order', { order_id: open.id, accepted_fen: open.figure_fen, request_id: requestId() }),
    ];
    const [one, two, ...answers] = await Promise.all([suspend(maker), suspend(taker), ...acts.map((act) => act())]);
    expect([one.error, two.error]).toEqual([null, null]);
    const begun = await admin()`
      select 'approve' as what, max(id) as event from public.events where entity = 'instrument' and entity_id = ${id} and action = 'approve'
      union all select 'accept', max(id) from public.events where entity = 'order' and entity_id = ${waits} and action = 'accept'
      union all select 'submit', max(id) from public.events where entity = 'order' and entity_id = ${open.id} and action = 'submit'`;
    const [held] = await admin()`select max(e.id) filter (where s.institution_id is not null) as maker,
      max(e.id) filter (where s.applicant_id is not null) as taker from public.events e join public.suspensions s on s.id = e.entity_id
      where e.entity = 'suspension' and s.organization_id in (${maker.orgId}, ${taker.orgId})`;
    for (const [i, answer] of answers.entries()) {
      const event = begun[i]?.['event'];
      if (answer.error) {
        expect(answer.error.code).toMatch(/^R46_/);
        expect(event).toBeNull();
      } else expect(Number(event)).toBeLessThan(Number(i < 2 ? held?.['maker'] : held?.['taker']));
      // Afterwards nothing of the kind goes through.
      const again = await (acts[i] as () => ReturnType<Person['act']>)();
      expect(again.error?.code).toMatch(/^(R46_|STATE_REFUSED)/);
    }
    // And the catalogue of the suspended one is closed, whichever came first.
    const rows = await admin()`select is_open from public.catalogue where institution_id = ${maker.orgId}`;
    expect(rows.every((r) => r['is_open'] === false)).toBe(true);
  }
}, 60_000);

test('R46: events tell it all, and the books agree', async () => {
  const [row] = await admin()`select private.reconcile(true) as wrong`;
  const bad =
    await admin()`select item, details from public.reconciliations where day = private.today() and not balanced`;
  expect([...bad], `${row?.['wrong']}`).toEqual([]);
});
