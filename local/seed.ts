import './node-version.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedCatalogue } from './seed/catalogue.ts';
import { type Person, requestId, signUp } from './seed/person.ts';
import { root, type Stack } from './stack.ts';

const accounts = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as { password: string };
const answers = ['E1.1', 'E1.2', 'E1.3', 'E1.4', 'E2.1', 'E2.2', 'E2.3', 'E2.4', 'E4.1', 'E5.1', 'E5.2', 'E6.1'].map((code) => ({ code, applies: false, justification: '' }));

/** Demo people, a catalogue, and orders in the states that a person would want to look at. Does nothing on a database that has any organization. */
export async function seed(stack: Pick<Stack, 'url' | 'keys' | 'sql'>, options: { instruments?: number } = {}): Promise<void> {
  const { sql } = stack;
  const [filled] = await sql`select exists (select 1 from public.organizations) as yes`;
  if (filled?.['yes']) return;
  await sql`select private.set_clock('2026-09-07T09:00:00+08:00')`;
  await seedCatalogue(sql, options.instruments ?? 2000, 600);

  const person = (name: string) => signUp(stack, `${name}@demo.example`, accounts.password);
  const staff = async (name: string, role: string, display_name: string) => {
    const someone = await person(name);
    await sql`insert into public.staff_roles (user_id, role, display_name) values (${someone.id}, ${role}, ${display_name})`;
    return someone;
  };
  const office = await staff('platform', 'platform', '省平台（演示）');
  const department = await staff('department', 'department', '省科技厅（演示）');
  const finance = await staff('finance', 'finance', '省财政厅（演示）');
  const panel: Person[] = [];
  for (const n of [1, 2, 3]) {
    const expert = await staff(`expert${n}`, 'expert', `评审专家${n}（演示）`);
    await sql`insert into public.experts (user_id, title) values (${expert.id}, '教授')`;
    panel.push(expert);
  }

  const certified = async (who: Person, payload: Record<string, unknown>) => {
    const { id } = await who.act<{ id: number }>('submit_certification', { request_id: requestId(), payload: { valid_from: '2025-01-01', valid_to: '2027-12-31', ...payload } });
    await office.act('approve_certification', { certification_id: id, request_id: requestId() });
  };
  const pledge = async (kind: string) => Number((await sql`select id from public.pledges where kind = ${kind} and year = 2026`)[0]?.['id']);
  const lab = await person('lab');
  const labId = await lab.act<number>('register_organization', {
    kind: 'institution',
    profile: { name: '中原材料分析测试中心（演示）', uscc: '12410000415800018L', region_code: '410100', city: '郑州', institution_type: 'service', legal_representative: '演示赵六', contact_name: '演示孙七', contact_phone: '0371-00000001' },
  });
  await certified(lab, { kind: 'institution' });
  await lab.act('sign_institution_pledge', { request_id: requestId(), pledge_id: await pledge('institution') });
  const body = await person('recommender');
  const [bodyOrg] = await sql`insert into public.organizations (kind, name, region_code, is_demo) values ('recommender', '演示省直主管部门', '410000', true) returning id`;
  await sql`insert into public.memberships (user_id, organization_id) values (${body.id}, ${bodyOrg?.['id']})`;
  await sql`update public.organizations set recommender_id = ${bodyOrg?.['id']}, is_demo = true where id = ${labId}`;
  const { id: instrumentId } = await lab.act<{ id: number }>('add_resource', {
    kind: 'instrument', request_id: requestId(),
    payload: { name: '场发射扫描电子显微镜', model: 'DEMO-8100', maker: '演示仪器厂', class_code: '01', price_min_fen: 60_000, price_max_fen: 120_000, unit: '样', purpose: '断口形貌观察与能谱成分分析。（演示数据）' },
  });
  await office.act('approve_resource', { kind: 'instrument', resource_id: instrumentId, request_id: requestId() });

  const firm = await person('firm');
  await firm.act('register_organization', {
    kind: 'applicant',
    profile: { name: '洛阳演示轴承科技有限公司', uscc: '91410300MA9XDEM10R', region_code: '410300', city: '洛阳', legal_representative: '演示李四', contact_name: '演示王五', contact_phone: '0379-00000002' },
  });
  await certified(firm, { kind: 'high_tech_enterprise', certificate_no: 'GR202541000000' });
  await firm.act('claim_quota', { request_id: requestId(), pledge_id: await pledge('applicant') });
  const [carrier] = await sql`insert into public.carriers (name, kind, level, valid_from, is_demo) values ('演示省级科技企业孵化器', 'incubator', 'provincial', '2020-01-01', true) returning id`;
  const team = await person('team');
  await team.act('register_organization', { kind: 'applicant', profile: { name: '郑州演示创新团队', region_code: '410100', city: '郑州', legal_representative: '演示周八', contact_name: '演示周八', contact_phone: '0371-00000003' } });
  await certified(team, { kind: 'startup_team', carrier_id: Number(carrier?.['id']) });
  await sql`update public.organizations set is_demo = true`;

  const project = await firm.act<{ id: number }>('register_project', {
    request_id: requestId(),
    payload: { title: '高速轴承钢疲劳性能研究', tech_field: '新材料', source: 'self', start_on: '2026-01-01', end_on: '2027-12-31', budget_fen: 50_000_000, leader: '演示李四', content: '研究高速工况下轴承钢的疲劳失效机理，建立断口形貌与寿命的对应关系。（演示数据）' },
  });
  await office.act('approve_project', { project_id: project.id, request_id: requestId() });

  const titles = ['高速轴承钢断口形貌分析', '渗碳层深度与组织观察', '保持架材料成分分析', '滚道表面残余应力测定', '润滑脂磨粒能谱分析', '热处理工艺对比试验', '陶瓷滚子缺陷检查', '疲劳源定位观察', '涂层结合界面分析', '夹杂物统计分析'];
  let number = 0;
  const order = async (until: 'draft' | 'submitted' | 'accepted' | 'approved' | 'delivered' | 'paid') => {
    const n = number++;
    const saved = await firm.act<{ id: number; figure_fen: number }>('save_order', {
      request_id: requestId(), order_id: null,
      payload: {
        instrument_id: instrumentId, project_id: project.id, title: titles[n % titles.length], purpose: '用于研发项目的失效机理研究。（演示数据）', contract_no: `YS-2026-${String(n + 1).padStart(3, '0')}`, contract_signed_on: '2026-08-20',
        contract_total_fen: 1_250_000, test_fee_fen: 1_200_000, expected_from: '2026-09-10', expected_to: '2026-12-10', answers,
        lines: [{ description: '断口扫描电镜形貌', quantity: 9, unit_price_fen: 100_000 }, { description: '能谱成分分析', quantity: 3, unit_price_fen: 100_000 }, { description: '样品包装耗材', quantity: 1, unit_price_fen: 50_000, exclusion_code: 'E3.2' }],
        documents: [{ id: await firm.upload('contract', `技术服务合同${n + 1}.pdf`), kind: 'contract' }],
      },
    });
    const order_id = saved.id;
    const steps: [string, () => Promise<unknown>][] = [
      ['submitted', () => firm.act('submit_order', { order_id, accepted_fen: saved.figure_fen, request_id: requestId() })],
      ['accepted', () => lab.act('accept_order', { order_id, request_id: requestId() })],
      ['approved', () => office.act('approve_order', { order_id, request_id: requestId() })],
      ['delivered', async () => lab.act('deliver_order', { order_id, documents: [await lab.upload('result', '检测结果.pdf')], note: '', request_id: requestId() })],
      ['paid', () => firm.act('pay_voucher', { order_id, request_id: requestId() })],
    ];
    for (const [state, step] of until === 'draft' ? [] : steps) {
      await step();
      if (state === until) break;
    }
    return order_id;
  };
  const redeem = async (order_id: number, pass: boolean) => {
    const [voucher] = await sql`select id from public.vouchers where order_id = ${order_id}`;
    const { id } = await lab.act<{ id: number }>('submit_redemption', {
      voucher_id: Number(voucher?.['id']), request_id: requestId(),
      payload: {
        documents: [{ id: await lab.upload('report', '检验报告.pdf'), kind: 'report' }, { id: await lab.upload('invoice', '发票.pdf'), kind: 'invoice' }],
        invoices: [{ code: null, number: `2541200000000000${String(order_id).padStart(4, '0')}`, issued_on: '2026-09-08', amount_fen: 1_250_000, buyer: '洛阳演示轴承科技有限公司', seller: '中原材料分析测试中心（演示）' }],
      },
    });
    if (pass) await office.act('pass_redemption', { redemption_id: id, request_id: requestId() });
    return id;
  };

  // The third quarter: two redemptions, one paid out, one refused by the experts.
  const kept = await redeem(await order('paid'), true);
  const refused = await redeem(await order('paid'), true);
  const [round] = await sql`select round_id as id from public.redemptions where id = ${kept}`;
  const advance = (who: Person, action: string) => who.act('advance_round', { round_id: Number(round?.['id']), action, reason: null, request_id: requestId() });
  await sql`select private.set_clock('2026-10-13T09:00:00+08:00')`;
  await advance(office, 'close');
  await advance(office, 'open_review');
  for (const expert of panel) {
    await expert.act('cast_votes', { votes: [{ redemption_id: kept, verdict: 'yes', reason: null }, { redemption_id: refused, verdict: 'no', reason: '检验报告与合同约定的项目不符' }], request_id: requestId() });
  }
  await advance(office, 'report');
  await advance(department, 'confirm');
  await advance(finance, 'confirm');
  await advance(office, 'publish');
  const [pack] = await sql`select id from public.paper_packs limit 1`;
  for (const [who, action] of [[lab, 'print'], [lab, 'send'], [body, 'approve'], [body, 'forward'], [office, 'archive']] as const) {
    await who.act('advance_paper_pack', { pack_id: Number(pack?.['id']), action, reason: null, request_id: requestId() });
  }
  await sql`select private.set_clock('2026-10-20T09:00:00+08:00')`;
  await advance(office, 'start_payout');
  await office.act('pay_out', { request_id: requestId() });
  await advance(office, 'settle');

  // The running quarter: something waiting for everyone.
  await sql`update private.clock set shift = '0'`;
  await redeem(await order('paid'), false);
  for (const state of ['paid', 'delivered', 'approved', 'accepted', 'submitted', 'draft'] as const) await order(state);
  const returned = await order('accepted');
  await office.act('return_order', { order_id: returned, reason: '请补充说明检测与研发项目的关系。', request_id: requestId() });
}
