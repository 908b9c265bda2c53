// R42: a payee account is filed by the institution with evidence, verified by the platform, a change of it by two; its number is nowhere else.
import { beforeAll, expect, test } from 'vitest';
import {
  accountPayload,
  admin,
  anonymous,
  applicant,
  decideAccount,
  fileAccount,
  institution,
  type Person,
  platform,
  requestId,
  secondOfficer,
  staff,
  upload,
} from '../support/people.ts';

let lab: Person;
let [office, second, department, finance]: Person[] = [];
beforeAll(async () => {
  lab = await institution({}, { account: false });
  [office, second, department, finance] = [
    await platform(),
    await secondOfficer(),
    await staff('department'),
    await staff('finance'),
  ];
});
const file = (who: Person, payload: Record<string, unknown>) =>
  who.act<{ id: number }>('file_payee_account', { payload, request_id: requestId() });
const current = async (who: { orgId: number }) =>
  Number((await admin()`select private.current_account(${who.orgId}) as id`)[0]?.['id'] ?? 0);
const number = async (id: number) =>
  String((await admin()`select account_no from public.payee_accounts where id = ${id}`)[0]?.['account_no']);

test('R42: an account is filed by an institution, with a verified document of its own; a field that is wrong is named', async () => {
  const good = await accountPayload(lab);
  const firm = await applicant();
  expect((await file(firm, good)).error?.code).toBe('R42_NOT_INSTITUTION');
  expect((await file(office as Person, good)).error?.code).toBe('R42_NOT_INSTITUTION');
  for (const [field, value, code] of [
    ['holder_name', '​', 'FIELD_REQUIRED'],
    ['bank_name', '银行', 'INPUT_INVALID'],
    ['account_no', '62220000', null],
    ['account_no', '6222', 'R42_ACCOUNT_NUMBER'],
    ['account_no', '6222O123456789', 'R42_ACCOUNT_NUMBER'],
    ['bank_code', '12345', 'R42_BANK_CODE'],
    ['document_id', null, 'FIELD_REQUIRED'],
    ['document_id', 999_999_999, 'FILE_NOT_YOURS'],
    ['document_id', await upload(lab, 'certificate'), 'FILE_NOT_YOURS'],
    ['document_id', await upload(await institution({}, { account: false }), 'account'), 'FILE_NOT_YOURS'],
  ] as const)
    if (code) {
      const { error } = await file(lab, { ...good, [field]: value });
      expect([field, value, error?.code]).toEqual([field, value, code]);
    }
  expect([...(await admin()`select id from public.payee_accounts where institution_id = ${lab.orgId}`)]).toEqual([]);
  // Spaces, hyphens and full-width digits are understood (R36).
  const { data } = await file(lab, {
    ...good,
    account_no: '６２２２ 0210-0112 3456 789',
    bank_code: '102 491 000 001',
  });
  expect(await number(data?.id as number)).toBe('6222021001123456789');
  expect((await file(lab, good)).error?.code).toBe('R42_PENDING');
  expect((await decideAccount(lab, data?.id as number, 'approve')).error?.code).toBe('NOT_YOUR_TURN');
  expect((await decideAccount(office as Person, data?.id as number, 'withdraw')).error?.code).toBe('NOT_YOUR_TURN');
  expect((await decideAccount(lab, data?.id as number, 'withdraw')).data?.state).toBe('withdrawn');
  expect(await current(lab)).toBe(0);
});

test('R42: the first account is verified by one person of the platform, or returned with a reason', async () => {
  const first = await fileAccount(lab);
  for (const who of [department, finance] as Person[])
    expect((await decideAccount(who, first, 'approve')).error?.code).toMatch(/NOT_FOUND|NOT_YOUR_TURN/);
  expect((await decideAccount(office as Person, first, 'check')).error?.code).toBe('STATE_REFUSED');
  expect((await decideAccount(office as Person, first, 'return')).error?.code).toBe('REASON_REQUIRED');
  expect((await decideAccount(office as Person, first, 'return', '证明文件看不清')).data?.state).toBe('returned');
  const told = await lab.client.from('notifications').select('title, body').eq('entity', 'payee_account');
  expect(told.data?.map((n) => n.body).join()).toContain('证明文件看不清');
  const tasks = await lab.must<{ entity: string; title: string }[]>('my_tasks', {});
  expect(tasks.filter((t) => t.entity === 'payee_account').map((t) => t.title)).toEqual(['重新登记收款账户']);
  const again = await fileAccount(lab);
  expect((await decideAccount(office as Person, again, 'approve')).data?.state).toBe('verified');
  expect(await current(lab)).toBe(again);
});

test('R42: a change is checked by one and approved by another; until then the old account stays, afterwards it is only history', async () => {
  const old = await current(lab);
  const changed = await fileAccount(lab, { holder_name: '别的户名有限公司' });
  expect((await decideAccount(office as Person, changed, 'approve')).error?.code).toBe('R42_CHECK_FIRST');
  const buttons = async (who: Person) =>
    (await who.must<{ action: string }[]>('available_actions', { entity: 'payee_account', entity_id: changed })).map(
      (a) => a.action,
    );
  expect(await buttons(office as Person)).toEqual(['check', 'return']);
  expect((await decideAccount(office as Person, changed, 'check')).data?.state).toBe('checked');
  expect(await current(lab)).toBe(old);
  expect(await buttons(office as Person)).toEqual(['return']);
  expect((await decideAccount(office as Person, changed, 'approve')).error?.code).toBe('R42_SECOND_PERSON');
  expect(await buttons(second as Person)).toEqual(['approve', 'return']);
  // Shown beside the old one, the name that differs flagged (R36), and what was shown is on record (R38).
  const checks = await (second as Person).must<{ code: string; level: string; sentence: string }[]>('case_checks', {
    entity: 'payee_account',
    entity_id: changed,
  });
  expect(checks.find((c) => c.code === 'change')).toMatchObject({
    level: 'amber',
    sentence: '与原账户相比，改了户名、账号。',
  });
  expect(checks.find((c) => c.code === 'holder_name')?.level).toBe('amber');
  expect((await decideAccount(second as Person, changed, 'approve')).data?.state).toBe('verified');
  expect(await current(lab)).toBe(changed);
  const [before] = await admin()`select state from public.payee_accounts where id = ${old}`;
  expect(before?.['state']).toBe('replaced');
  const events =
    await admin()`select action from public.events where entity = 'payee_account' and entity_id = ${changed} order by seq`;
  expect(events.map((e) => e['action'])).toEqual(['file', 'check', 'approve']);
});

test('R36, R42: the same name in another writing is no difference; an account of two institutions is shown to the reviewer', async () => {
  const [org] = await admin()`select name from public.organizations where id = ${lab.orgId}`;
  const other = await institution({}, { account: false });
  const id = await fileAccount(other, {
    holder_name: `（${org?.['name']}）`,
    account_no: (await number(await current(lab))).replace(/(\d{4})/g, '$1 '),
  });
  const seen = async (who: Person) =>
    who.must<{ code: string; level: string; evidence: { name: string }[] }[]>('case_checks', {
      entity: 'payee_account',
      entity_id: id,
    });
  expect((await seen(office as Person)).find((c) => c.code === 'same_account')).toMatchObject({
    level: 'amber',
    evidence: [{ name: org?.['name'] }],
  });
  expect((await seen(other)).map((c) => c.code)).not.toContain('same_account');
  const own = await fileAccount(await institution({ name: '演示（郑州）检测 所' }, { account: false }), {
    holder_name: '演示(郑州)检测所',
  });
  const checks = await (office as Person).must<{ code: string; level: string }[]>('case_checks', {
    entity: 'payee_account',
    entity_id: own,
  });
  expect(checks.find((c) => c.code === 'holder_name')?.level).toBe('green');
});

test('R42: whoever else asks sees nothing, and the number stands in no event, message, check or list of anyone', async () => {
  const id = await current(lab);
  const whole = await number(id);
  const rows = async (who: Person) =>
    (await who.client.from('payee_accounts').select('id, account_tail').eq('id', id)).data;
  for (const who of [lab, office, finance] as Person[]) {
    expect(await rows(who)).toEqual([{ id, account_tail: whole.slice(-4) }]);
    expect(await who.must('payee_account_number', { account_id: id })).toBe(whole);
    // The column itself is no part of the API.
    expect((await who.client.from('payee_accounts').select('account_no')).error?.code).toBe('NOT_ALLOWED');
  }
  for (const who of [department, await applicant(), await institution({}, { account: false })] as Person[]) {
    expect(await rows(who)).toEqual([]);
    expect((await who.act('payee_account_number', { account_id: id })).error?.code).toBe('NOT_FOUND');
    expect((await who.act('next_step', { entity: 'payee_account', entity_id: id })).error?.code).toBe('NOT_FOUND');
    expect((await who.client.from('decision_checks').select('id').eq('entity', 'payee_account')).data).toEqual([]);
  }
  expect((await anonymous().from('payee_accounts').select('id')).error?.code).toBe('NOT_ALLOWED');
  const said = await admin()`
    select to_jsonb(e)::text as t from public.events e where e.entity = 'payee_account'
    union all select to_jsonb(n)::text from public.notifications n where n.entity = 'payee_account'
    union all select to_jsonb(c)::text from public.decision_checks c where c.entity = 'payee_account'
    union all select to_jsonb(r)::text from private.requests r`;
  expect(said.length).toBeGreaterThan(10);
  for (const { t } of said) expect(String(t)).not.toContain(whole);
});

test('R42: what an account says is never changed, by the owner neither; an altered one is found', async () => {
  const id = await current(lab);
  for (const change of ["account_no = '99999999'", "holder_name = '别人'", "bank_code = '000000000000'"])
    await expect(admin().unsafe(`update public.payee_accounts set ${change} where id = ${id}`)).rejects.toThrow(
      /append-only/,
    );
  await expect(admin().unsafe(`delete from public.payee_accounts where id = ${id}`)).rejects.toThrow(/append-only/);
});
