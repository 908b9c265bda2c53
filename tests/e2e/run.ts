// The browser tests: a throwaway stack with demo data, the site built against it, real pages in Chromium. Pictures go to .artifacts/.
import '../../local/node-version.ts';
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from './axe.ts';
import { chromium, type Page } from 'playwright-core';
import { buildSite } from '../../local/build.ts';
import { seed } from '../../local/seed.ts';
import { root, startStack } from '../../local/stack.ts';

const artifacts = join(root, '.artifacts');
mkdirSync(artifacts, { recursive: true });
const dir = mkdtempSync(join(tmpdir(), 'voucher-e2e-'));
chmodSync(dir, 0o711);
const site = join(dir, 'site');
const stack = await startStack({ dataDir: join(dir, 'data'), site });
let passed = 0;
let failed = 0;
try {
  await seed(stack, { instruments: 120 });
  await buildSite(stack, site);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  const { password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as { password: string };

  async function open(width = 1280): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width, height: 900 }, locale: 'zh-CN' })).newPage();
    page.on('pageerror', (error) => { throw error; });
    page.setDefaultTimeout(10_000);
    return page;
  }
  const picture = (page: Page, name: string) => page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: true });
  async function signIn(name: string, width?: number): Promise<Page> {
    const page = await open(width);
    await page.goto(`${stack.url}/work/`);
    await page.getByLabel('邮箱').fill(`${name}@demo.example`);
    await page.getByLabel('密码').fill(password);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('navigation', { name: '业务' }).waitFor();
    return page;
  }
  async function test(name: string, body: () => Promise<void>): Promise<void> {
    try {
      await body();
      passed++;
      console.log(`✓ ${name}`);
    } catch (error) {
      failed++;
      console.error(`✗ ${name}\n`, error);
    }
  }

  await test('public pages: a heading, no script error, no accessibility violation, at phone and desktop width', async () => {
    for (const path of ['/', '/policies/', '/policies/guofa-2014-70/', '/instruments/', '/instruments/i1/', '/services/', '/notices/', '/exclusions/', '/work/', '/nowhere/']) {
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
  await browser.close();
} finally {
  await stack.stop();
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
