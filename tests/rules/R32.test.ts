import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  checkExport,
  checkRecord,
  checkSeals,
  compareSeals,
  checkHeads,
  eventHash,
  headHash,
  leafHash,
  reasonDigest,
  rootOf,
  rootOfPath,
  sealHash,
  type Seal,
  type SealedEvent,
} from '../../src/domain/seal.ts';
import { accepted, admin, applicant, institution, platform, setClock, staff } from '../support/people.ts';
import vectors from '../vectors/seals.json' with { type: 'json' };

beforeAll(async () => {
  await setClock('2026-11-01T10:00:00+08:00');
  await staff('expert');
  await setClock('2026-12-26T10:00:00+08:00');
});
afterAll(() => setClock(null));

const published = async (): Promise<Seal[]> =>
  (await admin()`select day::text, events, encode(root, 'hex') as root, encode(prev_hash, 'hex') as prev_hash, encode(hash, 'hex') as hash from public.seals order by day`) as unknown as Seal[];
const findings = async () => (await admin()`select finding from private.check_events()`).map((f) => f['finding']);
/** Does something as an owner who switches the protection off, looks, and undoes it. */
const tampered = async (change: string) => {
  let found: unknown[] = [];
  await admin()
    .begin(async (sql) => {
      await sql.unsafe("set local session_replication_role = 'replica'");
      await sql.unsafe(change);
      found = (await sql`select finding from private.check_events()`).map((f) => f['finding']);
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
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
  await setClock('2026-12-27T11:00:00+08:00');
  const proof = await firm.must<{ events: SealedEvent[] }>('record_proof', { entity: 'order', entity_id: id });
  const seals = await published();
  expect(await checkRecord(proof.events, seals)).toEqual({
    findings: [],
    records: 1,
    sealed: 3,
    waiting: 0,
    hidden: 0,
  });
  // Nothing of others: only hashes beside the record's own texts.
  expect(JSON.stringify(proof)).not.toContain(stranger.userId);
  expect((await stranger.act('record_proof', { entity: 'order', entity_id: id })).error?.code).toBe('NOT_FOUND');
  // The institution never saw the draft: it gets that event's hash and nothing of its content, and the chain still has no gap.
  const labs = await lab.must<{ events: SealedEvent[] }>('record_proof', { entity: 'order', entity_id: id });
  expect(await checkRecord(labs.events, seals)).toEqual({ findings: [], records: 1, sealed: 3, waiting: 0, hidden: 1 });
  expect(labs.events[0]).toMatchObject({ text: null, salt: null, seq: 1 });
  expect((await checkRecord(labs.events.slice(1), seals)).findings.length).toBeGreaterThan(0);
  // One event alone, for those who may read it and no other.
  const [draft, submit] = proof.events.map((e) => ({ event_id: e.event_id }));
  const one = await lab.must<{ events: SealedEvent[] }>('event_proof', submit as { event_id: number });
  expect(await checkRecord(one.events, seals)).toMatchObject({ findings: [], hidden: 2 });
  expect((await lab.act('event_proof', draft as { event_id: number })).error?.code).toBe('NOT_FOUND');
  expect((await stranger.act('event_proof', submit as { event_id: number })).error?.code).toBe('NOT_FOUND');
  // Two records in one drop are two chains.
  const second = await firm.must<{ events: SealedEvent[] }>('record_proof', {
    entity: 'project',
    entity_id: firm.projectId,
  });
  expect(await checkRecord([...proof.events, ...second.events], seals)).toMatchObject({ findings: [], records: 2 });
  const changed = proof.events.map((e, i) =>
    i === 1 ? { ...e, text: (e.text ?? '').replace('applicant', 'platform') } : e,
  );
  expect((await checkRecord(changed, seals)).findings.length).toBeGreaterThan(0);
  expect((await checkRecord(proof.events.slice(1), seals)).findings.length).toBeGreaterThan(0);
});

test('T5, R32: an auditor finds altered, deleted and inserted events and seals, from the database and from export and roots alone', async () => {
  const [row] =
    await admin()`select e.id, e.entity, e.entity_id from public.events e join public.events next on next.entity = e.entity
      and next.entity_id = e.entity_id and next.seq = 3 where e.entity = 'order' and e.seq = 2 order by e.id limit 1`;
  const id = Number(row?.['id']);
  expect(await tampered(`update public.events set action = '改过' where id = ${id}`)).toContain('事件内容被改动');
  expect(
    await tampered(
      `update public.events set action = '改过' where id = ${id}; update public.events e set hash = private.event_hash(e) where id = ${id}`,
    ),
  ).toEqual(expect.arrayContaining(['事件链断开', '事件与封存时不同']));
  expect(await tampered(`delete from public.events where id = ${id}`)).toEqual(
    expect.arrayContaining(['事件链断开', '已封存的事件被删除']),
  );
  expect(
    await tampered(
      "update public.seals set root = sha256('x'::bytea) where day = (select max(day) - 3 from public.seals)",
    ),
  ).toEqual(expect.arrayContaining(['封存的根不符', '封存链断开']));
  expect(await tampered('delete from public.seals where day = (select max(day) - 3 from public.seals)')).toContain(
    '封存链断开',
  );
  expect(await tampered('delete from public.seals where day = (select max(day) from private.seal_nodes)')).toContain(
    '封存被删除',
  );
  expect(await tampered(`update public.events set institution_id = null where id = ${id}`)).toContain('事件内容被改动');
  expect(await tampered(`update public.events set session_role = 'somebody' where id = ${id}`)).toContain(
    '事件内容被改动',
  );
  expect(
    await tampered(
      'update private.seal_nodes set hash = sha256(hash) where (day, level) = (select day, max(level) from private.seal_nodes where level > 0 group by day limit 1)',
    ),
  ).toEqual(expect.arrayContaining(['封存树的节点不符', '封存的根不符']));
  await expect(admin()`truncate public.events cascade`).rejects.toThrow(/append-only/);
  // A seal that is gone is not silently made again with another root.
  await admin()
    .begin(async (sql) => {
      await sql.unsafe(
        "set local session_replication_role = 'replica'; delete from public.seals where day >= (select max(day) from private.seal_nodes)",
      );
      await sql.unsafe("set local session_replication_role = 'origin'");
      // On the morning after the last tree, when its day would be sealed again.
      await sql`select private.set_clock(((select max(day) + 1 from private.seal_nodes) + time '10:00') at time zone 'Asia/Shanghai')`;
      await expect(sql.savepoint((s) => s`select private.seal_days()`)).rejects.toThrow(/its tree is not/);
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
  expect(await findings()).toEqual([]);

  const auditor = await staff('finance');
  const all: SealedEvent[] = [];
  for (;;) {
    const page = await auditor.must<{ events: SealedEvent[] }>('export_events', {
      after_id: all.at(-1)?.event_id ?? 0,
      max_events: 5000,
    });
    all.push(...page.events);
    if (page.events.length < 5000) break;
  }
  const seals = await published();
  expect(await checkExport(all, seals)).toMatchObject({ findings: [], days: seals.length, events: all.length });
  const sealedAt = all.findIndex((e) => e.day !== null);
  expect(
    (
      await checkExport(
        all.filter((_, i) => i !== sealedAt),
        seals,
      )
    ).findings.length,
  ).toBeGreaterThan(0);
  expect(
    (
      await checkExport(
        all,
        seals.map((s, i) => (i === 5 ? { ...s, root: s.hash } : s)),
      )
    ).findings.length,
  ).toBeGreaterThan(0);
  // The owner rewrites the whole past and seals it anew: everything agrees again, except with what somebody kept.
  expect(compareSeals(seals.slice(3, 5), seals)).toEqual([]);
  const rewritten: Seal[] = seals.map((s, i) => (i < 4 ? s : { ...s, hash: s.root }));
  expect(compareSeals(seals.slice(3, 5), rewritten)).toHaveLength(1);
  expect(compareSeals(seals.slice(3, 5), seals.slice(0, 4))).toHaveLength(1);
  // Bytes moved from the text into the salt hash the same and are found by their length.
  const moved = all.map((e, i) => (i === sealedAt ? { ...e, salt: `${e.salt}5b`, text: (e.text ?? '').slice(1) } : e));
  expect((await checkExport(moved, seals)).findings.map((f) => f.what)).toContain('格式不对：被改动过');
  // A period: only its days are recomputed, records that began before it are followed inside it.
  // The clock of the tests jumps, so a record may visit a day twice: the day is one on which no record left and came back.
  const [busyDay] = await admin()`select max(day)::text as day from (
    select n.day from private.seal_nodes n join public.events e on e.id = n.event_id group by n.day
    having not exists (
      select 1 from private.seal_nodes m join public.events x on x.id = m.event_id where m.day = n.day
      group by x.entity, x.entity_id having max(x.seq) - min(x.seq) + 1 <> count(*))) d`;
  const busy = busyDay?.['day'] as string;
  const part = await auditor.must<{ events: SealedEvent[] }>('export_events', { from_on: busy, to_on: busy });
  expect(await checkExport(part.events, seals, { from: busy, to: busy })).toMatchObject({
    findings: [],
    days: 1,
    events: part.events.length,
  });
  expect(await auditor.must('audit_findings', {})).toMatchObject([{ item: null, next_part: null }]);
  const outsider = await applicant();
  for (const name of ['export_events', 'audit_findings', 'late_events'])
    expect((await outsider.act(name, {})).error?.code).toBe('NOT_FOUND');
});

test('R32: an event written into a day that was sealed long ago goes under a later seal and is listed as late', async () => {
  await admin()
    .begin(async (sql) => {
      const [before] = await sql`select count(*)::integer as n from private.late_events()`;
      await sql`select private.append_event('late_test', 1, 'note', null, null, null, '{}', 'system', '系统', null, null)`;
      await sql.unsafe("set local session_replication_role = 'replica'");
      await sql`update public.events set at = (select max(day) - 10 from public.seals) where entity = 'late_test'`;
      const late = await sql`select entity from private.late_events()`;
      expect(late.length).toBe(Number(before?.['n']) + 1);
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
});

test('R32: event, tree and seal in SQL and in TypeScript against the same vectors', async () => {
  const sql = admin();
  for (const v of vectors.events) {
    expect(await eventHash(v)).toBe(v.hash);
    if (v.reason) expect(await reasonDigest(v.reason, v.reason_salt)).toBe(v.fields.reason_digest);
    const [row] = await sql`select private.event_text(e) as text, encode(private.event_hash(e), 'hex') as hash
      from jsonb_populate_record(null::public.events, ${sql.json({ ...v.fields, salt: `\\x${v.salt}`, prev_hash: v.prev_hash && `\\x${v.prev_hash}` })}) e`;
    expect([row?.['text'], row?.['hash']]).toEqual([v.text, v.hash]);
  }
  for (const t of vectors.trees) {
    const leaves = await Promise.all(t.events.map(leafHash));
    expect(await rootOf(leaves), `${t.leaves} leaves`).toBe(t.root);
    for (const [i, leaf] of leaves.entries())
      expect(await rootOfPath(leaf, t.paths[i] ?? []), `leaf ${i} of ${t.leaves}`).toBe(t.root);
    await sql
      .begin(async (tx) => {
        // A day far away whose only events are these.
        await tx.unsafe(
          "set local session_replication_role = 'replica'; delete from private.seal_nodes; delete from public.seals; delete from public.events",
        );
        for (const [i, hash] of t.events.entries())
          await tx`insert into public.events (entity, entity_id, seq, at, actor_role, actor_name, action, salt, hash) values ('vector', 1, ${i + 1}, '2026-01-01', '', '', '', '', decode(${hash}, 'hex'))`;
        await tx`select private.seal_day('2026-01-01')`;
        expect(
          (await tx`select encode(root, 'hex') as root from public.seals`)[0]?.['root'],
          `${t.leaves} leaves`,
        ).toBe(t.root);
        const proofs = (await tx`select private.proof_of(e) -> 'path' as path from public.events e order by e.seq`).map(
          (r) => r['path'],
        );
        expect(proofs).toEqual(t.paths);
        throw new Error('undo');
      })
      .catch((error: Error) => {
        if (error.message !== 'undo') throw error;
      });
  }
  for (const h of vectors.heads) {
    expect(await headHash(h)).toBe(h.hash);
    const [row] =
      await sql`select encode(private.head_hash(decode(${h.prev_hash}, 'hex'), to_timestamp(${h.at}::numeric), ${h.events}, decode(${h.root}, 'hex')), 'hex') as hash`;
    expect(row?.['hash']).toBe(h.hash);
  }
  expect(await checkHeads(vectors.heads)).toEqual([]);
  expect((await checkHeads(vectors.heads.slice(1))).length).toBe(0);
  expect((await checkHeads(vectors.heads.map((h) => ({ ...h, events: 2 })))).length).toBe(2);
  for (const s of vectors.seals) {
    expect(await sealHash(s)).toBe(s.hash);
    const [row] =
      await sql`select encode(private.seal_hash(decode(${s.prev_hash}, 'hex'), ${s.day}, ${s.events}, decode(${s.root}, 'hex')), 'hex') as hash`;
    expect(row?.['hash']).toBe(s.hash);
  }
});

test('R32: role, parameter, holiday and membership changes in the dashboard leave an event with who was connected', async () => {
  const count = async (entity: string) =>
    Number((await admin()`select count(*) as n from public.events where entity = ${entity}`)[0]?.['n']);
  const [roles, parameters, holidays] = [
    await count('staff_roles'),
    await count('policy_parameters'),
    await count('holidays'),
  ];
  await staff('expert');
  await admin()`update public.policy_parameters set value = value where year = 2021 and key = 'rate_bp'`;
  await admin()`update public.holidays set name = name where day = (select min(day) from public.holidays)`;
  expect([await count('staff_roles'), await count('policy_parameters'), await count('holidays')]).toEqual([
    roles + 1,
    parameters + 1,
    holidays + 1,
  ]);
  const [last] =
    await admin()`select session_role from public.events where entity = 'policy_parameters' order by id desc limit 1`;
  expect(last?.['session_role']).toBe('postgres');
});

test('no API role alters or deletes an event, through any door', async () => {
  for (const person of [await applicant(), await platform(), await staff('finance')]) {
    expect((await person.client.from('events').update({ reason: 'x' }).gt('id', 0)).error?.code).toBe('NOT_ALLOWED');
    expect((await person.client.from('events').delete().gt('id', 0)).error?.code).toBe('NOT_ALLOWED');
    expect((await person.client.from('seals').delete().gt('day', '2000-01-01')).error?.code).toBe('NOT_ALLOWED');
  }
});
