import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  admin,
  anonymous,
  applicant,
  approved,
  institution,
  paid,
  passed,
  setClock,
  voucherOf,
} from '../support/people.ts';

beforeAll(() => setClock('2026-05-11T10:00:00+08:00'));
afterAll(() => setClock(null));
const send = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${inject('url')}/functions/v1/${name}`, {
    method: 'POST',
    headers: { apikey: inject('publishableKey'), 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const fresh = () => admin()`delete from private.public_turns`;

test('R35: anyone verifies a voucher by number and code; a wrong code and an unknown number are answered alike; nothing private is shown', async () => {
  await fresh();
  const [firm, lab] = [await applicant(), await institution()];
  const voucher = await voucherOf(await approved(firm, lab));
  const [secret] = await admin()`select verify_code from public.vouchers where id = ${voucher.id}`;
  const good = await send('verify-voucher', {
    no: voucher.voucher_no,
    code: String(secret?.['verify_code']).toLowerCase(),
  });
  const body = (await good.json()) as Record<string, unknown>;
  expect([good.status, body['state'], body['amount_fen']]).toEqual([200, 'unpaid', 360_000]);
  expect(Object.keys(body).sort()).toEqual([
    'amount_fen',
    'expires_at',
    'institution_name',
    'issued_on',
    'recovery',
    'rectified',
    'state',
    'state_label',
    'voucher_no',
    'withdrawn',
    'year',
  ]);
  const [wrong, unknown] = [
    await send('verify-voucher', { no: voucher.voucher_no, code: 'A'.repeat(20) }),
    await send('verify-voucher', { no: '41-2026-9999-9999', code: 'A'.repeat(20) }),
  ];
  expect([wrong.status, await wrong.text()]).toEqual([unknown.status, await unknown.text()]);
  expect(
    (await anonymous().rpc('verify_voucher', { no: voucher.voucher_no, code: secret?.['verify_code'] })).error?.code,
  ).toBe('NOT_ALLOWED');
});

test('R35: the public’s requests are limited in number, size and shape, each with a Chinese hint', async () => {
  await fresh();
  const many = await Promise.all(Array.from({ length: 50 }, () => send('verify-voucher', { no: 'x', code: 'y' })));
  expect(many.filter((a) => a.status === 429).length).toBe(30);
  const limited = (await many.find((a) => a.status === 429)?.json()) as { code: string; hint: string };
  expect([limited.code, /[\u4e00-\u9fff]/.test(limited.hint)]).toEqual(['TOO_MANY_ATTEMPTS', true]);
  expect((await send('report-error', { page: '/', body: '长'.repeat(100_000) })).status).toBe(413);
  expect((await send('report-error', 'not json')).status).toBe(400);
  expect((await send('report-error', [])).status).toBe(400);
  expect(
    (await fetch(`${inject('url')}/functions/v1/report-error`, { headers: { apikey: inject('publishableKey') } }))
      .status,
  ).toBe(405);
  expect((await send('report-error', { page: '/', body: '第三行写错了' }, { apikey: 'nonsense' })).status).toBe(401);
});

test('R28, R35: an objection outside a notice is refused; 找错 gets a receipt; a robot’s hidden field writes nothing', async () => {
  await fresh();
  const refused = await send('submit-objection', {
    voucher_no: '41-2026-0000-0000',
    real_name: '演示公民',
    contact: '0371-00000000',
    body: '该项检测并非研发活动，请核查。',
  });
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([409, 'R28_NOTICE_CLOSED']);
  const before = Number((await admin()`select count(*) as n from public.corrections`)[0]?.['n']);
  const taken = (await (
    await send('report-error', { page: '/faq/', body: '<script>alert(1)</script> 第三条写错了', contact: '' })
  ).json()) as { receipt: string };
  expect(taken.receipt).toMatch(/^ZC(-[0-9A-Z]{5}){4}$/);
  await send('report-error', { page: '/faq/', body: '买买买买买买', website: 'http://spam.example' });
  expect(Number((await admin()`select count(*) as n from public.corrections`)[0]?.['n'])).toBe(before + 1);
  expect((await send('report-error', { page: '/faq/', body: '短' })).status).toBe(400);
});

test('R35: payouts and statistics are public, without people; what is not published is not there', async () => {
  await admin()`select private.refresh_statistics()`;
  const stranger = anonymous();
  for (const table of [
    'statistics',
    'fund_status',
    'published_payouts',
    'payout_queue',
    'notices',
    'seals',
    'catalogue',
    'policy_parameters',
  ])
    expect((await stranger.from(table).select('*').limit(1)).error, table).toBeNull();
  const columns =
    await admin()`select column_name as c from information_schema.columns where table_schema = 'public' and table_name in ('published_payouts', 'payout_queue', 'statistics', 'fund_status', 'notice_items', 'notices')`;
  expect(
    columns.map((c) => String(c['c'])).filter((c) => /contact|phone|email|user|person|representative/.test(c)),
  ).toEqual([]);
  const [sum] =
    await admin()`select (select coalesce(sum(amount_fen), 0) from public.published_payouts) = (select coalesce(sum(amount_fen), 0) from public.payments where state = 'arrived') as same`;
  expect(sum?.['same']).toBe(true);
});

test('R35: every dimension adds up to the total of its quarter and measure; refreshing twice changes nothing', async () => {
  const [firm, lab] = [await applicant(), await institution()];
  await approved(firm, lab);
  await paid(firm, lab);
  await admin()`select private.refresh_statistics()`;
  const first = await admin()`select * from public.statistics order by year, quarter, dimension, label, measure`;
  await admin()`select private.refresh_statistics()`;
  expect([
    ...(await admin()`select * from public.statistics order by year, quarter, dimension, label, measure`),
  ]).toEqual([...first]);
  const uneven = await admin()`select year, quarter, measure, dimension from public.statistics s group by 1, 2, 3, 4
    having (sum(vouchers), sum(amount_fen)) <> (select t.vouchers, t.amount_fen from public.statistics t where (t.year, t.quarter, t.measure, t.dimension) = (s.year, s.quarter, s.measure, 'total'))`;
  expect([...uneven]).toEqual([]);
  const [issued] =
    await admin()`select (select count(*) from public.vouchers where not rectified)::integer = (select sum(vouchers) from public.statistics where dimension = 'total' and measure = 'issued')::integer as same`;
  expect(issued?.['same']).toBe(true);
});

test('R34: a name with fewer than three applicants in a year is folded in every quarter, whatever its vouchers; what is folded cannot be found by subtraction', async () => {
  const firms = [await applicant(), await applicant(), await applicant()];
  const [alone] = firms as [(typeof firms)[number]];
  const labs: Awaited<ReturnType<typeof institution>>[] = [];
  for (const region_code of ['410600', '410900', '411100']) labs.push(await institution({ region_code }));
  const [one, two, three] = labs as [(typeof labs)[number], (typeof labs)[number], (typeof labs)[number]];
  // Three vouchers of one applicant, two others, all three: what is folded has three applicants of its own, whatever else the year has.
  for (let i = 0; i < 3; i++) await approved(alone, one);
  for (const firm of firms.slice(1)) await approved(firm, two);
  for (const firm of firms) await approved(firm, three);
  await admin()`select private.refresh_statistics()`;
  const shown =
    await admin()`select label, sum(vouchers)::integer as n from public.statistics where year = 2026 and dimension = 'city' and measure = 'issued' and label in ('鹤壁', '濮阳', '漯河') group by 1`;
  expect([...shown]).toEqual([{ label: '漯河', n: 3 }]);
  // Counted anew from the vouchers: a label that is shown has three applicants, and so have those together that are not.
  const cells = await admin()<{ year: number; label: string; applicants: number[] }[]>`
    select extract(year from m.at at time zone 'Asia/Shanghai')::integer as year, t.name as label, array_agg(distinct v.applicant_id::integer) as applicants
    from public.vouchers v join public.organizations i on i.id = v.institution_id join public.cities t on t.code = i.city_code
    cross join lateral (values (v.issued_at), (v.paid_at), (case when v.state in ('redeemed', 'failed') then v.state_since end)) m (at)
    where m.at is not null and not v.rectified group by 1, 2`;
  const named = await admin()<{ year: number; label: string }[]>`
    select distinct year, label from public.statistics where dimension = 'city'`;
  const isNamed = new Set(named.map((n) => `${n.year} ${n.label}`));
  expect(cells.filter((c) => isNamed.has(`${c.year} ${c.label}`) && c.applicants.length < 3)).toEqual([]);
  for (const [year, of] of Map.groupBy(cells, (c) => c.year)) {
    const folded = new Set(of.filter((c) => !isNamed.has(`${year} ${c.label}`)).flatMap((c) => c.applicants));
    if (of.some((c) => isNamed.has(`${year} ${c.label}`)))
      expect([0, 1, 2].indexOf(folded.size), `${year}`).toBeLessThan(1);
  }
});

test('R8, R35: a voucher paid with counts as waiting for its review until its notice; with the queue that is every voucher without an end', async () => {
  const counted = async () => {
    const [fund] =
      await admin()`select waiting, waiting_fen::integer, to_review, to_review_fen::integer from public.fund_status where year = 2026`;
    const [open] =
      await admin()`select count(*)::integer as n, coalesce(sum(amount_fen), 0)::integer as fen from public.vouchers where state = 'paid'`;
    expect([fund?.['waiting'] + fund?.['to_review'], fund?.['waiting_fen'] + fund?.['to_review_fen']]).toEqual([
      open?.['n'],
      open?.['fen'],
    ]);
    return [fund?.['to_review'], fund?.['to_review_fen']] as [number, number];
  };
  const [firm, lab] = [await applicant(), await institution()];
  await admin()`select private.refresh_statistics()`;
  const [vouchers, fen] = await counted();
  await approved(firm, lab);
  expect(await counted()).toEqual([vouchers, fen]);
  const order = await paid(firm, lab);
  await admin()`select private.refresh_statistics()`;
  expect(await counted()).toEqual([vouchers + 1, fen + 360_000]);
  await passed(lab, order);
  expect(await counted()).toEqual([vouchers + 1, fen + 360_000]);
});

test('R6, R35: the fund follows its parameter at once; empty means no limit', async () => {
  const fund = async () =>
    (await anonymous().from('fund_status').select('fund_fen').eq('year', 2026).single()).data?.fund_fen;
  await admin()`update public.policy_parameters set value = 500000000 where year = 2026 and key = 'fund_fen'`;
  expect(await fund()).toBe(500_000_000);
  await admin()`update public.policy_parameters set value = null where year = 2026 and key = 'fund_fen'`;
  expect(await fund()).toBeNull();
});
