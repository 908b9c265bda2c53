// What goes wrong and is put right: an organization is suspended and lifted (R46).
import assert from 'node:assert/strict';
import { picture, stack, test } from './harness.ts';

test('R46: the department suspends an institution; it sees why, the catalogue that booking pauses; lifted, both are as before', async ({
  signIn,
}) => {
  const [lab] = await stack.sql`select name from public.organizations where name like '中原材料分析测试中心%'`;
  const desk = await signIn('department');
  await desk.getByRole('link', { name: '暂停资格' }).click();
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
