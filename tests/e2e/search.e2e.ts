// One search for the whole site: its page, what leads there, what it finds, what it weighs, and what it says without a script.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from './axe.ts';
import { picture, site, stack, test } from './harness.ts';

test('every page leads to the search; documents, pledges, questions, instruments and institutions are found there', async ({
  open,
}) => {
  for (const path of ['/', '/policies/', '/instruments/', '/instruments/i1/', '/work/', '/404.html'])
    assert.ok(
      existsSync(join(site, path)) &&
        readFileSync(join(site, path.endsWith('/') ? `${path}index.html` : path), 'utf8').includes('href="/search/"'),
      path,
    );
  const page = await open();
  await page.goto(`${stack.url}/`);
  await page.getByRole('searchbox', { name: '全站搜索' }).fill('豫科〔2018〕137号');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search\/\?q=/);
  const first = page.locator('.hits > li').first();
  await page.locator('.hits mark').first().waitFor();
  assert.equal(await first.locator('a').getAttribute('href'), '/policies/yuke-2018-137/');
  const field = page.getByRole('searchbox', { name: '关键词' });
  for (const [query, href] of [
    ['承诺书', '/pledges/'],
    ['怎么兑付', '/faq/institution/#redeem'],
    ['隐私', '/privacy/'],
    ['信息公开', '/info/'],
  ] as const) {
    await field.fill(query);
    await page.waitForURL((address) => address.searchParams.get('q') === query);
    await page.waitForFunction((to) => document.querySelector('.hits > li a')?.getAttribute('href') === to, href, {
      timeout: 5000,
    });
  }
  assert.deepEqual(await AxeBuilder(page), []);
  await picture(page, 'search-1280');
  await field.fill('显微镜');
  await page.locator('#found-instrument .entries > li').first().waitFor();
  assert.match((await page.locator('#found-instrument').textContent()) ?? '', /看全部 \d+ 台/);
  const institution = ((await page.locator('#found-instrument .quiet').first().textContent()) ?? '').slice(0, 6);
  await field.fill(institution);
  await page.locator('#found-institutions a').first().waitFor();
  await page.locator('#found-institutions a').first().click();
  await page.waitForURL(/\/institutions\/\d+\/$/);
  await page.goBack();
  assert.equal(new URL(page.url()).searchParams.get('q'), institution);
  await page.context().close();
});

test('the first results come with at most 60 kB in all', async ({ open }) => {
  const page = await open(390);
  // What had arrived when the first result stood on the page; what comes after it keeps nobody waiting.
  await page.addInitScript(() => {
    new MutationObserver((_, watch) => {
      if (!document.querySelector('.hits > li')) return;
      watch.disconnect();
      Object.assign(window, { firstResult: performance.now() });
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${stack.url}/search/?q=${encodeURIComponent('承诺书')}`);
  await page.locator('.hits > li').first().waitFor();
  await page.waitForLoadState('networkidle');
  const parts = await page.evaluate(() => {
    const { firstResult } = window as unknown as { firstResult: number };
    return (
      [
        ...performance.getEntriesByType('navigation'),
        ...performance.getEntriesByType('resource'),
      ] as PerformanceResourceTiming[]
    )
      .filter((e) => e.responseEnd <= firstResult)
      .map((e) => [e.name, e.transferSize] as const);
  });
  const bytes = parts.reduce((n, [, size]) => n + size, 0);
  console.log(`  first results of the site: ${bytes} B`);
  assert.ok(bytes > 10_000 && bytes <= 60_000, `${bytes} B: ${parts.join(' ')}`);
  assert.deepEqual(await AxeBuilder(page), []);
  await picture(page, 'search-390');
  await page.context().close();
});

test('nothing found leads on; without a script the page says so and links the ways; new pages are clean and reflow', async ({
  open,
}) => {
  const page = await open(320);
  await page.goto(`${stack.url}/search/?q=${encodeURIComponent('囧囧囧')}`);
  await page.getByText('没有找到「囧囧囧」').waitFor();
  await page.locator('main').getByRole('link', { name: '网站地图' }).waitFor();
  for (const path of ['/search/', '/info/', '/privacy/']) {
    await page.goto(`${stack.url}${path}`);
    await page.locator('h1').waitFor();
    assert.deepEqual([path, await AxeBuilder(page)], [path, []]);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), path);
  }
  const browser = page.context().browser();
  const plain = await (await browser?.newContext({ javaScriptEnabled: false }))?.newPage();
  await plain?.goto(`${stack.url}/search/?q=${encodeURIComponent('承诺书')}`);
  assert.match((await plain?.locator('main').textContent()) ?? '', /搜索需要 JavaScript/);
  for (const name of ['网站地图', '信息公开目录', '仪器资源'])
    assert.ok(await plain?.locator('main').getByRole('link', { name }).isVisible());
  assert.equal(await plain?.locator('main input').isVisible(), false);
  await plain?.context().close();
  await page.context().close();
});

test('robots.txt names the site map; the site map leads to every public page, institutions too', async () => {
  const robots = readFileSync(join(site, 'robots.txt'), 'utf8');
  assert.match(robots, new RegExp(`^Sitemap: ${stack.url}/sitemap\\.xml$`, 'm'));
  const listed = new Set(
    [...readFileSync(join(site, 'sitemap.xml'), 'utf8').matchAll(/<loc>([^<]+)<\/loc>/g)].flatMap(([, map]) =>
      [...readFileSync(join(site, new URL(map as string).pathname), 'utf8').matchAll(/<loc>([^<]+)<\/loc>/g)].map(
        ([, url]) => new URL(url as string).pathname,
      ),
    ),
  );
  const pages = (dir: string): string[] =>
    readdirSync(join(site, dir)).flatMap((name) =>
      statSync(join(site, dir, name)).isDirectory() ? pages(`${dir}${name}/`) : name === 'index.html' ? [dir] : [],
    );
  const missing = pages('/').filter(
    (path) =>
      !listed.has(path) &&
      // Lists of a class, a city or a page lead to entries that are listed; workspaces and the palette are for nobody outside.
      !/^\/(instruments|services)\/(page|class|city)\//.test(path) &&
      !/^\/institutions\/\d+\/(instruments|services)\//.test(path) &&
      !/<meta name="robots" content="noindex"/.test(readFileSync(join(site, path, 'index.html'), 'utf8')) &&
      !path.startsWith('/style/'),
  );
  assert.deepEqual(missing, []);
  assert.ok([...listed].some((path) => /^\/institutions\/\d+\/$/.test(path)));
});
