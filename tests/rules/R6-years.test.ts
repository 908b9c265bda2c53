// R6, R7, R49: what the portal says and does when a year ends and the next one is not there, or not whole.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import {
  accepted,
  admin,
  applicant,
  approved,
  delivered,
  draft,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  redemptionPayload,
  requestId,
  setClock,
  staff,
  submitted,
  voucherOf,
} from '../support/people.ts';
import { root } from '../../local/stack.ts';
import { quietCalendar } from '../support/calendar.ts';

const year = 2050;
const next = year + 1;
interface Step {
  state: string;
  sentence: string;
  holder: string | null;
  you: boolean;
  due_on: string | null;
  due_missing: string | null;
  expiry: string | null;
  actions: { action: string }[];
  blocked: { action: string; message: string }[];
}
let firm: Person & { projectId: number };
let lab: Person & { instrumentId: number };
let office: Person;
let people: Record<string, Person>;
const orders: Record<string, number> = {};
const claims: Record<string, number> = {};
async function step(who: Person, entity_id: number | undefined, entity = 'order'): Promise<Step> {
  const [said] = await who.must<Step[]>('next_step', { entity, entity_id });
  return {
    ...(said as Step),
    actions: await who.must<Step['actions']>('available_actions', { entity, entity_id }),
    blocked: await who.must<Step['blocked']>('blocked_actions', { entity, entity_id }),
  };
}

beforeAll(async () => {
  await ownYear(year);
  await setClock(`${year}-12-15T10:00:00+08:00`);
  [firm, lab, office] = [await applicant(), await institution(), await platform()];
  people = { firm, lab, office, department: await staff('department'), finance: await staff('finance') };
  const signed = { contract_signed_on: `${year}-12-01` };
  const at = { draft: draft, submitted, platform_review: accepted, approved, delivered, paid } as const;
  for (const [name, make] of Object.entries(at)) {
    const made = await (make as typeof submitted)(firm, lab, signed);
    orders[name] = typeof made === 'number' ? made : (made as { id: number }).id;
  }
  orders['returned'] = await accepted(firm, lab, signed);
  await office.must('return_order', { order_id: orders['returned'], reason: '请补充合同', request_id: requestId() });
  orders['awaiting_consent'] = await accepted(firm, lab, signed);
  const lower = { amount_fen: 100_000, reason: '部分为耗材' };
  await office.must('approve_order', { order_id: orders['awaiting_consent'], request_id: requestId(), ...lower });
  orders['disputed'] = await delivered(firm, lab, signed);
  await firm.must('dispute_order', { order_id: orders['disputed'], reason: '缺少数据', request_id: requestId() });
  for (const name of ['claimed', 'passed']) orders[name] = await paid(firm, lab, signed);
  const claim = await lab.must<{ id: number }>('submit_redemption', {
    voucher_id: (await voucherOf(Number(orders['claimed']))).id,
    payload: await redemptionPayload(lab),
    request_id: requestId(),
  });
  claims['claimed'] = claim.id;
  claims['passed'] = await passed(lab, Number(orders['passed']));
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await setClock(null);
});

/** The page's own modules, loaded as a browser loads them on that day, for one person. */
async function pageOf(person: Person) {
  vi.resetModules();
  vi.stubEnv('PUBLIC_SUPABASE_URL', inject('url'));
  vi.stubEnv('PUBLIC_SUPABASE_KEY', inject('publishableKey'));
  const { auth } = await import('../../src/backend/client.ts');
  const session = (await person.client.auth.getSession()).data.session;
  await (await auth()).setSession({
    access_token: session?.access_token as string,
    refresh_token: session?.refresh_token as string,
  });
  return {
    ...(await import('../../src/backend/orders.ts')),
    ...(await import('../../src/backend/quotas.ts')),
    ...(await import('../../src/backend/workflow.ts')),
  };
}
/** No number that is none, and nothing that a template left open, anywhere in what a page is given. */
function sound(value: unknown, path = ''): void {
  if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true);
  else if (typeof value === 'string') expect(value, path).not.toMatch(/NaN|undefined|Infinity|(?<![a-z_])null/);
  else if (value && typeof value === 'object')
    for (const [key, inside] of Object.entries(value)) sound(inside, `${path}.${key}`);
}

const moments = [
  [`${year}-12-31T23:59:30+08:00`, false],
  [`${next}-01-01T00:00:30+08:00`, false],
  [`${next}-01-01T00:20:00+08:00`, true],
  [`${next}-01-04T10:00:00+08:00`, true],
] as const;

describe.each(moments)('R6, R7: %s, the nightly jobs done: %s; next year is not there', (moment, job) => {
  beforeAll(async () => {
    await setClock(moment);
    // Without the seals: other files' days are not this one's to close.
    if (!job) return;
    while ((await admin()`select private.expire_vouchers() as n`)[0]?.['n'] > 0);
    await admin()`select private.close_due_rounds(), private.finish_notices(), private.send_reminders(), private.refresh_statistics()`;
  });

  test('every screen has its data, without a number that is none', async () => {
    for (const who of [firm, lab, office, people['department'] as Person]) {
      const page = await pageOf(who);
      for (const [name, id] of Object.entries(orders)) {
        if (name === 'draft' && who !== firm) continue;
        const data = await page.loadOrder(id);
        expect(data?.order.id, name).toBe(id);
        sound(data, name);
        // A rate is this year's, the one it was approved under, or none: never a made-up one.
        expect(data?.rateBp).toBe(data?.order.rate_bp || moment < `${next}` ? 3000 : undefined);
      }
      for (const id of Object.values(claims)) sound(await page.nextStep('redemption', id));
      sound(await page.myTasks());
    }
    const quota = await (await pageOf(firm)).loadQuota(firm.orgId);
    sound(quota);
    expect(Boolean(quota.missing)).toBe(moment > `${next}`);
  });

  test('every next step of every role is true, and says what is missing where something is', async () => {
    for (const who of Object.values(people))
      for (const [entity, ids] of Object.entries({ order: orders, redemption: claims }))
        for (const [name, id] of Object.entries(ids)) {
          if (name === 'draft' && who !== firm) continue;
          const said = await step(who, id, entity);
          sound(said, name);
          expect(said.sentence.length, name).toBeGreaterThan(5);
          expect(said.due_on === null && said.due_missing === null ? name : 'told').not.toBe('submitted');
          if (said.due_missing) expect(said.due_missing).toMatch(/^(放假安排尚未公布|\d{4} 年的时限参数还没有设定)$/);
          sound(await who.must('timeline', { entity, entity_id: id }));
        }
  });

  test('an order that ended with the year offers nothing that would be refused, whether or not the job has run', async () => {
    const over = moment > `${next}`;
    for (const name of ['approved', 'delivered', 'disputed', 'awaiting_consent', 'returned']) {
      const [mine, theirs] = [await step(firm, orders[name]), await step(lab, orders[name])];
      if (!over) {
        expect(mine.expiry, name).toMatch(
          { awaiting_consent: /12-31 24:00 前确认/, returned: /12-31 24:00 前重新提交/ }[name] ?? /12-31 24:00 前支付/,
        );
        continue;
      }
      expect([name, mine.expiry, mine.holder]).toEqual([name, null, null]);
      expect(mine.sentence).toMatch(job ? /^已转为普通订单/ : /有效期|当年已经结束/);
      const offered = [...mine.actions, ...theirs.actions].map((a) => a.action);
      // Before the job an order may still be withdrawn: that ends it too.
      expect(offered.filter((a) => a !== 'withdraw' || job)).toEqual([]);
      for (const who of [firm, lab])
        expect((await who.must<{ id: number }[]>('my_tasks', {})).some((t) => t.id === orders[name])).toBe(false);
    }
    if (!over) return;
    const code = async (name: string, args: object) =>
      (await firm.act(name, { request_id: requestId(), ...args })).error?.code;
    const ended = job ? 'STATE_REFUSED' : 'R7_EXPIRED';
    expect(await code('pay_voucher', { order_id: orders['delivered'] })).toBe(ended);
    expect(await code('agree_order', { order_id: orders['awaiting_consent'] })).toBe(ended);
    expect(await code('submit_order', { order_id: orders['returned'], accepted_fen: 1 })).toBe(
      job ? 'STATE_REFUSED' : 'R7_YEAR_OVER',
    );
  });

  test('what needs the year’s figures is refused and says which are missing; what is running goes on', async () => {
    if (moment < `${next}`) return;
    const [pledge] = await admin()`select id::integer from public.pledges where kind = 'applicant' and year = ${year}`;
    const claim = await firm.act('claim_quota', { request_id: requestId(), pledge_id: pledge?.['id'] });
    expect(claim.error).toMatchObject({ code: 'R6_YEAR_NOT_OPEN', details: expect.stringContaining('rate_bp') });
    const approve = await office.act('approve_order', { order_id: orders['platform_review'], request_id: requestId() });
    expect(approve.error).toMatchObject({ code: 'R6_YEAR_MISSING', details: expect.stringContaining('rate_bp') });
    const pass = await office.act('pass_redemption', { redemption_id: claims['claimed'], request_id: requestId() });
    expect(pass.error?.code).toBe('R6_YEAR_MISSING');
    // No figure is not a figure of nothing.
    expect(await firm.must('order_figure', { order_id: orders['draft'] })).toBeNull();
    expect(await firm.must<string>('year_missing', { year: next })).toContain('放假安排');
    const tasks = await office.must<{ id: number }[]>('my_tasks', {});
    expect(tasks.some((t) => t.id === orders['platform_review'])).toBe(true);
  });
});

test('R8, R35: a year without the row of its fund has no published fund, instead of one without limit', async () => {
  const year = 2053;
  await setClock(`${year}-01-05T10:00:00+08:00`);
  await admin()`insert into public.policy_years (year, calendar_authoritative_until) values (${year}, ${`${year}-12-31`})`;
  await admin()`select private.refresh_fund_status()`;
  expect([...(await admin()`select * from public.fund_status where year = ${year}`)]).toEqual([]);
  expect((await office.act('draw_up_payment_list', { request_id: requestId() })).error).toMatchObject({
    code: 'R6_YEAR_MISSING',
    details: expect.stringContaining('fund_fen'),
  });
});

test('R6, R49: a year with some of its parameters is missing the others, by name; a rate of 0.3 % is not stored', async () => {
  const year = 2054;
  await admin()`insert into public.policy_years (year, calendar_authoritative_until) values (${year}, ${`${year}-12-31`})`;
  await admin()`insert into public.policy_parameters (year, key, value, unit, label, source)
    select ${year}, key, value, unit, label, '测试' from public.policy_parameters where year = 2021 and key in ('rate_bp', 'fund_fen', 'experts_per_item')`;
  const missing = await firm.must<string>('year_missing', { year });
  const keys = await admin()`select key from private.parameter_ranges order by key`;
  for (const { key } of keys)
    expect([key, missing.includes(String(key))]).toEqual([
      key,
      !['rate_bp', 'fund_fen', 'experts_per_item'].includes(String(key)),
    ]);
  for (const what of ['用户诚信承诺书', '管理单位诚信承诺书', '放假日共 0 日', '春节']) expect(missing).toContain(what);
  await expect(
    admin()`update public.policy_parameters set value = 30 where year = ${year} and key = 'rate_bp'`,
  ).rejects.toMatchObject({ code: '23514' });
});

describe('R25, R49: a calendar is complete or it is none', () => {
  const year = 2056;
  const due = async () =>
    (await admin()`select close_due_on::text as day from public.rounds where year = ${year} and quarter = 1`)[0]?.[
      'day'
    ];
  const missing = async () =>
    (await admin()`select calendar_missing as words from public.policy_years where year = ${year}`)[0]?.['words'];

  test('a date without holidays gives no deadline, and the job fixes none', async () => {
    await setClock(`${year}-02-10T10:00:00+08:00`);
    await admin()`insert into public.policy_years (year, calendar_authoritative_until) values (${year}, ${`${year}-12-31`})`;
    await admin()`insert into public.policy_parameters (year, key, value, unit, label, source)
      select ${year}, key, value, unit, label, '测试' from public.policy_parameters where year = 2021`;
    expect(await missing()).toMatch(/放假日共 0 日.*元旦、春节、清明、劳动节、端午、中秋、国庆/);
    await admin()`select private.close_due_rounds()`;
    expect(await due()).toBeNull();
    expect(await firm.must('working_day_after', { p_from: `${year}-03-31`, p_days: 7 })).toBeNull();
  });

  test('once it is complete the deadline is there at once; what changes later changes it, what is wrong takes it away', async () => {
    await quietCalendar(admin(), year);
    expect(await missing()).toBeNull();
    // 2056-03-31 is a Friday: the seventh working day after it is Tuesday in the week after next.
    expect(await due()).toBe(`${year}-04-11`);
    await admin()`insert into public.holidays (day, is_off, name, source) values (${`${year}-04-05`}, true, '清明', '测试')`;
    expect(await due()).toBe(`${year}-04-12`);
    await admin()`insert into public.holidays (day, is_off, name, source) values (${`${year}-06-07`}, false, '端午', '测试')`;
    expect(await missing()).toBe(`${year}-06-07 不是周末，不能调休上班`);
    expect(await due()).toBeNull();
    await admin()`delete from public.holidays where day = ${`${year}-06-07`}`;
    expect(await due()).toBe(`${year}-04-12`);
    await admin()`delete from public.holidays where extract(year from day) = ${year} and name = '中秋'`;
    expect(await missing()).toMatch(/放假日共 25 日|中秋/);
    await quietCalendar(admin(), year);
    // Nobody writes it by hand.
    await admin()`update public.policy_years set calendar_missing = null, note = note where year = ${year}`;
    expect(await missing()).toBeNull();
  });

  test('a deadline that has passed stays; a published notice ends later, never earlier', async () => {
    await setClock(`${year}-04-20T10:00:00+08:00`);
    const [round] = await admin()`select id::integer from public.rounds where year = ${year} and quarter = 1`;
    await admin()`insert into public.holidays (day, is_off, name, source) values (${`${year}-04-06`}, true, '清明', '测试')`;
    expect(await due()).toBe(`${year}-04-12`);
    const [notice] = await admin()`insert into public.notices (round_id, title, from_on, to_on)
      values (${round?.['id']}, '测试公示', ${`${year}-04-19`}, private.notice_end(${`${year}-04-19`}, 5)) returning id, to_on::text as day`;
    expect(notice?.['day']).toBe(`${year}-04-25`);
    const end = async () =>
      (await admin()`select to_on::text as day from public.notices where id = ${notice?.['id']}`)[0]?.['day'];
    await admin()`insert into public.holidays (day, is_off, name, source) values (${`${year}-04-24`}, true, '清明', '测试')`;
    expect(await end()).toBe(`${year}-04-26`);
    await admin()`delete from public.holidays where day = ${`${year}-04-24`}`;
    expect(await end()).toBe(`${year}-04-26`);
  });
});

test('R6: the lines of the manual open a year, but for the days off that the State Council has yet to name', async () => {
  const manual = readFileSync(join(root, 'docs/production.md'), 'utf8');
  const [, lines = ''] = /A new year begins[\s\S]*?```sql\n([\s\S]*?)```/.exec(manual) ?? [];
  const undone = new Error('undo');
  await admin()
    .begin(async (sql) => {
      for (const line of lines.replaceAll('2027', '2064').replaceAll("'2026-12-31'", "'2063-12-31'").split(';\n'))
        if (line.trim()) await sql.unsafe(line);
      const [row] = await sql`select private.year_missing(2064) as missing`;
      expect(row?.['missing']).toMatch(/^放假安排（/);
      throw undone;
    })
    .catch((error) => {
      if (error !== undone) throw error;
    });
});
