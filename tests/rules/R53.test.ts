// R53: a certified applicant posts a need; institutions with open resources of its class answer, each in a thread of its own; the public
// sees the need without its owner; an answer leads to booking and changes no right.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  anonymous,
  applicant,
  approved,
  institution,
  type Person,
  platform,
  requestId,
  setClock,
  staff,
} from '../support/people.ts';

let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
let other: Person & { instrumentId: number };
let office: Person;
beforeAll(async () => {
  await setClock('2026-05-18T10:00:00+08:00');
  [firm, lab, other, office] = [await applicant(), await institution(), await institution(), await platform()];
}, 60_000);
afterAll(() => setClock(null));

const payload = {
  class_code: '01',
  sample: '演示轴承钢断口，约 10 毫米见方',
  standard: 'GB/T 17359',
  city_code: '410300',
};
const post = (who: Person, extra: Record<string, unknown> = {}) =>
  who.act<{ id: number; open_until: string }>('post_need', {
    payload: { ...payload, ...extra },
    request_id: requestId(),
  });
const posted = async (who: Person, extra: Record<string, unknown> = {}) => {
  const { data, error } = await post(who, extra);
  expect(error).toBeNull();
  return Number(data?.id);
};
const answer = (who: Person, need: number, body = '可以做，三天出结果。', slug?: string) =>
  who.act<{ message: number }>('answer_need', {
    need_id: need,
    payload: { body, ...(slug && { slug }) },
    request_id: requestId(),
  });
const reply = (who: Person, need: number, to: Person, body = '请报价。') =>
  who.act('reply_on_need', { need_id: need, institution_id: to.orgId, payload: { body }, request_id: requestId() });
const change = (who: Person, act: 'renew_need' | 'close_need', need: number) =>
  who.act(act, { need_id: need, request_id: requestId() });
const seen = async (need: number) =>
  (await anonymous().from('open_needs').select('*').eq('need_id', need).maybeSingle()).data;
const thread = async (who: Person, need: number) =>
  (await who.client.from('need_messages').select('body').eq('need_id', need).order('id')).data?.map((m) => m.body);

test('R53: a certified applicant posts; the public sees what is needed and not by whom, unless it wants so; those who can do it are told', async () => {
  const need = await posted(firm);
  expect(await seen(need)).toMatchObject({
    class_code: '01',
    sample: payload.sample,
    standard: 'GB/T 17359',
    city: '洛阳',
    applicant_name: null,
    posted_on: '2026-05-18',
    open_until: '2026-06-17',
  });
  const [org] = await admin()`select name from public.organizations where id = ${firm.orgId}`;
  expect(JSON.stringify(await seen(need))).not.toContain(String(org?.['name']));
  expect((await seen(await posted(firm, { named: true })))?.applicant_name).toBe(org?.['name']);
  expect((await anonymous().from('needs').select('id')).error).not.toBeNull();
  const told = async (who: Person) =>
    (await who.client.from('notifications').select('title, body').eq('entity', 'need').eq('entity_id', need)).data ??
    [];
  expect(await told(lab)).toHaveLength(1);
  expect(JSON.stringify(await told(lab))).not.toContain(String(org?.['name']));
  expect(await told(firm)).toEqual([]);
  const unasked = await posted(firm, { class_code: '09' });
  const other09 = await lab.client.from('notifications').select('id').eq('entity', 'need').eq('entity_id', unasked);
  expect(other09.data).toEqual([]);
});

test('R53: who is not certified, not an applicant or suspended posts nothing; each wrong field is named', async () => {
  for (const who of [lab, office, await staff('department')])
    expect((await post(who)).error?.code).toBe('NOT_CERTIFIED');
  const late = await applicant();
  await admin()`update public.certifications set valid_to = '2026-05-17' where organization_id = ${late.orgId}`;
  expect((await post(late)).error?.code).toBe('NOT_CERTIFIED');
  const held = await applicant();
  await (await staff('department')).must('suspend_organization', {
    organization_id: held.orgId,
    payload: { from_on: '2026-05-18', to_on: '2026-05-30', holds_payouts: false, reason: '材料不实，核查中' },
    request_id: requestId(),
  });
  expect((await post(held)).error?.code).toBe('R46_SUSPENDED');
  for (const [wrong, field] of [
    [{ class_code: 'xx' }, 'class_code'],
    [{ sample: '\u200b\u200b' }, 'sample'],
    [{ sample: '样'.repeat(201) }, 'sample'],
    [{ standard: '标'.repeat(101) }, 'standard'],
    [{ wanted_by: '2026-05-17' }, 'wanted_by'],
    [{ city_code: '110000' }, 'city_code'],
  ] as const)
    expect((await post(firm, wrong)).error, field).toMatchObject({ details: field });
});

test('R53: each institution answers in a thread of its own, which another does not see; the owner replies where it was answered; the thread changes nothing', async () => {
  const need = await posted(firm);
  expect((await reply(firm, need, lab)).error?.code).toBe('R53_NOT_ASKED');
  expect((await answer(lab, need, '可以做，每样 600 元。', `i${lab.instrumentId}`)).error).toBeNull();
  expect((await answer(other, need, '也可以做。')).error).toBeNull();
  expect((await answer(lab, need, '附上别家的', `i${other.instrumentId}`)).error?.code).toBe('R53_NO_SUCH_RESOURCE');
  expect((await reply(firm, need, lab, '什么时候能做？')).error).toBeNull();
  expect(await thread(lab, need)).toEqual(['可以做，每样 600 元。', '什么时候能做？']);
  expect(await thread(other, need)).toEqual(['也可以做。']);
  expect(await thread(firm, need)).toEqual(['可以做，每样 600 元。', '也可以做。', '什么时候能做？']);
  expect(await thread(office, need)).toHaveLength(3);
  const stranger = await applicant();
  expect(await thread(stranger, need)).toEqual([]);
  expect((await reply(stranger, need, lab)).error?.code).toBe('NOT_FOUND');
  const unable = await posted(firm, { class_code: '09' });
  expect((await answer(lab, unable)).error?.code).toBe('R53_NO_SUCH_RESOURCE');
  // What was answered is booked as anything else is: nothing is promised, nothing is held.
  const quota = async () =>
    admin()`select held_fen::integer, spent_fen::integer from public.quotas where organization_id = ${firm.orgId}`;
  expect([...(await quota())]).toEqual([{ held_fen: 0, spent_fen: 0 }]);
  await approved(firm, lab);
});

test('R53: open for thirty days and renewable; closed or taken down it is gone from the public and takes no word; the reason reaches its owner', async () => {
  const need = await posted(firm);
  await setClock('2026-06-17T23:59:59+08:00');
  expect(await seen(need)).not.toBeNull();
  await setClock('2026-06-18T00:00:00+08:00');
  expect(await seen(need)).toBeNull();
  expect((await answer(lab, need)).error?.code).toBe('R53_NOT_OPEN');
  for (const who of [lab, office, await applicant()])
    expect((await change(who, 'renew_need', need)).error?.code).toBe('NOT_FOUND');
  expect((await change(firm, 'renew_need', need)).error).toBeNull();
  expect((await seen(need))?.open_until).toBe('2026-07-18');
  expect((await answer(lab, need)).error).toBeNull();
  const takeDown = (who: Person, reason: string | null) =>
    who.act('take_down_need', { need_id: need, reason, request_id: requestId() });
  for (const who of [lab, firm, await staff('department')])
    expect((await takeDown(who, '与检测无关')).error?.code).toBe('NOT_FOUND');
  expect((await takeDown(office, ' ')).error?.code).toBe('REASON_REQUIRED');
  expect((await takeDown(office, '与检测无关')).error).toBeNull();
  expect(await seen(need)).toBeNull();
  for (const act of ['renew_need', 'close_need'] as const)
    expect((await change(firm, act, need)).error?.code).toBe('R53_NOT_OPEN');
  expect((await answer(lab, need)).error?.code).toBe('R53_NOT_OPEN');
  const { data } = await firm.client.from('notifications').select('body').eq('entity', 'need').eq('entity_id', need);
  expect(data?.some((n) => n.body.includes('与检测无关'))).toBe(true);
  const steps =
    await admin()`select action from public.events where entity = 'need' and entity_id = ${need} order by seq`;
  expect(steps.map((e) => e['action'])).toEqual(['post', 'renew', 'take_down']);
  const mine = await posted(firm);
  expect((await change(firm, 'close_need', mine)).error).toBeNull();
  expect(await seen(mine)).toBeNull();
  await setClock('2026-05-18T10:00:00+08:00');
});

test('R53: the eleventh open need of one applicant is refused, and one closed makes room; a request sent twice posts once (R33)', async () => {
  const busy = await applicant();
  const request = { payload, request_id: requestId() };
  const twice = [
    await busy.must<{ id: number }>('post_need', request),
    await busy.must<{ id: number }>('post_need', request),
  ];
  expect(twice[0]?.id).toBe(twice[1]?.id);
  for (let i = 0; i < 9; i++) await posted(busy);
  expect((await post(busy)).error?.code).toBe('R53_TOO_MANY');
  expect((await change(busy, 'close_need', Number(twice[0]?.id))).error).toBeNull();
  expect((await post(busy)).error).toBeNull();
});

test('R53: two colleagues at once, and one who renews what had run out, get no eleventh; who posts and closes all day is stopped, and so is who writes without end', async () => {
  const busy = await applicant();
  const old: number[] = [];
  for (let i = 0; i < 3; i++) old.push(await posted(busy));
  await setClock('2026-06-25T10:00:00+08:00');
  for (let i = 0; i < 8; i++) await posted(busy);
  const both = await Promise.all([post(busy), post(busy), post(busy), post(busy)]);
  expect(both.filter((b) => !b.error)).toHaveLength(2);
  expect(new Set(both.map((b) => b.error?.code))).toEqual(new Set([undefined, 'R53_TOO_MANY']));
  expect((await change(busy, 'renew_need', old[0] as number)).error?.code).toBe('R53_TOO_MANY');
  const [open] =
    await admin()`select count(*)::integer as n from public.open_needs o join public.needs n on n.id = o.need_id
      where n.applicant_id = ${busy.orgId} and o.open_until >= private.today()`;
  expect(open).toEqual({ n: 10 });
  const mine = (await busy.client.from('needs').select('id').is('closed_at', null).gte('open_until', '2026-06-25'))
    .data;
  // What is open may be renewed; closed and posted anew it is counted by the day.
  expect((await change(busy, 'renew_need', Number(mine?.[0]?.['id']))).error).toBeNull();
  for (const row of mine ?? []) expect((await change(busy, 'close_need', Number(row['id']))).error).toBeNull();
  for (let i = 0; i < 10; i++) {
    const need = await posted(busy);
    expect((await change(busy, 'close_need', need)).error).toBeNull();
  }
  expect((await post(busy)).error?.code).toBe('R53_TOO_MANY_TODAY');
  await setClock('2026-06-26T11:00:00+08:00');
  const next = await posted(busy);
  for (let i = 0; i < 20; i++) expect((await answer(lab, next, `第 ${i} 次答复`)).error).toBeNull();
  expect((await answer(lab, next)).error?.code).toBe('R53_TOO_MANY_TODAY');
  expect((await reply(busy, next, lab)).error).toBeNull();
  await setClock('2026-05-18T10:00:00+08:00');
});
