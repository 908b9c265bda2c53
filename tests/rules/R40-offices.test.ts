// R40, R50: an office is given and taken back in one way, with a reason and a name; an expert is always one who can be seated.
import type postgres from 'postgres';
import { beforeAll, expect, test } from 'vitest';
import { admin, institution, type Person, registered, signUp, staff } from '../support/people.ts';

let one: Person;
let two: Person;
const email = async (who: Person) =>
  String((await admin()`select email from auth.users where id = ${who.userId}`)[0]?.['email']);
/** What the SQL editor answers: the sentence, or the refusal's code. */
const said = (query: PromiseLike<postgres.RowList<postgres.Row[]>>): Promise<string> =>
  Promise.resolve(query).then(
    (rows) => String(rows[0]?.['said']),
    (error: Error) => (JSON.parse(error.message) as { code: string }).code,
  );
interface Given {
  role?: string | null;
  name?: string | null;
  reason?: string | null;
  by?: string | null;
  organization?: string | null;
  title?: string | null;
}
const grant = (address: string, g: Given = {}) => {
  const { role = 'expert', name = '王一', reason = '依据聘任通知', by = '李四', organization, title } = g;
  return said(
    admin()`select private.grant_role(${address}, ${role}, ${name}, ${reason}, ${by}, ${organization ?? null}, ${title ?? null}) as said`,
  );
};
const revoke = (address: string, reason: string | null = '聘期已满', by: string | null = '李四') =>
  said(admin()`select private.revoke_role(${address}, ${reason}, ${by}) as said`);
const office = async (who: Person) =>
  (
    await admin()`select s.role, s.display_name as name, e.user_id is not null as expert, e.organization_id::integer as organization, e.title
      from (select ${who.userId}::uuid as id) x left join public.staff_roles s on s.user_id = x.id left join public.experts e on e.user_id = x.id`
  )[0];
const reasons = async (entity: string) =>
  (
    await admin()`select reason, details from public.events where entity = ${entity} and entity_id = 0 order by seq desc limit 1`
  )[0];

beforeAll(async () => {
  [one, two] = [await signUp(), await signUp()];
});

test('R40: an unknown address, another role, a second office, a missing name or reason: each is refused by its code, and nothing changes', async () => {
  const address = await email(one);
  expect(await grant('niemand@demo.example')).toBe('OFFICE_UNKNOWN_ADDRESS');
  expect(await grant(address, { role: 'chef' })).toBe('OFFICE_UNKNOWN_ROLE');
  expect(await grant(address, { role: null })).toBe('OFFICE_UNKNOWN_ROLE');
  expect(await grant(address, { name: ' ' })).toBe('FIELD_REQUIRED');
  expect(await grant(address, { reason: '​' })).toBe('FIELD_REQUIRED');
  expect(await grant(address, { by: null })).toBe('FIELD_REQUIRED');
  expect(await grant(address, { role: 'finance', title: '教授' })).toBe('OFFICE_ONLY_EXPERTS');
  expect(await grant(address, { organization: '没有登记的研究院' })).toBe('OFFICE_ORGANIZATION_UNKNOWN');
  expect(await revoke(address)).toBe('OFFICE_NONE');
  expect(await office(one)).toMatchObject({ role: null, expert: false });
  const unconfirmed = await signUp();
  await admin()`update auth.users set email_confirmed_at = null where id = ${unconfirmed.userId}`;
  expect(await grant(await email(unconfirmed))).toBe('OFFICE_NOT_CONFIRMED');
  const officer = await staff('platform');
  for (const role of ['expert', 'department', 'finance', 'administrator'])
    expect(await grant(await email(officer), { role })).toBe('R40_ONE_OFFICE');
  expect(await office(officer)).toMatchObject({ role: 'platform', expert: false });
});

test('R40, R50: an expert is registered with his organization; giving again completes; both changes say why and by whom', async () => {
  const lab = await institution();
  const [organization] = await admin()`select name, uscc from public.organizations where id = ${lab.orgId}`;
  const address = await email(one);
  // However the address is written, and without an organization at first: he is told what that means.
  expect(await grant(` ${address.toUpperCase()} `)).toMatch(/已有角色 expert。还没有登记所在单位/);
  expect(await office(one)).toMatchObject({ role: 'expert', name: '王一', expert: true, organization: null });
  expect(await reasons('staff_roles')).toMatchObject({ reason: '依据聘任通知（办理人：李四）' });
  expect(await grant(address, { organization: String(organization?.['name']), title: '研究员' })).toMatch(/早有角色/);
  expect(await office(one)).toMatchObject({ expert: true, organization: lab.orgId, title: '研究员' });
  expect(await reasons('experts')).toMatchObject({ reason: '依据聘任通知（办理人：李四）' });
  expect(JSON.stringify((await reasons('experts'))?.['details'])).not.toContain('李四');
  // What is not said again stays.
  await grant(address, { name: '王一一' });
  expect(await office(one)).toMatchObject({ name: '王一一', organization: lab.orgId, title: '研究员' });
  // The next change by hand has no reason of somebody else's.
  await admin()`update public.experts set title = '教授' where user_id = ${one.userId}`;
  expect((await reasons('experts'))?.['reason']).toBeNull();
  expect(await revoke(address, '')).toBe('FIELD_REQUIRED');
  expect(await revoke(address)).toMatch(/不再有角色 expert/);
  expect(await office(one)).toMatchObject({ role: null, expert: true });
  expect(await reasons('staff_roles')).toMatchObject({ reason: '聘期已满（办理人：李四）' });
  expect([...(await admin()`select * from private.differences('staff_roles', '{0}')`)]).toEqual([]);
});

test('R27, R40: whoever has the role is registered as an expert, through whichever door, and stays so while he has it', async () => {
  await admin()`insert into public.staff_roles (user_id, role, display_name) values (${two.userId}, 'finance', '换岗')`;
  expect(await office(two)).toMatchObject({ expert: false });
  await admin()`update public.staff_roles set role = 'expert' where user_id = ${two.userId}`;
  expect(await office(two)).toMatchObject({ role: 'expert', expert: true });
  await expect(admin()`delete from public.experts where user_id = ${two.userId}`).rejects.toThrow(/EXPERT_IN_OFFICE/);
  await expect(
    admin()`update public.experts set user_id = ${one.userId} where user_id = ${two.userId}`,
  ).rejects.toThrow();
  // Taken away beside the giving: one of the two comes first.
  const third = await signUp();
  await admin()`insert into public.experts (user_id) values (${third.userId})`;
  let taken: Promise<unknown> = Promise.resolve();
  await admin().begin(async (sql) => {
    await sql`insert into public.staff_roles (user_id, role, display_name) values (${third.userId}, 'expert', '并行')`;
    taken = admin()`delete from public.experts where user_id = ${third.userId}`.then(
      () => 'gone',
      (error: Error) => error.message,
    );
    await sql`select pg_sleep(0.3)`;
  });
  expect(await taken).toMatch(/EXPERT_IN_OFFICE/);
  expect(await office(third)).toMatchObject({ role: 'expert', expert: true });
});

test('R39, R40: nobody but the owner of the database gives offices, and a session that acted in one acts no more', async () => {
  const member = await registered('applicant');
  const address = await email(member);
  await grant(address, { role: 'platform' });
  await member.must('act_as', { kind: 'platform' });
  expect(((await member.client.from('staff_roles').select('role')).data ?? []).length).toBeGreaterThan(1);
  await revoke(address);
  expect((await member.client.from('staff_roles').select('role')).data).toEqual([]);
  const [left] =
    await admin()`select count(*)::integer as n from private.session_choices where user_id = ${member.userId} and role is not null`;
  expect(left?.['n']).toBe(0);
  for (const role of ['anon', 'authenticated', 'service_role'])
    for (const name of ['grant_role(text,text,text,text,text,text,text)', 'revoke_role(text,text,text)'])
      expect(
        (await admin()`select has_function_privilege(${role}, ${`private.${name}`}, 'execute') as may`)[0]?.['may'],
      ).toBe(false);
});
