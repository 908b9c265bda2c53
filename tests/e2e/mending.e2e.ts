// What goes wrong and is put right: an organization is suspended and lifted (R46), a decision is corrected by two (R45),
// money that has arrived comes back (R44).
import assert from 'node:assert/strict';
import { goTo, picture, stack, test } from './harness.ts';

test('R46: the department suspends an institution; it sees why, the catalogue that booking pauses; lifted, both are as before', async ({
  signIn,
}) => {
  const [lab] = await stack.sql`select name from public.organizations where name like '中原材料分析测试中心%'`;
  const desk = await signIn('department');
  await goTo(desk, '暂停资格');
  await desk.getByLabel('单位名称或统一社会信用代码').fill('中原材料分析');
  await desk.getByRole('button', { name: String(lab?.['name']) }).click();
  const [days] = await stack.sql`select private.today()::text as today, (private.today() + 9)::text as later`;
  await desk.getByLabel('自（含当日）').fill(String(days?.['later']));
  await desk.getByLabel('至（含当日）').fill(String(days?.['today']));
  await desk.getByLabel('它的兑付').selectOption('yes');
  await desk.getByLabel('原因').fill('受理订单后长期不履行合同');
  await desk.getByRole('button', { name: '暂停资格' }).click();
  await desk.getByRole('alert').getByText('DATE_INVALID').waitFor();
  await picture(desk, 'suspend-refused');
  await desk.getByLabel('自（含当日）').fill(String(days?.['today']));
  await desk.getByLabel('至（含当日）').fill(String(days?.['later']));
  await desk.getByRole('button', { name: '暂停资格' }).click();
  await desk.getByText('受理订单后长期不履行合同').waitFor();
  await picture(desk, 'suspensions');

  for (const width of [1280, 390]) {
    const page = await signIn('lab', width);
    const banner = page.getByRole('region', { name: '暂停资格' });
    await banner.getByText('受理订单后长期不履行合同').waitFor();
    assert.match(String(await banner.textContent()), /兑付在此期间等待/);
    await picture(page, `suspended-lab-${width}`);
  }
  const [entry] = await stack.sql`select bool_or(c.is_open) as open from public.catalogue c
    join public.organizations o on o.id = c.institution_id where o.name = ${String(lab?.['name'])}`;
  assert.equal(entry?.['open'], false);

  const card = desk.locator('section.card').filter({ hasText: '受理订单后长期不履行合同' });
  await card.getByRole('button', { name: '解除暂停' }).click();
  await card.getByLabel('原因').fill('已经改正');
  await card.getByRole('button', { name: '确定解除' }).click();
  await card.getByText('已解除').first().waitFor();
  const back = await signIn('lab');
  await back.getByRole('heading', { name: '待办' }).first().waitFor();
  assert.equal(await back.getByRole('region', { name: '暂停资格' }).count(), 0);
});

test('R45: one officer proposes, sees that he cannot confirm; another confirms; the applicant reads it in the case', async ({
  signIn,
}) => {
  const [order] = await stack.sql`select o.id::integer, o.order_no from public.orders o
    join public.organizations a on a.id = o.applicant_id where a.name = '洛阳演示轴承科技有限公司' and o.state = 'approved'
    order by o.id limit 1`;
  const desk = await signIn('platform');
  await goTo(desk, '更正');
  await desk.getByLabel('订单号、券号').fill(String(order?.['order_no']));
  await desk.getByRole('button', { name: String(order?.['order_no']) }).click();
  await desk.getByRole('button', { name: '更正这个决定' }).first().click();
  await desk.getByLabel('原因').fill('费用清单中有一行不是检测');
  await desk.getByLabel('依据').fill('合同第 2 页');
  await desk.getByRole('button', { name: '提出更正', exact: true }).click();
  const mine = desk.locator('section.card').filter({ hasText: '费用清单中有一行不是检测' });
  await mine.getByText('须由另一位审核人员确认').waitFor();
  assert.equal(await mine.getByRole('button', { name: '确认更正' }).count(), 0);
  await picture(desk, 'rectifications');

  const other = await signIn('platform2', 390);
  await goTo(other, '更正');
  const theirs = other.locator('section.card').filter({ hasText: '费用清单中有一行不是检测' });
  await theirs.getByRole('button', { name: '确认更正' }).click();
  await picture(other, 'rectification-390');
  await theirs.getByRole('button', { name: '确定更正' }).click();
  await theirs.getByText('已更正').first().waitFor();

  const firm = await signIn('firm');
  await firm.goto(`${stack.url}/user/?view=order&id=${order?.['id']}`);
  await firm.getByText('更正：撤销审核通过').first().waitFor();
  await firm.getByText('费用清单中有一行不是检测').first().waitFor();
  assert.equal(await firm.getByText('合同第 2 页').count(), 0);
  await picture(firm, 'rectified-order');
});

test('R44: the department sees what is coming back, finance records it, the institution answers; the voucher says so', async ({
  signIn,
}) => {
  const [recovery] =
    await stack.sql`select r.id::integer, x.voucher_no, r.amount_fen - r.returned_fen as left_fen, u.email
    from public.recoveries r join public.redemptions x on x.id = r.redemption_id
    join public.memberships m on m.organization_id = r.institution_id join auth.users u on u.id = m.user_id limit 1`;
  const lab = await signIn(String(recovery?.['email']).split('@')[0] as string, 390);
  await goTo(lab, '追回');
  await lab.getByText('追回中').first().waitFor();
  await lab.getByRole('button', { name: '答复', exact: true }).click();
  await lab.getByLabel('说明').fill('余下的款项本月内退回');
  await lab.getByRole('button', { name: '提交答复' }).click();
  await lab.getByText('余下的款项本月内退回').waitFor();
  await picture(lab, 'recovery-lab-390');
  await lab.goto(`${stack.url}/institution/?view=vouchers&state=redeemed`);
  await lab.getByText('追回中').first().waitFor();

  // Whoever holds the voucher sees the mark, and no reason.
  const [code] = await stack.sql`select v.verify_code as code from public.vouchers v
    where v.voucher_no = ${String(recovery?.['voucher_no'])}`;
  await lab.goto(`${stack.url}/verify/?no=${recovery?.['voucher_no']}&code=${code?.['code']}`);
  await lab.getByText('确有此券').waitFor();
  await lab.getByText('追回中').waitFor();
  await picture(lab, 'verify-recovering-390');

  const desk = await signIn('department');
  await goTo(desk, '追回');
  await desk.getByText('余下的款项本月内退回').waitFor();
  // Some of it is back already: it can no longer be cancelled.
  assert.equal(await desk.getByRole('button', { name: '撤销追回' }).count(), 0);
  await desk.getByLabel('券号或管理单位').fill(String(recovery?.['voucher_no']));
  await desk.getByRole('button', { name: String(recovery?.['voucher_no']) }).click();
  await picture(desk, 'recoveries');

  const finance = await signIn('finance');
  await goTo(finance, '追回');
  await finance.getByRole('button', { name: '登记退回的款项' }).click();
  await finance.getByLabel('金额（元）').fill(String(Number(recovery?.['left_fen']) / 100));
  await finance.getByLabel('银行流水号').fill('YS-2');
  await finance.getByRole('button', { name: '登记', exact: true }).click();
  await finance.getByText('已追回').first().waitFor();
});
