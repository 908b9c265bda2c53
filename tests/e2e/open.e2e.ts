import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from './axe.ts';
import type { Browser } from './harness.ts';

/** Openness: notices, objections, voucher check, statistics, payouts, open data, feed (R28, R34, R35). */
export default async function openness({ stack, site, open, signIn, picture, test }: Browser): Promise<void> {
  const [notice] = await stack.sql<{ id: number; to_on: string }[]>`select id::integer, to_on::text from public.notices where to_on < '2026-11-01' order by id desc limit 1`;
  await test('R35: notices, payouts, statistics, open data and the check read well at phone and desktop width, without an accessibility violation', async () => {
    for (const path of ['/notices/', `/notices/${notice?.id}/`, '/payouts/', '/statistics/', '/open-data/', '/verify/', '/report-error/']) {
      for (const width of [390, 1280]) {
        const page = await open(width);
        await page.goto(stack.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForTimeout(400);
        assert.deepEqual(await AxeBuilder(page), [], `${path} at ${width}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${path} at ${width} is ${overflow} px too wide`);
        await picture(page, `open${path.replaceAll('/', '-')}${width}`);
        await page.context().close();
      }
    }
  });
  await test('R28: after the notice the page says so and takes no objection; during it the form opens, and keeps what was typed when it is refused', async () => {
    const page = await open(390);
    await page.goto(`${stack.url}/notices/${notice?.id}/`);
    await page.getByText('公示期已过，不再接受异议').waitFor();
    assert.equal(await page.getByRole('button', { name: '提出异议' }).count(), 0);
    await stack.sql`select private.set_clock((${notice?.to_on ?? ''}::date + time '10:00') at time zone 'Asia/Shanghai')`;
    try {
      await page.reload();
      await page.getByText('还剩 1 个工作日（含今天）').waitFor();
      await page.getByLabel('您的姓名').fill('演示公民');
      await page.getByLabel('联系方式（电话或邮箱）').fill('0371-00000000');
      await page.getByLabel(/^异议与理由/).fill('<b>该项检测</b>并非研发活动，请予核查。');
      await picture(page, 'open-objection-390');
      await page.getByRole('button', { name: '提出异议' }).click();
      // The demo's quarter is settled: the database refuses what may no longer change, and the page keeps what was typed.
      await page.getByRole('alert').waitFor();
      assert.equal(await page.getByLabel(/^异议与理由/).inputValue(), '<b>该项检测</b>并非研发活动，请予核查。');
    } finally {
      await stack.sql`select private.set_clock(now())`;
    }
    await page.context().close();
  });
  await test('R35: a voucher is checked from its QR address; a wrong digit is found before anything is asked', async () => {
    const [v] = await stack.sql`select voucher_no, verify_code from public.vouchers where state = 'paid' limit 1`;
    const page = await open(390);
    await page.goto(`${stack.url}/verify/?no=${v?.['voucher_no']}&code=${v?.['verify_code']}`);
    await page.getByText('确有此券').waitFor();
    await picture(page, 'open-verify-found-390');
    const asked: string[] = [];
    page.on('request', (r) => { if (r.url().includes('/functions/')) asked.push(r.url()); });
    const no = String(v?.['voucher_no']);
    await page.getByLabel('券号').fill(no.slice(0, -1) + ((Number(no.at(-1)) + 1) % 10));
    await page.getByRole('button', { name: '核验' }).click();
    await page.getByText('券号抄错了一位').waitFor();
    assert.deepEqual(asked, []);
    await page.getByLabel('券号').fill(no);
    await page.getByLabel('核验码').fill('0'.repeat(20));
    await page.getByRole('button', { name: '核验' }).click();
    await page.getByText('没有查到这张电子券').waitFor();
    await picture(page, 'open-verify-wrong-390');
    await page.context().close();
  });
  await test('R35: open data stand at their addresses; CSV and JSON say the same; the feed is well-formed with stable ids', async () => {
    for (const name of ['payouts', 'notices', 'statistics', 'catalogue', 'seals']) {
      const csv = readFileSync(join(site, 'open-data', `${name}.csv`));
      assert.deepEqual([...csv.subarray(0, 3)], [0xef, 0xbb, 0xbf], name);
      const json = JSON.parse(readFileSync(join(site, 'open-data', `${name}.json`), 'utf8')) as { rows: unknown[]; columns: { key: string }[]; date: string; licence: string };
      assert.match(json.date, /^\d{4}-\d{2}-\d{2}$/);
      assert.equal(csv.toString('utf8').split('\r\n')[0]?.slice(1), json.columns.map((c) => c.key).join(','));
      assert.ok(json.rows.length > 0, name);
    }
    const page = await open();
    const feed = readFileSync(join(site, 'notices/feed.atom'), 'utf8');
    const read = await page.evaluate((xml) => {
      const d = new DOMParser().parseFromString(xml, 'application/xml');
      return { error: d.querySelector('parsererror') !== null, ids: [...d.querySelectorAll('entry > id')].map((e) => e.textContent ?? ''), updated: [...d.querySelectorAll('updated')].every((e) => !Number.isNaN(Date.parse(e.textContent ?? ''))) };
    }, feed);
    assert.equal(read.error, false);
    assert.ok(read.updated && read.ids.length > 0 && new Set(read.ids).size === read.ids.length);
    await page.context().close();
  });
  await test('the finance department downloads every payout as one table; the platform answers a correction', async () => {
    const page = await signIn('finance');
    await page.goto(`${stack.url}/desk/?view=rounds`);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '兑付 CSV' }).click()]);
    const csv = readFileSync(await file.path(), 'utf8');
    const [paid] = await stack.sql`select count(*)::integer as n from public.payouts`;
    assert.ok(csv.startsWith('\uFEFF券号,'));
    assert.equal(csv.trimEnd().split('\r\n').length, Number(paid?.['n']) + 1);
    await picture(page, 'open-export-1280');
    assert.deepEqual(await AxeBuilder(page), []);
    await page.context().close();
    const visitor = await open(390);
    await visitor.goto(`${stack.url}/report-error/?page=/statistics/`);
    await visitor.getByLabel(/^哪里不对/).fill('<i>演示</i>：单位名称少了一个字。');
    await visitor.getByRole('button', { name: '提交' }).click();
    await visitor.getByText(/已收到，受理编号 ZC-\d{6}/).waitFor();
    await visitor.context().close();
    const office = await signIn('platform');
    await office.goto(`${stack.url}/desk/?view=corrections`);
    await office.getByText('<i>演示</i>：单位名称少了一个字。').waitFor();
    await office.getByLabel('核实与更正情况').fill('已更正，谢谢。');
    await office.getByRole('button', { name: '记下处理结果' }).click();
    await office.getByText('已处理').waitFor();
    await picture(office, 'open-corrections-1280');
    await office.context().close();
  });
}
