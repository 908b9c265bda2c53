// Takes the pictures of the operation guides from a running, seeded portal into public/guides/: `node local/guide-pictures.ts [address]`.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { root } from './stack.ts';

const url = process.argv[2] ?? 'http://127.0.0.1:54300';
const { password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as { password: string };
const out = join(root, 'public/guides');
mkdirSync(out, { recursive: true });
const chrome = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
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
/** The work fills the picture: the header is scrolled away, also where the page is short. */
async function settle(page: Page, top = '.workhead, main h1'): Promise<void> {
  await page.locator(top).first().waitFor();
  await page.waitForTimeout(900);
  await page.locator('main').evaluate((main) => {
    main.style.minHeight = '200vh';
  });
  await page
    .locator(top)
    .first()
    .evaluate((e) => e.scrollIntoView());
  await page.mouse.move(0, 0);
}
const view = (page: Page, path: string) => async () => {
  await page.goto(url + path);
  await settle(page);
};
/** The first row of a list that stands in this state, opened. */
const opened = (page: Page, path: string, state: string, top?: string) => async () => {
  await page.goto(url + path);
  await page.getByRole('row', { name: state }).getByRole('link').first().click();
  await page.locator('main .rail, main h1').first().waitFor();
  await settle(page, top);
};
/** The first entry that the list of instruments shows. */
async function firstEntry(page: Page): Promise<void> {
  await page.goto(`${url}/instruments/`);
  await page.locator('#results .what > a, #list .what > a').locator('visible=true').first().click();
  await page.locator('.booking input').waitFor();
}

const guest = await visit();
await shot(guest, 'sign-in', () => guest.goto(`${url}/work/`));
await shot(guest, 'entry', async () => {
  await firstEntry(guest);
  await settle(guest);
});
await shot(guest, 'payouts', view(guest, '/payouts/'));
const firm = await signIn('firm');
for (const name of ['certification', 'projects', 'orders'])
  await shot(firm, `user-${name}`, view(firm, `/user/?view=${name}`));
await shot(firm, 'user-order', opened(firm, '/user/?view=orders', '待确认支付'));
await shot(firm, 'user-rating', opened(firm, '/user/?view=orders', '已支付', 'section:has(> h2:text-is("评价"))'));
await shot(firm, 'user-book', async () => {
  await firstEntry(firm);
  await view(firm, (await firm.locator('.booking a[href^="/user/?book="]').getAttribute('href')) ?? '')();
});
// The firm has its year's quota; the team is still to sign for it.
const team = await signIn('team');
await shot(team, 'user-quota', view(team, '/user/?view=quota'));
const lab = await signIn('lab');
for (const name of ['certification', 'pledge', 'instruments', 'switches', 'packs'])
  await shot(lab, `institution-${name}`, view(lab, `/institution/?view=${name}`));
await shot(lab, 'institution-order', opened(lab, '/institution/?view=orders', '待受理'));
await shot(lab, 'institution-result', opened(lab, '/institution/?view=orders', '待履约'));
await shot(lab, 'institution-vouchers', async () => {
  await view(lab, '/institution/?view=vouchers')();
  await settle(lab, '.ticket:has(a:text-is("兑付"))');
});
await view(lab, '/institution/?view=packs')();
const pack = await lab.getByRole('row').nth(1).getByRole('link').getAttribute('href');
for (const [account, name, at] of [
  ['platform', 'desk-platform', '?view=order'],
  ['recommender', 'desk-recommender', pack ?? ''],
  ['expert1', 'desk-expert', '?view=review'],
] as const) {
  const page = await signIn(account);
  await shot(page, name, view(page, `/desk/${at}`));
}
const department = await signIn('department');
await shot(department, 'desk-department', opened(department, '/desk/?view=rounds', '已办结'));
await chrome.close();
process.exit(missed > 0 ? 1 : 0);
