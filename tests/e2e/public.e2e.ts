import assert from 'node:assert/strict';
import { AxeBuilder } from './axe.ts';
import type { Browser } from './harness.ts';

export default async function publicPages({ stack, open, picture, test }: Browser): Promise<void> {
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
}
