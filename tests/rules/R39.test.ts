// R39: one person may be several things; rights follow the choice of the session, prohibitions look at everything the person is.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createClient } from '@supabase/supabase-js';
import {
  accepted,
  admin,
  applicant,
  approved,
  draft,
  experts,
  institution,
  type Person,
  platform,
  registered,
  requestId,
  setClock,
  signUp,
  staff,
  submitted,
} from '../support/people.ts';

beforeAll(() => setClock('2026-06-15T10:00:00+08:00'));
afterAll(() => setClock(null));

const join = (who: Person, orgId: number) =>
  admin()`insert into public.memberships (user_id, organization_id) values (${who.userId}, ${orgId})`;
const actAs = (who: Person, kind: string, organization_id: number | null = null) =>
  who.act('act_as', { kind, organization_id });
const chosen = async (who: Person) =>
  (await who.must<{ kind: string; organization_id: number | null; chosen: boolean }[]>('my_hats', {}))
    .filter((h) => h.chosen)
    .map((h) => h.organization_id ?? h.kind);

test('R39: an expert who is a member of an institution reaches both desks, one at a time; with one hat nothing is asked', async () => {
  const [lab, other] = [await institution(), await registered('institution', { institution_type: 'institute' })];
  expect(await chosen(lab)).toEqual([lab.orgId]);
  const [expert] = (await experts(1)) as [Person];
  expect(await chosen(expert)).toEqual(['expert']);
  await join(expert, lab.orgId);
  // Two things, none chosen: no right at all.
  expect(await chosen(expert)).toEqual([]);
  const instruments = async () =>
    (await expert.client.from('instruments').select('id').eq('organization_id', lab.orgId)).data?.length;
  expect(await instruments()).toBe(0);
  await actAs(expert, 'organization', lab.orgId);
  expect([await chosen(expert), await instruments()]).toEqual([[lab.orgId], 1]);
  const add = () => expert.act('create_document', { kind: 'evidence', name: '演示.pdf', bytes: 100 });
  expect((await add()).error).toBeNull();
  await actAs(expert, 'expert');
  expect([await chosen(expert), await instruments()]).toEqual([['expert'], 0]);
  expect((await add()).error?.code).toBe('INPUT_INVALID');
  // Nothing that one is not can be chosen, and a membership that ended chooses nothing.
  expect((await actAs(expert, 'organization', other.orgId)).error?.code).toBe('NOT_FOUND');
  for (const kind of ['platform', 'administrator', 'organization', '', 'x'])
    expect((await actAs(expert, kind)).error?.code, kind).toBe('NOT_FOUND');
  await actAs(expert, 'organization', lab.orgId);
  await join(expert, other.orgId);
  await admin()`delete from public.memberships where user_id = ${expert.userId} and organization_id = ${lab.orgId}`;
  expect([await chosen(expert), await instruments()]).toEqual([[], 0]);
});

test('R39: the choice is the session’s own: another sign-in of the same person chooses for itself', async () => {
  const [one, two] = [await registered('applicant'), await registered('applicant')];
  const email = `hats${crypto.randomUUID()}@demo.example`;
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const sessions = [0, 1].map(() => createClient(inject('url'), inject('publishableKey'), options));
  const [first, second] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
  await first.auth.signUp({ email, password: 'demo-password-1' });
  const { data } = await first.auth.signInWithPassword({ email, password: 'demo-password-1' });
  await second.auth.signInWithPassword({ email, password: 'demo-password-1' });
  for (const org of [one.orgId, two.orgId])
    await admin()`insert into public.memberships (user_id, organization_id) values (${data.user?.id as string}, ${org})`;
  await first.rpc('act_as', { kind: 'organization', organization_id: one.orgId });
  await second.rpc('act_as', { kind: 'organization', organization_id: two.orgId });
  const sees = async (client: typeof first) =>
    (await client.from('organization_contacts').select('organization_id')).data?.map((c) => c.organization_id);
  expect([await sees(first), await sees(second)]).toEqual([[one.orgId], [two.orgId]]);
});

test('R39: files in storage follow the choice too', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const saved = await draft(firm, lab);
  const [file] =
    await admin()`select d.sha256 from public.order_documents od join public.documents d on d.id = od.document_id where od.order_id = ${saved.id}`;
  const key = String(file?.['sha256']);
  const read = async () => (await firm.client.storage.from('documents').download(key)).error === null;
  expect(await read()).toBe(true);
  const elsewhere = await registered('applicant');
  await join(firm, elsewhere.orgId);
  await actAs(firm, 'organization', elsewhere.orgId);
  expect(await read()).toBe(false);
  await actAs(firm, 'organization', firm.orgId);
  expect(await read()).toBe(true);
});

test('R9, R39: nobody acts for both parties of an order, whichever he has chosen', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const order = await submitted(firm, lab);
  await join(lab, firm.orgId);
  for (const org of [lab.orgId, firm.orgId]) {
    await actAs(lab, 'organization', org);
    for (const [name, args] of [
      ['accept_order', {}],
      ['decline_order', { reason: '不受理' }],
      ['withdraw_order', {}],
    ] as const) {
      const answer = await lab.act(name, { order_id: order, request_id: requestId(), ...args });
      expect(['R39_BOTH_PARTIES', 'NOT_YOUR_TURN'], `${name} as ${org}`).toContain(answer.error?.code);
    }
    expect(await lab.must('available_actions', { entity: 'order', entity_id: order })).toEqual([]);
  }
  await admin()`delete from public.memberships where user_id = ${lab.userId} and organization_id = ${firm.orgId}`;
  await lab.must('accept_order', { order_id: order, request_id: requestId() });
});

test('R9, R39: no officer decides a case of an organization of which he is a member, though he acts as an officer', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const order = await accepted(firm, lab);
  const officer = await staff('platform');
  await join(officer, firm.orgId);
  await actAs(officer, 'platform');
  const approve = () => officer.act('approve_order', { order_id: order, request_id: requestId() });
  expect((await approve()).error?.code).toBe('OWN_ORGANIZATION');
  await admin()`delete from public.memberships where user_id = ${officer.userId}`;
  expect((await approve()).error).toBeNull();
});

test('R34: an account without an organization reads names, not legal representatives, addresses or parents', async () => {
  const [firm, lab] = [
    await applicant({ address: '郑州市演示路 1 号', legal_representative: '演示法人甲' }),
    await institution(),
  ];
  const nobody = await signUp();
  const details = (who: Person) =>
    who.must<{ legal_representative: string }[]>('organization_details', { organization_ids: [firm.orgId] });
  for (const who of [nobody, lab]) {
    expect((await who.client.from('organizations').select('name').eq('id', firm.orgId)).data).toHaveLength(1);
    for (const column of ['legal_representative', 'address', 'parent_uscc', '*'])
      expect((await who.client.from('organizations').select(column).eq('id', firm.orgId)).error?.code).toBe(
        'NOT_ALLOWED',
      );
    expect(await details(who)).toEqual([]);
  }
  for (const who of [firm, await platform()])
    expect(await details(who)).toMatchObject([{ address: '郑州市演示路 1 号' }]);
  await approved(firm, lab);
  expect(await details(lab)).toMatchObject([{ legal_representative: '演示法人甲' }]);
  expect(await details(nobody)).toEqual([]);
});
