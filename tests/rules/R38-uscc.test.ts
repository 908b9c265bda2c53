// R36, R38, R39: a code belongs to its owner. Who is not certified holds one for seven days; within them a claim with evidence is decided.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  admin,
  certify,
  fileAccount,
  institution,
  newCode,
  type Person,
  platform,
  registered,
  requestId,
  secondOfficer,
  setClock,
  signUp,
  upload,
} from '../support/people.ts';

let office: Person;
beforeAll(async () => {
  await setClock('2026-03-02T10:00:00+08:00');
  office = await platform();
});
afterAll(() => setClock(null));

/** Registers with this code; the refusal, or the number of the organization. */
async function registers(uscc: string | null, kind: 'applicant' | 'institution' = 'applicant') {
  const person = await signUp();
  const { data, error } = await person.act<number>('register_organization', {
    kind,
    profile: {
      name: `演示单位${requestId().slice(0, 8)}`,
      uscc,
      region_code: '410100',
      contact_name: '演示联系人',
      contact_phone: '037100000000',
      legal_representative: '演示人',
    },
  });
  person.orgId = Number(data);
  return { person, error };
}
const org = async (id: number) =>
  (await admin()`select uscc, uscc_changed_at from public.organizations where id = ${id}`)[0];
const lastEvent = async (id: number) =>
  (
    await admin()`select action, details, facts -> 'uscc' as uscc, applicant_id::integer, institution_id::integer from public.events
      where entity = 'organization' and entity_id = ${id} order by seq desc limit 1`
  )[0];
const certificate = (kind: string) => ({
  request_id: requestId(),
  payload: { kind, certificate_no: `GR${requestId()}`, valid_from: '2020-01-01', valid_to: '2099-12-31' },
});
const states = (who: Person, uscc: string) => who.act('state_uscc', { uscc, request_id: requestId() });
const claims = async (who: Person, uscc: string) =>
  who.act<{ id: number }>('claim_uscc', {
    payload: { uscc, reason: '营业执照在我单位名下', document_id: await upload(who, 'certificate') },
    request_id: requestId(),
  });
const decides = (claim: number | undefined, action: string, reason: string | null = null, who = office) =>
  who.act('decide_uscc_claim', { claim_id: claim, action, reason, request_id: requestId() });

test('R38: an account that is not certified holds a code for a week, then the next registration takes it', async () => {
  const mine = newCode();
  const { person: squatter } = await registers(mine);
  const early = await registers(mine);
  expect(early.error).toMatchObject({ code: 'USCC_TAKEN', details: 'uscc' });
  expect(early.error?.hint).toMatch(/先不填代码登记，再到“单位资料”附营业执照.*3月9日 10:00 之后/);
  await setClock('2026-03-09T09:59:00+08:00');
  expect((await registers(mine)).error?.code).toBe('USCC_TAKEN');
  // The same code of the other kind of organization is another registration.
  expect((await registers(mine, 'institution')).error).toBeNull();
  await setClock('2026-03-09T10:01:00+08:00');
  const { person: owner, error } = await registers(mine);
  expect(error).toBeNull();
  expect(await org(owner.orgId)).toMatchObject({ uscc: mine });
  expect((await org(squatter.orgId))?.['uscc']).toBeNull();
  expect(await lastEvent(squatter.orgId)).toMatchObject({
    action: 'release_uscc',
    details: { why: 'not_certified_in_time' },
    uscc: null,
    applicant_id: squatter.orgId,
  });
  const { data: told } = await squatter.client.from('notifications').select('title').eq('kind', 'turn');
  expect(told?.map((n) => n.title)).toContain('统一社会信用代码已收回');
  // It submits nothing, keeps its files, and may state a code of its own, but not that one.
  for (const kind of ['high_tech_enterprise', 'tech_sme', 'startup_team'])
    expect((await squatter.act('submit_certification', certificate(kind))).error?.code).toBe('USCC_RELEASED');
  expect(await upload(squatter, 'certificate')).toBeGreaterThan(0);
  expect((await states(squatter, mine)).error?.code).toBe('USCC_TAKEN');
  expect((await states(squatter, 'X')).error?.code).toBe('INPUT_INVALID');
  const own = newCode();
  expect((await states(squatter, own)).error).toBeNull();
  expect((await states(squatter, newCode())).error?.code).toBe('USCC_STATED');
  expect(await lastEvent(squatter.orgId)).toMatchObject({ action: 'state_uscc', uscc: own });
  expect((await squatter.act('submit_certification', certificate('tech_sme'))).error).toBeNull();
  // The week of a code stated later begins then.
  await setClock('2026-03-16T10:00:00+08:00');
  expect((await registers(own)).error?.code).toBe('USCC_TAKEN');
  await setClock('2026-03-02T10:00:00+08:00');
});

test('R38: a certification handed in within the week holds the code until it is decided; one that passed, for good', async () => {
  const [pending, late, passed] = [newCode(), newCode(), newCode()];
  const { person: waiting } = await registers(pending);
  const { id } = await waiting.must<{ id: number }>('submit_certification', certificate('tech_sme'));
  const { person: slow } = await registers(late);
  const { person: firm } = await registers(passed);
  await certify(firm, 'high_tech_enterprise');
  await setClock('2026-03-12T10:00:00+08:00');
  const filed = await slow.must<{ id: number }>('submit_certification', certificate('tech_sme'));
  expect((await registers(pending)).error?.hint).not.toContain('之后直接用它登记');
  const hint = (await registers(passed)).error?.hint;
  expect(hint).toBe('请联系本单位已登记的经办人，或拨打服务热线核实。');
  // Handed in when the week was over: it holds nothing, and cannot pass without a code.
  expect((await registers(late)).error).toBeNull();
  expect(
    (await office.act('approve_certification', { certification_id: filed.id, request_id: requestId() })).error?.code,
  ).toBe('USCC_RELEASED');
  await office.must('return_certification', { certification_id: id, reason: '证明不符', request_id: requestId() });
  expect((await registers(pending)).error).toBeNull();
  await setClock('2026-03-02T10:00:00+08:00');
});

test('R38: two who come at once after the week: one has it', async () => {
  const mine = newCode();
  await registers(mine);
  await setClock('2026-03-10T10:00:00+08:00');
  const both = await Promise.all([registers(mine), registers(mine)]);
  expect(both.map((b) => b.error?.code ?? 'ok').sort()).toEqual(['USCC_TAKEN', 'ok']);
  await setClock('2026-03-02T10:00:00+08:00');
});

test('R38, R39: within the week a claim with evidence is decided by the platform, and given: the holder loses the code', async () => {
  const mine = newCode();
  const { person: squatter } = await registers(mine, 'institution');
  const owner = await registered('institution');
  for (const [payload, field] of [
    [{ uscc: '', reason: '说明' }, 'uscc'],
    [{ uscc: mine, reason: '说明' }, 'document_id'],
    [{ uscc: mine, reason: '\u200B', document_id: await upload(owner, 'certificate') }, 'reason'],
  ] as const)
    expect((await owner.act('claim_uscc', { payload, request_id: requestId() })).error).toMatchObject({
      details: field,
    });
  const { data: claim, error } = await claims(owner, mine);
  expect(error).toBeNull();
  expect((await claims(owner, mine)).error?.code).toBe('USCC_CLAIM_OPEN');
  expect((await states(owner, newCode())).error?.code).toBe('USCC_CLAIM_OPEN');
  // The holder sees neither the claim nor its paper; the platform sees both.
  const read = async (who: Person) =>
    (
      await who.client
        .from('uscc_claims')
        .select('document:documents(sha256)')
        .eq('id', claim?.id ?? 0)
    ).data ?? [];
  expect(await read(squatter)).toEqual([]);
  expect(await read(office)).toEqual([{ document: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);
  expect(
    (await office.must<{ entity: string; id: number }[]>('my_tasks', {})).some(
      (t) => t.entity === 'uscc_claim' && t.id === claim?.id,
    ),
  ).toBe(true);
  expect((await decides(claim?.id, 'give', null, squatter)).error?.code).toBe('NOT_FOUND');
  expect((await decides(claim?.id, 'give', null, owner)).error?.code).toBe('NOT_YOUR_TURN');
  expect((await decides(claim?.id, 'give')).error).toBeNull();
  expect(await org(owner.orgId)).toMatchObject({ uscc: mine });
  expect((await org(squatter.orgId))?.['uscc']).toBeNull();
  expect(await lastEvent(squatter.orgId)).toMatchObject({
    action: 'release_uscc',
    details: { why: 'claim', claim_id: claim?.id },
    institution_id: squatter.orgId,
  });
  expect((await squatter.act('submit_certification', certificate('institution'))).error?.code).toBe('USCC_RELEASED');
  await expect(fileAccount(squatter)).rejects.toThrow('USCC_RELEASED');
  const { data: told } = await owner.client.from('notifications').select('title').eq('entity', 'uscc_claim');
  expect(told).toEqual([{ title: `代码申请 ${mine}：已登记` }]);
});

test('R38, R39: a claim is refused with a reason; nobody decides where he is a member; a certified holder keeps its code', async () => {
  const [mine, other] = [newCode(), newCode()];
  const { person: holder } = await registers(mine);
  const owner = (await registers(null)).person;
  const { data: claim } = await claims(owner, mine);
  // Who is to certify the holder is shown that another claims its code.
  const asked = await holder.must<{ id: number }>('submit_certification', certificate('high_tech_enterprise'));
  const checks = await office.must<{ code: string; level: string; evidence: unknown[] }[]>('case_checks', {
    entity: 'certification',
    entity_id: asked.id,
  });
  expect(checks.find((c) => c.code === 'uscc_claimed')).toMatchObject({ level: 'amber', evidence: [{ uscc: mine }] });
  expect((await decides(claim?.id, 'refuse')).error?.code).toBe('REASON_REQUIRED');
  const second = await secondOfficer();
  await admin()`insert into public.memberships (user_id, organization_id) values (${second.userId}, ${holder.orgId})`;
  await second.must('act_as', { kind: 'platform' });
  expect((await decides(claim?.id, 'give', null, second)).error?.code).toBe('OWN_ORGANIZATION');
  await admin()`delete from public.memberships where user_id = ${second.userId}`;
  expect((await decides(claim?.id, 'refuse', '执照与代码不符')).error).toBeNull();
  expect(await org(holder.orgId)).toMatchObject({ uscc: mine });
  // Certified meanwhile: the claim cannot be given any more, nor filed.
  const again = await claims(owner, mine);
  await certify(holder, 'tech_sme');
  expect((await decides(again.data?.id, 'give')).error?.code).toBe('USCC_TAKEN');
  expect((await decides(again.data?.id, 'refuse', '对方已认证')).error).toBeNull();
  expect((await claims(owner, mine)).error?.code).toBe('USCC_TAKEN');
  // Who is certified without a code gets one by a claim, and not by himself.
  const lab = await institution();
  expect((await states(lab, other)).error?.code).toBe('USCC_CERTIFIED');
  const { data: first } = await claims(lab, other);
  expect((await decides(first?.id, 'give')).error).toBeNull();
  expect(await org(lab.orgId)).toMatchObject({ uscc: other });
});
