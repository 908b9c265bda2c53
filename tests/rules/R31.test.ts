import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  applicant,
  approved,
  institution,
  type Person,
  platform,
  requestId,
  setClock,
  signUp,
  submitted,
} from '../support/people.ts';

interface Next {
  state: string;
  holder: string | null;
  holder_name: string | null;
  you: boolean;
  due_on: string | null;
  overdue: boolean;
  due_missing: string | null;
  revision_left: number;
  expires_at: string | null;
}
const next = async (who: Person, id: number) =>
  (await who.must<Next[]>('next_step', { entity: 'order', entity_id: id }))[0] as Next;
const actions = async (who: Person, id: number) =>
  (await who.must<{ action: string }[]>('available_actions', { entity: 'order', entity_id: id })).map((a) => a.action);
interface Task {
  entity: string;
  id: number;
  state: string;
  due_on: string | null;
  overdue: boolean;
}

// A Monday in a quarter without holidays nearby.
beforeAll(() => setClock('2026-03-02T10:00:00+08:00'));
afterAll(() => setClock(null));

test('R31: an order says what happens next, who acts, since when and by when; the time limit only reminds', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const id = await submitted(firm, lab);
  const mine = await next(firm, id);
  // Accept: 5 working days after 2026-03-02.
  expect(mine).toMatchObject({
    state: 'submitted',
    holder: 'institution',
    you: false,
    due_on: '2026-03-09',
    overdue: false,
    revision_left: 1,
  });
  expect(await actions(firm, id)).toEqual(['withdraw']);
  const theirs = await next(lab, id);
  expect([theirs.you, await actions(lab, id)]).toEqual([true, ['accept', 'decline']]);

  await setClock('2026-03-10T10:00:00+08:00');
  expect(await next(lab, id)).toMatchObject({ overdue: true });
  const tasks = await lab.must<Task[]>('my_tasks', {});
  expect(tasks.find((t) => t.entity === 'order' && t.id === id)).toMatchObject({
    state: 'submitted',
    due_on: '2026-03-09',
    overdue: true,
  });
  // Overdue takes no right away.
  await lab.must('accept_order', { order_id: id, request_id: requestId() });
  expect((await lab.must<Task[]>('my_tasks', {})).some((t) => t.entity === 'order' && t.id === id)).toBe(false);
  expect((await (await platform()).must<Task[]>('my_tasks', {})).some((t) => t.entity === 'order' && t.id === id)).toBe(
    true,
  );
  await setClock('2026-03-02T10:00:00+08:00');
});

test('R31, R34: the timeline tells who did what, when and why, without personal names, to those who may see it', async () => {
  const [firm, lab, stranger] = [await applicant(), await institution(), await applicant()];
  const id = await accepted(firm, lab);
  await (await platform()).must('return_order', {
    order_id: id,
    reason: '请补充检测目的，完整意见一字不少',
    request_id: requestId(),
  });
  const story = await firm.must<
    { action: string; label: string; actor_name: string; reason: string | null; to_label: string }[]
  >('timeline', { entity: 'order', entity_id: id });
  expect(story.map((e) => e.label)).toEqual(['建立订单草稿', '提交订单', '受理', '不通过']);
  expect(story.at(-1)).toMatchObject({
    actor_name: '省平台',
    reason: '请补充检测目的，完整意见一字不少',
    to_label: '退回修改',
  });
  for (const [name, args] of [
    ['timeline', { entity: 'order', entity_id: id }],
    ['next_step', { entity: 'order', entity_id: id }],
  ] as const) {
    expect((await stranger.act(name, args)).error?.code, name).toBe('NOT_FOUND');
    expect((await (await signUp()).act(name, args)).error?.code, name).toBe('NOT_FOUND');
  }
  expect((await firm.act('next_step', { entity: 'order', entity_id: 999_999_999 })).error?.code).toBe('NOT_FOUND');
  expect((await firm.act('next_step', { entity: 'users', entity_id: 1 })).error?.code).toBe('UNKNOWN_ENTITY');
});

test('R31: whoever’s turn it becomes is told, the other side too; nobody else; a muted kind stays away; reading is one’s own', async () => {
  const [firm, lab, otherLab] = [await applicant(), await institution(), await institution()];
  const id = await submitted(firm, lab);
  const messages = async (who: typeof firm | typeof lab) =>
    (await who.client.from('notifications').select('id, kind, title').eq('entity', 'order').eq('entity_id', id)).data ??
    [];
  expect((await messages(lab)).map((m) => m.kind)).toEqual(['turn']);
  expect(await messages(otherLab)).toEqual([]);
  expect(await messages(firm)).toEqual([]);
  await lab.must('accept_order', { order_id: id, request_id: requestId() });
  expect((await messages(firm)).map((m) => m.kind)).toEqual(['told']);
  await firm.must('mute_notifications', { kind: 'told', muted: true });
  expect(await messages(firm)).toEqual([]);
  expect((await firm.act('mute_notifications', { kind: 'turn', muted: true })).error?.code).toBe('INPUT_INVALID');
  await firm.must('mute_notifications', { kind: 'told', muted: false });
  const [theirs] = await messages(lab);
  expect(await firm.must('mark_notifications_read', { notification_ids: [theirs?.id] })).toBe(0);
  expect(await lab.must('mark_notifications_read', { notification_ids: [theirs?.id] })).toBe(1);
});

test('R31: reminders come once per thing and time limit, for what is due, overdue or expiring', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const [waiting, unpaid] = [await submitted(firm, lab), await approved(firm, lab)];
  const reminders = async (entityId: number) =>
    (
      await admin()`select title from public.notifications where kind = 'reminder' and entity = 'order' and entity_id = ${entityId} order by id`
    ).map((r) => String(r['title']).slice(0, 9));
  await setClock('2026-03-05T10:00:00+08:00');
  await admin()`select private.send_reminders()`;
  expect(await reminders(waiting)).toEqual([]);
  await setClock('2026-03-08T10:00:00+08:00');
  await admin()`select private.send_reminders()`;
  await admin()`select private.send_reminders()`;
  expect(await reminders(waiting)).toEqual([expect.stringMatching(/^时限将到/)]);
  await setClock('2026-03-11T10:00:00+08:00');
  await admin()`select private.send_reminders()`;
  expect(await reminders(waiting)).toEqual([expect.stringMatching(/^时限将到/), expect.stringMatching(/^已超过平台/)]);
  await setClock('2026-12-26T10:00:00+08:00');
  await admin()`select private.send_reminders()`;
  await admin()`select private.send_reminders()`;
  expect((await reminders(unpaid)).length).toBe(2);
  await setClock('2026-03-02T10:00:00+08:00');
});
