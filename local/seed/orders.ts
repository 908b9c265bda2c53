import { type Person, requestId } from './person.ts';
import type { Applicant } from './applicants.ts';
import type { Stage } from './stage.ts';

export interface Laboratory extends Person {
  orgId: number;
  name: string;
  /** Slugs' resource ids that can be booked with a voucher. */
  instruments: number[];
}
export interface DemoOrder {
  id: number;
  applicant: Applicant;
  lab: Laboratory;
  totalFen: number;
  /** What was booked: a returned order restates it. */
  payload: Record<string, unknown>;
}

const answers = ['E1.1', 'E1.2', 'E1.3', 'E1.4', 'E2.1', 'E2.2', 'E2.3', 'E2.4', 'E4.1', 'E5.1', 'E5.2', 'E6.1'].map(
  (code) => ({ code, applies: false, justification: '' }),
);
const titles = [
  '高速轴承钢断口形貌分析',
  '渗碳层深度与组织观察',
  '保持架材料成分分析',
  '滚道表面残余应力测定',
  '润滑脂磨粒能谱分析',
  '热处理工艺对比试验',
  '陶瓷滚子缺陷检查',
  '疲劳源定位观察',
  '涂层结合界面分析',
  '夹杂物统计分析',
];
let number = 0;

/** Books and saves a draft: two kinds of test fee and one line of consumables that no voucher covers (E3.2). */
export async function book(
  applicant: Applicant,
  lab: Laboratory,
  signedOn: string,
  unitFen = 100_000,
): Promise<DemoOrder & { figureFen: number }> {
  const n = number++;
  const totalFen = unitFen * 12 + 50_000;
  const payload = {
    instrument_id: lab.instruments[n % lab.instruments.length],
    project_id: applicant.projectId,
    title: titles[n % titles.length],
    purpose: '用于研发项目的失效机理研究。（演示数据）',
    contract_no: `YS-2026-${String(n + 1).padStart(3, '0')}`,
    contract_signed_on: signedOn,
    contract_total_fen: totalFen,
    test_fee_fen: unitFen * 12,
    answers,
    answers_declared: true,
    lines: [
      { description: '断口扫描电镜形貌', quantity: 9, unit_price_fen: unitFen },
      { description: '能谱成分分析', quantity: 3, unit_price_fen: unitFen },
      { description: '样品包装耗材', quantity: 1, unit_price_fen: 50_000, exclusion_code: 'E3.2' },
    ],
    documents: [{ id: await applicant.upload('contract', `技术服务合同${n + 1}.pdf`), kind: 'contract' }],
  };
  const saved = await applicant.act<{ id: number; figure_fen: number }>('save_order', {
    request_id: requestId(),
    order_id: null,
    payload,
  });
  return { id: saved.id, applicant, lab, totalFen, payload, figureFen: saved.figure_fen };
}

/** One act of an order, by the one whose turn it is. */
export const acts = {
  submit: (o: DemoOrder & { figureFen: number }) =>
    o.applicant.act('submit_order', { order_id: o.id, accepted_fen: o.figureFen, request_id: requestId() }),
  mend: (o: DemoOrder) =>
    o.applicant.act('save_order', {
      request_id: requestId(),
      order_id: o.id,
      payload: { ...o.payload, explanation: '检测用于项目第二阶段的失效分析，与项目任务书第 3 项对应。' },
    }),
  accept: (o: DemoOrder) => o.lab.act('accept_order', { order_id: o.id, request_id: requestId() }),
  decline: (o: DemoOrder) =>
    o.lab.act('decline_order', {
      order_id: o.id,
      reason: '仪器检修中，近期不能安排，请改期或另选单位。',
      request_id: requestId(),
    }),
  approve: (o: DemoOrder, stage: Stage) =>
    stage.office.act('approve_order', { order_id: o.id, request_id: requestId() }),
  lower: (o: DemoOrder & { figureFen: number }, stage: Stage) =>
    stage.office.act('approve_order', {
      order_id: o.id,
      amount_fen: o.figureFen - 60_000,
      reason: '其中 2,000 元的能谱分析与研发内容无关，不予抵扣。',
      request_id: requestId(),
    }),
  return: (o: DemoOrder, officer: Person) =>
    officer.act('return_order', {
      order_id: o.id,
      reason: '请补充说明检测与研发项目的关系。',
      request_id: requestId(),
    }),
  withdraw: (o: DemoOrder) => o.applicant.act('withdraw_order', { order_id: o.id, request_id: requestId() }),
  deliver: async (o: DemoOrder) =>
    o.lab.act('deliver_order', {
      order_id: o.id,
      documents: [await o.lab.upload('result', '检测结果.pdf')],
      note: '',
      request_id: requestId(),
    }),
  dispute: (o: DemoOrder) =>
    o.applicant.act('dispute_order', {
      order_id: o.id,
      reason: '报告缺少第 3 组样品的能谱数据，请补充。',
      request_id: requestId(),
    }),
  pay: (o: DemoOrder) => o.applicant.act('pay_voucher', { order_id: o.id, request_id: requestId() }),
  rate: async (o: DemoOrder, score: number) => {
    await o.applicant.act('rate_order', {
      order_id: o.id,
      target: 'institution',
      score,
      comment: '出具结果及时，沟通顺畅。（演示数据）',
      request_id: requestId(),
    });
    await o.applicant.act('rate_order', {
      order_id: o.id,
      target: 'platform',
      score: 5,
      comment: '',
      request_id: requestId(),
    });
  },
};

/** The institution claims the money behind a paid voucher; gives the redemption's id. */
export async function redeem(o: DemoOrder, stage: Stage, issuedOn: string): Promise<number> {
  const [voucher] = await stage.stack.sql`select id from public.vouchers where order_id = ${o.id}`;
  const { id } = await o.lab.act<{ id: number }>('submit_redemption', {
    voucher_id: Number(voucher?.['id']),
    request_id: requestId(),
    payload: await claimPapers(o, issuedOn),
  });
  return id;
}

/** Report, invoice file and the whole list of invoices. */
async function claimPapers(o: DemoOrder, issuedOn: string) {
  return {
    documents: [
      { id: await o.lab.upload('report', '检验报告.pdf'), kind: 'report' },
      { id: await o.lab.upload('invoice', '发票.pdf'), kind: 'invoice' },
    ],
    invoices: [
      {
        code: null,
        number: `2641200000000000${String(o.id).padStart(4, '0')}`,
        issued_on: issuedOn,
        amount_fen: o.totalFen,
        buyer: o.applicant.name,
        seller: o.lab.name,
      },
    ],
  };
}
