import { expect, test } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import parts from '../../content/rules.json' with { type: 'json' };
import { foldLine, icsCalendar } from '../../src/domain/calendar-ics.ts';
import {
  type ApplicantAnswers,
  assessApplicant,
  assessTest,
  helpFor,
  onwardFrom,
} from '../../src/domain/eligibility.ts';
import type { Exclusion } from '../../src/domain/exclusions.ts';
import { withFigures } from '../../src/domain/figures.ts';
import { deduct, formatFen, lineAmount } from '../../src/domain/money.ts';
import { quarterExample, quarterLegs } from '../../src/domain/payout-times.ts';
import { yearEvents } from '../../src/domain/quarter-events.ts';
import { stationsOf, termsOf } from '../../src/domain/rail.ts';
import { usccCheck, usccDoubt } from '../../src/domain/uscc.ts';
import {
  addWorkingDays,
  countWorkingDays,
  exceptionsIn,
  firstUnknownDay,
  isWorkingDay,
  type WorkCalendar,
} from '../../src/domain/working-days.ts';
import deductions from '../vectors/deduction.json' with { type: 'json' };
import leaves from '../vectors/eligibility.json' with { type: 'json' };
import codes from '../vectors/uscc.json' with { type: 'json' };
import { estimate } from '../../src/domain/order-form.ts';
import { formatDate } from '../../src/domain/dates.ts';

const figures = {
  rateBp: 2500,
  enterpriseFen: 30_000_050,
  teamFen: 10_000_000,
  closeDays: 9,
  noticeDays: 6,
  experts: 5,
  acceptDays: 2,
  reviewDays: 4,
  supplementDays: 7,
  confirmDays: 12,
  expertDays: 8,
  authorityDays: 3,
};

test('R5: the deduction vectors', () => {
  for (const v of deductions) {
    const got = deduct({
      lines: (v.lines as [number, boolean][]).map(([amountFen, excluded]) => ({ amountFen, excluded })),
      testFeeFen: v.test_fee_fen,
      contractTotalFen: v.test_fee_fen,
      rateBp: v.rate_bp,
      leftFen: v.left_fen,
    });
    expect([got.eligibleFen, got.rawFen, got.deductionFen], v.what).toEqual([
      v.eligible_fen,
      v.raw_fen,
      v.deduction_fen,
    ]);
    expect(got.cashFen + got.deductionFen, v.what).toBe(v.test_fee_fen);
    expect(got.leftAfterFen, v.what).toBe(v.left_fen - v.deduction_fen);
  }
});
test('R5: the booking form, which reads what is typed, comes to the same figures', () => {
  for (const v of deductions) {
    const typed = (v.lines as [number, boolean][]).map(([fen, excluded]) => ({
      description: '检测',
      quantity: '1',
      price: formatFen(fen),
      exclusion: excluded ? 'E3.1' : '',
    }));
    const got = estimate(typed, v.test_fee_fen, v.test_fee_fen, v.rate_bp, v.left_fen);
    expect([got.eligibleFen, got.rawFen, got.deductionFen], v.what).toEqual([
      v.eligible_fen,
      v.raw_fen,
      v.deduction_fen,
    ]);
    expect(got.totalFen, v.what).toBe((v.lines as [number, boolean][]).reduce((sum, [fen]) => sum + fen, 0));
  }
  // Before a contract or a test fee is given, the lines stand for both.
  const line = { description: '检测', quantity: '2', price: '500', exclusion: '' };
  expect(estimate([line], undefined, undefined, 3000, 20_000)).toMatchObject({
    totalFen: 100_000,
    eligibleFen: 100_000,
    deductionFen: 20_000,
    cashFen: 80_000,
  });
});
test('R5: a line is quantity times price, what is below one 分 dropped', () => {
  expect(lineAmount('3', 12_345)).toBe(37_035);
  expect(lineAmount('0.33', 101)).toBe(33);
  expect(lineAmount('0', 100)).toBeUndefined();
  expect(lineAmount('1.234', 100)).toBeUndefined();
});
test('R9: each leaf, for research and not', () => {
  const all = leaves.map((l) => ({ ...l, group_label: '组', label: l.code })) as unknown as Exclusion[];
  for (const leaf of leaves) {
    expect(assessTest(all, [leaf.code], true).verdict, leaf.code).toBe(leaf.research);
    expect(assessTest(all, [leaf.code], false).verdict, leaf.code).toBe(leaf.other);
  }
  expect(assessTest(all, [], true).verdict).toBe('yes');
  expect(assessTest(all, [], undefined).verdict).toBe('open');
  expect(assessTest(all, ['E1.1'], undefined).verdict).toBe('no');
  // A line that falls out changes nothing about what needs a justification.
  expect(assessTest(all, ['E2.3', 'E3.2'], true)).toMatchObject({ verdict: 'ask', reasons: { length: 2 } });
});
test('R1, R2: who may, and the last day of a certificate still counts', () => {
  const today = '2026-11-24';
  expect(assessApplicant({ kind: 'high_tech_enterprise', inHenan: true, validTo: today }, today).verdict).toBe('yes');
  expect(assessApplicant({ kind: 'high_tech_enterprise', inHenan: true, validTo: '2026-11-23' }, today).verdict).toBe(
    'no',
  );
  expect(assessApplicant({ kind: 'tech_sme', inHenan: false, validTo: '2026-12-31' }, today).verdict).toBe('no');
  expect(assessApplicant({ kind: 'tech_sme', inHenan: true }, today).verdict).toBe('open');
  expect(assessApplicant({ kind: 'startup_team', inHenan: true, carrier: 'provincial' }, today).verdict).toBe('yes');
  expect(assessApplicant({ kind: 'startup_team', inHenan: true, carrier: 'lower' }, today).verdict).toBe('no');
  expect(assessApplicant({ kind: 'none' }, today).verdict).toBe('no');
  expect(assessApplicant({}, today).verdict).toBe('open');
});
test('R1, R9: no finding is an end: a yes leads to the sum, an instrument and an account, a doubt to its example, a no to what would help', () => {
  const today = '2026-11-24';
  const all = leaves.map((l) => ({ ...l, group_label: '组', label: l.code })) as unknown as Exclusion[];
  const help = (a: ApplicantAnswers) => helpFor(a, assessApplicant(a, today)).map((l) => l.href);
  expect(help({ kind: 'none' })).toEqual([
    '/policies/guokefahuo-2016-32/',
    '/policies/guokefazheng-2017-115/',
    '/about/',
  ]);
  expect(help({ kind: 'high_tech_enterprise', inHenan: true, validTo: '2020-01-01' })).toEqual([
    '/policies/guokefahuo-2016-32/',
    '/about/',
  ]);
  expect(help({ kind: 'tech_sme', inHenan: true, validTo: '2020-01-01' })).toEqual([
    '/policies/guokefazheng-2017-115/',
    '/about/',
  ]);
  expect(help({ kind: 'tech_sme', inHenan: true, validTo: today })).toEqual([]);
  const way = ['/tools/deduction/', '/instruments/?voucher=1', '/work/?register'];
  const team: ApplicantAnswers = { kind: 'startup_team', inHenan: true, carrier: 'provincial' };
  const onward = (a: ApplicantAnswers, applies: string[], research?: boolean) =>
    onwardFrom(a, assessApplicant(a, today), all, applies, assessTest(all, applies, research)).map((l) => l.href);
  expect(onward({}, [], true)).toEqual(way);
  expect(onward(team, ['E3.2'], true)).toEqual(['/tools/deduction/?kind=team', ...way.slice(1)]);
  expect(onward({}, ['E2.3', 'E3.2'], true)).toEqual(['/exclusions/#E2.3', ...way]);
  expect(onward({}, ['E1.1'], true)).toEqual(['/exclusions/#E1.1']);
  expect(onward({}, [], false)).toEqual(['/exclusions/']);
  expect(onward({}, [])).toEqual([]);
  expect(onward({ kind: 'none' }, ['E2.3'], true)).toEqual(['/exclusions/#E2.3']);
});
test('GB 32100: the check character; a doubt warns in words and blocks nothing', () => {
  for (const v of codes) expect(usccDoubt(v.text) ?? '', v.text).toContain(v.doubt);
  for (const v of codes.filter((c) => c.doubt === '')) expect(usccDoubt(v.text), v.text).toBeUndefined();
  expect(usccCheck('91410100MA9XTEKT4')).toBe('Y');
  expect(usccCheck('9141O100MA9XTEKT4')).toBeUndefined();
});
test('R25: ordinary weeks, make-up days, and where knowledge ends', () => {
  const calendar: WorkCalendar = {
    knownUntil: { 2026: '2026-12-31' },
    special: {
      '2026-10-01': true,
      '2026-10-02': true,
      '2026-10-05': true,
      '2026-10-06': true,
      '2026-10-07': true,
      '2026-10-10': false,
    },
  };
  expect(addWorkingDays(calendar, '2026-09-30', 7)).toBe('2026-10-15');
  expect(isWorkingDay(calendar, '2026-10-10')).toBe(true);
  expect(isWorkingDay(calendar, '2027-01-04')).toBeUndefined();
  expect(addWorkingDays(calendar, '2026-12-31', 7)).toBeUndefined();
  expect(firstUnknownDay(calendar, '2026-12-01')).toBe('2027-01-01');
  expect(countWorkingDays(calendar, '2026-10-01', '2026-10-15')).toBe(7);
  expect(countWorkingDays(calendar, '2026-12-31', '2027-01-04')).toBeUndefined();
  expect(addWorkingDays(calendar, '2026-02-30', 1)).toBeUndefined();
  expect(formatDate(Date.parse('2026-11-24T16:00:00Z'))).toBe('2026-11-25');
});
test('the calendar file: CRLF, folded at 75 octets, escaped, whole characters', () => {
  const text = icsCalendar(
    '创新券',
    '说明',
    [
      {
        uid: 'a@b',
        day: '2026-12-31',
        summary: '电子券；截止, 当日',
        description: '很长的说明'.repeat(20),
        url: 'https://example.org/',
      },
    ],
    '20261124T000000Z',
  );
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  const lines = text.split('\r\n');
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  expect(text.replaceAll('\r\n ', '')).toContain(`DESCRIPTION:${'很长的说明'.repeat(20)}`);
  expect(text).toContain('DTEND;VALUE=DATE:20270101');
  expect(text).toContain('\\, 当日');
  expect(foldLine('短')).toBe('短');
});
test('a calendar’s words never begin a line of their own', () => {
  for (const end of ['\r\n', '\n', '\r', '\u0085', '\u2028', '\u000b', '\u0000']) {
    const hostile = `甲${end}END:VEVENT${end}X-EVIL:1`;
    const event = { uid: 'a@b', day: '2026-12-31', summary: hostile, description: hostile };
    const text = icsCalendar(hostile, hostile, [event], '20261124T000000Z').replaceAll('\r\n ', '');
    expect(text.match(/^END:VEVENT/gm)).toHaveLength(1);
    expect(text).not.toMatch(/[^\S\r\n ]|^X-EVIL/m);
    expect(text.split(/\r\n|[\r\n\u0085\u2028]/)).toHaveLength(text.split('\r\n').length);
  }
});
test('R7, R25: the year’s calendar has whole days only, the same ids at every build, and no date that is not known', () => {
  const calendar: WorkCalendar = {
    knownUntil: { 2026: '2026-12-31' },
    special: {
      '2026-10-01': true,
      '2026-10-02': true,
      '2026-10-05': true,
      '2026-10-06': true,
      '2026-10-07': true,
      '2026-10-10': false,
    },
  };
  const events = yearEvents(calendar, 2026, 7);
  expect(events.map((e) => e.uid)).toEqual(
    [
      '2026q1-end',
      '2026q1-close',
      '2026q2-end',
      '2026q2-close',
      '2026q3-end',
      '2026q3-close',
      '2026q4-end',
      '2026-expiry',
    ].map((id) => `${id}@voucher.henan`),
  );
  const text = icsCalendar('名', '说明', events, '20261124T000000Z');
  expect(text.match(/^DTSTART/gm)).toHaveLength(8);
  expect(text.match(/^DTSTART;VALUE=DATE:\d{8}\r$/gm)).toHaveLength(8);
  expect(text).toContain('UID:2026q3-close@voucher.henan\r\nDTSTAMP:20261124T000000Z\r\nDTSTART;VALUE=DATE:20261015');
  // A second build changes when it was made, and nothing else.
  expect(
    icsCalendar('名', '说明', yearEvents(calendar, 2026, 7), '20261125T000000Z').replaceAll('20261125T', '20261124T'),
  ).toBe(text);
});
test('R25, R28, R31: from a quarter to its payout, each leg as long as the parameters say, and no quarter whose days are not known', () => {
  const calendar: WorkCalendar = {
    knownUntil: { 2025: '2025-12-31', 2026: '2026-12-31' },
    special: {
      '2026-10-01': true,
      '2026-10-02': true,
      '2026-10-05': true,
      '2026-10-06': true,
      '2026-10-07': true,
      '2026-10-10': false,
    },
  };
  const shipped = { ...figures, closeDays: 7, noticeDays: 5, expertDays: 10, authorityDays: 5 };
  expect(quarterLegs(figures).map((l) => l.days)).toEqual([9, 8, 3, 3, 6]);
  // In November the running quarter would end in a year that is not known: the one before stands in.
  for (const today of ['2026-09-30', '2026-11-26', '2026-12-31']) {
    expect(quarterExample(calendar, today, shipped), today).toMatchObject({
      year: 2026,
      quarter: 3,
      end: '2026-09-30',
      last: ['2026-10-15', '2026-10-29', '2026-11-05', '2026-11-12', '2026-11-19'],
      payable: '2026-11-20',
    });
  }
  expect(quarterExample(calendar, '2026-01-01', shipped)).toMatchObject({ year: 2026, quarter: 1 });
  expect(quarterExample({ knownUntil: {}, special: {} }, '2026-11-26', shipped)).toBeUndefined();
});
test('R31: every station of the home page has its term from the parameters, and one step of a guide that explains it', () => {
  const labels = ['申领额度', '登记项目', ...stationsOf([], new Map(), undefined).map((s) => s.label)];
  expect(Object.keys(termsOf(figures))).toEqual(labels);
  expect(termsOf(figures)).toMatchObject({
    登记项目: '省平台审核 4 个工作日',
    受理: '2 个工作日',
    审核发券: '4 个工作日',
    确认并支付: '12 个工作日，年底前',
    季度评审: '季度后 9 个工作日发起',
    公示: '6 个工作日',
  });
  const explained = readdirSync('content/guides').flatMap((f) =>
    (JSON.parse(readFileSync(`content/guides/${f}`, 'utf8')) as { steps: { stations?: string[] }[] }).steps.flatMap(
      (s) => s.stations ?? [],
    ),
  );
  expect(explained.sort()).toEqual([...labels].sort());
});
test('R25: a result is explained by the days unlike the ordinary week', () => {
  const calendar: WorkCalendar = {
    knownUntil: { 2026: '2026-12-31' },
    special: { '2026-10-01': true, '2026-10-03': true, '2026-10-10': false, '2026-10-20': true },
  };
  expect(exceptionsIn(calendar, '2026-10-01', '2026-10-15')).toEqual({ off: ['2026-10-01'], worked: ['2026-10-10'] });
});
test('R6: the words hold no figure of the policy; a name that is no figure is found', () => {
  expect(withFigures('{rate} {enterprise} {team} {close} {notice} {review} {experts}', figures)).toBe(
    '25% 300,000.50 100,000 9 6 4 5',
  );
  expect(() => withFigures('{fund}', figures)).toThrow('fund');
  // What a source said in 2021 is history; the rule itself follows the year.
  const rules = parts.flatMap((p) => p.rules.map((r) => r.text)).join('\n');
  expect(rules).not.toMatch(/30 ?%|20 ?万|10 ?万|200,?000|100,?000|[57] ?个工作日/);
  const files = [
    ...readdirSync('content/faq').map((f) => `faq/${f}`),
    ...['applicant', 'institution', 'reviewer'].map((f) => `guides/${f}.json`),
  ];
  for (const file of files)
    expect(readFileSync(`content/${file}`, 'utf8'), file).not.toMatch(
      /30 ?%|20 ?万|10 ?万|200,?000|100,?000|[57] ?个工作日/,
    );
});
test('the public rules are those in force, each once, each with its source or 平台约定, and every link into them arrives', () => {
  const numbers = parts.flatMap((p) => p.rules.map((r) => r.no));
  // What the system does not do yet is not told as a rule.
  const later = [41, 49, 52];
  expect(numbers.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))).toEqual(
    Array.from({ length: 53 }, (_, i) => i + 1)
      .filter((n) => !later.includes(n))
      .map((n) => `R${n}`),
  );
  const rules = parts.flatMap((p) => p.rules) as { no: string; basis?: Record<string, string>; ours?: string }[];
  for (const { no, basis, ours } of rules) {
    expect(Object.keys(basis ?? {}).length + Number(ours !== undefined), no).toBeGreaterThan(0);
    expect(
      Object.keys(basis ?? {}).filter((source) => !['介绍', '通知'].includes(source)),
      no,
    ).toEqual([]);
  }
  const texts = readdirSync('content', { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(md|json)$/.test(f))
    .map((f) => readFileSync(`content/${f}`, 'utf8'))
    .join('\n');
  const links = [...texts.matchAll(/\/about\/rules\/#([^)\s"]+)|规则 (R\d+)/g)].map((m) => m[1] ?? m[2] ?? '');
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((l) => !numbers.includes(l))).toEqual([]);
});
