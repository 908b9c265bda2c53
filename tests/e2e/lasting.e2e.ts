// What is being done outlasts a session that ends, a script that does not come, and a view that does not exist.
import assert from 'node:assert/strict';
import { password, stack, test } from './harness.ts';

test('a session that has ended asks to sign in over what was typed; then the same button does it', async ({
  signIn,
}) => {
  const page = await signIn('firm');
  await page.goto(`${stack.url}/user/?view=projects`);
  await page.getByRole('button', { name: '登记科技研发项目' }).click();
  const form = page.locator('form.card');
  const title = `高温合金断口研究 ${Date.now() % 100_000}`;
  await form.getByLabel('项目名称').fill(title);
  await form.getByLabel('开始日期').fill('2026-11-01');
  await form.getByLabel('结束日期').fill('2027-10-31');
  await form.getByLabel('经费（元）').fill('100000');
  await form.getByLabel('负责人').fill('张研');
  await form
    .getByLabel('研究内容（20–2000 字）')
    .fill('研究高温合金在循环载荷下的断口形貌，需要扫描电镜观察裂纹源和扩展区。');
  // What an expired session leaves behind: a token that is over and cannot be renewed.
  const email = await page.evaluate(() => {
    const key = Object.keys(localStorage).find((k) => k.endsWith('-auth-token')) ?? '';
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}');
    localStorage.removeItem(key);
    return String(kept.user?.email);
  });
  assert.equal(email, 'firm@demo.example');
  const send = form.locator('button[type=submit]');
  await send.click();
  const again = page.getByRole('dialog', { name: '重新登录' });
  await again.getByText('填好的内容还在').waitFor();
  assert.equal(await page.getByText('42501').count(), 0);
  await again.getByLabel('邮箱').fill(email);
  await again.getByLabel('密码').fill(password);
  await again.getByRole('button', { name: '登录', exact: true }).click();
  await again.waitFor({ state: 'hidden' });
  assert.equal(await form.getByLabel('项目名称').inputValue(), title);
  await send.click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await page.context().close();
});

test('a view whose script does not come says so and breaks no other; with a network its button brings it, without a reload', async ({
  signIn,
}) => {
  const page = await signIn('firm');
  const menu = page.getByRole('navigation', { name: '业务' });
  await page.evaluate(() => {
    document.documentElement.dataset['same'] = '1';
  });
  let cut = true;
  const inApp = '**/_astro/*.js';
  await page.route(inApp, (route) => (cut ? route.abort() : route.continue()));
  await menu.getByRole('link', { name: '项目登记' }).click();
  await page.getByRole('button', { name: '重试' }).waitFor();
  await menu.getByRole('link', { name: '待办' }).click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: '重试' }).count(), 0);
  await menu.getByRole('link', { name: '项目登记' }).click();
  cut = false;
  await page.getByRole('button', { name: '重试' }).click();
  await page.getByRole('heading', { level: 1, name: '项目登记' }).waitFor();
  await menu.getByRole('link', { name: '创新券订单' }).click();
  await page.getByRole('heading', { level: 1, name: '创新券订单' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset['same']), '1');
  await page.unroute(inApp);
  await page.context().close();
});

test('each view has a title of its own; an address that names none says so', async ({ signIn }) => {
  const page = await signIn('lab');
  const menu = page.getByRole('navigation', { name: '业务' }).getByRole('link');
  const titles: string[] = [];
  for (let i = 0; i < (await menu.count()); i++) {
    await menu.nth(i).click();
    await page.waitForFunction((had) => !had.includes(document.title), titles);
    titles.push(await page.title());
  }
  assert.ok(titles.length > 8, titles.join());
  assert.equal(new Set(titles).size, titles.length, titles.join('\n'));
  await page.goto(`${stack.url}/institution/?view=nowhere`);
  await page.getByRole('heading', { name: '没有这一页' }).waitFor();
  await page.context().close();
});
