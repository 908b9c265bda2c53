// T1: every role × table × verb × own/other, against the real database. The cells come from the catalogue, so that a new table without
// an entry fails; what each must answer stands in expected.ts, written by hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, admin, advance, anonymous, applicant, archivePapers, draft, experts, institution, paid, passed, platform, recommender, requestId, setClock, signUp, staff, upload, voteAll, voucherOf } from '../support/people.ts';
import { type Actor, actors, drafts, openFunctions, serviceFunctions, tables } from './expected.ts';
import { fill, probe } from './probe.ts';

const people = {} as Record<Exclude<Actor, 'anon'>, Person>;
const ids: Record<string, string | number> = {};

beforeAll(async () => {
  await setClock('2025-11-10T10:00:00+08:00');
  const [firm, otherFirm, lab, otherLab] = [await applicant(), await applicant(), await institution(), await institution()];
  const [body, otherBody] = [await recommender(lab), await recommender(otherLab)];
  const office = await platform();
  const [department, finance] = [await staff('department'), await staff('finance')];
  const panel = await experts(3);
  const otherExpert = await staff('expert');
  // A first quarter that was paid out, then one under review.
  const old = await paid(firm, lab, { contract_signed_on: '2025-10-10' });
  const paidRedemption = await passed(lab, old);
  const [first] = await admin()<{ id: number }[]>`select id::integer from public.rounds where year = 2025 and quarter = 4`;
  const roundId = first?.id as number;
  await setClock('2026-01-08T10:00:00+08:00');
  await advance(office, roundId, 'close');
  await advance(office, roundId, 'open_review');
  await voteAll(panel, roundId);
  await advance(office, roundId, 'report');
  await advance(department, roundId, 'confirm');
  await advance(finance, roundId, 'confirm');
  await advance(office, roundId, 'publish');
  await archivePapers(roundId, lab, body);
  const [objection] = await admin()<{ id: number }[]>`select private.submit_objection(${(await voucherOf(old)).voucher_no}, '演示公民', '0371-00000000', '该项检测并非研发活动，请核查。')::integer as id`;
  await department.must('decide_objection', { objection_id: objection?.id, upheld: false, reason: '经核查属于研发检测', request_id: requestId() });
  await setClock('2026-01-20T10:00:00+08:00');
  await advance(office, roundId, 'start_payout');
  await office.must('pay_out', { request_id: requestId() });
  await firm.must('claim_quota', { request_id: requestId(), pledge_id: (await admin()`select id from public.pledges where kind = 'applicant' and year = 2026`)[0]?.['id'] });
  await lab.must('sign_institution_pledge', { request_id: requestId(), pledge_id: (await admin()`select id from public.pledges where kind = 'institution' and year = 2026`)[0]?.['id'] });
  const order = await paid(firm, lab);
  const booked = await draft(firm, lab);
  await firm.must('rate_order', { order_id: order, target: 'platform', score: 5, comment: '', request_id: requestId() });
  const redemption = await passed(lab, order);
  const { id: service } = await lab.must<{ id: number }>('add_resource', { kind: 'service', request_id: requestId(), payload: { name: '演示检测', class_code: '01', price_min_fen: 1, price_max_fen: 2, unit: '样', purpose: '演示' } });
  await setClock('2026-04-02T10:00:00+08:00');
  const [second] = await admin()<{ id: number }[]>`select id::integer from public.rounds where year = 2026 and quarter = 1`;
  const openRound = second?.id as number;
  await advance(office, openRound, 'close');
  await advance(office, openRound, 'open_review');
  const [assigned] = await admin()<{ expert_id: string }[]>`select expert_id from public.expert_assignments where redemption_id = ${redemption} limit 1`;
  const expert = panel.find((p) => p.userId === assigned?.expert_id) as Person;
  await expert.must('cast_votes', { votes: [{ redemption_id: redemption, verdict: 'yes', reason: null }], request_id: requestId() });
  await firm.must('mute_notifications', { kind: 'told', muted: true });
  await firm.must('mark_notifications_read', { notification_ids: null });
  await admin()`select private.reconcile(), private.seal_days(), private.refresh_statistics()`;
  const [correction] = await admin()`select private.report_error('/faq/', '第三条的数字不对', '') as id`;
  const [draftFile] = await admin()`select d.id, d.object_key from public.order_documents od join public.documents d on d.id = od.document_id where od.order_id = ${booked.id}`;
  const [pack] = await admin()`select id from public.paper_packs where round_id = ${openRound} and institution_id = ${lab.orgId}`;
  const [notice] = await admin()`select id from public.notices where round_id = ${roundId}`;
  const [document] = await admin()`select document_id as id, object_key from public.order_documents od join public.documents d on d.id = od.document_id where od.order_id = ${order} and od.kind = 'contract'`;
  Object.assign(ids, {
    firmOrg: firm.orgId, firmUser: firm.userId, expertUser: expert.userId, project: firm.projectId, instrument: lab.instrumentId, service, order, redemption, paidRedemption, round: openRound,
    pack: Number(pack?.['id']), notice: Number(notice?.['id']), objection: objection?.id ?? 0, correction: Number(correction?.['id']), document: Number(document?.['id']), key: String(document?.['object_key']),
    draft: booked.id, draftDocument: Number(draftFile?.['id']), draftKey: String(draftFile?.['object_key']),
  });
  await admin()`insert into public.carriers (name, kind, level, valid_from) values (${`演示载体${Date.now()}`}, 'incubator', 'provincial', '2020-01-01')`;
  // Muting hides what is only told; a message of the firm's own turn stays.
  await admin()`insert into public.notifications (organization_id, kind, entity, entity_id, title) values (${firm.orgId}, 'turn', 'order', ${order}, '演示')`;
  Object.assign(people, { nobody: await signUp(), firm, otherFirm, lab, otherLab, body, otherBody, expert, otherExpert, platform: office, department, finance });
}, 120_000);
afterAll(() => setClock(null));

const as = (actor: Actor, statements: string[]) => probe(actor === 'anon' ? null : people[actor].userId, statements);
const closed = '!42501';

test('T1, R34, R35: every role, table and verb, own rows and others’', async () => {
  const found = await admin()<{ schema: string; name: string; column: string }[]>`
    select n.nspname as schema, c.relname as name, (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = '' order by a.attnum limit 1) as column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1, 2`;
  const names = found.filter((t) => t.schema === 'public').map((t) => t.name);
  expect(names.filter((n) => !(n in tables)), 'tables without an entry in expected.ts').toEqual([]);
  expect(Object.keys(tables).filter((n) => !names.includes(n)), 'entries without a table').toEqual([]);
  // The specimens exist: a cell about no row proves nothing.
  for (const name of names) {
    const [row] = await admin().unsafe(`select exists (select 1 from public.${name} where ${fill(tables[name]?.row ?? 'false', ids)}) as there`);
    expect(row?.['there'], `specimen of ${name}`).toBe(true);
  }
  let cells = 0;
  const wrong: string[] = [];
  for (const actor of actors) {
    const statements = found.flatMap((t) => {
      const table = `${t.schema}.${t.name}`;
      const row = t.schema === 'public' ? fill(tables[t.name]?.row ?? 'false', ids) : 'true';
      return [`select exists (select 1 from ${table} where ${row})`, `insert into ${table} default values`, `update ${table} set ${t.column} = ${t.column} where ${row}`, `delete from ${table} where ${row}`, `truncate ${table}`];
    });
    const answers = await as(actor, statements);
    for (const [i, answer] of answers.entries()) {
      cells++;
      const table = found[Math.floor(i / 5)] as (typeof found)[number];
      const expected = i % 5 !== 0 || table.schema === 'private' ? closed : tables[table.name]?.read.includes(actor) ? 'true' : ['anon'].includes(actor) ? closed : 'false';
      if (answer !== expected) wrong.push(`${actor}: ${statements[i]} → ${answer}, must be ${expected}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(cells).toBeGreaterThanOrEqual(1000);
});

test('T1, R12, R34: what is not submitted yet is nobody else’s', async () => {
  const wrong: string[] = [];
  for (const actor of actors) {
    const cells = Object.entries(drafts);
    const answers = await as(actor, cells.map(([table, { row }]) => `select exists (select 1 from ${table.includes('.') ? table : `public.${table}`} where ${fill(row, ids)})`));
    for (const [i, [table, { read }]] of cells.entries()) {
      // What a stranger is told about files is Storage's own affair, as long as it is not the file.
      const expected = read.includes(actor) ? ['true'] : actor === 'anon' ? [closed, ...(table === 'storage.objects' ? ['false'] : [])] : ['false'];
      if (!expected.includes(answers[i] as string)) wrong.push(`${actor}: draft in ${table} → ${answers[i]}, must be ${expected[0]}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('T1: who may call each function of the API', async () => {
  const rows = await admin()`
    select p.proname as name, has_function_privilege('anon', p.oid, 'execute') as anon, has_function_privilege('authenticated', p.oid, 'execute') as signed_in from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1`;
  const named = (list: Record<string, unknown>[]) => [...new Set(list.map((r) => String(r['name'])))];
  expect(named(rows.filter((r) => r['anon']))).toEqual(openFunctions);
  expect(named(rows.filter((r) => !r['signed_in']))).toEqual(serviceFunctions);
});

test('T1: accounts and files: passwords and tokens are closed, a file is read by whoever may read its row, and by nobody else', async () => {
  const expected: Actor[] = ['firm', 'lab', 'expert', 'platform', 'department', 'finance'];
  for (const actor of actors) {
    const [users, file, overwrite, remove] = await as(actor, ['select exists (select 1 from auth.users)', `select exists (select 1 from storage.objects where name = '${ids['key']}')`,
      `with x as (update storage.objects set name = name where name = '${ids['key']}' returning 1) select count(*) from x`, `with x as (delete from storage.objects where name = '${ids['key']}' returning 1) select count(*) from x`]);
    expect(users, `${actor} auth.users`).toBe(closed);
    expect(file === 'true', `${actor} reads the contract: ${file}`).toBe(expected.includes(actor));
    expect(['0', closed], `${actor} overwrites: ${overwrite}`).toContain(overwrite);
    expect(['0', closed], `${actor} deletes: ${remove}`).toContain(remove);
  }
});

test('through HTTP as a stranger would: forged and foreign tokens, direct writes, private functions, other people’s files', async () => {
  const stranger = anonymous();
  const key = String(ids['key']);
  expect((await stranger.storage.from('documents').download(key)).error).not.toBeNull();
  expect((await people.otherFirm.client.storage.from('documents').download(key)).error).not.toBeNull();
  expect((await people.firm.client.storage.from('documents').download(key)).error).toBeNull();
  expect((await people.otherFirm.client.storage.from('documents').list()).data ?? []).toEqual([]);
  for (const person of [people.otherFirm, people.firm]) {
    const again = await person.client.storage.from('documents').upload(key, new TextEncoder().encode('%PDF-1.4 x').buffer as ArrayBuffer, { contentType: 'application/pdf', upsert: true });
    expect(again.error, 'overwriting a submitted file').not.toBeNull();
    await person.client.storage.from('documents').remove([key]);
    expect((await people.firm.client.storage.from('documents').download(key)).error, 'the file is still there').toBeNull();
  }
  // A file nobody registered, a path that climbs: refused.
  for (const name of ['frei.pdf', '../../etc/passwd', `${crypto.randomUUID()}`]) {
    const put = await people.firm.client.storage.from('documents').upload(name, new TextEncoder().encode('%PDF-1.4').buffer as ArrayBuffer, { contentType: 'application/pdf' });
    expect(put.error, name).not.toBeNull();
  }
  const mine = await upload(people.firm, 'evidence');
  expect(mine).toBeGreaterThan(0);
});
