// Takes the pictures of the operation guides from a running, seeded portal into public/guides/: `node local/guide-pictures.ts [address]`.
import './node-version.ts';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { root } from './stack.ts';

const url = process.argv[2] ?? 'http://127.0.0.1:54300';
const { password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as { password: string };
const out = join(root, 'public/guides');
mkdirSync(out, { recursive: true });
const chrome = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
let missed = 0;

async function visit(): Promise<Page> {
  const page = await (await chrome.newContext({ viewport: { width: 900, height: 560 }, locale: 'zh-CN' })).newPage();
  page.setDefaultTimeout(6_000);
  return page;
}
async function signIn(name: string): Promise<Page> {
  const page = await visit();
  await page.goto(`${url}/work/`);
  await page.getByLabel('邮箱').fill(`${name}@demo.example`);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('navigation', { name: '业务' }).waitFor();
  return page;
}
/** One picture; a screen that has changed its name leaves the old picture and is reported. */
async function shot(page: Page, name: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    await page.waitForTimeout(900);
    await page.screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 72 });
    console.log(`✓ ${name}`);
  } catch (error) {
    missed++;
    console.error(`✗ ${name}: ${(error as Error).message.split('\n')[0]}`);
  }
}
/** A view of a workspace by its address; the header is scrolled away, so that the work fills the picture. */
const view = (page: Page, path: string) => async () => {
  await page.goto(url + path);
  await page.locator('.workhead, main h1').first().waitFor();
  await page.waitForTimeout(900);
  await page.evaluate(() => document.querySelector('.workhead, main h1')?.scrollIntoView());
};

const guest = await visit();
await shot(guest, 'sign-in', () => guest.goto(`${url}/work/`));
await shot(guest, 'entry', async () => {
  await guest.goto(`${url}/instruments/`);
  await guest.locator('main a[href^="/instruments/"]').first().click();
});
const firm = await signIn('firm');
for (const name of ['certification', 'quota', 'projects', 'orders', 'vouchers']) await shot(firm, `user-${name}`, view(firm, `/user/?view=${name}`));
await shot(firm, 'user-order', async () => {
  await view(firm, '/user/?view=orders')();
  await firm.getByRole('row', { name: '待确认支付' }).locator('a, button').first().click();
});
await shot(firm, 'user-book', async () => {
  await firm.goto(`${url}/instruments/`);
  await firm.locator('main a[href^="/instruments/"]').first().click();
  await view(firm, (await firm.locator('a[href^="/user/?book="]').first().getAttribute('href')) ?? '')();
});
const lab = await signIn('lab');
for (const name of ['tasks', 'pledge', 'instruments', 'switches', 'orders', 'vouchers', 'packs']) await shot(lab, `institution-${name}`, view(lab, `/institution/?view=${name}`));
for (const [account, name, at] of [['platform', 'desk-platform', 'order'], ['recommender', 'desk-recommender', 'pack'], ['expert1', 'desk-expert', 'review'], ['department', 'desk-department', 'rounds']] as const) {
  const page = await signIn(account);
  await shot(page, name, view(page, `/desk/?view=${at}`));
}
await chrome.close();
process.exit(missed > 0 ? 1 : 0);
