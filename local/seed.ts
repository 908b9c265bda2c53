import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { buildSite } from './build.ts';
import { Complaint } from './complaints.ts';
import { demoTime } from './demo-time.ts';
import { wantedPort } from './ports.ts';
import { type Applicant, seedApplicants } from './seed/applicants.ts';
import { seedCatalogue } from './seed/catalogue.ts';
import { acts, book, type Laboratory, redeem } from './seed/orders.ts';
import { fileAccount, verifyAccount } from './seed/payout.ts';
import { type Person, requestId } from './seed/person.ts';
import { closedQuarter, type Officials } from './seed/rounds.ts';
import { seedWords } from './seed/words.ts';
import { certify, each, person, pledgeId, type Stage, staff } from './seed/stage.ts';
import { portalDir, root, type Stack, siteDir, startStack } from './stack.ts';
import { type Progress, progressOf, type SeedOptions, writeProgress } from './stack/first-start.ts';

/** Demo people, a catalogue, a settled quarter, one whose notice runs, and an open one with something in every state. 演示数据. Does nothing on a database that has any organization. */
export async function seed(
  stack: Pick<Stack, 'dataDir' | 'url' | 'keys' | 'sql' | 'superuserUrl'>,
  options: SeedOptions = {},
): Promise<void> {
  const [filled] = await stack.sql`select exists (select 1 from public.organizations) as yes`;
  if (filled?.['yes']) return;
  const progress = progressOf(stack.dataDir) as Progress;
  // Broken off from here on, the next start begins anew: half a demo would list accounts that nobody made.
  writeProgress(stack.dataDir, { ...progress, step: 'seeding', seed: options });
  await withoutWaiting(stack.superuserUrl, () => tell(stack, options));
  writeProgress(stack.dataDir, { ...progress, step: 'seeded', seed: options });
}

/** Thousands of commits need not wait for the disk each: what is lost with the machine is made anew. Afterwards all is on the disk. */
async function withoutWaiting(superuserUrl: string, work: () => Promise<void>): Promise<void> {
  const superuser = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  try {
    await superuser`alter system set synchronous_commit = off`;
    await superuser`select pg_reload_conf()`;
    await work();
    await superuser`alter system reset synchronous_commit`;
    await superuser`select pg_reload_conf()`;
    await superuser`checkpoint`;
  } finally {
    await superuser.end();
  }
}

/** The story of the demo, in the order of its days. */
async function tell(
  stack: Pick<Stack, 'url' | 'keys' | 'sql'>,
  { instruments = 2000, applicants = 58 }: SeedOptions,
): Promise<void> {
  const { sql } = stack;
  const { password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as { password: string };
  const on = async (day: string, minute = 0) =>
    void (await sql`select private.set_clock(${new Date(Date.parse(`${day}T09:00:00+08:00`) + minute * 60_000).toISOString()})`);
  // The story leads up to today: whoever comes finds a notice that still takes objections.
  await demoTime(sql);
  const recent = await sql<
    { day: string }[]
  >`select d::date::text as day from generate_series(private.today() - 21, private.today() - 1, interval '1 day') d where private.is_working_day(d::date) order by d desc`;
  const workingDaysAgo = (n: number) => recent[n - 1]?.day as string;
  await on('2026-04-01');
  await sql`update public.policy_parameters set value = 20000000, source = '演示数据，资料没有写明' where year = 2026 and key = 'fund_fen'`;
  await seedCatalogue(sql, instruments, Math.min(600, instruments));

  const cast = { stack, password };
  const stage: Stage = {
    ...cast,
    on,
    office: await staff(cast, 'platform', 'platform', '省平台（演示）'),
    secondOffice: await staff(cast, 'platform2', 'platform', '省平台复核（演示）'),
  };
  const officials = await seedOfficials(stage);
  const labs = await seedLaboratories(stage, officials.recommender);
  const firm = await seedNamedApplicants(stage);
  const carriers = (await sql`select id from public.carriers order by id`).map((c) => Number(c['id']));
  const all = [firm, ...(await seedApplicants(stage, applicants, carriers))];
  const ready = all.filter((_, i) => i === 0 || (i - 1) % 9 !== 8);

  const pair = (from: number, count: number) =>
    Array.from(
      { length: count },
      (_, i) => [ready[(from + i) % ready.length], labs[i % labs.length]] as [Applicant, Laboratory],
    );
  await closedQuarter(
    stage,
    officials,
    [[firm, labs[0] as Laboratory], ...pair(1, Math.min(12, applicants + 1))],
    {
      booked: '2026-04-08',
      accepted: '2026-04-10',
      approved: '2026-04-15',
      delivered: '2026-05-12',
      paid: '2026-05-18',
      redeemed: '2026-05-25',
      passed: '2026-06-02',
      closed: '2026-07-08',
      reported: '2026-07-20',
      published: '2026-07-23',
      paidOut: ['2026-07-30', '2026-07-31', '2026-08-06'],
    },
    -1,
  );
  await closedQuarter(
    stage,
    officials,
    [[firm, labs[0] as Laboratory], [firm, labs[0] as Laboratory], ...pair(10, Math.min(16, applicants + 1))],
    {
      booked: '2026-07-06',
      accepted: '2026-07-08',
      approved: '2026-07-14',
      delivered: '2026-08-18',
      paid: '2026-08-24',
      redeemed: '2026-08-31',
      passed: '2026-09-08',
      closed: '2026-10-13',
      reported: workingDaysAgo(7),
      published: workingDaysAgo(2),
    },
    1,
  );
  await demoTime(sql);
  await openQuarter(stage, firm, labs, ready.slice(1));
  await correct(stage, firm, labs[0] as Laboratory);
  await mishaps(stage, officials, ready.slice(1));
  await seedWords(stage, firm, labs);
}

/** Two refusals that were wrong (R45): one corrected by a second officer, one that waits for him. */
async function correct(stage: Stage, firm: Applicant, lab: Laboratory): Promise<void> {
  for (const confirmed of [true, false]) {
    const o = await book(firm, lab, '2026-09-20');
    await acts.submit(o);
    await acts.accept(o);
    await acts.return(o, stage.office);
    const [event] = await stage.stack.sql`select max(id)::integer as id from public.events
      where entity = 'order' and entity_id = ${o.id} and action = 'return'`;
    const { id } = await stage.office.act<{ id: number }>('propose_rectification', {
      event_id: event?.['id'],
      payload: {
        reason: '审核时漏看了合同附件，检测与研发项目的关系已经写明。（演示数据）',
        evidence: '合同附件二第 1 页列明了检测目的与项目任务的对应关系。（演示数据）',
      },
      request_id: requestId(),
    });
    if (confirmed)
      await stage.secondOffice.act('advance_rectification', {
        rectification_id: id,
        action: 'confirm',
        reason: null,
        request_id: requestId(),
      });
  }
}

/** What goes wrong in a year: a payment of which half is to come back and a part has (R44), an applicant whose standing is suspended (R46). */
async function mishaps(stage: Stage, { department, finance }: Officials, others: Applicant[]): Promise<void> {
  const [arrived] = await stage.stack.sql`
    select redemption_id::integer as id, (amount_fen / 2)::integer as half, private.today()::text as today
    from public.payments where state = 'arrived' order by id limit 1`;
  if (arrived) {
    const { id } = await department.act<{ id: number }>('decide_recovery', {
      redemption_id: arrived['id'],
      payload: {
        amount_fen: arrived['half'],
        reason: '复核发现检测报告只完成了约定项目的一半，未完成部分的款项应当退回。（演示数据）',
      },
      request_id: requestId(),
    });
    await finance.act('record_repayment', {
      recovery_id: id,
      payload: { amount_fen: 50_000, received_on: arrived['today'], reference: 'YS20261124001' },
      request_id: requestId(),
    });
  }
  const [suspended] = others.slice(-1);
  if (!suspended) return;
  const [days] = await stage.stack.sql`select private.today()::text as from_on, (private.today() + 60)::text as to_on`;
  await department.act('suspend_organization', {
    organization_id: suspended.orgId,
    payload: { ...days, holds_payouts: false, reason: '提交的合同经核查与实际不符，核查期间暂停资格。（演示数据）' },
    request_id: requestId(),
  });
}

async function seedOfficials(stage: Stage): Promise<Officials> {
  const { sql } = stage.stack;
  const department = await staff(stage, 'department', 'department', '省科技厅（演示）');
  const finance = await staff(stage, 'finance', 'finance', '省财政厅（演示）');
  const experts: Person[] = [];
  for (const n of [1, 2, 3]) {
    const expert = await staff(stage, `expert${n}`, 'expert', `评审专家${n}（演示）`);
    await sql`update public.experts set title = '教授' where user_id = ${expert.id}`;
    experts.push(expert);
  }
  const recommender = await person(stage, 'recommender');
  const [body] =
    await sql`insert into public.organizations (kind, name, region_code, is_demo) values ('recommender', '演示省直主管部门', '410100', true) returning id`;
  await sql`insert into public.memberships (user_id, organization_id) values (${recommender.id}, ${body?.['id']})`;
  await sql`update public.organizations set recommender_id = ${body?.['id']} where kind = 'institution'`;
  return { experts, department, finance, recommender };
}

/** The demo laboratory registers as anyone would; four of the catalogue's institutions act beside it. */
async function seedLaboratories(stage: Stage, recommender: Person): Promise<Laboratory[]> {
  const { sql } = stage.stack;
  const pledge = await pledgeId(stage, 'institution', 2026);
  const lab = await person(stage, 'lab');
  const name = '中原材料分析测试中心（演示）';
  const orgId = await lab.act<number>('register_organization', {
    kind: 'institution',
    profile: {
      name,
      uscc: '12410000415800018L',
      region_code: '410100',
      institution_type: 'service',
      legal_representative: '演示赵六',
      contact_name: '演示孙七',
      contact_phone: '0371-00000001',
    },
  });
  await sql`update public.organizations set is_demo = true, recommender_id = (select organization_id from public.memberships where user_id = ${recommender.id}) where id = ${orgId}`;
  await certify(stage, lab, { kind: 'institution' });
  await lab.act('sign_institution_pledge', { request_id: requestId(), pledge_id: pledge });
  const { id } = await lab.act<{ id: number }>('add_resource', {
    kind: 'instrument',
    request_id: requestId(),
    payload: {
      name: '场发射扫描电子显微镜',
      model: 'DEMO-8100',
      maker: '演示仪器厂',
      class_code: '01',
      price_min_fen: 60_000,
      price_max_fen: 120_000,
      unit: '样',
      purpose: '断口形貌观察与能谱成分分析。（演示数据）',
      specs:
        '分辨率：0.9 nm（15 kV）\n加速电压：0.1～30 kV\n能谱：80 mm² 探测器，元素 Be～U\n最大样品：直径 200 mm，高 60 mm\n演示数据，以预约时确认为准。',
    },
  });
  await stage.office.act('approve_resource', { kind: 'instrument', resource_id: id, request_id: requestId() });
  await lab.act('add_resource', {
    kind: 'instrument',
    request_id: requestId(),
    payload: {
      name: '双束聚焦离子束电镜',
      model: 'DEMO-9200',
      maker: '演示仪器厂',
      class_code: '01',
      price_min_fen: 150_000,
      price_max_fen: 300_000,
      unit: '小时',
      purpose: '截面制备与三维重构。（演示数据）',
      specs:
        '电子束分辨率：1.0 nm（15 kV）\n离子束分辨率：3.0 nm（30 kV）\n离子束流：1 pA～65 nA\n最大样品：直径 100 mm\n演示数据，以预约时确认为准。',
    },
  });
  const others = await sql<{ id: number; name: string }[]>`
    select o.id::integer, o.name from public.organizations o where o.kind = 'institution' and o.id <> ${orgId}
      and exists (select 1 from public.instruments i where i.organization_id = o.id and i.is_open and i.voucher_enabled) order by o.id limit 4`;
  const more = await each(others, async (other, i) => {
    const who = await person(stage, `lab${i + 2}`);
    await sql`insert into public.memberships (user_id, organization_id) values (${who.id}, ${other.id})`;
    await certify(stage, who, { kind: 'institution' });
    await who.act('sign_institution_pledge', { request_id: requestId(), pledge_id: pledge });
    const mine =
      await sql`select id from public.instruments where organization_id = ${other.id} and is_open and voucher_enabled order by id limit 5`;
    return Object.assign(who, { orgId: other.id, name: other.name, instruments: mine.map((r) => Number(r['id'])) });
  });
  const all = [Object.assign(lab, { orgId, name, instruments: [id] }), ...more];
  for (const [i, one] of all.entries()) await verifyAccount(stage, await fileAccount(one, i));
  return all;
}

async function seedNamedApplicants(stage: Stage): Promise<Applicant> {
  const { sql } = stage.stack;
  const firm = await person(stage, 'firm');
  const name = '洛阳演示轴承科技有限公司';
  const orgId = await firm.act<number>('register_organization', {
    kind: 'applicant',
    profile: {
      name,
      uscc: '91410300MA9XDEM10R',
      region_code: '410300',
      legal_representative: '演示李四',
      contact_name: '演示王五',
      contact_phone: '0379-00000002',
    },
  });
  await certify(stage, firm, { kind: 'high_tech_enterprise', certificate_no: 'GR202541000000' });
  await firm.act('claim_quota', { request_id: requestId(), pledge_id: await pledgeId(stage, 'applicant', 2026) });
  const project = await firm.act<{ id: number }>('register_project', {
    request_id: requestId(),
    payload: {
      title: '高速轴承钢疲劳性能研究',
      tech_field: '新材料',
      source: 'self',
      start_on: '2026-01-01',
      end_on: '2027-12-31',
      budget_fen: 50_000_000,
      leader: '演示李四',
      content: '研究高速工况下轴承钢的疲劳失效机理，建立断口形貌与寿命的对应关系。（演示数据）',
    },
  });
  await stage.office.act('approve_project', { project_id: project.id, request_id: requestId() });
  await sql`insert into public.carriers (name, kind, level, valid_from, is_demo) values
    ('演示省级科技企业孵化器', 'incubator', 'provincial', '2020-01-01', true), ('演示国家大学科技园', 'university_science_park', 'national', '2018-01-01', true),
    ('演示众创空间', 'makerspace', 'provincial', '2021-01-01', true), ('演示星创天地', 'star_space', 'provincial', '2019-01-01', true)`;
  const [carrier] = await sql`select id from public.carriers order by id limit 1`;
  // Certified and nothing more: whoever signs in as the team can claim its quota.
  const team = await person(stage, 'team');
  await team.act('register_organization', {
    kind: 'applicant',
    profile: {
      name: '郑州演示创新团队',
      region_code: '410100',
      legal_representative: '演示周八',
      contact_name: '演示周八',
      contact_phone: '0371-00000003',
    },
  });
  await certify(stage, team, { kind: 'startup_team', carrier_id: Number(carrier?.['id']) });
  return Object.assign(firm, { orgId, name, projectId: project.id });
}

/** The running quarter: something waiting for everyone, and every state once. */
async function openQuarter(stage: Stage, firm: Applicant, labs: Laboratory[], others: Applicant[]): Promise<void> {
  const { sql } = stage.stack;
  const [today] = await sql`select private.today()::text as day`;
  const signed = '2026-09-20';
  const lab = labs[0] as Laboratory;
  type Step = 'submit' | 'accept' | 'approve' | 'deliver' | 'pay';
  const until = async (last: Step | 'draft', applicant: Applicant, at: Laboratory) => {
    const o = await book(applicant, at, signed);
    for (const step of last === 'draft' ? [] : (['submit', 'accept', 'approve', 'deliver', 'pay'] as const)) {
      await acts[step](o, stage);
      if (step === last) break;
    }
    return o;
  };
  await redeem(await until('pay', firm, lab), stage, String(today?.['day']));
  for (const last of ['pay', 'deliver', 'approve', 'accept', 'submit', 'draft'] as const) await until(last, firm, lab);
  await acts.return(await until('accept', firm, lab), stage.office);

  // A change of account waits for the platform's two persons (R42).
  await fileAccount(labs.at(-1) as Laboratory, 40);
  const someone = (i: number) => others[i % others.length] as Applicant;
  const somewhere = (i: number) => labs[i % labs.length] as Laboratory;
  if (others.length === 0) return;
  await acts.decline(await until('submit', someone(0), somewhere(1)));
  await acts.withdraw(await until('accept', someone(1), somewhere(2)));
  await acts.withdraw(await until('approve', someone(2), somewhere(3)));
  const lower = await until('accept', someone(3), lab);
  await acts.lower({ ...lower }, stage);
  await acts.dispute(await until('deliver', someone(4), lab));
  // Refused twice, by two officers: an ordinary order for good (R15).
  const twice = await until('accept', someone(5), somewhere(1));
  await acts.return(twice, stage.office);
  await acts.mend(twice);
  await acts.submit(twice);
  await acts.accept(twice);
  await acts.return(twice, stage.secondOffice);
  // Redemptions: one in this quarter's list, one to be supplemented, one refused for good (R24).
  const pass = (id: number, who: Person) => who.act('pass_redemption', { redemption_id: id, request_id: requestId() });
  const refuse = (id: number, who: Person, reason: string) =>
    who.act('return_redemption', { redemption_id: id, reason, request_id: requestId() });
  const day = String(today?.['day']);
  for (const i of [6, 7, 8])
    await pass(await redeem(await until('pay', someone(i), somewhere(i)), stage, day), stage.office);
  await refuse(
    await redeem(await until('pay', someone(9), lab), stage, day),
    stage.office,
    '发票购买方名称与合同不一致，请补充说明或更换发票。',
  );
  const failed = await redeem(await until('pay', someone(10), somewhere(1)), stage, day);
  await refuse(failed, stage.office, '检验报告缺少检测机构签章。');
  const at = somewhere(1);
  const [{ snapshot }] =
    (await sql`select snapshot from public.redemption_submissions where redemption_id = ${failed}`) as unknown as [
      { snapshot: { documents: unknown[]; invoices: unknown[] } },
    ];
  await at.act('supplement_redemption', {
    redemption_id: failed,
    payload: {
      documents: [...snapshot.documents, { id: await at.upload('evidence', '补充说明.pdf'), kind: 'evidence' }],
      invoices: snapshot.invoices,
      explanation: '签章页补在补充说明中。',
    },
    request_id: requestId(),
  });
  await refuse(failed, stage.secondOffice, '补充材料仍不能证明检测已经完成。');
  await each(others.slice(11, 31), (applicant, i) =>
    until((['submit', 'accept', 'accept', 'approve', 'deliver'] as const)[i % 5] as Step, applicant, somewhere(i)),
  );
}

if (import.meta.main) {
  // `npm run seed -- --instruments 100000`: a portal as large as wished, made before its first start.
  const { values } = parseArgs({
    options: { instruments: { type: 'string', default: '2000' }, applicants: { type: 'string', default: '58' } },
  });
  const [instruments, applicants] = [Number(values.instruments), Number(values.applicants)];
  const isWhole = (n: number, least: number, most: number) => Number.isInteger(n) && n >= least && n <= most;
  if (!isWhole(instruments, 1, 200_000) || !isWhole(applicants, 0, 1000))
    throw new Complaint('--instruments takes 1 to 200000, --applicants 0 to 1000.');
  const stack = await startStack({ dataDir: portalDir, port: wantedPort(), seed: { instruments, applicants } });
  const [filled] = await stack.sql`select exists (select 1 from public.organizations) as yes`;
  if (filled?.['yes']) {
    await stack.stop();
    throw new Complaint('There are data already: run "npm run reset" first; demo data are made on an empty database.');
  }
  await seed(stack, { instruments, applicants });
  await buildSite(stack, siteDir);
  await stack.stop();
  console.log(
    `Made ${instruments} instruments and ${applicants + 2} applicants, and built the site. "npm start" shows them.`,
  );
  process.exit();
}
