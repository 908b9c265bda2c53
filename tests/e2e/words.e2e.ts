import assert from 'node:assert/strict';
import { AxeBuilder } from './axe.ts';
import type { Browser } from './harness.ts';

export default async function words({ stack, open, picture, test }: Browser): Promise<void> {
  const year = new Date().getFullYear();
  await test('the words: a heading, no violation, nothing too wide, at phone and desktop width', async () => {
    for (const path of ['/about/', '/policies/', '/policies/tongzhi-2021-09-08/', '/policies/read/tongzhi-2021/', '/exclusions/', '/guides/', '/guides/applicant/', '/faq/', '/contact/', '/pledges/', '/pledges/applicant-2026/', '/tools/', '/tools/eligibility/', '/tools/deduction/', '/tools/working-days/', '/tools/calendar/']) {
      for (const width of [390, 1280]) {
        const page = await open(width);
        await page.goto(stack.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${path} at ${width} is ${overflow} px too wide`);
        assert.deepEqual(await AxeBuilder(page), [], `${path} at ${width}`);
        await picture(page, `words${path.replaceAll('/', '-')}${width}`);
        await page.context().close();
      }
    }
  });
  await test('the words in every theme and in the elders’ version, and on paper', async () => {
    for (const [name, value] of [['theme', 'dark'], ['theme', 'contrast'], ['elder', '1']] as const) {
      const page = await open(390);
      await page.addInitScript(([k, v]) => localStorage.setItem(k, v), [name, value] as const);
      for (const path of ['/about/', '/policies/', '/exclusions/', '/faq/', '/guides/institution/', '/tools/eligibility/?kind=none&research=1&hit=E2.3+E3.2', '/tools/deduction/?fee=100&lines=x~1~600~', '/tools/calendar/']) {
        await page.goto(stack.url + path);
        await page.locator('main h2').first().waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${path} ${value} is ${overflow} px too wide`);
        assert.deepEqual(await AxeBuilder(page), [], `${path} ${value}`);
        await picture(page, `words-${name}-${value}${path.split('?')[0]?.replaceAll('/', '-')}390`);
      }
      await page.context().close();
    }
    const paper = await open(794);
    await paper.emulateMedia({ media: 'print' });
    for (const path of ['/pledges/applicant-2026/', '/exclusions/', '/about/', '/tools/deduction/?lines=x~2~600~']) {
      await paper.goto(stack.url + path);
      await paper.locator('main h1').waitFor();
      await picture(paper, `words-print${path.split('?')[0]?.replaceAll('/', '-')}`);
    }
    await paper.context().close();
  });
  await test('R1, R9: the self-check says yes, partly and no, and its address carries the answers', async () => {
    const page = await open(390);
    await page.goto(`${stack.url}/tools/eligibility/?kind=tech_sme&henan=1&until=${year + 20}-12-31&research=1&hit=E3.2`);
    await page.getByRole('heading', { name: '申领资格：可以' }).waitFor();
    await page.getByRole('heading', { name: '这次检测：部分可以' }).waitFor();
    await page.getByRole('checkbox', { name: /行政抽查/ }).check();
    await page.getByRole('heading', { name: '这次检测：不可以' }).waitFor();
    assert.match(page.url(), /hit=E1\.1\+E3\.2/);
    await picture(page, 'words-eligibility-answered-390');
    await page.context().close();
  });
  await test('R5: the calculator agrees with the vectors, and says what limited it', async () => {
    const page = await open(1280);
    await page.goto(`${stack.url}/tools/deduction/`);
    await page.getByLabel('单价（元）').fill('20000');
    await page.getByRole('row', { name: /创新券抵扣 6,000.00 元/ }).waitFor();
    await page.getByLabel('本年已用和占用的额度（元）').fill('195000');
    await page.getByRole('row', { name: /创新券抵扣 5,000.00 元/ }).waitFor();
    await page.getByText('本年额度不够按比例抵扣').waitFor();
    await page.getByRole('button', { name: '再加一行' }).click();
    await page.getByRole('group', { name: '费用第 2 行' }).getByLabel('单价（元）').fill('100');
    await page.getByRole('group', { name: '费用第 2 行' }).getByRole('checkbox').check();
    await page.getByRole('row', { name: /其中不计入抵扣 100.00 元/ }).waitFor();
    await picture(page, 'words-deduction-answered-1280');
    await page.goto(page.url());
    await page.getByRole('row', { name: /另付现金 15,100.00 元/ }).waitFor();
    await page.getByLabel('本年已用和占用的额度（元）').fill('200001');
    await page.getByText('本年已用额度不能超过').waitFor();
    await page.context().close();
  });
  await test('R25: a working day is found, and a missing calendar is said', async () => {
    const page = await open(390);
    await page.goto(`${stack.url}/tools/working-days/?from=2026-09-30&days=7`);
    await page.getByText('2026-10-15（周四）').waitFor();
    await page.getByLabel('从哪一天起（当日不计）').fill('2026-12-31');
    await page.getByText('2027-01-01 起的放假安排还没有收录').waitFor();
    await picture(page, 'words-days-missing-390');
    await page.goto(`${stack.url}/tools/calendar/`);
    await page.getByText('2026-10-15（周四）').waitFor();
    await page.getByText('2027 年放假安排未收录').waitFor();
    const feed = await (await fetch(`${stack.url}/tools/calendar.ics`)).text();
    assert.match(feed, /^BEGIN:VCALENDAR\r\n/);
    assert.match(feed, /DTSTART;VALUE=DATE:20261015\r\n/);
    assert.ok(!feed.includes('2026q4-close'));
    await page.context().close();
  });
  await test('without JavaScript the tools say how to do it by hand, and the words are all there', async () => {
    const page = await open(390);
    const browser = page.context().browser();
    const plain = await (await browser?.newContext({ javaScriptEnabled: false }))?.newPage();
    assert.ok(plain);
    await plain.goto(`${stack.url}/tools/deduction/`);
    assert.match((await plain.locator('noscript').textContent()) ?? (await plain.content()), /手工计算/);
    await plain.goto(`${stack.url}/faq/`);
    assert.ok((await plain.locator('details').count()) >= 30);
    await plain.context().close();
    await page.context().close();
  });
}
