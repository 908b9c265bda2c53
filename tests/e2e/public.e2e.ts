import assert from 'node:assert/strict';
import { AxeBuilder } from './axe.ts';
import type { Browser } from './harness.ts';

export default async function publicPages({ stack, open, picture, test }: Browser): Promise<void> {
  await test('public pages: a heading, no script error, no accessibility violation, at phone and desktop width', async () => {
    const paths = ['/', '/policies/', '/policies/guofa-2014-70/', '/instruments/', '/instruments/i1/', '/services/', '/notices/', '/notices/1/', '/statistics/', '/open-data/', '/seals/', '/verify/', '/report-error/', '/tools/', '/exclusions/', '/work/', '/nowhere/'];
    for (const path of paths) {
      for (const width of [390, 1280]) {
        const page = await open(width);
        await page.goto(stack.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${path} at ${width} is ${overflow} px too wide`);
        const violations = await AxeBuilder(page);
        assert.deepEqual(violations, [], `${path} at ${width}`);
        await picture(page, `public${path.replaceAll('/', '-')}${width}`);
        await page.context().close();
      }
    }
  });
  await test('the catalogue is searched by a two-character word', async () => {
    const page = await open();
    await page.goto(`${stack.url}/instruments/?q=显微`);
    await page.getByRole('heading', { name: /找到 \d+/ }).waitFor();
    await picture(page, 'search');
  });
  await test('R35: a stranger verifies a voucher from its QR address, mistypes it, and reports an error', async () => {
    await stack.sql`delete from private.public_turns`;
    const [voucher] = await stack.sql`select voucher_no, verify_code from public.vouchers where state = 'redeemed' order by id limit 1`;
    const page = await open(390);
    await page.goto(`${stack.url}/verify/?no=${voucher?.['voucher_no']}&code=${voucher?.['verify_code']}`);
    await page.getByText('确有此券').waitFor();
    await picture(page, 'verify-390');
    await page.getByLabel('券号').fill(`${String(voucher?.['voucher_no']).slice(0, -1)}${(Number(String(voucher?.['voucher_no']).slice(-1)) + 1) % 10}`);
    await page.getByRole('button', { name: '核验' }).click();
    await page.getByText('券号抄错了一位').waitFor();
    await page.goto(`${stack.url}/report-error/?page=/faq/`);
    await page.getByLabel(/哪里不对/).fill('第三条的日期写错了。');
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByText(/受理编号 ZC-\d{6}/).waitFor();
    await page.context().close();
  });
  await test('every theme and the elders’ version pass axe, and the choice is kept', async () => {
    const page = await open();
    await page.goto(`${stack.url}/statistics/`);
    for (const theme of ['深色', '高对比', '浅色', '长辈版']) {
      await page.getByRole('button', { name: theme, exact: true }).click();
      for (const path of ['/', '/statistics/', '/instruments/', '/notices/1/']) {
        await page.goto(stack.url + path);
        assert.deepEqual(await AxeBuilder(page), [], `${theme} ${path}`);
        if (path === '/') await picture(page, `theme-${theme}`);
      }
    }
    await page.context().close();
  });
}
