import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, type Page } from '@playwright/test';
import postgres from 'postgres';
import { root, type Stack } from '../../local/stack.ts';
import { makeWorld, type World } from './world.ts';

/** The stack the tests of this file speak to, with the demo's data; `site` is its built site, `dir` a folder of this run that is removed afterwards. */
export let stack: Pick<Stack, 'url' | 'keys' | 'sql' | 'databaseUrl'>;
export let site = '';
export let dir = '';

function enter(world: World): void {
  stack = { ...world.address, sql: postgres(world.address.databaseUrl, { max: 2, onnotice: () => {} }) };
  ({ site, dir } = world);
}
// Put there by world.setup.ts, in the process that starts the workers.
const shared = process.env['E2E_WORLD'];
if (shared) enter(JSON.parse(shared) as World);

/** Of every demo account. */
export const { password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as {
  password: string;
};
const artifacts = join(root, '.artifacts');
mkdirSync(artifacts, { recursive: true });

/** Keeps a picture of the whole page in .artifacts/. */
export const picture = (page: Page, name: string) =>
  page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: true });

/** Until what an act began on the page is drawn: fades ended, two frames shown, nothing left to do. */
export const settled = (page: Page) =>
  page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await Promise.allSettled(document.getAnimations().map((a) => a.finished));
    await frame();
    await new Promise((done) => requestIdleCallback(done, { timeout: 1_000 }));
  });

/** The views in the menu of a workspace, those too that a phone shows when their part is opened. */
export const views = (page: Page) =>
  page.getByRole('navigation', { name: '业务', includeHidden: true }).locator('a .name').allTextContents();
/** Goes to a view by its name in the menu; on a phone its part is opened first. */
export async function goTo(page: Page, name: string): Promise<void> {
  const named = page.locator('.name', { hasText: new RegExp(`^${name}`) });
  const link = page.locator('.menu a', { has: named }).first();
  await link.waitFor({ state: 'attached' });
  if (!(await link.isVisible())) await page.locator('.menu .part', { has: named }).locator('.opens').click();
  await link.click();
}

export interface Visitors {
  /** A fresh visitor; an uncaught error on any of its pages fails the test. */
  open: (width?: number) => Promise<Page>;
  /** A fresh visitor, signed in as a demo account (`firm`, `lab`, `platform`, …). */
  signIn: (name: string, width?: number) => Promise<Page>;
  errors: Error[];
}

/** Visitors live as long as the worker, so that tests of a journey hand their pages on. */
export const test = base.extend<{ noPageErrors: undefined }, Visitors>({
  errors: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for a pattern.
    async ({}, use) => use([]),
    { scope: 'worker' },
  ],
  open: [
    async ({ browser, errors }, use) =>
      use(async (width = 1280) => {
        const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'zh-CN' });
        const page = await context.newPage();
        page.on('pageerror', (error) => errors.push(error));
        page.setDefaultTimeout(10_000);
        return page;
      }),
    { scope: 'worker' },
  ],
  signIn: [
    async ({ open }, use) =>
      use(async (name, width) => {
        const page = await open(width);
        await page.goto(`${stack.url}/work/`);
        await page.getByLabel('邮箱').fill(`${name}@demo.example`);
        await page.getByLabel('密码').fill(password);
        await page.getByRole('button', { name: '登录', exact: true }).click();
        await page.getByRole('navigation', { name: '业务' }).waitFor();
        return page;
      }),
    { scope: 'worker' },
  ],
  noPageErrors: [
    async ({ errors }, use) => {
      await use(undefined);
      const [first] = errors.splice(0);
      if (first) throw first;
    },
    { auto: true },
  ],
});

/** For a file that brings the demo to an end which others do not want: a stack of its own. */
export function standAlone(): void {
  let end: (() => Promise<void>) | undefined;
  test.beforeAll(async () => {
    const made = await makeWorld();
    end = made.end;
    enter(made.world);
  });
  test.afterAll(async () => {
    await stack.sql.end({ timeout: 2 });
    await end?.();
    if (shared) enter(JSON.parse(shared) as World);
  });
}
