import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from './axe.ts';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import { dir, goTo, picture, settled, stack, test, views } from './harness.ts';

test('every role sees its own menus at desktop and phone width, and no view breaks', async ({ signIn }) => {
  for (const name of ['firm', 'team', 'lab', 'recommender', 'platform', 'expert1', 'department', 'finance']) {
    for (const width of [1280, 390]) {
      const page = await signIn(name, width);
      for (const label of [...(await views(page)), '消息']) {
        if (label === '消息') await page.locator('.bar').getByRole('link', { name: /^消息/ }).click();
        else await goTo(page, label);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await settled(page);
        assert.equal(
          await page.getByRole('alert').count(),
          0,
          `${name}: ${label}: ${await page.getByRole('alert').allTextContents()}`,
        );
        assert.equal(await page.locator('.crumbs [aria-current=page]').textContent(), label);
        assert.ok((await page.title()).includes(label), `${label}: ${await page.title()}`);
        assert.deepEqual(await AxeBuilder(page), [], `${name}: ${label}`);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.ok(overflow <= 0, `${name}: ${label} at ${width} is ${overflow} px too wide`);
        await picture(page, `desk-${name}-${label}-${width}`);
      }
      await page.context().close();
    }
  }
});

test('the crumbs name the view, lead back to its list and to the workspace, and follow the browser’s way back', async ({
  signIn,
}) => {
  const page = await signIn('firm');
  const crumbs = page.getByRole('navigation', { name: '当前位置' });
  const say = async (...names: string[]) => {
    await crumbs
      .locator('[aria-current=page]')
      .getByText(names.at(-1) as string, { exact: true })
      .waitFor();
    assert.deepEqual(await crumbs.getByRole('listitem').allTextContents(), names);
  };
  await say('首页', '用户中心', '待办');
  await page.goto(`${stack.url}/user/?view=orders`);
  await say('首页', '用户中心', '创新券订单');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await say('首页', '用户中心', '创新券订单', '订单');
  await crumbs.getByRole('link', { name: '创新券订单' }).click();
  await say('首页', '用户中心', '创新券订单');
  await page.goBack();
  await say('首页', '用户中心', '创新券订单', '订单');
  await crumbs.getByRole('link', { name: '用户中心' }).click();
  await say('首页', '用户中心', '待办');
  await page.context().close();
});

test('a workspace is an application: bar, menu in parts with what waits, no public menu and no foot; on a phone the menu is below', async ({
  signIn,
}) => {
  const parts = {
    firm: ['办理', '创新券', '单位'],
    lab: ['资源', '订单', '兑付', '单位'],
    platform: ['审核', '季度', '资金', '监督'],
  };
  for (const [name, expected] of Object.entries(parts)) {
    const page = await signIn(name);
    const menu = page.getByRole('navigation', { name: '业务' });
    assert.deepEqual(await menu.locator('.partname').allTextContents(), expected);
    assert.equal(await page.getByRole('navigation', { name: '主导航' }).count(), 0);
    assert.equal(await page.locator('footer').count(), 0);
    await page.getByRole('heading', { name: '待办', exact: true }).waitFor();
    await settled(page);
    const box = async (what: string) => (await page.locator(what).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    // One width, and nothing jumps: menu, work and heading stand where they stood in every view.
    const place = async () => [(await box('#menu')).width, (await box('main')).x, (await box('main')).width];
    const before = await place();
    for (const view of await views(page)) {
      await goTo(page, view);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      assert.deepEqual(await place(), before, view);
    }
    assert.ok((await box('.bar')).height <= 53);
    await page.setViewportSize({ width: 390, height: 844 });
    await settled(page);
    const below = await box('.menu');
    assert.ok(below.y + below.height >= 843 && below.height <= 64, JSON.stringify(below));
    await page.locator('.opens').last().click();
    await settled(page);
    await picture(page, `frame-${name}-390`);
    await page.keyboard.press('Escape');
    await page.context().close();
  }
});

test('the keyboard: the first Tab leads to the work; a change of view stands at its heading and says it; a public page leads back by the workspace’s name', async ({
  signIn,
}) => {
  const page = await signIn('firm');
  await page.goto(`${stack.url}/user/?view=orders`);
  await page.getByRole('row').nth(1).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), '跳到办理区');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement)));
  const standsAt = (heading: string) =>
    page.waitForFunction(
      (text) => document.activeElement?.tagName === 'H1' && document.activeElement.textContent === text,
      heading,
    );
  await page
    .getByRole('navigation', { name: '业务' })
    .getByRole('link', { name: /^项目登记/ })
    .focus();
  await page.keyboard.press('Enter');
  await standsAt('项目登记');
  assert.match(await page.title(), /^项目登记 · 用户中心/);
  await page.goBack();
  await standsAt('创新券订单');
  const first = page.getByRole('row').nth(1).getByRole('link').first();
  await first.focus();
  await page.keyboard.press('Enter');
  await page.locator('.case h1').waitFor();
  const title = String(await page.locator('.case h1').textContent());
  await standsAt(title);
  assert.ok((await page.title()).startsWith(`${title} · 订单 · 用户中心`), await page.title());
  await page.goto(`${stack.url}/instruments/`);
  assert.equal(await page.locator('.top').getByRole('link', { name: '登录' }).count(), 0);
  await page.locator('.top').getByRole('link', { name: '用户中心', exact: true }).click();
  await page.waitForURL('**/user/');
  await page.locator('.person').click();
  await page.getByRole('button', { name: '退出' }).click();
  await page.getByLabel('密码').waitFor();
  await page.goto(`${stack.url}/instruments/`);
  await page.locator('.top').getByRole('link', { name: /^登录/ }).waitFor();
  await page.context().close();
});

test('R34: / finds from anywhere; arrows and Enter open, Escape leaves; on a phone it lies over the bar; it can be switched off', async ({
  signIn,
}) => {
  const [order] = await stack.sql`select o.order_no, o.title from public.orders o
    join public.organizations a on a.id = o.applicant_id where a.name = '洛阳演示轴承科技有限公司' and o.state = 'paid' order by o.id desc limit 1`;
  const [number, title] = [String(order?.['order_no']), String(order?.['title'])];
  for (const name of ['firm', 'lab', 'platform']) {
    const page = await signIn(name);
    const field = page.getByRole('searchbox', { name: '查找' });
    await field.waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(number.slice(-4));
    const found = page.locator('.found a').filter({ hasText: number });
    await found.first().waitFor();
    await picture(page, `found-${name}`);
    assert.deepEqual(await AxeBuilder(page), [], name);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.found').count(), 0);
    await page.keyboard.press('/');
    await field.fill(number);
    await found.first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.case h1').getByText(title).waitFor();
    if (name === 'firm') {
      await page.locator('.person').click();
      await page.getByRole('checkbox', { name: /单键快捷键/ }).uncheck();
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      assert.equal(await field.evaluate((e) => e === document.activeElement), false);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole('button', { name: '查找' }).click();
      await field.fill('轴承');
      await page.locator('.found a').first().waitFor();
      await settled(page);
      await picture(page, 'found-390');
    }
    await page.context().close();
  }
});

test('R16: the applicant checks the result and pays in one act; the ticket shows as paid and prints with its code', async ({
  signIn,
}) => {
  const page = await signIn('firm');
  await page.getByRole('row', { name: '待确认支付' }).getByRole('link').click();
  await page.getByRole('button', { name: '确认结果并支付', exact: true }).click();
  await picture(page, 'pay');
  await page.getByRole('button', { name: '确定确认结果并支付' }).click();
  await page.locator('.stamp.paid').waitFor();
  // What was done is said, with the number.
  await page.locator('.toast', { hasText: /已办好：确认结果并支付，CXQ-/ }).waitFor();
  await picture(page, 'paid');
  assert.deepEqual(await AxeBuilder(page), []);
  await page.getByRole('link', { name: '打印电子券' }).click();
  await page.getByAltText('核验二维码').waitFor();
  await picture(page, 'ticket-sheet');
  await page.context().close();
});

test('P3, R14: a reviewer decides from the keyboard and the next case opens', async ({ signIn }) => {
  const page = await signIn('platform');
  await goTo(page, '订单审核');
  await page.locator('.bench .next').waitFor();
  // The list of this queue, not of the view before, with its first case open.
  await page.waitForFunction(
    () => /[?&]view=order(&|$)/.test(window.location.search) && /[?&]id=\d/.test(window.location.search),
  );
  const first = page.url();
  const count = await page.locator('.queue li').count();
  assert.ok(count >= 2, 'the demo has at least two orders in review');
  await page.keyboard.press('j');
  await page.waitForFunction((href) => window.location.href !== href, first);
  await page.keyboard.press('k');
  await page.waitForFunction((href) => window.location.href === href, first);
  await page.locator('.bench .next').waitFor();
  await picture(page, 'reviewer');
  await page.keyboard.press('a');
  await page.getByRole('button', { name: '确定审核通过' }).waitFor();
  await picture(page, 'approve');
  await page.keyboard.press('Enter');
  await page.waitForFunction((n) => document.querySelectorAll('.queue li').length === n - 1, count);
  await page.locator('.bench .next').waitFor();
  await page.context().close();
});

test('P2, R12: from an instrument’s page, through sign-in, to a submitted order on a phone', async ({ open }) => {
  const page = await open(390);
  const [row] = await stack.sql`select slug from public.catalogue where model = 'DEMO-8100'`;
  await page.goto(`${stack.url}/instruments/${row?.['slug']}/`);
  await page.getByRole('link', { name: '创新券预约' }).click();
  await page.getByLabel('邮箱').fill('firm@demo.example');
  await page.getByLabel('密码').fill('yanshi-2026-demo');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('heading', { name: /创新券预约：/ }).waitFor();
  // Everything that is missing is named at once, before anything is sent.
  await page.getByRole('button', { name: '保存并核对' }).click();
  await page.getByText('处要改').waitFor();
  await picture(page, 'book-problems-390');
  await page.getByLabel('检测名称').fill('陶瓷轴承微观缺陷观察');
  await page.getByLabel('项目', { exact: true }).fill('断口形貌');
  await page.getByLabel('单价（元）').fill('1000');
  await page.getByLabel('合同号').fill('E2E-001');
  await page.getByLabel('签订日期').fill('2026-10-01');
  await page.getByLabel('合同总额（元）').fill('1000');
  await page.getByLabel('其中检测费（元）').fill('1000');
  const contract = join(dir, '合同.pdf');
  writeFileSync(contract, tinyPdf('演示'));
  await page.getByLabel(/^合同（/).setInputFiles(contract);
  await page.getByText('已核验：合同.pdf').waitFor();
  await page.getByRole('checkbox', { name: /以上均无/ }).check();
  // What was typed survives a reload.
  await page.reload();
  await page.getByText('已恢复上次没有保存的内容').waitFor();
  await picture(page, 'book-390');
  assert.deepEqual(await AxeBuilder(page), []);
  await page.getByRole('button', { name: '保存并核对' }).click();
  await page.getByRole('button', { name: '提交订单', exact: true }).click();
  await page.getByLabel(/我接受本次可抵扣 300.00 元/).check();
  await page.getByRole('button', { name: '确定提交订单' }).click();
  await page.locator('.next', { hasText: '待受理' }).waitFor();
  await picture(page, 'submitted-390');
  await page.context().close();
});

test('R15: a returned order is edited, and the reviewer sees the difference first', async ({ signIn }) => {
  const page = await signIn('firm');
  await page.getByRole('row', { name: '退回修改' }).getByRole('link').first().click();
  await page.getByText('剩余修改次数').waitFor();
  const number = (await page.locator('.case > header p').first().textContent()) ?? '';
  await picture(page, 'returned');
  await page.getByRole('link', { name: '修改订单' }).click();
  await page.getByLabel('检测目的').fill('补充：用于验证热处理工艺对疲劳寿命的影响。');
  await page.getByRole('button', { name: '保存并核对' }).click();
  await page.getByRole('button', { name: '重新提交', exact: true }).click();
  await page.getByLabel(/我接受本次可抵扣/).check();
  await page.getByRole('button', { name: '确定重新提交' }).click();
  await page.locator('.next', { hasText: '待受理' }).waitFor();
  await page.context().close();
  const lab = await signIn('lab');
  await goTo(lab, '创新券订单');
  await lab.getByRole('row', { name: number }).getByRole('link').click();
  await lab.getByText('与上一次提交的不同').waitFor();
  await lab.getByText('热处理工艺对疲劳寿命').first().waitFor();
  await picture(lab, 'difference');
  await lab.context().close();
});
