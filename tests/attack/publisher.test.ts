// Who writes a row of the catalogue wants to write a file of his choice: a city, an identifier or a link that leads out of the site.
import { afterAll, expect, test } from 'vitest';
import { admin, anonymous, institution, registered, setClock, signUp } from '../support/people.ts';

afterAll(() => setClock(null));

const hostileCities = ['../..', '../../../../t9174', '..%2f..', '%2e%2e%2f', '/etc', 'C:\\x', '郑\u0000州', '<b>'];

test('R35: a city is no typed text: what the form sends as one is not taken, and an unknown one is refused by name', async () => {
  for (const city of hostileCities.filter((c) => !c.includes('\u0000'))) {
    const person = await registered('institution', { institution_type: 'other', city, city_code: city });
    const [org] = await admin()`
      select o.city_code, to_jsonb(o)::text as row from public.organizations o where id = ${person.orgId}`;
    expect([city, org?.['city_code'], String(org?.['row']).includes(city)]).toEqual([city, '410100', false]);
  }
  const profile = {
    name: '演示单位',
    contact_name: '演示',
    contact_phone: '037100000000',
    legal_representative: '演示',
  };
  const stranger = await signUp();
  for (const region_code of ['410000', '411800', '419002', '419900'])
    expect([
      region_code,
      (await stranger.act('register_organization', { kind: 'applicant', profile: { ...profile, region_code } })).error,
    ]).toMatchObject([region_code, { code: 'CITY_UNKNOWN', details: 'region_code' }]);
  for (const region_code of ['../../', '41010', '410100/..', '４１０１００', ' 410100', '410100\n', '310000', ''])
    expect([
      region_code,
      (await stranger.act('register_organization', { kind: 'applicant', profile: { ...profile, region_code } })).error,
    ]).toMatchObject([region_code, { code: 'NOT_IN_HENAN', details: 'region_code' }]);
  // Districts and counties are of their city, 济源 of itself.
  for (const [region_code, city_code] of [
    ['410105', '410100'],
    ['411381', '411300'],
    ['419001', '419001'],
  ] as const) {
    const person = await registered('applicant', { region_code });
    const [org] = await admin()`select city_code from public.organizations where id = ${person.orgId}`;
    expect([region_code, org?.['city_code']]).toEqual([region_code, city_code]);
  }
});

test('R32, R35: anyone reads the eighteen cities; a change of one leaves its event', async () => {
  const { data } = await anonymous().from('cities').select('code, name').order('sort');
  expect([data?.length, data?.[0], data?.at(-1)]).toEqual([
    18,
    { code: '410100', name: '郑州' },
    { code: '419001', name: '济源' },
  ]);
  const events = async () =>
    (await admin()`select count(*)::integer as n from public.events where entity = 'cities'`)[0]?.['n'] as number;
  const before = await events();
  await admin()`update public.cities set name = '济源示范区' where code = '419001'`;
  await admin()`update public.cities set name = '济源' where code = '419001'`;
  expect(await events()).toBe(before + 2);
  // Whoever may write rows still cannot name a place outside the alphabet, or one that the region is not in.
  for (const statement of [
    `insert into public.cities values ('../../', '某地', 19)`,
    `insert into public.cities values ('410000/', '某地', 19)`,
    `update public.organizations set city_code = '410200' where region_code = '410100'`,
    `update public.organizations set region_code = '410000' where region_code = '410100'`,
  ])
    await expect(admin().unsafe(statement), statement).rejects.toThrow(/violates|can only be updated to DEFAULT/);
});

test('R35: the owner himself cannot put an address into the catalogue that is not made of ids', async () => {
  const lab = await institution();
  const slug = `i${lab.instrumentId}`;
  for (const [column, value] of [
    ['slug', '../../index'],
    ['slug', '..%2f..%2findex'],
    ['slug', 'page'],
    ['slug', `i${lab.instrumentId}/../..`],
    ['slug', `I${lab.instrumentId}`],
    ['city_code', '../..'],
    ['city_code', '4101001'],
    ['class_code', '../'],
    ['class_code', '1'],
  ] as const)
    await expect(
      admin().unsafe(`update public.catalogue set ${column} = $1 where slug = $2`, [value, slug]),
      `${column} = ${value}`,
    ).rejects.toThrow(/check constraint/);
});
