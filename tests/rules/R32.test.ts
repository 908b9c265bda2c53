import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkExport, checkRecord, checkSeals, type Seal, type SealedEvent } from '../../src/domain/seal.ts';
import { accepted, admin, applicant, institution, platform, setClock, staff } from '../support/people.ts';

beforeAll(async () => {
  await setClock('2026-11-01T10:00:00+08:00');
  await staff('expert');
  await setClock('2026-12-26T10:00:00+08:00');
});
afterAll(() => setClock(null));

const published = async (): Promise<Seal[]> => (await admin()`select day::text, events, encode(root, 'hex') as root, encode(prev_hash, 'hex') as prev_hash, encode(hash, 'hex') as hash from public.seals order by day`) as unknown as Seal[];
const findings = async () => (await admin()`select finding from private.check_events()`).map((f) => f['finding']);
/** Does something as an owner who switches the protection off, looks, and undoes it. */
const tampered = async (change: string) => {
  let found: unknown[] = [];
  await admin().begin(async (sql) => {
    await sql.unsafe("set local session_replication_role = 'replica'");
    await sql.unsafe(change);
    found = (await sql`select finding from private.check_events()`).map((f) => f['finding']);
    throw new Error('undo');
  }).catch((error: Error) => { if (error.message !== 'undo') throw error; });
  return found;
};

test('R32: every day is sealed once, in order, linked to the day before; running again changes nothing', async () => {
  await admin()`select private.seal_days()`;
  const before = await published();
  expect(before.length).toBeGreaterThan(30);
  expect(await checkSeals(before)).toEqual([]);
  expect((await admin()`select private.seal_days() as n`)[0]?.['n']).toBe(0);
  expect(await published()).toEqual(before);
  expect(await findings()).toEqual([]);
  await expect(admin()`update public.seals set events = 0`).rejects.toThrow(/append-only/);
  await expect(admin()`delete from public.events where id = 1`).rejects.toThrow(/append-only/);
});

test('R32: whoever holds a record checks it against the public root without seeing anyone else’s; an altered copy is found', async () => {
  await setClock('2026-12-27T10:00:00+08:00');
  const [firm, lab, stranger] = [await applicant(), await institution(), await applicant()];
  const id = await accepted(firm, lab);
  const early = await firm.must<{ events: SealedEvent[] }>('record_proof', { entity: 'order', entity_id: id });
  expect(await checkRecord(early.events, await published())).toMatchObject({ findings: [], sealed: 0, waiting: 3 });
  // A day after whatever has been sealed already: late events go under the next seal.
  await admin()`select private.set_clock(greatest('2026-12-29'::date, (select max(day) + 2 from public.seals))::timestamp at time zone 'Asia/Shanghai' + interval '10 hours')`;
  await admin()`select private.seal_days()`;
  const proof = await firm.must<{ events: SealedEvent[] }>('record_proof', { entity: 'order', entity_id: id });
  const seals = await published();
  expect(await checkRecord(proof.events, seals)).toEqual({ findings: [], sealed: 3, waiting: 0 });
  // Nothing of others: only hashes beside the record's own texts.
  expect(JSON.stringify(proof)).not.toContain(stranger.userId);
  expect((await stranger.act('record_proof', { entity: 'order', entity_id: id })).error?.code).toBe('NOT_FOUND');
  const changed = proof.events.map((e, i) => (i === 1 ? { ...e, text: e.text.replace('applicant', 'platform') } : e));
  expect((await checkRecord(changed, seals)).findings.length).toBeGreaterThan(0);
  expect((await checkRecord(proof.events.slice(1), seals)).findings.length).toBeGreaterThan(0);
});

test('T5, R32: an auditor finds altered, deleted and inserted events and seals, from the database and from export and roots alone', async () => {
  const [row] = await admin()`select id, entity, entity_id from public.events where entity = 'order' and seq = 2 order by id limit 1`;
  const id = Number(row?.['id']);
  expect(await tampered(`update public.events set reason = '改过' where id = ${id}`)).toContain('事件内容被改动');
  expect(await tampered(`update public.events set reason = '改过' where id = ${id}; update public.events e set hash = private.event_hash(e) where id = ${id}`)).toEqual(expect.arrayContaining(['事件链断开', '事件与封存时不同']));
  expect(await tampered(`delete from public.events where id = ${id}`)).toEqual(expect.arrayContaining(['事件链断开', '已封存的事件被删除']));
  expect(await tampered("update public.seals set root = sha256('x'::bytea) where day = (select max(day) - 3 from public.seals)")).toEqual(expect.arrayContaining(['封存的根不符', '封存链断开']));
  expect(await tampered('delete from public.seals where day = (select max(day) - 3 from public.seals)')).toContain('封存链断开');
  expect(await findings()).toEqual([]);

  const auditor = await staff('finance');
  const all: SealedEvent[] = [];
  for (;;) {
    const page = await auditor.must<{ events: SealedEvent[] }>('export_events', { after_id: all.at(-1)?.event_id ?? 0, max_events: 5000 });
    all.push(...page.events);
    if (page.events.length < 5000) break;
  }
  const seals = await published();
  expect(await checkExport(all, seals)).toMatchObject({ findings: [], days: seals.length, events: all.length });
  const sealedAt = all.findIndex((e) => e.day !== null);
  expect((await checkExport(all.filter((_, i) => i !== sealedAt), seals)).findings.length).toBeGreaterThan(0);
  expect((await checkExport(all, seals.map((s, i) => (i === 5 ? { ...s, root: s.hash } : s)))).findings.length).toBeGreaterThan(0);
  const outsider = await applicant();
  expect((await outsider.act('export_events', {})).error?.code).toBe('NOT_FOUND');
});

test('R32: role, parameter, holiday and membership changes in the dashboard leave an event with who was connected', async () => {
  const count = async (entity: string) => Number((await admin()`select count(*) as n from public.events where entity = ${entity}`)[0]?.['n']);
  const [roles, parameters, holidays] = [await count('staff_roles'), await count('policy_parameters'), await count('holidays')];
  await staff('expert');
  await admin()`update public.policy_parameters set value = value where year = 2021 and key = 'rate_bp'`;
  await admin()`update public.holidays set name = name where day = (select min(day) from public.holidays)`;
  expect([await count('staff_roles'), await count('policy_parameters'), await count('holidays')]).toEqual([roles + 1, parameters + 1, holidays + 1]);
  const [last] = await admin()`select session_role from public.events where entity = 'policy_parameters' order by id desc limit 1`;
  expect(last?.['session_role']).toBe('supabase_admin');
});

test('no API role alters or deletes an event, through any door', async () => {
  for (const person of [await applicant(), await platform(), await staff('finance')]) {
    expect((await person.client.from('events').update({ reason: 'x' }).gt('id', 0)).error?.code).toBe('42501');
    expect((await person.client.from('events').delete().gt('id', 0)).error?.code).toBe('42501');
    expect((await person.client.from('seals').delete().gt('day', '2000-01-01')).error?.code).toBe('42501');
  }
});
