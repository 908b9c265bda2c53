import assert from 'node:assert/strict';
import { csvFaults, packageFaults, type Resource } from '../support/data-package.ts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { demoTime } from '../../local/demo-time.ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite } from '../../local/build.ts';
import { formatFen } from '../../src/domain/money.ts';
import { settings } from '../../src/settings.ts';
import { AxeBuilder } from './axe.ts';
import { dir, picture, settled, site, stack, test } from './harness.ts';

// Openness: notices, objections, voucher check, statistics, payouts, open data, feed (R28, R34, R35).
let notice: { id: number; to_on: string } | undefined;
test.beforeAll(async () => {
  [notice] = await stack.sql<
    { id: number; to_on: string }[]
  >`select id::integer, to_on::text from public.notices where to_on < '2026-11-01' order by id desc limit 1`;
});

test('R35: notices, payouts, statistics, open data and the check read well at phone and desktop width, without an accessibility violation', async ({
  open,
}) => {
  for (const path of [
    '/notices/',
    `/notices/${notice?.id}/`,
    '/payouts/',
    '/statistics/',
    `/statistics/${new Date().getFullYear()}/`,
    '/news/',
    '/news/for/institution/',
    '/news/1/',
    '/ask/',
    '/open-data/',
    '/verify/',
    '/notices/receipt/',
    '/report-error/',
  ]) {
    for (const width of [390, 1280]) {
      const page = await open(width);
      await page.goto(stack.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled(page);
      assert.deepEqual(await AxeBuilder(page), [], `${path} at ${width}`);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${path} at ${width} is ${overflow} px too wide`);
      await picture(page, `open${path.replaceAll('/', '-')}${width}`);
      await page.context().close();
    }
  }
});

test('R28, R35: a notice says when in Shanghai it was published and by whom; what was passed and what was refused stand apart', async () => {
  const [n] = await stack.sql<
    { id: number; at: string; passed: number; refused: number }[]
  >`select id::integer, to_char(published_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as at,
    (select sum(amount_fen) from public.notice_items where notice_id = id and result = 'yes')::integer as passed, (select sum(amount_fen) from public.notice_items where notice_id = id and result = 'no')::integer as refused from public.notices where id = (select min(notice_id) from public.notice_items where result = 'no')`;
  assert.ok(n, 'the demo has a refused item');
  const html = readFileSync(join(site, `notices/${n.id}/index.html`), 'utf8');
  const meta = (name: string) => new RegExp(`<meta name="${name}" content="([^"]*)"`).exec(html)?.[1];
  assert.deepEqual([meta('PubDate'), meta('ContentSource')], [n?.at, settings.organizer]);
  assert.ok(html.includes(`发布日期 ${n?.at.slice(0, 10)}，发布单位：${settings.organizer}`));
  const feed = readFileSync(join(site, 'notices/feed.atom'), 'utf8');
  const archive = readFileSync(join(site, 'notices/index.html'), 'utf8');
  for (const text of [html, feed, archive])
    assert.ok(
      text.includes(` 项 ${formatFen(n?.passed ?? 0)} 元；不通过 `) &&
        text.includes(` 项 ${formatFen(n?.refused ?? 0)} 元`),
    );
  for (const text of [html, feed, archive])
    assert.ok(!text.includes(formatFen((n?.passed ?? 0) + (n?.refused ?? 0))), 'no sum holds both');
  const [ended] = await stack.sql<
    { passed: number }[]
  >`select sum(amount_fen)::integer as passed from public.notice_items where notice_id = ${notice?.id ?? 0} and result = 'yes'`;
  assert.ok(archive.includes(`<span>${formatFen(ended?.passed ?? 0)}<br`));
});

test('the public lists and charts in every theme, in the elders’ version and on paper', async ({ open }) => {
  for (const [name, value] of [
    ['theme', 'dark'],
    ['theme', 'contrast'],
    ['elder', '1'],
  ] as const) {
    const page = await open(390);
    await page.addInitScript(([k, v]) => localStorage.setItem(k, v), [name, value] as const);
    for (const path of [
      '/statistics/',
      '/payouts/',
      '/notices/',
      `/notices/${notice?.id}/`,
      '/open-data/',
      '/seals/',
    ]) {
      await page.goto(stack.url + path);
      await settled(page);
      assert.deepEqual(await AxeBuilder(page), [], `${path} ${value}`);
      assert.ok(
        (await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0,
        `${path} ${value} is too wide`,
      );
      await picture(page, `open-${name}-${value}${path.replaceAll('/', '-')}390`);
      // Links that stand alone are targets; a word of a sentence is not.
      const small = await page
        .locator('main :is(.row > a, .period a, .subscribe a, td > a)')
        .evaluateAll((links) =>
          links
            .filter(
              (a) =>
                a.getBoundingClientRect().height < Number.parseFloat(getComputedStyle(a).getPropertyValue('--target')),
            )
            .map((a) => a.textContent),
        );
      assert.deepEqual(small, [], `${path} ${value}: too small to hit`);
    }
    await page.context().close();
  }
  const paper = await open(718);
  await paper.emulateMedia({ media: 'print' });
  for (const path of ['/statistics/', '/payouts/', `/notices/${notice?.id}/`]) {
    await paper.goto(stack.url + path);
    await picture(paper, `open-print${path.replaceAll('/', '-')}`);
  }
  // R28: whoever holds the paper notice can object: who, when, what, and where to; only the form needs a screen.
  assert.equal(await paper.locator('#object li:visible').count(), 5);
  const where = String(await paper.locator('#object li').last().textContent());
  assert.ok(
    where.includes(`${stack.url}/notices/${notice?.id}/`) &&
      where.includes(settings.contact) &&
      where.includes(settings.contact2021.address),
    where,
  );
  const over = paper.getByText('公示期已过，不再接受异议');
  await over.waitFor({ state: 'attached' });
  assert.equal(await over.isVisible(), false);
  await paper.context().close();
});

test('the quarters’ chart fills its place: columns with figures on a desk and on paper, bars on a phone', async ({
  open,
}) => {
  for (const [width, media] of [
    [1280, 'screen'],
    [718, 'print'],
    [390, 'screen'],
  ] as const) {
    const page = await open(width);
    await page.emulateMedia({ media });
    await page.goto(`${stack.url}/statistics/`);
    const found = await page.locator('.columns').evaluate((figure) => {
      const box = figure.getBoundingClientRect();
      const rects = [
        ...figure.querySelectorAll(
          getComputedStyle(figure.querySelector('.tall') as Element).display === 'none' ? '.flat rect' : '.tall rect',
        ),
      ].map((r) => r.getBoundingClientRect());
      const labels = [...figure.querySelectorAll('.tall .value')]
        .map((t) => t.getBoundingClientRect())
        .filter((r) => r.width > 0);
      return {
        tall: labels.length > 0,
        share: (Math.max(...rects.map((r) => r.right)) - Math.min(...rects.map((r) => r.left))) / box.width,
        overlap: labels.some((a, i) =>
          labels.some((b, j) => j > i && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
        ),
        fills: new Set([...figure.querySelectorAll('.legend .texture')].map((r) => getComputedStyle(r).fill)).size,
      };
    });
    assert.equal(found.tall, width > 640, `${width}`);
    assert.ok(found.share > (width > 640 ? 0.75 : 0.4), `${width}: the drawing takes ${found.share} of its card`);
    assert.equal(found.overlap, false, `${width}: figures lie on each other`);
    assert.equal(found.fills, 4, 'a texture a series');
    await page.context().close();
  }
});

test('R35: the quarter that still runs is marked in chart and table, and no other', async ({ open }) => {
  const [now] = await stack.sql<
    { quarter: string; day: string }[]
  >`select to_char(private.today(), 'YYYY" 年第 "Q" 季度"') as quarter, to_char(private.today(), 'MM-DD') as day`;
  const page = await open();
  await page.goto(`${stack.url}/statistics/`);
  assert.deepEqual(await page.locator('.tall .note').allTextContents(), [`进行中，截至 ${now?.day}`]);
  assert.equal(await page.locator('.tall g:has(> .note) > text:not(.note)').textContent(), now?.quarter);
  assert.deepEqual(await page.locator('tr:has(.note) th').allTextContents(), [
    `${now?.quarter}进行中，截至 ${now?.day}`,
  ]);
  await page.context().close();
});

test('R8, R35: the waiting queue is public in order of use, with what this year’s fund no longer reaches', async ({
  open,
}) => {
  const rows = await stack.sql<
    { redemption_id: number; voucher_no: string; amount_fen: number }[]
  >`select p.redemption_id::integer, x.voucher_no, x.amount_fen::integer from public.published_payouts x join public.payments p on p.id = x.payment_id order by x.queue_rank desc limit 3`;
  const [fund] = await stack.sql`select fund_fen, used_fen from public.fund_status order by year desc limit 1`;
  // Whoever really waits steps aside for this test.
  const aside = await stack.sql`delete from public.payout_queue returning *`;
  await stack.sql`insert into public.payout_queue (redemption_id, queue_rank, stage, voucher_no, applicant_name, institution_name, amount_fen, round_year, round_quarter, used_at, notice_ends_on)
    select r.id, row_number() over (order by r.paid_at, r.voucher_no), 'waiting', r.voucher_no, '演示甲<b>', '=演示乙', r.amount_fen, 2026, 3, r.paid_at, '2026-10-27' from public.redemptions r where r.id in ${stack.sql(rows.map((r) => r.redemption_id))}`;
  const queue = await stack.sql<
    { voucher_no: string; amount_fen: number }[]
  >`select voucher_no, amount_fen::integer from public.payout_queue order by queue_rank`;
  const enough = Number(fund?.['used_fen']) + (queue[0]?.amount_fen ?? 0);
  await stack.sql`update public.fund_status set fund_fen = ${enough} where year = (select max(year) from public.fund_status)`;
  try {
    const out = join(dir, 'queue');
    // Built on the last day of a notice: it stands among the running ones, with what is left of it (R28).
    await stack.sql`select private.set_clock((${notice?.to_on ?? ''}::date + time '10:00') at time zone 'Asia/Shanghai')`;
    await buildSite(stack, out);
    const list = readFileSync(join(out, 'notices/index.html'), 'utf8');
    const running = list.slice(list.indexOf('<h2>正在公示'), list.indexOf('<h2>往期公示'));
    assert.match(
      running,
      new RegExp(`href="/notices/${notice?.id}/"[\\s\\S]*${notice?.to_on ?? ''} 起还剩 1 个工作日（含当天）`),
    );
    const text = readFileSync(join(out, 'payouts/index.html'), 'utf8');
    const section = text.slice(text.indexOf('id="queue"'), text.indexOf('已兑付：', text.indexOf('id="queue"')));
    const places = queue.map((q) => section.indexOf(q.voucher_no));
    assert.ok(
      places.every((p) => p > 0) && places.join() === places.toSorted((a, b) => a - b).join(),
      `in order: ${places.join()}`,
    );
    assert.equal(section.match(/超出今年资金</g)?.length, 2, 'the first still fits the fund, the others do not');
    assert.ok(section.includes('演示甲&lt;b&gt;'));
    // On A4 between its margins no figure of the queue is cut off.
    const paper = await open(657);
    await paper.emulateMedia({ media: 'print' });
    await paper.route(`${stack.url}/payouts/`, (route) => route.fulfill({ body: text, contentType: 'text/html' }));
    await paper.goto(`${stack.url}/payouts/`);
    assert.ok(
      (await paper.evaluate(() => document.documentElement.scrollWidth)) <= 657,
      'the queue is wider than the sheet',
    );
    await picture(paper, 'open-print-queue');
    await paper.context().close();
    const csv = readFileSync(join(out, 'open-data/queue.csv'), 'utf8');
    assert.equal(csv.trimEnd().split('\r\n').length, 4);
    assert.ok(csv.includes(",'=演示乙,"), 'a name that a spreadsheet would run is made safe');
  } finally {
    await demoTime(stack.sql);
    await stack.sql`delete from public.payout_queue`;
    if (aside.length > 0) await stack.sql`insert into public.payout_queue ${stack.sql(aside)}`;
    await stack.sql`update public.fund_status set fund_fen = ${fund?.['fund_fen'] ?? null} where year = (select max(year) from public.fund_status)`;
  }
});

test('R35: payouts are summed by institution and by applicant as they are listed; a voucher number leads to its line in the notice', async ({
  open,
}) => {
  // What the site was built from: others may have been paid since.
  const read = <T>(name: string) =>
    (JSON.parse(readFileSync(join(site, `open-data/${name}.json`), 'utf8')) as { rows: T[] }).rows;
  const paid = read<{ institution_name: string; fund_year: number; amount_fen: number }>('payouts');
  const year = Math.max(...paid.map((p) => p.fund_year));
  const byName = Map.groupBy(
    paid.filter((p) => p.fund_year === year),
    (p) => p.institution_name,
  );
  const total = (rows: { amount_fen: number }[]) => rows.reduce((n, r) => n + r.amount_fen, 0);
  const sums = [...byName]
    .map(([name, rows]) => ({ name, n: rows.length, fen: total(rows) }))
    .sort((a, b) => b.fen - a.fen || (a.name < b.name ? -1 : 1));
  const page = await open(390);
  await page.goto(`${stack.url}/payouts/`);
  const table = page.getByRole('table', { name: '年资金按管理单位合计' });
  assert.deepEqual(
    await table.locator('tbody tr').evaluateAll((rows) => rows.map((r) => [...r.children].map((c) => c.textContent))),
    sums.map((s) => [s.name, String(s.n), formatFen(s.fen)]),
  );
  const summed = read<{ side: string; amount_fen: number }>('payout-sums');
  for (const side of ['institution', 'applicant'])
    assert.equal(total(summed.filter((r) => r.side === side)), total(paid), side);
  const link = page.locator('.lists td.no > a').first();
  const voucher = await link.textContent();
  await link.click();
  assert.equal(await page.locator('tr:target td').first().textContent(), voucher);
  await page.context().close();
});

test('R28: after the notice the page says so and takes no objection; during it the form opens, and keeps what was typed when it is refused', async ({
  open,
}) => {
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
    await demoTime(stack.sql);
  }
  await page.context().close();
});

test('R28: a notice published after the site was built is shown with its items, and takes objections at once', async ({
  open,
}) => {
  const page = await open(390);
  const [now] = await stack.sql<
    { day: string; ends: string }[]
  >`select private.today()::text as day, (private.today() + 3)::text as ends`;
  await page.route('**/rest/v1/notices?*', (route) =>
    route.fulfill({
      json: [
        {
          id: 99,
          title: '演示季度公示',
          from_on: now?.day,
          to_on: now?.ends,
          published_at: `${now?.day}T01:00:00+00:00`,
        },
      ],
    }),
  );
  await page.route('**/rest/v1/notice_items?*notice_id=eq.99*', (route) =>
    route.fulfill({
      json: [
        {
          voucher_no: '41-2026-0000-0056',
          applicant_name: '演示<i>甲',
          institution_name: '演示乙',
          amount_fen: 216_000,
          result: 'yes',
        },
      ],
    }),
  );
  await page.goto(`${stack.url}/notices/`);
  await page.getByRole('heading', { name: '刚刚发布：演示季度公示' }).waitFor();
  await page.getByText('提出异议', { exact: true }).first().click();
  await page.getByText(/还剩 \d 个工作日（含今天）/).waitFor();
  assert.equal(await page.getByLabel('针对哪一项').inputValue(), '41-2026-0000-0056');
  assert.deepEqual(await AxeBuilder(page), []);
  await picture(page, 'open-notice-fresh-390');
  await page.context().close();
});

test('R35: a voucher is checked from its QR address; a wrong digit is found before anything is asked', async ({
  open,
}) => {
  const [v] = await stack.sql`select voucher_no, verify_code from public.vouchers where state = 'paid' limit 1`;
  const page = await open(390);
  await page.goto(`${stack.url}/verify/?no=${v?.['voucher_no']}&code=${v?.['verify_code']}`);
  await page.getByText('确有此券').waitFor();
  await picture(page, 'open-verify-found-390');
  const asked: string[] = [];
  page.on('request', (r) => {
    if (r.url().includes('/functions/')) asked.push(r.url());
  });
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

test('R35: open data stand at their addresses; CSV and JSON say the same; the feed is well-formed with stable ids', async ({
  open,
}) => {
  const described = JSON.parse(readFileSync(join(site, 'open-data/datapackage.json'), 'utf8')) as {
    resources: Resource[];
  };
  assert.deepEqual(
    described.resources.map((r) => r.name),
    ['payouts', 'payout-sums', 'queue', 'notices', 'statistics', 'catalogue', 'seals'],
  );
  assert.deepEqual(packageFaults(described), []);
  for (const resource of described.resources) {
    const { name, path, schema } = resource;
    const text = readFileSync(join(site, 'open-data', path), 'utf8');
    assert.deepEqual(csvFaults(resource, text).slice(0, 5), []);
    assert.equal(
      readFileSync(join(site, 'open-data', path), 'utf8')
        .split('\r\n')[0]
        ?.slice(1),
      schema.fields.map((f) => f.name).join(','),
      name,
    );
    const { rows } = JSON.parse(readFileSync(join(site, 'open-data', `${name}.json`), 'utf8')) as {
      rows: Record<string, unknown>[];
    };
    const file = JSON.parse(readFileSync(join(site, 'open-data', `${name}.json`), 'utf8')) as unknown;
    const published = JSON.parse(readFileSync(join(site, 'open-data', `${name}.schema.json`), 'utf8')) as object;
    const valid = new Ajv2020({ validateFormats: false }).compile(published);
    assert.ok(valid(file), `${name}: ${JSON.stringify(valid.errors)}`);
    const { items } = (published as { properties: { rows: unknown } }).properties.rows as {
      items: {
        required: string[];
        properties: Record<
          string,
          { type: string | string[]; format?: string; enum?: unknown[]; pattern?: string; minimum?: number }
        >;
      };
    };
    const wrong = rows.flatMap((row) =>
      Object.entries(items.properties).flatMap(([key, is]) => {
        const value = row[key];
        const kind = value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value;
        const fits =
          [is.type].flat().includes(kind) &&
          (value === null ||
            ((!is.enum || is.enum.includes(value)) &&
              (!is.pattern || new RegExp(is.pattern).test(String(value))) &&
              (is.format !== 'date' || /^\d{4}-\d{2}-\d{2}$/.test(String(value))) &&
              (is.format !== 'date-time' ||
                /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+08:00$/.test(String(value))) &&
              (is.minimum === undefined || Number(value) >= is.minimum)));
        return fits ? [] : [`${name}.${key}: ${JSON.stringify(value)}`];
      }),
    );
    assert.deepEqual(wrong.slice(0, 5), []);
    assert.deepEqual(
      rows.filter((r) => Object.keys(r).join() !== items.required.join()),
      [],
    );
    assert.equal(
      new Set(rows.map((r) => schema.primaryKey.map((k) => r[k]).join('|'))).size,
      rows.length,
      `${name}: the key tells rows apart`,
    );
  }
  for (const name of ['payouts', 'payout-sums', 'notices', 'statistics', 'catalogue', 'seals']) {
    const csv = readFileSync(join(site, 'open-data', `${name}.csv`));
    assert.deepEqual([...csv.subarray(0, 3)], [0xef, 0xbb, 0xbf], name);
    const json = JSON.parse(readFileSync(join(site, 'open-data', `${name}.json`), 'utf8')) as {
      rows: unknown[];
      columns: { key: string }[];
      date: string;
      licence: string;
    };
    assert.match(json.date, /^\d{4}-\d{2}-\d{2}$/);
    assert.equal(csv.toString('utf8').split('\r\n')[0]?.slice(1), json.columns.map((c) => c.key).join(','));
    assert.ok(json.rows.length > 0, name);
  }
  const page = await open();
  const feed = readFileSync(join(site, 'notices/feed.atom'), 'utf8');
  const read = await page.evaluate((xml) => {
    const d = new DOMParser().parseFromString(xml, 'application/xml');
    return {
      error: d.querySelector('parsererror') !== null,
      ids: [...d.querySelectorAll('entry > id')].map((e) => e.textContent ?? ''),
      links: [...d.querySelectorAll('link')].map((e) => e.getAttribute('href') ?? ''),
      updated: [...d.querySelectorAll('updated')].every((e) => !Number.isNaN(Date.parse(e.textContent ?? ''))),
    };
  }, feed);
  assert.equal(read.error, false);
  // Absolute, and each leads to a file of the site.
  assert.deepEqual(
    read.links.filter(
      (l) => !l.startsWith(`${stack.url}/notices/`) || !existsSync(join(site, l.slice(stack.url.length))),
    ),
    [],
  );
  assert.equal(read.links.length, read.ids.length + 2);
  assert.ok(read.updated && read.ids.length > 0 && new Set(read.ids).size === read.ids.length);
  await page.context().close();
});

test('R25: the calendar to subscribe to begins with the running year, and its page gives the whole address', async ({
  open,
}) => {
  const [now] = await stack.sql<{ year: number }[]>`select private.this_year() as year`;
  const days = [
    ...readFileSync(join(site, 'tools/calendar.ics'), 'utf8').matchAll(/^DTSTART;VALUE=DATE:(\d{8})/gm),
  ].map((m) => m[1] as string);
  assert.equal(days[0], `${now?.year}0331`);
  assert.ok(days.includes(`${now?.year}1231`));
  const page = await open(390);
  await page.goto(`${stack.url}/tools/calendar/`);
  assert.equal(
    await page.getByRole('link', { name: '订阅日历' }).getAttribute('href'),
    `${stack.url.replace('http:', 'webcal:')}/tools/calendar.ics`,
  );
  await page.getByText(`${stack.url}/tools/calendar.ics`, { exact: true }).waitFor();
  await picture(page, 'open-calendar-390');
  await page.context().close();
});

test('the finance department downloads every payout as one table; the platform answers a correction', async ({
  open,
  signIn,
}) => {
  const page = await signIn('finance');
  await page.goto(`${stack.url}/desk/?view=rounds`);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '兑付 CSV' }).click(),
  ]);
  const csv = readFileSync(await file.path(), 'utf8');
  const [paid] = await stack.sql`select count(*)::integer as n from public.payments`;
  assert.ok(csv.startsWith('\uFEFF拨付编号,'));
  assert.equal(csv.trimEnd().split('\r\n').length, Number(paid?.['n']) + 1);
  await picture(page, 'open-export-1280');
  assert.deepEqual(await AxeBuilder(page), []);
  await page.context().close();
  const visitor = await open(390);
  await visitor.goto(`${stack.url}/report-error/?page=/statistics/`);
  await visitor.getByLabel(/^哪里不对/).fill('<i>演示</i>：单位名称少了一个字。');
  await visitor.getByRole('button', { name: '提交' }).click();
  await visitor.getByText(/已收到，受理编号 ZC-[0-9A-Z-]{23}/).waitFor();
  await visitor.context().close();
  const office = await signIn('platform');
  await office.goto(`${stack.url}/desk/?view=corrections`);
  await office.getByText('<i>演示</i>：单位名称少了一个字。').waitFor();
  await office.getByLabel('核实与更正情况').fill('已更正，谢谢。');
  await office.getByRole('button', { name: '记下处理结果' }).click();
  await office.getByText('已处理').locator('visible=true').first().waitFor();
  await picture(office, 'open-corrections-1280');
  await office.context().close();
});

test('R35: the year in one paper: its sums are those of the open data, every section is there, and it prints', async ({
  open,
}) => {
  const { rows } = JSON.parse(readFileSync(join(site, 'open-data/statistics.json'), 'utf8')) as {
    rows: { year: number; dimension: string; measure: string; amount_fen: number }[];
  };
  const year = Math.max(...rows.map((r) => r.year));
  const page = await open(1280);
  await page.goto(`${stack.url}/statistics/`);
  await page.getByRole('link', { name: `${year} 年`, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: `${year} 年度报告` }).waitFor();
  const shown = await page
    .getByRole('table', { name: '全年合计' })
    .locator('tbody tr')
    .evaluateAll((trs) =>
      trs.map((tr) => /^[\d,]+\.\d\d|^—/.exec(tr.querySelector('td')?.textContent?.trim() ?? '')?.[0]),
    );
  const sum = (measure: string) => {
    const of = rows.filter((r) => r.year === year && r.dimension === 'total' && r.measure === measure);
    return of.length > 0 ? formatFen(of.reduce((n, r) => n + r.amount_fen, 0)) : '—';
  };
  assert.deepEqual(shown, ['issued', 'paid', 'redeemed', 'failed'].map(sum));
  for (const section of ['一、资金', '二、谁用了，用在哪里', '三、办了多久', '四、没有通过的和原因'])
    await page.getByRole('heading', { level: 2, name: section }).waitFor();
  // The states and acts bear their names, not their codes.
  assert.equal(/[a-z_]{4,}/.test(await page.locator('#time table, #refused table').first().innerText()), false);
  const paper = await open(657);
  await paper.emulateMedia({ media: 'print' });
  await paper.goto(page.url());
  assert.ok((await paper.evaluate(() => document.documentElement.scrollWidth)) <= 657, 'wider than the sheet');
  await picture(paper, 'open-print-year');
  await paper.context().close();
  await page.context().close();
});

test('R35: notices to readers: narrowed without a script, with a feed that says whom each concerns', async ({
  open,
}) => {
  const page = await open(390);
  await page.goto(`${stack.url}/news/`);
  const rows = page.locator('main tbody tr');
  const all = await rows.count();
  await page.getByRole('link', { name: '用户单位', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: '通知公告' }).waitFor();
  assert.ok((await rows.count()) < all && (await rows.count()) > 0);
  assert.equal(await page.locator('main').getByText('（演示）').count(), await rows.count());
  await page.locator('main tbody a').first().click();
  await page.getByText('来源：演示数据').waitFor();
  await page.context().close();
  const feed = readFileSync(join(site, 'news/feed.atom'), 'utf8');
  assert.equal((feed.match(/<entry>/g) ?? []).length, all);
  assert.match(feed, /<category term="institution" label="管理单位"\/>/);
  const served = await fetch(`${stack.url}/news/feed.atom`);
  assert.match(served.headers.get('content-type') ?? '', /^application\/atom\+xml/);
});

test('R35: a visitor asks, the platform answers, and the answer is found by its number; what is public stands with its time', async ({
  open,
  signIn,
}) => {
  const visitor = await open(390);
  await visitor.goto(`${stack.url}/ask/`);
  await visitor
    .getByText(/\d{4}-\d{2}-\d{2} 收到，\d{4}-\d{2}-\d{2} 答复/)
    .first()
    .waitFor();
  await visitor.getByLabel('类别').selectOption({ label: '投诉' });
  await visitor.getByLabel(/^标题/).fill('<b>演示</b>：没有回音');
  await visitor.getByLabel(/^内容/).fill('演示：预约了一周，管理单位没有回音。');
  await visitor.getByRole('button', { name: '提交' }).click();
  const said = await visitor.getByText(/已收到，受理编号 TS-[0-9A-Z-]{23}/).textContent();
  const receipt = /TS-[0-9A-Z-]{23}/.exec(said ?? '')?.[0] ?? '';
  await visitor.getByRole('link', { name: '查询受理结果' }).click();
  const look = async () => {
    await visitor.getByLabel('受理编号').fill(receipt.toLowerCase());
    await visitor.getByRole('button', { name: '查询' }).click();
  };
  await look();
  await visitor.getByText('等待省平台答复').waitFor();
  const office = await signIn('platform');
  await office.goto(`${stack.url}/desk/?view=inquiries`);
  const card = office.locator('.card', { hasText: receipt });
  await card.getByText('投诉：<b>演示</b>：没有回音').waitFor();
  assert.deepEqual(await AxeBuilder(office), []);
  await picture(office, 'open-inquiries-1280');
  await card.getByLabel('答复').fill('已经联系管理单位，请等它受理。');
  await card.getByRole('button', { name: '答复' }).click();
  await office.locator('.card', { hasText: receipt }).getByText('已答复').waitFor();
  await office.context().close();
  await look();
  await visitor.getByText('已经联系管理单位，请等它受理。').waitFor();
  await visitor.context().close();
});
