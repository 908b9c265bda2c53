import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from './axe.ts';
import type { Browser } from './harness.ts';

export default async function work({ stack, dir, signIn, picture, test }: Browser): Promise<void> {
  await test('R16: the applicant checks the result and pays; the voucher shows as paid', async () => {
    const page = await signIn('firm');
    await page.getByRole('row', { name: '待确认支付' }).getByRole('button').click();
    await page.getByRole('button', { name: '确认结果并支付', exact: true }).click();
    await picture(page, 'pay');
    await page.getByRole('button', { name: '确定确认结果并支付' }).click();
    await page.locator('.stamp.paid').waitFor();
    await picture(page, 'paid');
    assert.deepEqual(await AxeBuilder(page), []);
    await page.context().close();
  });
  await test('R14: the platform approves an order', async () => {
    const page = await signIn('platform');
    await page.getByRole('table').getByRole('button').first().click();
    await page.getByRole('button', { name: '审核通过', exact: true }).click();
    await picture(page, 'approve');
    await page.getByRole('button', { name: '确定审核通过' }).click();
    await page.locator('.next', { hasText: '待履约' }).waitFor();
    await page.context().close();
  });
  await test('R12: an applicant books from an instrument’s page to a submitted order', async () => {
    const page = await signIn('firm', 390);
    const [row] = await stack.sql`select slug from public.catalogue where model = 'DEMO-8100'`;
    await page.goto(`${stack.url}/work/?book=${row?.['slug']}`);
    await page.getByLabel('检测名称').fill('陶瓷轴承微观缺陷观察');
    await page.getByLabel('项目', { exact: true }).fill('断口形貌');
    await page.getByLabel('单价（元）').fill('1000');
    await page.getByLabel('合同号').fill('E2E-001');
    await page.getByLabel('签订日期').fill('2026-10-01');
    await page.getByLabel('合同总额（元）').fill('1000');
    await page.getByLabel('其中检测费（元）').fill('1000');
    const contract = join(dir, '合同.pdf');
    writeFileSync(contract, '%PDF-1.4\n% 演示\n%%EOF\n');
    await page.getByLabel(/^合同（/).setInputFiles(contract);
    await page.getByText('已核验：合同.pdf').waitFor();
    await picture(page, 'book-390');
    await page.getByRole('button', { name: '保存并核对' }).click();
    await page.getByRole('button', { name: '提交订单', exact: true }).click();
    await page.getByLabel(/我接受本次可抵扣 300.00 元/).check();
    await page.getByRole('button', { name: '确定提交订单' }).click();
    await page.locator('.next', { hasText: '待受理' }).waitFor();
    await picture(page, 'submitted-390');
    await page.context().close();
  });
  await test('every role sees its own menus and no page breaks', async () => {
    for (const name of ['firm', 'team', 'lab', 'recommender', 'platform', 'expert1', 'department', 'finance']) {
      const page = await signIn(name);
      for (const tab of await page.getByRole('navigation', { name: '业务' }).getByRole('button').all()) {
        await tab.click();
        await page.waitForTimeout(250);
        assert.equal(await page.getByRole('alert').count(), 0, `${name}: ${await tab.textContent()}`);
        await picture(page, `role-${name}-${await tab.textContent()}`);
      }
      assert.deepEqual(await AxeBuilder(page), [], name);
      await page.context().close();
    }
  });
}
