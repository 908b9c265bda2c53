// Who writes a row of the catalogue wants to write a file of his choice: a city, an identifier or a link that leads out of the site.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { publishChanges } from '../../local/publish.ts';
import type { CatalogueEntry, CatalogueKind } from '../../src/domain/catalogue.ts';
import { entriesOf, publicationOf } from '../../src/publish/api.ts';
import { similarMarks } from '../../src/publish/entry.ts';
import { publishAll, republish } from '../../src/publish/publish.ts';
import { Site } from '../../src/publish/site.ts';
import { cityOf, contents, emptySite, entry, publication, publishTo } from '../support/catalogue.ts';
import {
  admin,
  anonymous,
  institution,
  platform,
  registered,
  requestId,
  resourcePayload,
  setClock,
  signUp,
} from '../support/people.ts';

let lab: Awaited<ReturnType<typeof institution>>;
beforeAll(async () => {
  lab = await institution();
});
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

/** A folder with a site in it and what stands around it: whatever a publication does, only the site may differ. */
function enclosed(): { dir: string; around: string; outside: () => Map<string, string> } {
  const around = mkdtempSync(join(tmpdir(), 'publisher-attack-'));
  for (const name of ['dist-of-another', 't9174', 'b/keep']) mkdirSync(join(around, name), { recursive: true });
  for (const name of ['index.html', 't9174/index.html', 'dist-of-another/index.html', 'b/keep/paper.txt'])
    writeFileSync(join(around, name), 'another’s');
  const dir = join(around, 'b/dist');
  renameSync(emptySite(), dir);
  const outside = () => new Map([...contents(around)].filter(([path]) => !path.startsWith('b/dist/')));
  return { dir, around, outside };
}
const later = '2026-11-25T00:00:00Z';
const small = () => [entry({ ordinal: 1 }), entry({ ordinal: 2, institution_id: 2, ...cityOf('洛阳') })];
/** What an entry may say that would name a file, each in the ways that lead elsewhere. */
const ways = [
  '../..',
  '../../../../t9174',
  '..',
  '.',
  '',
  '/',
  '..%2f..%2f',
  '%2e%2e/%2e%2e',
  '..\\..',
  '/etc/passwd',
  'C:\\x',
  'x\u0000y',
  'i1\n',
  '410100/',
  '郑州',
  '．．/．．',
  'index.html',
  '_list',
  'page',
];
const planted: [what: string, rows: Partial<CatalogueEntry>[]][] = [
  ['city', ways.map((w) => ({ city: w, city_code: w }))],
  ['slug', [...ways, 's1', 'I1', 'i01', 'i0', 'i-1', 'i1/../..', 'class', 'city'].map((slug) => ({ slug }))],
  ['class', [...ways, '1', '001', '1/'].map((class_code) => ({ class_code }))],
  ['institution', [...ways, 0, -1, 1.5, '1', null].map((w) => ({ institution_id: w as number }))],
  ['ordinal', [...ways, 0, -1, 1.5, 2 ** 31, Number.NaN, '1'].map((w) => ({ ordinal: w as number }))],
  ['kind', [...ways, '__proto__', 'constructor'].map((w) => ({ kind: w as 'instrument' }))],
];

test.each(planted)(
  'R35: a row whose %s leads out of the site is refused, and nothing anywhere is written or removed',
  async (_, rows) => {
    const { dir, around, outside } = enclosed();
    await publishTo(dir, small());
    const [site, before] = [contents(dir), outside()];
    for (const [i, row] of rows.entries()) {
      const one = { ...entry({ ordinal: 3, updated_at: later }), ...row };
      const told = JSON.stringify(row);
      // Taken in as a change: the site stays as it is, and whole.
      expect(() => republish(dir, [one], publication), told).toThrow(/refused/);
      // Published whole: the build says so and fails.
      const anew = join(around, `b/dist/anew${i}`);
      renameSync(emptySite(), anew);
      const source = async function* (kind: CatalogueKind) {
        if (kind === 'instrument') yield [...small(), one];
      };
      await expect(publishAll(anew, source, publication), told).rejects.toThrow(/refused/);
      rmSync(anew, { recursive: true });
      expect([told, contents(dir), outside()]).toEqual([told, site, before]);
    }
    expect(republish(dir, [entry({ ordinal: 3, updated_at: later })], publication)).not.toBe('full');
    rmSync(around, { recursive: true, force: true });
  },
);

test('a class that leads out of the site is refused before anything is written', async () => {
  for (const code of ways) {
    const { dir, around, outside } = enclosed();
    const before = [contents(dir), outside()];
    const hostile = { ...publication, classes: [[code, '演示'] as [string, string]] };
    await expect(
      publishAll(dir, async function* () {}, hostile),
      code,
    ).rejects.toThrow(/refused/);
    expect([contents(dir), outside()]).toEqual(before);
    rmSync(around, { recursive: true, force: true });
  }
});

test('words may be anything: they are shown as text and name no file', async () => {
  const { dir, around, outside } = enclosed();
  const before = outside();
  const words = '../../<script>alert(1)</script>%2e%2e%2f</title>';
  const e = entry({
    ordinal: 1,
    name: words,
    model: words,
    city: words,
    institution_name: words,
    purpose: words,
    unit: words,
  });
  await publishTo(dir, [e, entry({ ordinal: 2 })]);
  expect(republish(dir, [{ ...e, updated_at: later }], publication)).not.toBe('full');
  expect(outside()).toEqual(before);
  for (const [path, content] of contents(dir)) {
    expect(path).toMatch(/^[a-z0-9_./-]+$/);
    if (path.endsWith('.html'))
      expect(
        Buffer.from(content, 'base64')
          .toString()
          .replaceAll(/"[^"]*"/g, ''),
      ).not.toContain('<script>alert');
  }
  rmSync(around, { recursive: true, force: true });
});

test('R35: a name that looks like a mark of the publisher moves no mark: a change gives the bytes of the whole', async () => {
  const marks = ['<!--similar-->', '<!--/similar-->', ...similarMarks, '<main>', '</main>'];
  const hostile = marks.map((m, i) => {
    const words = `怪名谱仪${m}`;
    const text = { name: words, model: m, maker: m, institution_name: words, purpose: words, unit: m };
    return entry({ ordinal: i + 1, ...text, details: { specs: m, standard: m } });
  });
  const all = [...hostile, entry({ ordinal: hostile.length + 1, name: '怪名谱仪乙' })];
  const last = all.at(-1) as CatalogueEntry;
  const dir = emptySite();
  await publishTo(dir, all);
  const pages = (at: string) => new Map([...contents(at)].filter(([path]) => /i\d+\/index\.html$/.test(path)));
  const before = pages(dir);
  expect(before.size).toBe(all.length);
  for (let turn = 0; turn < 4; turn++)
    expect(republish(dir, [{ ...last, is_open: turn % 2 === 1, updated_at: later }], publication)).not.toBe('full');
  const whole = emptySite();
  await publishTo(whole, [...hostile, { ...last, updated_at: later }]);
  const now = pages(dir);
  expect([...pages(whole)].filter(([path, bytes]) => now.get(path) !== bytes).map(([path]) => path)).toEqual([]);
  for (const at of [dir, whole]) rmSync(at, { recursive: true });
});

test('one function makes a file of an address, for reading, writing and removing: whatever leads out is refused', () => {
  const { dir, around, outside } = enclosed();
  const before = [contents(dir), outside()];
  const site = new Site(dir);
  const paths = ['', '.', '/', 'index.html', '/../index.html', '/a/../../index.html', '/./index.html', '//index.html'];
  for (const path of [
    ...paths,
    ...ways.map((w) => `/${w}`).filter((w) => !['/index.html', '/_list', '/page', '/410100/'].includes(w)),
    '/..%2findex.html',
    '/%2e%2e/index.html',
    '/a\\..\\..\\index.html',
    '/index.html\u0000.bin',
    '/.git/config',
    '/a b',
    `/${'a'.repeat(300)}`,
    '/../dist-of-another/index.html',
  ]) {
    expect(() => site.read(path), `read ${path}`).toThrow(/refused/);
    expect(() => site.text(path), `text ${path}`).toThrow(/refused/);
    expect(() => site.write(path, 'x'), `write ${path}`).toThrow(/refused/);
    expect(() => site.append(path, 'x'), `append ${path}`).toThrow(/refused/);
    expect(() => site.take(path), `take ${path}`).toThrow(/refused/);
    if (path !== '/') expect(() => site.remove(path), `remove ${path}`).toThrow(/refused/);
  }
  expect([contents(dir), outside()]).toEqual(before);
  rmSync(around, { recursive: true, force: true });
});

test('a link inside the site is not followed: neither a folder nor a file, neither read, written nor removed', async () => {
  for (const [link, to] of [
    ['instruments/city', 't9174'],
    ['instruments/city/410300', 't9174'],
    ['instruments/i3', 't9174'],
    ['instruments/i3/index.html', 't9174/index.html'],
    ['instruments/i3/index.html.new', 't9174/index.html'],
    ['catalogue', 't9174'],
    ['catalogue/state/changing', 't9174/index.html'],
    ['catalogue/state/files.txt', 't9174/index.html'],
    ['sitemap.xml', 't9174/index.html'],
    ['sitemap.xml', 't9174/not-there'],
    ['open-data', 't9174'],
    ['index.html', 'index.html'],
  ] as const) {
    const { dir, around, outside } = enclosed();
    const before = outside();
    const links = (at: string) => {
      rmSync(join(at, link), { recursive: true, force: true });
      mkdirSync(dirname(join(at, link)), { recursive: true });
      symlinkSync(join(around, to), join(at, link));
    };
    const change = [entry({ ordinal: 3, institution_id: 2, ...cityOf('洛阳'), updated_at: later })];
    await publishTo(dir, small());
    links(dir);
    // Where the link stands in the way it is refused; where it only takes the place of a file to come, it is replaced.
    try {
      republish(dir, change, publication);
    } catch (error) {
      expect([link, String(error)]).toEqual([link, expect.stringMatching(/refused|no catalogue/)]);
    }
    expect([link, outside()]).toEqual([link, before]);
    const fresh = join(around, 'b/dist/fresh');
    renameSync(emptySite(), fresh);
    links(fresh);
    try {
      await publishTo(fresh, small());
    } catch (error) {
      expect([link, String(error)]).toEqual([link, expect.stringMatching(/refused|made no/)]);
    }
    expect([link, outside()]).toEqual([link, before]);
    rmSync(around, { recursive: true, force: true });
  }
});

test('what another wrote stays: when a city has no entries any more, only the publisher’s own files go', async () => {
  const { dir, around, outside } = enclosed();
  const before = outside();
  const all = Array.from({ length: 60 }, (_, i) => entry({ ordinal: i + 1, institution_id: 2, ...cityOf('洛阳') }));
  await publishTo(dir, [...all, entry({ ordinal: 61 })]);
  const city = join(dir, 'instruments/city/410300');
  expect(existsSync(join(city, 'page/2/index.html'))).toBe(true);
  for (const name of ['notes.txt', 'page/kept/a.txt', 'page/9/index.html']) {
    mkdirSync(dirname(join(city, name)), { recursive: true });
    writeFileSync(join(city, name), 'another’s');
  }
  const moved = all.map((e) => ({ ...e, ...cityOf('开封'), updated_at: later }));
  expect(republish(dir, moved, publication)).not.toBe('full');
  expect([...contents(city).keys()].sort()).toEqual(['notes.txt', 'page/9/index.html', 'page/kept/a.txt']);
  expect(outside()).toEqual(before);
  // And back: the pages are written again, and again only they go.
  expect(
    republish(
      dir,
      moved.map((e) => ({ ...e, ...cityOf('洛阳') })),
      publication,
    ),
  ).not.toBe('full');
  expect(existsSync(join(city, 'page/2/index.html'))).toBe(true);
  expect(republish(dir, moved, publication)).not.toBe('full');
  expect([...contents(city).keys()].sort()).toEqual(['notes.txt', 'page/9/index.html', 'page/kept/a.txt']);
  rmSync(around, { recursive: true, force: true });
});

test('the publisher’s list names every file that it made and no other; what it names elsewhere is refused', async () => {
  const { dir, around, outside } = enclosed();
  const before = outside();
  await publishTo(dir, small());
  republish(dir, [entry({ ordinal: 3, ...cityOf('济源'), updated_at: later })], publication);
  const list = join(dir, 'catalogue/state/files.txt');
  const others = ['index.html', 'catalogue/state/files.txt'];
  const made = [...contents(dir).keys()].filter((path) => !others.includes(path));
  expect([...new Site(dir).own()].sort()).toEqual(made.map((path) => `/${path}`).sort());
  // Another's line in the list leads nowhere.
  appendFileSync(
    list,
    '/instruments/city/../../../../t9174/index.html\n/instruments/city/419001/../../../../index.html\n',
  );
  expect(() => republish(dir, [entry({ ordinal: 3, updated_at: later })], publication)).toThrow(/refused/);
  expect(outside()).toEqual(before);
  rmSync(around, { recursive: true, force: true });
});

/** Other files' tests publish at a time that has not come: what changes now would be older than they are, and so no change. */
const nothingOfTomorrow = () =>
  admin()`update public.catalogue set updated_at = private.now() where updated_at > private.now()`;

test('R35: a row planted past every check stops the publication, and the site stays as it was', async () => {
  const { dir, around, outside } = enclosed();
  const api = { url: inject('url'), key: inject('publishableKey') };
  const slug = `i${lab.instrumentId}`;
  await nothingOfTomorrow();
  await publishAll(dir, entriesOf(api), await publicationOf(api, 'https://example.invalid'));
  const before = [contents(dir), outside()];
  await admin()`alter table public.catalogue drop constraint catalogue_slug_from_id`;
  try {
    for (const hostile of ['../../t9174', '..%2f..%2ft9174', 'page']) {
      await admin()`update public.catalogue set slug = ${hostile}, updated_at = clock_timestamp() where slug = ${slug}`;
      await expect(publishChanges(api, dir)).rejects.toThrow(/refused/);
      await admin()`update public.catalogue set slug = ${slug} where slug = ${hostile}`;
      expect([contents(dir), outside()]).toEqual(before);
    }
  } finally {
    await admin()`update public.catalogue set slug = ${slug} where kind = 'instrument' and resource_id = ${lab.instrumentId}`;
    await admin()`
      alter table public.catalogue
        add constraint catalogue_slug_from_id check (slug = left(kind, 1) || resource_id and resource_id > 0)`;
  }
  expect(await publishChanges(api, dir)).toBeGreaterThan(0);
  rmSync(around, { recursive: true, force: true });
});

test('R35: an institution that moves takes all its entries along at once, and the city it left loses its pages', async () => {
  const { dir, around, outside } = enclosed();
  const api = { url: inject('url'), key: inject('publishableKey') };
  const service = await lab.must<{ id: number }>('add_resource', {
    kind: 'service',
    payload: { ...resourcePayload, name: '演示检测' },
    request_id: requestId(),
  });
  const approval = { kind: 'service', resource_id: service.id, request_id: requestId() };
  await (await platform()).must('approve_resource', approval);
  const move = (region: string) =>
    admin()`update public.organizations set region_code = ${region}, cma_no = '演示' where id = ${lab.orgId}`;
  await move('411781');
  await nothingOfTomorrow();
  await publishAll(dir, entriesOf(api), await publicationOf(api, 'https://example.invalid'));
  const before = outside();
  const pages = () => [...contents(dir).keys()].filter((path) => /city\/411[67]00\//.test(path));
  expect(pages().sort()).toEqual(['instruments/city/411700/index.html', 'services/city/411700/index.html']);
  await move('411625');
  const entries = await admin()`
    select city, city_code, cma, kind from public.catalogue where institution_id = ${lab.orgId} order by kind`;
  expect([...entries]).toEqual([
    { kind: 'instrument', city: '周口', city_code: '411600', cma: true },
    { kind: 'service', city: '周口', city_code: '411600', cma: false },
  ]);
  expect(await publishChanges(api, dir)).toBeGreaterThan(0);
  expect(pages().sort()).toEqual(['instruments/city/411600/index.html', 'services/city/411600/index.html']);
  expect(outside()).toEqual(before);
  await admin()`update public.cities set name = '周口市' where code = '411600'`;
  const [renamed] = await admin()`select distinct city from public.catalogue where institution_id = ${lab.orgId}`;
  expect(renamed?.['city']).toBe('周口市');
  await admin()`update public.cities set name = '周口' where code = '411600'`;
  await move('410100');
  rmSync(around, { recursive: true, force: true });
});
