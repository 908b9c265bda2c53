// R31: what waits for me, by kind with its true total, how long, with whom and for how much; and finding it among all that I may see (R34).
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accepted,
  admin,
  anonymous,
  applicant,
  approved,
  draft,
  experts,
  institution,
  type Person,
  platform,
  registered,
  setClock,
  signUp,
  staff,
  submitted,
} from '../support/people.ts';

interface Task {
  entity: string;
  id: number;
  days: number;
  party: string | null;
  amount_fen: number | null;
  total: number;
  overdue: boolean;
}
interface Found {
  entity: string;
  id: number;
  order_id: number | null;
  number: string;
  title: string;
  party: string;
}
const tasks = (who: Person) => who.must<Task[]>('my_tasks', {});
const find = (who: Person, words: string) => who.must<Found[]>('find_mine', { words });

beforeAll(() => setClock('2026-03-02T10:00:00+08:00'));
afterAll(() => setClock(null));

test('R31: each thing that waits says how many days, with whom and for how much; its kind says how many there truly are', async () => {
  const [firm, lab] = [await applicant({ name: '演示待办甲公司' }), await institution({ name: '演示待办乙所' })];
  const [first, second] = [await submitted(firm, lab), await accepted(firm, lab, { contract_no: 'DB-2' })];
  await setClock('2026-03-05T09:00:00+08:00');
  const theirs = await tasks(lab);
  expect(theirs).toMatchObject([{ entity: 'order', id: first, days: 3, party: '演示待办甲公司', total: 1 }]);
  expect(theirs[0]?.amount_fen).toBeGreaterThan(0);
  // To the platform both parties are others.
  const office = (await tasks(await platform())).filter((t) => t.entity === 'order');
  expect(office.find((t) => t.id === second)?.party).toBe('演示待办甲公司 → 演示待办乙所');
  const [waiting] = await admin()`select count(*)::integer as n from public.orders where state = 'platform_review'`;
  expect(office.every((t) => t.total === waiting?.['n'])).toBe(true);
  await setClock('2026-03-02T10:00:00+08:00');
});

test('R31: of more than two hundred of a kind the oldest are listed and all are counted', async () => {
  const firm = await registered('applicant');
  const office = await platform();
  const before = (await tasks(office)).find((t) => t.entity === 'project')?.total ?? 0;
  await admin()`insert into public.projects (organization_id, title, tech_field, source, start_on, end_on, budget_fen, leader, content)
    select ${firm.orgId}, '演示许多项目 ' || n, '新材料', 'self', '2026-01-01', '2027-12-31', 100, '演示', repeat('演示', 20)
    from generate_series(1, 230) n`;
  const found = (await tasks(office)).filter((t) => t.entity === 'project');
  expect([found.length, found[0]?.total]).toEqual([200, before + 230]);
  await admin()`delete from public.projects where organization_id = ${firm.orgId}`;
});

test('R34: finding shows by number, title, model, contract, voucher and party what I may see', async () => {
  const [firm, lab] = [await applicant({ name: '演示寻物轴承公司' }), await institution({ name: '演示寻物分析中心' })];
  const id = await approved(firm, lab, { title: '寻物断口观察', contract_no: 'XW-2026/077' });
  const [order] = await admin()`select o.order_no, o.resource_name, v.voucher_no, v.id::integer as voucher
    from public.orders o join public.vouchers v on v.order_id = o.id where o.id = ${id}`;
  const words = {
    number: String(order?.['order_no']),
    'number without its lines': String(order?.['order_no']).replaceAll('-', '').toLowerCase(),
    'two characters': '寻物',
    title: '断口观察',
    contract: 'xw2026077',
    'two words': '断口 XW-2026',
    'full width': 'ＸＷ－２０２６',
  };
  for (const who of [firm, lab, await platform(), await staff('department'), await staff('finance')])
    for (const [what, asked] of Object.entries(words))
      expect(
        (await find(who, asked)).some((f) => f.entity === 'order' && f.id === id),
        what,
      ).toBe(true);
  for (const who of [firm, lab]) {
    expect(await find(who, String(order?.['voucher_no']))).toMatchObject([
      { entity: 'voucher', id: order?.['voucher'], order_id: id },
    ]);
    expect((await find(who, '断口 热处理')).length, 'every word has to stand there').toBe(0);
    // The same pairs of characters in another order are another word.
    expect((await find(who, '口断')).length).toBe(0);
  }
  // By the other party's name, and the platform by either.
  expect((await find(firm, '寻物分析中心')).map((f) => f.id)).toContain(id);
  expect((await find(lab, '寻物轴承')).map((f) => f.id)).toContain(id);
  expect((await find(await platform(), '寻物轴承')).map((f) => f.entity)).toEqual(
    expect.arrayContaining(['order', 'certification']),
  );
});

test('R34: finding never shows what row-level security hides, whoever asks and whatever for', async () => {
  const [firm, lab, other, otherLab] = [
    await applicant({ name: '演示藏匿甲公司' }),
    await institution({ name: '演示藏匿乙所' }),
    await applicant(),
    await institution(),
  ];
  const id = await approved(firm, lab, { title: '藏匿的检测', contract_no: 'CN-2026-1' });
  // What is not submitted is nobody's but the applicant's.
  const secret = await draft(firm, lab, { title: '藏匿草稿', contract_no: 'CN-2026-2' });
  const [order] = await admin()`select o.order_no, v.voucher_no from public.orders o
    join public.vouchers v on v.order_id = o.id where o.id = ${id}`;
  const asked = [
    '藏匿',
    '藏匿的检测',
    'CN-2026',
    String(order?.['order_no']),
    String(order?.['voucher_no']),
    '演示',
    'cx',
  ];
  const [expert] = (await experts(1)) as [Person];
  const strangers = [other, otherLab, await signUp(), expert, await staff('administrator')];
  for (const who of strangers)
    for (const words of asked) {
      const found = await find(who, words);
      expect(
        found.filter((f) => f.title.includes('藏匿') || f.party.includes('藏匿')),
        words,
      ).toEqual([]);
      for (const f of found.filter((x) => x.entity === 'order'))
        expect((await who.client.from('orders').select('id').eq('id', f.id)).data).toHaveLength(1);
    }
  expect((await find(firm, '藏匿草稿')).map((f) => f.id)).toContain(secret.id);
  for (const who of [lab, await platform(), await staff('department')])
    for (const words of ['藏匿草稿', 'CN-2026-2', '藏匿甲公司'])
      expect(
        (await find(who, words)).some((f) => f.entity === 'order' && f.id === secret.id),
        words,
      ).toBe(false);
  // The candidates are no way around: their function is not in the API.
  expect((await anonymous().rpc('find_mine', { words: '藏匿' })).error).not.toBeNull();
  expect((await firm.client.rpc('find_candidates', { p_words: '藏匿' })).error?.code).toBe('PAGE_OUTDATED');
});

test('R36: a number pasted as others write it — full width, blanks and characters that nobody sees — finds the same case', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const id = await submitted(firm, lab, { title: '异写检测', contract_no: 'YX-2026-77' });
  for (const words of [
    'ＹＸ－２０２６－７７',
    'yx 2026 77',
    'YX\u200b-2026\u2060-77',
    '\ufeffYX-2026-77\u00a0',
    '异\u200b写检测',
  ])
    expect(
      (await find(firm, words)).map((f) => f.id),
      JSON.stringify(words),
    ).toContain(id);
});

test('R34: bad words are refused or find nothing, and cost nothing', async () => {
  const firm = await applicant();
  for (const words of ['', ' ', '藏', '%', '_', '%%', '__', "'; drop table public.orders; --", '\\', '----', '　　'])
    expect(await find(firm, words), words).toEqual([]);
  for (const words of [null, '字'.repeat(101)])
    expect((await firm.act('find_mine', { words })).error?.code).toBe('INPUT_INVALID');
});

test('two characters are found by the index, among twenty thousand orders', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  const id = await submitted(firm, lab, { title: '稀罕之物检测', contract_no: 'KS-1' });
  await admin()
    .begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`insert into public.orders (order_no, applicant_id, institution_id, project_id, instrument_id, resource_name, title, contract_no, state, submitted_at)
        select 'KS-' || n, applicant_id, institution_id, project_id, instrument_id, resource_name, '寻常的检测 ' || n, '', 'submitted', private.now()
        from public.orders, generate_series(1, 20000) n where id = ${id}`;
      await sql`analyze public.orders`;
      const plan = await sql.unsafe(`explain (analyze, format json) select o.id from public.orders o
        where private.bigrams(private.searchable(o.order_no, o.title, o.resource_name, o.resource_model, o.contract_no))
          @> array['稀罕'] order by o.id desc limit 7`);
      expect(JSON.stringify(plan)).toContain('orders_words_idx');
      throw new Error('undo');
    })
    .catch((error: Error) => expect(error.message).toBe('undo'));
  expect((await find(firm, '稀罕')).map((f) => f.id)).toEqual([id]);
});
