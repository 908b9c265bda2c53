import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { buildSite } from '../../local/build.ts';
import { runDaily } from '../../local/daily.ts';
import { seed } from '../../local/seed.ts';
import { root, type Stack, startStack } from '../../local/stack.ts';

/** What a browser test is given: a throwaway stack with demo data, the site built against it, pages in Chromium. */
export interface Browser {
  stack: Stack;
  /** The built site. */
  site: string;
  /** A folder of this run, removed afterwards. */
  dir: string;
  /** A fresh visitor; an uncaught error on the page fails the test. */
  open: (width?: number) => Promise<Page>;
  /** A fresh visitor, signed in as a demo account (`firm`, `lab`, `platform`, …). */
  signIn: (name: string, width?: number) => Promise<Page>;
  /** Keeps a picture of the whole page in .artifacts/. */
  picture: (page: Page, name: string) => Promise<unknown>;
  test: (name: string, body: () => Promise<void>) => Promise<void>;
}

/** Runs the given suites one after another on one stack; resolves to how many tests failed. */
export async function runSuites(suites: ((browser: Browser) => Promise<void>)[]): Promise<number> {
  const artifacts = join(root, '.artifacts');
  mkdirSync(artifacts, { recursive: true });
  const dir = mkdtempSync(join(tmpdir(), 'voucher-e2e-'));
  chmodSync(dir, 0o711);
  const site = join(dir, 'site');
  const stack = await startStack({ dataDir: join(dir, 'data'), site });
  let passed = 0;
  let failed = 0;
  try {
    await seed(stack, { instruments: 120, applicants: 24 });
    await runDaily(stack);
    await buildSite(stack, site);
    const chrome = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const { password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as {
      password: string;
    };
    const errors: Error[] = [];
    const open = async (width = 1280) => {
      const page = await (await chrome.newContext({ viewport: { width, height: 900 }, locale: 'zh-CN' })).newPage();
      page.on('pageerror', (error) => errors.push(error));
      page.setDefaultTimeout(10_000);
      return page;
    };
    const signIn = async (name: string, width?: number) => {
      const page = await open(width);
      await page.goto(`${stack.url}/work/`);
      await page.getByLabel('邮箱').fill(`${name}@demo.example`);
      await page.getByLabel('密码').fill(password);
      await page.getByRole('button', { name: '登录', exact: true }).click();
      await page.getByRole('navigation', { name: '业务' }).waitFor();
      return page;
    };
    const picture = (page: Page, name: string) =>
      page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: true });
    const test = async (name: string, body: () => Promise<void>) => {
      try {
        await body();
        if (errors.length > 0) throw errors[0];
        passed++;
        console.log(`✓ ${name}`);
      } catch (error) {
        failed++;
        console.error(`✗ ${name}\n`, error);
      }
      errors.length = 0;
    };
    for (const suite of suites) await suite({ stack, site, dir, open, signIn, picture, test });
    await chrome.close();
  } finally {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}
