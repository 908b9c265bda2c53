import { quietCalendar } from '../support/calendar.ts';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoTime } from '../../local/demo-time.ts';
import type { Page } from '@playwright/test';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import { dir, picture, stack, test, type Visitors } from './harness.ts';

// One voucher from registration to 兑付成功, every actor signing in and clicking; then the two ways in which it ends badly.
const pdf = (name: string) => {
  const file = join(dir, name);
  writeFileSync(file, tinyPdf(`演示 ${crypto.randomUUID()}`));
  return file;
};
const menu = async (page: Page, name: string) => {
  await page
    .getByRole('navigation', { name: '业务' })
    .getByRole('link', { name: new RegExp(`^${name}`) })
    .click();
};
const confirm = async (page: Page, label: string) => {
  await page
    .locator('.next')
    .getByRole('button', { name: new RegExp(`^${label}`) })
    .click();
  const reason = page.getByLabel(/^原因/);
  if (await reason.isVisible()) await reason.fill('请补充材料（演示）');
  await page.getByRole('button', { name: `确定${label}` }).click();
};
const register = async (
  open: Visitors['open'],
  email: string,
  kind: '用户单位' | '管理单位',
  name: string,
  code: string,
) => {
  const page = await open();
  await page.goto(`${stack.url}/work/?register=1`);
  await page.getByLabel('邮箱').fill(email);
  await page.getByLabel('密码', { exact: false }).first().fill('yanshi-2026-demo');
  await page.getByLabel('再输入一次密码').fill('yanshi-2026-demo');
  await page.getByRole('button', { name: '注册', exact: true }).click();
  await page.getByRole('heading', { name: '登记单位' }).waitFor();
  await page.getByRole('radio', { name: new RegExp(kind) }).check();
  await page.getByLabel('单位名称').fill(name);
  await page.getByLabel('统一社会信用代码').first().fill(code);
  await page.getByLabel('法定代表人').fill(`演示${name.slice(0, 4)}负责人`);
  await page.getByLabel('联系人').fill('演示联系人');
  await page.getByLabel('联系电话').fill(`0371-1${Math.floor(Math.random() * 1e6)}`);
  await picture(page, `register-${kind}`);
  await page.getByRole('button', { name: '登记单位' }).click();
  await page.getByRole('navigation', { name: '业务' }).waitFor();
  return page;
};
const certify = async (page: Page, number?: string) => {
  await menu(page, '认证');
  if (number) await page.getByLabel(/证书编号/).fill(number);
  await page.getByLabel('有效期自').fill('2025-06-01');
  await page.getByLabel('有效期至').fill('2028-05-31');
  await page.locator('input[type=file]').setInputFiles(pdf('证书.pdf'));
  await page.getByText('已核验：证书.pdf').waitFor();
  await page.getByRole('button', { name: '提交认证' }).click();
  await page.getByRole('cell', { name: '待审核' }).waitFor();
};
/** The platform opens the queue, finds the case by name, and decides. */
const decide = async (signIn: Visitors['signIn'], queue: string, name: string, label: string, officer = 'platform') => {
  const page = await signIn(officer);
  await menu(page, queue);
  await page
    .locator('.queue')
    .getByRole('link', { name: new RegExp(name) })
    .first()
    .click();
  await page.locator('.bench h1', { hasText: name }).waitFor();
  await confirm(page, label);
  await page.waitForFunction(
    (n) =>
      ![...document.querySelectorAll('.queue a')].some(
        (a) => a.getAttribute('aria-current') && a.textContent?.includes(n),
      ),
    name,
  );
  await page.context().close();
};
const book = async (page: Page, slug: string, title: string, contract: string) => {
  await page.goto(`${stack.url}/user/?book=${slug}`);
  await page.getByLabel('检测名称').fill(title);
  await page.getByLabel('检测目的').fill('验证新工艺对疲劳寿命的影响（演示数据）。');
  await page.getByLabel('项目', { exact: true }).fill('断口形貌');
  await page.getByLabel('单价（元）').fill('20000');
  await page.getByLabel('合同号').fill(contract);
  await page.getByLabel('签订日期').fill('2026-10-09');
  await page.getByLabel('合同总额（元）').fill('20000');
  await page.getByLabel('其中检测费（元）').fill('20000');
  await page.getByLabel(/^合同（/).setInputFiles(pdf('合同.pdf'));
  await page.getByText('已核验：合同.pdf').waitFor();
  await page.getByRole('checkbox', { name: /以上均无/ }).check();
  await page.getByRole('button', { name: '保存并核对' }).click();
  await page.getByRole('button', { name: '提交订单', exact: true }).click();
  await page.getByLabel(/我接受本次可抵扣 6,000.00 元/).check();
  await page.getByRole('button', { name: '确定提交订单' }).click();
  await page.locator('.next', { hasText: '待受理' }).waitFor();
  return page.url();
};
const accept = async (page: Page, title: string, label = '受理') => {
  await menu(page, '创新券订单');
  await page
    .getByRole('row', { name: new RegExp(title) })
    .getByRole('link')
    .first()
    .click();
  await page.locator('.case h1', { hasText: title }).waitFor();
  await confirm(page, label);
  await page.locator('.next', { hasText: label === '受理' ? '待审核' : '未受理' }).waitFor();
};
const deliver = async (page: Page, title: string) => {
  await menu(page, '创新券订单');
  await page
    .getByRole('row', { name: new RegExp(title) })
    .getByRole('link')
    .first()
    .click();
  await page.getByRole('button', { name: '上传检测结果', exact: true }).click();
  await page.getByLabel(/^检测结果/).setInputFiles(pdf('检测结果.pdf'));
  await page.getByText('已核验：检测结果.pdf').waitFor();
  await page.getByRole('button', { name: '确定上传检测结果' }).click();
  await page.locator('.next', { hasText: '待确认支付' }).waitFor();
};
const pay = async (page: Page, address: string) => {
  await page.goto(address);
  await confirm(page, '确认结果并支付');
  await page.locator('.stamp.paid').waitFor();
};
const redeem = async (page: Page, title: string, invoice: string) => {
  await menu(page, '我的电子券');
  await page.locator('.ticket', { hasText: title }).getByRole('link', { name: '兑付' }).click();
  await page.getByLabel(/用已上传的检测结果/).check();
  await page.getByLabel('发票文件').setInputFiles(pdf('发票.pdf'));
  await page.getByText('已核验：发票.pdf').waitFor();
  await page.getByLabel('发票号码').fill(invoice);
  await page.getByLabel('开票日期').fill('2026-11-20');
  await page.getByLabel('价税合计（元）').fill('20000');
  await page.getByRole('button', { name: '提交兑付申请' }).click();
  await page.locator('.next', { hasText: '待形式审核' }).waitFor();
};

test.describe.configure({ mode: 'serial' });
let firm: Page;
let lab: Page;
let slug = '';

test('R1, R10, R20: a new applicant and a new institution register, certify, sign, and the module opens', async ({
  open,
  signIn,
}) => {
  firm = await register(open, 'new-firm@demo.example', '用户单位', '开封演示传感器有限公司', '91410200MA9XTEKT0A');
  await picture(firm, 'journey-firm-start');
  await certify(firm, 'GR202541009999');
  lab = await register(open, 'new-lab@demo.example', '管理单位', '开封演示检测院', '12410200415800099X');
  await certify(lab);
  await decide(signIn, '认证审核', '开封演示传感器有限公司', '通过认证');
  await decide(signIn, '认证审核', '开封演示检测院', '通过认证');
  await menu(lab, '诚信承诺书');
  await lab.getByLabel(/我已阅读全文/).check();
  await lab.getByRole('button', { name: '签署', exact: true }).click();
  await lab.getByText('创新券功能已开通').waitFor();
});

test('R4, R11, R21: the quota is claimed, a project registered, an instrument published', async ({ signIn }) => {
  await firm.goto(`${stack.url}/user/?view=quota`);
  await firm.getByLabel(/我已阅读全文/).check();
  await firm.getByRole('button', { name: '领取', exact: true }).click();
  await firm.getByRole('heading', { name: /2026 年额度 200,000.00 元/ }).waitFor();
  await picture(firm, 'journey-quota');
  await menu(firm, '项目登记');
  await firm.getByRole('button', { name: '登记科技研发项目' }).click();
  await firm.getByLabel('项目名称').fill('高温压力传感器可靠性研究');
  await firm.getByLabel('开始日期').fill('2026-01-01');
  await firm.getByLabel('结束日期').fill('2027-12-31');
  await firm.getByLabel('经费（元）').fill('500000');
  await firm.getByLabel('负责人').fill('演示负责人');
  await firm.getByLabel(/^研究内容/).fill('研究高温环境下压力传感器芯片的失效机理与封装可靠性。（演示数据）');
  await firm.getByRole('button', { name: '提交审核' }).click();
  await firm.locator('.next', { hasText: '待审核' }).waitFor();
  await decide(signIn, '项目审核', '高温压力传感器可靠性研究', '通过');
  await menu(lab, '仪器资源');
  await lab.getByRole('button', { name: '添加仪器' }).click();
  await lab.getByLabel('名称', { exact: true }).fill('聚焦离子束电子显微镜（演示）');
  await lab.getByLabel('型号').fill('DEMO-JOURNEY');
  await lab.getByLabel('能做什么').fill('截面制备与断口观察。（演示数据）');
  await lab.getByLabel('最低价（元）').fill('500');
  await lab.getByLabel('最高价（元）').fill('2000');
  await lab.getByRole('button', { name: '提交审核' }).click();
  await lab
    .getByRole('row', { name: /聚焦离子束/ })
    .getByText('待审核')
    .waitFor();
  await decide(signIn, '仪器审核', '聚焦离子束电子显微镜', '通过并发布');
  const [row] = await stack.sql`select slug from public.catalogue where model = 'DEMO-JOURNEY'`;
  slug = String(row?.['slug']);
});
let address = '';

test('R12–R17: booked, accepted, approved, delivered, confirmed and paid, rated', async ({ signIn }) => {
  address = await book(firm, slug, '旅程断口形貌分析', 'J-2026-001');
  await accept(lab, '旅程断口形貌分析');
  await decide(signIn, '订单审核', '旅程断口形貌分析', '审核通过');
  await deliver(lab, '旅程断口形貌分析');
  await pay(firm, address);
  await firm.locator('form', { hasText: '评价管理单位' }).getByRole('button', { name: '评价' }).click();
  await firm.getByText('5 分').first().waitFor();
  await picture(firm, 'journey-paid');
});

test('R15: refused a second time, by another officer, the order is ordinary and offers no voucher', async ({
  signIn,
}) => {
  const place = await book(firm, slug, '旅程两次不通过', 'J-2026-002');
  await accept(lab, '旅程两次不通过');
  await decide(signIn, '订单审核', '旅程两次不通过', '不通过');
  await firm.goto(place);
  await confirmSubmitAgain(firm);
  await accept(lab, '旅程两次不通过');
  // Whoever refused first is offered nothing; another officer decides.
  const same = await signIn('platform');
  await menu(same, '订单审核');
  await same
    .locator('.queue')
    .getByRole('link', { name: /旅程两次不通过/ })
    .click();
  await same.locator('.bench h1', { hasText: '旅程两次不通过' }).waitFor();
  assert.equal(await same.locator('.bench .next').getByRole('button').count(), 0);
  await same.context().close();
  await decide(signIn, '订单审核', '旅程两次不通过', '不通过', 'platform2');
  await firm.goto(place);
  await firm.locator('.next', { hasText: '普通订单' }).waitFor();
  assert.equal(await firm.locator('.next').getByRole('button').count(), 0);
  await picture(firm, 'journey-ordinary');
});

test('R24: papers refused twice: 兑付失败, and both sides are told in plain words', async ({ signIn }) => {
  const place = await book(firm, slug, '旅程兑付失败', 'J-2026-003');
  await accept(lab, '旅程兑付失败');
  await decide(signIn, '订单审核', '旅程兑付失败', '审核通过');
  await deliver(lab, '旅程兑付失败');
  await pay(firm, place);
  await redeem(lab, '旅程兑付失败', '26410000000000009003');
  const number = String(
    (
      await stack.sql`select voucher_no from public.redemptions where state = 'submitted' order by id desc limit 1`
    )[0]?.['voucher_no'],
  );
  await decide(signIn, '形式审核', number, '退回补充');
  await lab.goto(`${stack.url}/institution/?view=redemptions`);
  await lab
    .getByRole('row', { name: new RegExp(number) })
    .getByRole('link')
    .click();
  await lab.getByRole('link', { name: '补充并重新提交' }).click();
  // What was submitted is there already, and stays part of the claim.
  await lab.getByText('已核验：发票.pdf').waitFor();
  await lab.getByLabel(/其他证明材料/).setInputFiles(pdf('补充.pdf'));
  await lab.getByText('已核验：补充.pdf').waitFor();
  await lab.getByRole('button', { name: /提交补充材料/ }).click();
  await lab.locator('.next', { hasText: '待形式审核' }).waitFor();
  await decide(signIn, '形式审核', number, '退回补充', 'platform2');
  await firm.goto(`${stack.url}/user/?view=vouchers&state=failed`);
  await firm.locator('.stamp.failed').first().waitFor();
  await firm.goto(place);
  await firm
    .getByText(/双方按合同结清/)
    .first()
    .waitFor();
  await picture(firm, 'journey-failed');
});

test('R23–R30: claimed, passed, listed, reviewed, confirmed twice, published, archived, paid out: 兑付成功', async ({
  signIn,
}) => {
  await redeem(lab, '旅程断口形貌分析', '26410000000000009001');
  await decide(
    signIn,
    '形式审核',
    String(
      (
        await stack.sql`select voucher_no from public.redemptions where state = 'submitted' order by id desc limit 1`
      )[0]?.['voucher_no'],
    ),
    '形式审核通过',
  );
  // The quarter ends; the holidays of the next year are published, as an administrator enters them.
  const { sql } = stack;
  await sql`insert into public.policy_years (year, calendar_authoritative_until, note) values (2027, '2027-12-31', '演示') on conflict do nothing`;
  await quietCalendar(sql, 2027);
  await sql`insert into public.policy_parameters (year, key, value, unit, label, source) select 2027, key, value, unit, label, source from public.policy_parameters where year = 2026 on conflict do nothing`;
  await sql`update public.organizations set recommender_id = (select organization_id from public.memberships m join public.organizations o on o.id = m.organization_id where o.kind = 'recommender' limit 1) where kind = 'institution' and recommender_id is null`;
  await sql`select private.set_clock('2027-01-05T09:00:00+08:00')`;
  const [round] = await sql`select id from public.rounds where year = 2026 and quarter = 4`;
  const step = async (who: string, ...labels: string[]) => {
    const page = await signIn(who);
    await page.goto(`${stack.url}/desk/?view=round&id=${round?.['id']}`);
    for (const label of labels) {
      await page.locator('.next').getByRole('button', { name: label, exact: true }).waitFor();
      await confirm(page, label);
      await page.locator('.next').getByRole('button', { name: label, exact: true }).waitFor({ state: 'detached' });
    }
    await picture(page, `journey-round-${who}-${labels.at(-1)}`);
    await page.context().close();
  };
  await step('platform', '汇总', '发起专家评审');
  for (const name of ['expert1', 'expert2', 'expert3']) {
    const page = await signIn(name);
    await menu(page, '专家评审');
    await page.getByRole('button', { name: /没有利害关系/ }).click();
    await page.locator('.queue li').first().waitFor();
    const items = await page.locator('.queue li').count();
    for (let i = 0; i < items; i++) {
      const link = page.locator('.queue li a').nth(i);
      await link.click();
      await page.getByRole('heading', { name: (await link.locator('b').textContent()) as string }).waitFor();
      await page.getByRole('radio', { name: '同意兑付', exact: true }).check();
    }
    await picture(page, `journey-${name}`);
    await page.getByRole('button', { name: new RegExp(`提交 ${items} 项意见`) }).click();
    await page.getByText('意见已提交').waitFor();
    await page.context().close();
  }
  await step('platform', '结束评审并上报');
  await step('department', '审核确认');
  await step('finance', '审核确认');
  await step('platform', '发布公示');
  await lab.goto(`${stack.url}/institution/?view=packs`);
  await lab
    .getByRole('row', { name: /第 4 季度/ })
    .getByRole('link')
    .click();
  await confirm(lab, '已打印盖章');
  await confirm(lab, '已报送推荐单位');
  await lab.locator('.next', { hasText: '已报送推荐单位' }).waitFor();
  const [labPack] =
    await sql`select k.id from public.paper_packs k join public.organizations o on o.id = k.institution_id where o.name = '开封演示检测院' and k.round_id = ${round?.['id'] as number}`;
  const body = await signIn('recommender');
  await body.goto(`${stack.url}/desk/?view=pack&id=${labPack?.['id']}`);
  await confirm(body, '审核通过');
  await body.goto(`${stack.url}/desk/?view=pack&id=${labPack?.['id']}`);
  await confirm(body, '已报送省科技厅');
  await body.getByRole('button', { name: '确定已报送省科技厅' }).waitFor({ state: 'detached' });
  await body.context().close();
  const office = await signIn('platform');
  await office.goto(`${stack.url}/desk/?view=pack&id=${labPack?.['id']}`);
  await confirm(office, '归存');
  await office.getByRole('button', { name: '确定归存' }).waitFor({ state: 'detached' });
  await office.context().close();
  await sql`select private.set_clock('2027-01-15T09:00:00+08:00')`;
  await step('platform', '公示期满，开始兑付');
  const payer = await signIn('platform');
  // R42: without an account the item waits, and the institution is told; it files one, and the platform verifies it.
  await menu(payer, '拨付单');
  await payer.getByText(/没有已核验的收款账户：\d+ 笔/).waitFor();
  await menu(lab, '收款账户');
  await lab.getByLabel(/^户名/).fill('开封演示检测院');
  await lab.getByLabel(/^开户银行/).fill('演示银行开封分行');
  await lab.getByRole('textbox', { name: /^账号/ }).fill('6222 0210 0112 3456 789');
  await lab.getByLabel(/^联行号/).fill('102491000001');
  await lab.locator('input[type=file]').setInputFiles(pdf('账户证明.pdf'));
  await lab.getByText('已核验：账户证明.pdf').waitFor();
  await lab.getByRole('button', { name: '提交登记' }).click();
  await lab.locator('.next', { hasText: '待核验' }).waitFor();
  await picture(lab, 'journey-account');
  await menu(payer, '收款账户');
  await payer.getByRole('link', { name: '开封演示检测院' }).click();
  await payer.getByText('**** **** 6789').waitFor();
  await payer.getByRole('button', { name: '显示全文' }).click();
  await payer.getByText('6222 0210 0112 3456 789').waitFor();
  await picture(payer, 'journey-account-desk');
  await confirm(payer, '核验通过');
  await payer.locator('.next', { hasText: '已核验' }).waitFor();
  // R43: one draws up, another approves; the bank's file; its answer as a file.
  await menu(payer, '拨付单');
  await payer.getByRole('button', { name: '拟制拨付单' }).waitFor();
  await picture(payer, 'journey-payout');
  await payer.getByRole('button', { name: '拟制拨付单' }).click();
  await payer.getByRole('heading', { name: /^拨付单 BF/ }).waitFor();
  const checker = await signIn('platform2');
  await checker.goto(payer.url());
  await confirm(checker, '复核通过，列入拨付单');
  await checker.getByRole('button', { name: /^生成银行文件/ }).waitFor();
  await checker.context().close();
  await payer.reload();
  await confirm(payer, '生成银行文件');
  const [file] = await Promise.all([
    payer.waitForEvent('download'),
    payer.getByRole('button', { name: '下载 Excel（XLSX）' }).click(),
  ]);
  assert.match(file.suggestedFilename(), /^BF\d{4}-\d{4}\.xlsx$/);
  await picture(payer, 'journey-payment-list');
  const lines = await sql`select p.payment_no, p.amount_fen, private.today()::text as day from public.payments p
    where p.state = 'in_transit' order by p.line_no`;
  const results = lines.map(
    (l) => `${l['payment_no']},${Number(l['amount_fen']) / 100},到账,${l['day']},LS${l['payment_no']},`,
  );
  const answer = (of: string[]) => ({
    name: '银行结果.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['业务编号,金额（元）,结果,日期,流水号,退票原因', ...of].join('\r\n')),
  });
  const chosen = payer.locator('input[type=file]');
  await chosen.setInputFiles(answer([...results.slice(1), `${results[0]}`.replace('到账', '也许')]));
  await payer.getByText('有 1 行不能登记，一行也没有登记').waitFor();
  await picture(payer, 'journey-bad-results');
  await chosen.setInputFiles(answer(results));
  await payer.getByText('每一笔都有了结果。').waitFor();
  await payer.context().close();
  await firm.goto(`${stack.url}/user/?view=vouchers&state=redeemed`);
  await firm.locator('.stamp.redeemed', { hasText: '兑付成功' }).waitFor();
  await picture(firm, 'journey-redeemed');
  const [voucher] =
    await sql`select v.state from public.vouchers v join public.orders o on o.id = v.order_id where o.contract_no = 'J-2026-001'`;
  assert.equal(voucher?.['state'], 'redeemed');
  await firm.context().close();
  await lab.context().close();
});
test.afterAll(() => demoTime(stack.sql));

async function confirmSubmitAgain(page: Page): Promise<void> {
  // Unchanged it cannot be sent again: the button comes with the first change.
  assert.equal(await page.getByRole('button', { name: '重新提交', exact: true }).count(), 0);
  await page.getByRole('link', { name: '修改订单' }).click();
  await page.getByLabel(/按意见改了什么/).fill('已补充检测与研发项目的关系。');
  await page.getByRole('button', { name: '保存并核对' }).click();
  await page.getByText(/还没有重新提交/).waitFor();
  await page.getByRole('button', { name: '重新提交', exact: true }).click();
  await page.getByLabel(/我接受本次可抵扣/).check();
  await page.getByRole('button', { name: '确定重新提交' }).click();
  await page.locator('.next', { hasText: '待受理' }).waitFor();
}
