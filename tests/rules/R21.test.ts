// R21: while a change of a published resource waits, the public sees the approved version and books it; since when a state holds is its own day.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  applicant,
  draft,
  institution,
  orderPayload,
  paid,
  type Person,
  platform,
  redemptionPayload,
  requestId,
  resourcePayload,
  setClock,
  voucherOf,
} from '../support/people.ts';

let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
let office: Person;
beforeAll(async () => {
  await setClock('2026-03-10T10:00:00+08:00');
  [firm, lab, office] = [await applicant(), await institution(), await platform()];
}, 60_000);
afterAll(() => setClock(null));

const ofResource = (who: Person, name: string, kind: string, resource_id: number, more: object = {}) =>
  who.must<{ state: string }>(name, { kind, resource_id, request_id: requestId(), ...more });
async function published(kind: string): Promise<number> {
  const payload = kind === 'instrument' ? resourcePayload : { ...resourcePayload, model: undefined };
  const { id } = await lab.must<{ id: number }>('add_resource', { kind, payload, request_id: requestId() });
  await ofResource(office, 'approve_resource', kind, id);
  return id;
}
const place = (kind: string, id: number) =>
  kind === 'instrument' ? { instrument_id: id } : { instrument_id: undefined, service_id: id };
const book = async (kind: string, id: number) =>
  firm.act<{ id: number; figure_fen: number }>('save_order', {
    request_id: requestId(),
    order_id: null,
    payload: { ...(await orderPayload(firm, lab)), ...place(kind, id) },
  });
const submit = (saved: { id: number; figure_fen: number } | null) =>
  firm.act('submit_order', { order_id: saved?.id, accepted_fen: saved?.figure_fen, request_id: requestId() });

test.for(['instrument', 'service'])(
  'R12, R21: the %s whose change waits for review is booked as it was approved',
  async (kind) => {
    const id = await published(kind);
    const before = await book(kind, id);
    const payload = { ...resourcePayload, name: '还没有批准的名称', ...(kind === 'service' && { model: undefined }) };
    expect((await ofResource(lab, 'edit_resource', kind, id, { payload })).state).toBe('edit_review');
    const [shown] =
      await admin()`select name, is_open from public.catalogue where kind = ${kind} and resource_id = ${id}`;
    expect(shown).toEqual({ name: resourcePayload.name, is_open: true });
    // What was begun before the change is submitted, and a new one is begun and submitted.
    expect((await submit(before.data)).error).toBeNull();
    const during = await book(kind, id);
    expect(during.error).toBeNull();
    expect((await submit(during.data)).error).toBeNull();
    const [order] = await admin()`select resource_name from public.orders where id = ${during.data?.id as number}`;
    expect(order?.['resource_name']).toBe(resourcePayload.name);
    // Closed is closed, also then; opened again it is booked again, and whether the change is refused or approved.
    const open = (is_open: boolean) =>
      ofResource(lab, 'set_resource_switches', kind, id, { is_open, voucher_enabled: true });
    await open(false);
    expect((await book(kind, id)).error?.code).toBe('R12_RESOURCE_CLOSED');
    await open(true);
    await ofResource(office, 'return_resource', kind, id, { reason: '名称不对' });
    expect((await book(kind, id)).error).toBeNull();
    await ofResource(lab, 'edit_resource', kind, id, { payload });
    await ofResource(office, 'approve_resource', kind, id);
    const after = await book(kind, id);
    expect((await submit(after.data)).error).toBeNull();
    expect(
      (await admin()`select resource_name from public.orders where id = ${after.data?.id as number}`)[0]?.[
        'resource_name'
      ],
    ).toBe('还没有批准的名称');
  },
);

test('R12, R21: what was never approved, or sent back, is not booked', async () => {
  const { id } = await lab.must<{ id: number }>('add_resource', {
    kind: 'instrument',
    payload: resourcePayload,
    request_id: requestId(),
  });
  expect((await book('instrument', id)).error?.code).toBe('R12_RESOURCE_CLOSED');
  await ofResource(office, 'return_resource', 'instrument', id, { reason: '请补充用途' });
  expect((await book('instrument', id)).error?.code).toBe('R12_RESOURCE_CLOSED');
  expect((await draft(firm, lab)).figure_fen).toBeGreaterThan(0);
});

test('R31: a state holds since the day of its own act, also where the effect wrote it first', async () => {
  const since = async (table: string, id: number) =>
    (
      await admin()`select (state_since at time zone 'Asia/Shanghai')::date::text as day from ${admin()(table)} where id = ${id}`
    )[0]?.['day'];
  const order = await paid(firm, lab);
  const { id } = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(order)).id,
    payload: await redemptionPayload(lab),
    request_id: requestId(),
  });
  const { id: instrument } = await lab.must<{ id: number }>('add_resource', {
    kind: 'instrument',
    payload: resourcePayload,
    request_id: requestId(),
  });
  await setClock('2026-03-12T10:00:00+08:00');
  await office.must('pass_redemption', { redemption_id: id, request_id: requestId() });
  await ofResource(office, 'approve_resource', 'instrument', instrument);
  expect([await since('redemptions', id), await since('instruments', instrument)]).toEqual([
    '2026-03-12',
    '2026-03-12',
  ]);
});
