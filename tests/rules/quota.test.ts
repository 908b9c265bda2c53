import { afterEach, describe, expect, test } from 'vitest';
import {
  admin,
  anonymous,
  applicant,
  certify,
  pledgeId,
  registered,
  requestId,
  setClock,
  signUp,
} from '../support/people.ts';

afterEach(() => setClock(null));

describe('R1 who may be certified', () => {
  test('R1: an organization outside Henan is refused, one inside is taken', async () => {
    const person = await signUp();
    const profile = {
      name: '演示外省公司',
      region_code: '310100',
      contact_name: '演示',
      contact_phone: '02100000000',
      legal_representative: '演示',
    };
    expect(await person.act('register_organization', { kind: 'applicant', profile })).toMatchObject({
      status: 403,
      error: { code: 'NOT_IN_HENAN' },
    });
    expect(
      await person.act('register_organization', { kind: 'applicant', profile: { ...profile, region_code: '410300' } }),
    ).toMatchObject({ error: null });
    expect(
      await person.act('register_organization', { kind: 'applicant', profile: { ...profile, region_code: '410300' } }),
    ).toMatchObject({ status: 409, error: { code: 'ALREADY_MEMBER' } });
  });
  test('R1: an expired certificate and a team without a carrier are refused', async () => {
    const person = await registered('applicant');
    const base = {
      kind: 'high_tech_enterprise',
      certificate_no: 'GR202041000001',
      valid_from: '2020-01-01',
      valid_to: '2022-12-31',
    };
    expect((await person.act('submit_certification', { request_id: requestId(), payload: base })).error?.code).toBe(
      'R1_CERTIFICATE_EXPIRED',
    );
    expect(
      (
        await person.act('submit_certification', {
          request_id: requestId(),
          payload: { ...base, kind: 'startup_team', valid_to: '2099-12-31' },
        })
      ).error,
    ).toMatchObject({ code: 'FIELD_REQUIRED', details: 'carrier_id' });
    expect(
      (
        await person.act('submit_certification', {
          request_id: requestId(),
          payload: { ...base, kind: 'institution', valid_to: '2099-12-31' },
        })
      ).error?.code,
    ).toBe('R1_KIND_REFUSED');
  });
});

describe('R2–R4 certification opens the module, the quota is claimed once', () => {
  test('R2: nobody claims or registers a project without certification', async () => {
    const person = await registered('applicant');
    expect(
      (await person.act('claim_quota', { request_id: requestId(), pledge_id: await pledgeId('applicant') })).error
        ?.code,
    ).toBe('NOT_CERTIFIED');
    expect((await person.act('register_project', { request_id: requestId(), payload: {} })).error?.code).toBe(
      'NOT_CERTIFIED',
    );
  });
  test('R2: an applicant cannot approve its own certification', async () => {
    const person = await registered('applicant');
    const { id } = await person.must<{ id: number }>('submit_certification', {
      request_id: requestId(),
      payload: {
        kind: 'tech_sme',
        certificate_no: '2026410100000001AB',
        valid_from: '2026-01-01',
        valid_to: '2026-12-31',
      },
    });
    expect(
      (await person.act('approve_certification', { certification_id: id, request_id: requestId() })).error?.code,
    ).toBe('NOT_YOUR_TURN');
    const stranger = await registered('applicant');
    expect(
      (await stranger.act('approve_certification', { certification_id: id, request_id: requestId() })).error?.code,
    ).toBe('NOT_FOUND');
  });
  test('R3, R4: 200,000 yuan for an enterprise, 100,000 for a team, one quota for both kinds; claiming again grants nothing', async () => {
    const [carrier] = await admin()<
      { id: number }[]
    >`insert into public.carriers (name, kind, level, valid_from, is_demo) values (${`演示孵化器${crypto.randomUUID()}`}, 'incubator', 'provincial', '2020-01-01', true) returning id::integer`;
    const team = await registered('applicant');
    await certify(team, 'startup_team', { carrier_id: carrier?.id });
    const pledge = await pledgeId('applicant');
    expect(await team.must('claim_quota', { request_id: requestId(), pledge_id: pledge })).toMatchObject({
      cap_fen: 10_000_000,
    });
    // Becoming an enterprise in the same year changes nothing until the next year.
    await certify(team, 'high_tech_enterprise');
    expect(await team.must('claim_quota', { request_id: requestId(), pledge_id: pledge })).toMatchObject({
      cap_fen: 10_000_000,
    });
    const both = await registered('applicant');
    await certify(both, 'high_tech_enterprise');
    await certify(both, 'tech_sme');
    expect(await both.must('claim_quota', { request_id: requestId(), pledge_id: pledge })).toMatchObject({
      cap_fen: 20_000_000,
    });
    const rows =
      await admin()`select e.kind, e.amount_fen::integer as amount_fen from public.quota_entries e join public.quotas q on q.id = e.quota_id where q.organization_id in (${team.orgId}, ${both.orgId}) order by e.amount_fen`;
    expect([...rows]).toEqual([
      { kind: 'grant', amount_fen: 10_000_000 },
      { kind: 'grant', amount_fen: 20_000_000 },
    ]);
  });
  test('R4: without the pledge of this year nothing is granted', async () => {
    const person = await registered('applicant');
    await certify(person, 'high_tech_enterprise');
    expect(
      (await person.act('claim_quota', { request_id: requestId(), pledge_id: await pledgeId('institution') })).error
        ?.code,
    ).toBe('PLEDGE_REQUIRED');
  });
});

test('R6: a year whose parameters, pledges or calendar are missing does not open, and says what is missing', async () => {
  const person = await registered('applicant');
  await certify(person, 'high_tech_enterprise');
  await setClock('2027-02-01T09:00:00+08:00');
  const refused = await person.act('claim_quota', { request_id: requestId(), pledge_id: 1 });
  expect(refused.error?.code).toBe('R6_YEAR_NOT_OPEN');
  expect(JSON.stringify(refused.error)).toContain('政策参数');
});

test('R6, R32: changing a parameter raises the version and leaves an event with who did it', async () => {
  const sql = admin();
  const [before] = await sql`select version from public.policy_years where year = 2025`;
  await sql`update public.policy_parameters set value = value where year = 2025 and key = 'notice_working_days'`;
  const [after] = await sql`select version from public.policy_years where year = 2025`;
  expect(after?.['version']).toBe(before?.['version'] + 1);
  const [event] =
    await sql`select action, session_role from public.events where entity = 'policy_parameters' and entity_id = 2025 order by seq desc limit 1`;
  expect(event).toEqual({ action: 'update', session_role: 'postgres' });
});

test('R25: working days follow the State Council calendar and say nothing past it', async () => {
  const anyone = anonymous();
  const seventh = async (from: string) => (await anyone.rpc('working_day_after', { p_from: from, p_days: 7 })).data;
  expect(await seventh('2021-09-30')).toBe('2021-10-15');
  expect(await seventh('2025-03-31')).toBe('2025-04-10');
  expect(await seventh('2025-09-30')).toBe('2025-10-16');
  expect(await seventh('2025-12-31')).toBe('2026-01-12');
  expect(await seventh('2026-03-31')).toBe('2026-04-10');
  expect(await seventh('2026-06-30')).toBe('2026-07-09');
  expect(await seventh('2026-09-30')).toBe('2026-10-15');
  expect(await seventh('2026-12-31')).toBeNull();
});

test('R33: the same request id twenty times has one effect; with another payload it is refused', async () => {
  const person = await applicant();
  const id = requestId();
  const payload = {
    title: '同一请求只登记一次的项目',
    tech_field: '新材料',
    source: 'self',
    start_on: '2026-01-01',
    end_on: '2026-12-31',
    budget_fen: 100_000,
    leader: '演示',
    content: '二十个并行的同号请求只应产生一个项目。（演示数据）',
  };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => person.act<{ id: number }>('register_project', { request_id: id, payload })),
  );
  expect(new Set(answers.map((a) => a.data?.id)).size).toBe(1);
  const [count] =
    await admin()`select count(*)::integer as n from public.projects where organization_id = ${person.orgId} and title = ${payload.title}`;
  expect(count?.['n']).toBe(1);
  const other = await person.act('register_project', {
    request_id: id,
    payload: { ...payload, title: '换了内容的同号请求' },
  });
  expect(other).toMatchObject({ status: 409, error: { code: 'REQUEST_REUSED' } });
});
