import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '../../src/settings.ts';
import { AxeBuilder } from './axe.ts';
import { picture, settled, site, stack, test } from './harness.ts';

const year = new Date().getFullYear();

test('the words: a heading, no violation, nothing too wide, at phone and desktop width', async ({ open }) => {
  for (const path of [
    '/about/',
    '/about/rules/',
    '/policies/',
    '/policies/tongzhi-2021-09-08/',
    '/policies/guokefazheng-2017-115/',
    '/policies/read/tongzhi-2021/',
    '/exclusions/',
    '/guides/',
    '/guides/applicant/',
    '/faq/',
    '/faq/institution/',
    '/contact/',
    '/pledges/',
    '/pledges/applicant-2026/',
    '/tools/',
    '/tools/eligibility/',
    '/tools/deduction/',
    '/tools/working-days/',
    '/tools/calendar/',
  ]) {
    for (const width of [390, 1280]) {
      const page = await open(width);
      await page.goto(stack.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${path} at ${width} is ${overflow} px too wide`);
      assert.deepEqual(await AxeBuilder(page), [], `${path} at ${width}`);
      await picture(page, `words${path.replaceAll('/', '-')}${width}`);
      await page.context().close();
    }
  }
});

test('the words in every theme and in the elders’ version, and on paper', async ({ open }) => {
  for (const [name, value] of [
    ['theme', 'dark'],
    ['theme', 'contrast'],
    ['elder', '1'],
  ] as const) {
    const page = await open(390);
    await page.addInitScript(([k, v]) => localStorage.setItem(k, v), [name, value] as const);
    for (const path of [
      '/about/',
      '/about/rules/',
      '/policies/',
      '/exclusions/',
      '/faq/',
      '/guides/institution/',
      '/tools/eligibility/?kind=none&research=1&hit=E2.3+E3.2',
      '/tools/deduction/?fee=100&lines=x~1~600~',
      '/tools/calendar/',
    ]) {
      await page.goto(stack.url + path);
      await page.locator('main h2').first().waitFor();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${path} ${value} is ${overflow} px too wide`);
      assert.deepEqual(await AxeBuilder(page), [], `${path} ${value}`);
      await picture(page, `words-${name}-${value}${path.split('?')[0]?.replaceAll('/', '-')}390`);
    }
    await page.context().close();
  }
  const paper = await open(794);
  await paper.emulateMedia({ media: 'print' });
  for (const path of [
    '/pledges/applicant-2026/',
    '/exclusions/',
    '/about/',
    '/policies/',
    '/guides/applicant/',
    '/faq/',
    '/tools/deduction/?lines=x~2~600~',
  ]) {
    await paper.goto(stack.url + path);
    await paper.locator('main h1').waitFor();
    await picture(paper, `words-print${path.split('?')[0]?.replaceAll('/', '-')}`);
  }
  await paper.context().close();
});

test('on paper a link says where it leads, a page where it stands', async ({ open }) => {
  const page = await open();
  const led = () =>
    page
      .locator('main a')
      .evaluateAll((all) =>
        Object.fromEntries(all.map((a) => [a.getAttribute('href'), getComputedStyle(a, '::after').content])),
      );
  for (const [path, links] of [
    [
      '/policies/guokefazheng-2017-115/',
      {
        'https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/fgzc/gfxwj/gfxwj2017/201705/t20170510_132709.html': true,
        '/policies/read/zige/': true,
        '/about/rules/#R1': false,
        '/user/?view=certification': false,
      },
    ],
    ['/faq/', { '/tools/eligibility/': true, '/about/rules/#R3': false }],
    ['/open-data/', { '/open-data/datapackage.json': true, '/open-data/payouts.csv': false }],
    ['/instruments/?q=研究', { '/services/?q=%E7%A0%94%E7%A9%B6': false }],
    ['/instruments/i1/', { '/tools/eligibility/': true, '/contact/': true }],
  ] as const) {
    await page.goto(stack.url + path);
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByText('本页网址：').filter({ visible: true }).count(), 0, path);
    await page.pdf();
    await page.pdf();
    await page.emulateMedia({ media: 'print' });
    const said = await led();
    for (const [href, told] of Object.entries(links))
      assert.equal(said[href], told ? `"（${href}）"` : 'none', `${path}: ${href}`);
    assert.deepEqual(await page.locator('main').getByText('本页网址：').filter({ visible: true }).allInnerTexts(), [
      `本页网址：${stack.url}${path}`,
    ]);
    await page.emulateMedia({ media: 'screen' });
  }
  // An address that cannot be read is printed as it is.
  await page.goto(`${stack.url}/faq/?x=%E6`);
  await page.pdf();
  assert.equal(await page.locator('.address').textContent(), `本页网址：${stack.url}/faq/?x=%E6`);
  await page.context().close();
});

test('R1, R9: the self-check says yes, partly and no, and its address carries the answers', async ({ open }) => {
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

test('R1, R9: the self-check and the calculator lead on, and every place they lead to is there', async ({ open }) => {
  const page = await open(390);
  const onward = () =>
    page
      .getByRole('navigation', { name: '接下来' })
      .getByRole('link')
      .evaluateAll((links) => links.map((a) => [a.textContent, a.getAttribute('href')]));
  const way = [
    ['算能抵多少', '/tools/deduction/'],
    ['找仪器', '/instruments/?voucher=1'],
    ['去注册', '/work/?register'],
  ];
  await page.goto(`${stack.url}/tools/eligibility/?kind=tech_sme&henan=1&until=${year + 20}-12-31&research=1`);
  await page.getByRole('heading', { name: '这次检测：可以' }).waitFor();
  assert.deepEqual(await onward(), way);
  await page.getByRole('checkbox', { name: /医学检验/ }).check();
  await page.getByRole('heading', { name: '这次检测：须说明理由' }).waitFor();
  assert.deepEqual(await onward(), [['看例子', '/exclusions/#E2.3'], ...way]);
  await page.getByRole('link', { name: '看例子' }).click();
  await page.waitForURL(/exclusions/);
  assert.match((await page.locator('tr:target').textContent()) ?? '', /医学检验/);
  await page.goto(`${stack.url}/tools/eligibility/?kind=none&research=0`);
  await page.getByRole('heading', { name: '申领资格：不可以' }).waitFor();
  const help = await onward();
  assert.deepEqual(
    help.map(([, href]) => href),
    ['/policies/guokefahuo-2016-32/', '/policies/guokefazheng-2017-115/', '/about/', '/exclusions/'],
  );
  for (const [, href] of help) assert.equal((await fetch(stack.url + href)).status, 200, String(href));
  await page.goto(`${stack.url}/tools/deduction/?lines=x~1~600~`);
  await page.getByRole('link', { name: '找支持创新券的仪器' }).waitFor();
  assert.deepEqual(await onward(), [
    ['找支持创新券的仪器', '/instruments/?voucher=1'],
    ['登录后预约', '/work/'],
  ]);
  await page.getByRole('link', { name: '去注册' }).waitFor({ state: 'detached' });
  await page.goto(`${stack.url}/work/?register`);
  await page.getByRole('heading', { name: '注册账号' }).waitFor();
  await page.context().close();
});

test('the self-check says where one stands at every tick: in one line that covers no control, is read once, and is not printed', async ({
  open,
}) => {
  for (const [width, height, elder] of [
    [390, 844, ''],
    [390, 844, '1'],
    [1280, 600, ''],
  ] as const) {
    const page = await open(width);
    await page.setViewportSize({ width, height });
    await page.addInitScript((e) => localStorage.setItem('elder', e), elder);
    await page.goto(`${stack.url}/tools/eligibility/?kind=tech_sme&henan=1&until=${year + 20}-12-31&research=1`);
    const line = page.locator('.standing');
    const result = page.getByRole('region', { name: '这次检测的结果' });
    // Whichever box has the focus, its verdict is in sight, and nothing lies over the box.
    await result.getByRole('heading', { name: '这次检测：可以' }).waitFor();
    const boxes = await page.getByRole('checkbox').all();
    assert.ok(boxes.length >= 15);
    await boxes[0]?.focus();
    for (const box of boxes) {
      assert.ok(await box.evaluate((b) => b === document.activeElement));
      await settled(page);
      const seen = await page.evaluate(() => {
        const at = (e: Element | null) => e?.getBoundingClientRect();
        const [focused, standing, verdict] = [
          at(document.activeElement),
          at(document.querySelector('.standing:not([hidden])')),
          at(document.querySelector('#result h3')),
        ];
        const inside = (r?: DOMRect) => r !== undefined && r.height > 0 && r.top >= 0 && r.bottom <= innerHeight;
        return {
          verdict: inside(standing) || inside(verdict),
          free: inside(focused) && (!standing || (focused?.bottom ?? 0) <= standing.top),
        };
      });
      assert.deepEqual(
        seen,
        { verdict: true, free: true },
        `${width} ${elder}: ${await box.evaluate((b) => b.parentElement?.textContent)}`,
      );
      await page.keyboard.press('Tab');
    }
    await page.getByRole('checkbox', { name: /行政抽查/ }).check();
    await settled(page);
    if (width === 390) {
      assert.match((await line.textContent()) ?? '', /申领：可以\s*这次检测：不可以/);
      await picture(page, `words-eligibility-standing${elder}`);
      await line.getByRole('link').click();
      await result.getByRole('heading', { name: '这次检测：不可以' }).waitFor();
      await line.waitFor({ state: 'hidden' });
    }
    await page.getByRole('status').filter({ hasText: '申领：可以；这次检测：不可以。' }).waitFor({ state: 'attached' });
    assert.equal(await page.locator('main [aria-live]').count(), 0);
    await page.evaluate(() => scrollTo(0, 0));
    await page.emulateMedia({ media: 'print' });
    assert.equal(await line.isVisible(), false);
    await page.context().close();
  }
});

test('R5: the calculator agrees with the vectors, and says what limited it', async ({ open }) => {
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
  await page.getByLabel('本年已用和占用的额度（元）').fill('0');
  // What is read aloud is one sentence, not the table.
  await page
    .getByRole('status')
    .filter({ hasText: '创新券抵扣 6,000.00 元，另付 14,100.00 元，本年额度还剩 194,000.00 元。' })
    .waitFor();
  await page.getByRole('group', { name: '费用第 2 行' }).getByLabel('数量').fill('三');
  await page.locator('.refused').filter({ hasText: '第 2 行：数量请填大于 0 的数' }).waitFor();
  assert.equal(await page.locator('[aria-invalid="true"]').count(), 2);
  await page.getByRole('group', { name: '费用第 2 行' }).getByLabel('数量').fill('99999999');
  await page
    .locator('.refused')
    .filter({ hasText: /第 2 行：数量太大，最多 [\d,.]+：一项费用不超过一亿元。/ })
    .waitFor();
  await page.getByRole('group', { name: '费用第 2 行' }).getByLabel('数量').fill('1');
  await page.getByRole('button', { name: '复制结果网址' }).click();
  await page.getByRole('status').filter({ hasText: '网址' }).waitFor();
  await page.getByLabel('本年已用和占用的额度（元）').fill('200001');
  await page.getByText('本年已用额度不能超过').first().waitFor();
  await page.context().close();
});

test('R1: the calculator names the kinds whole, on a phone and in large letters', async ({ open }) => {
  for (const elder of ['', '1']) {
    const page = await open(390);
    await page.addInitScript((e) => localStorage.setItem('elder', e), elder);
    await page.goto(`${stack.url}/tools/deduction/?kind=team`);
    await page.getByRole('radio', { name: /^创新创业团队\s*每年最多 100,000 元/, checked: true }).waitFor();
    const kinds = page.getByText('高新技术企业、科技型中小企业');
    assert.ok(await kinds.evaluate((e) => e.scrollWidth <= e.clientWidth && e.getBoundingClientRect().right <= 390));
    await page.getByRole('radio', { name: /^高新技术企业、科技型中小企业\s*每年最多 200,000 元/ }).check();
    assert.ok(!page.url().includes('kind='));
    await page.context().close();
  }
});

test('contact: a phone dials, writes and opens; the hours are a setting', async ({ open }) => {
  const page = await open(390);
  await page.goto(`${stack.url}/contact/`);
  assert.deepEqual(
    await page
      .locator('main table a')
      .evaluateAll((links) => links.map((a) => [a.textContent, a.getAttribute('href')])),
    [
      ['www.hniss.cn', 'http://www.hniss.cn/'],
      ['0371-65957129', 'tel:+86-371-65957129'],
      ['hnisscn@163.com', 'mailto:hnisscn@163.com'],
    ],
  );
  await page.getByText(`服务时间：${settings.hours}`).waitFor();
  await page.context().close();
});

test('R25: a working day is found, and a missing calendar is said', async ({ open }) => {
  const page = await open(390);
  await page.goto(`${stack.url}/tools/working-days/?from=2026-09-30&days=7`);
  await page.locator('.bigday').filter({ hasText: '2026-10-15（周四）' }).waitFor();
  await page.getByText('其间调休上班的周末：2026-10-10。').waitFor();
  await page.getByLabel('从哪一天起（当日不计）').fill('2026-10-21');
  await page.getByLabel('几个工作日（1–366）').fill('5');
  // A notice counts its first day (R28).
  await page.getByLabel('起始日也算一天').check();
  await page.locator('.bigday').filter({ hasText: '2026-10-27（周二）' }).waitFor();
  assert.match(page.url(), /from=2026-10-21&days=5&first=1/);
  await page.getByLabel('几个工作日（1–366）').fill('367');
  await page.getByText('天数看不懂').waitFor();
  await page.goto(`${stack.url}/tools/working-days/?from=2026-12-31&days=7`);
  await page.locator('.refused').filter({ hasText: '2027-01-01 起的放假安排还没有收录' }).waitFor();
  await picture(page, 'words-days-missing-390');
  await page.goto(`${stack.url}/tools/calendar/`);
  await page.locator('[data-label="截止"]').filter({ hasText: '2026-10-15（周四）' }).waitFor();
  await page.getByText('2027 年放假安排尚未公布').waitFor();
  const feed = await (await fetch(`${stack.url}/tools/calendar.ics`)).text();
  assert.match(feed, /^BEGIN:VCALENDAR\r\n/);
  assert.match(feed, /DTSTART;VALUE=DATE:20261015\r\n/);
  assert.ok(!feed.includes('2026q4-close'));
  assert.equal(
    feed.match(/^DTSTART/gm)?.length,
    feed.match(/^DTSTART;VALUE=DATE:\d{8}\r$/gm)?.length,
    'whole days only',
  );
  const uids = feed.match(/^UID:.*$/gm) ?? [];
  assert.equal(new Set(uids).size, uids.length);
  await page.context().close();
});

test('R25, R28, R31: how long until the money comes, one table from the parameters, in the calendar and in the guide', async ({
  open,
}) => {
  const rows = await stack.sql<
    { key: string; value: string }[]
  >`select key, value::text from public.policy_parameters where year = extract(year from private.today())`;
  const days = (key: string) => `${rows.find((r) => r.key === key)?.value} 个工作日`;
  const page = await open(390);
  const tables: string[][] = [];
  for (const path of ['/tools/calendar/', '/guides/institution/']) {
    await page.goto(stack.url + path);
    const table = page.locator('#payout-times table');
    assert.deepEqual(
      (await table.locator('td:nth-child(3)').allTextContents()).filter((t) => t.endsWith('个工作日')),
      ['review', 'close', 'expert', 'authority', 'authority', 'notice'].map((key) => days(`${key}_working_days`)),
    );
    tables.push(await table.locator('td').allTextContents());
  }
  assert.deepEqual(tables[0], tables[1]);
  // The example walks the calendar that the working-day tool walks.
  const dates = (tables[0] ?? []).flatMap((t) => /^\d{4}-\d{2}-\d{2}/.exec(t) ?? []);
  assert.equal(dates.length, 7);
  assert.deepEqual(dates, [...dates].sort());
  assert.match(
    (await page.locator('#s8').textContent()) ?? '',
    new RegExp(`季度结束后 ${days('close_working_days')}内.*推荐单位`, 's'),
  );
  await page.context().close();
});

test('without JavaScript every island says so, nothing waits for ever, and the words are all there', async ({
  open,
}) => {
  const page = await open(390);
  const browser = page.context().browser();
  const plain = await (
    await browser?.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 900 }, locale: 'zh-CN' })
  )?.newPage();
  assert.ok(plain);
  for (const path of [
    '/tools/deduction/',
    '/tools/eligibility/',
    '/tools/working-days/',
    '/verify/',
    '/report-error/',
    '/seals/',
    '/notices/1/',
  ]) {
    await plain.goto(stack.url + path);
    await plain.getByText(/需要开启 JavaScript/).waitFor();
    assert.equal(await plain.getByText('正在打开').filter({ visible: true }).count(), 0, path);
  }
  await plain.goto(`${stack.url}/tools/deduction/`);
  await plain.getByText(/手工计算/).waitFor();
  await picture(plain, 'words-plain-deduction-390');
  await plain.goto(`${stack.url}/faq/`);
  assert.ok((await plain.locator('details').count()) >= 30);
  assert.ok(!(await plain.locator('main').textContent())?.includes('Ctrl'));
  // Where the institutions' questions stood, the way to them is said.
  await plain.locator('#redeem').getByRole('link', { name: '管理单位常见问题' }).click();
  await plain.waitForURL(/\/faq\/institution\/#redeem$/);
  assert.ok((await plain.locator('details').count()) >= 15);
  const answers = (await plain.locator('.faq').allTextContents()).join('');
  for (const silence of [
    '当检验报告',
    '算在哪个季度',
    '纸质材料什么时候交',
    '推荐单位是谁',
    '专家怎样评',
    '公示多久',
    '管理单位自己有补贴',
  ])
    assert.ok(answers.includes(silence), silence);
  await plain.context().close();
  await page.context().close();
});
let pages: string[] = [];
test.beforeAll(() => {
  pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter(
    (f) =>
      f.endsWith('index.html') &&
      /^(policies|about|exclusions|guides|faq|contact|pledges|tools|notices|payouts|statistics|open-data|seals|verify|report-error)\//.test(
        f,
      ),
  );
});
const html = (file: string) => readFileSync(join(site, file), 'utf8');

test('every link of the words leads to a page, and to a place on it', async () => {
  assert.ok(pages.length > 35);
  const dead: string[] = [];
  for (const page of pages) {
    for (const [, href = ''] of html(page).matchAll(/<a [^>]*href="([/#][^"]*)"/g)) {
      const [path = '', anchor] = href.replaceAll('&amp;', '&').split('#');
      const file =
        path === ''
          ? page
          : join(path.split('?')[0]?.slice(1) ?? '', path.split('?')[0]?.endsWith('/') ? 'index.html' : '');
      if (!existsSync(join(site, file))) dead.push(`${page}: ${href}`);
      else if (anchor && !html(file).includes(`id="${anchor}"`)) dead.push(`${page}: ${href} (no such place)`);
    }
  }
  assert.deepEqual(dead, []);
});

test('the home page: institutions find their way, and every station leads to its step, with who acts and by when', async () => {
  const home = html('index.html');
  assert.match(home, /您是管理单位？<a href="\/about\/#institution">/);
  const stations = [
    ...(/<ol class="rail across">[\s\S]*?<\/ol>/.exec(home)?.[0] ?? '').matchAll(/<li [\s\S]*?<\/li>/g),
  ].map(([li]) => li);
  assert.equal(stations.length, 11);
  for (const station of stations) {
    const [, guide = '', step = ''] = /<a href="\/(guides\/\w+)\/#(s\d+)"/.exec(station) ?? [];
    assert.ok(guide && html(`${guide}/index.html`).includes(`id="${step}"`), station);
    assert.equal([...station.matchAll(/class="small muted">[^<]/g)].length, 2, station);
  }
});

test('each document has its whole record and an official address; only an original is called one', async () => {
  const documents = pages.filter((f) => /^policies\/[^/]+\/index/.test(f) && !f.startsWith('policies/read'));
  assert.equal(documents.length, readdirSync('content/policies').length);
  for (const file of documents) {
    const text = html(file);
    for (const field of [
      '索引号',
      '主题分类',
      '发文机关',
      '成文日期',
      '标题',
      '发文字号',
      '发布日期',
      '主题词',
      '有效性',
    ])
      assert.ok(text.includes(`<th scope="row">${field}</th>`), `${file}: ${field}`);
    const [, href = '', label = ''] = /class="original">[\s\S]*?<a href="(https:[^"]+)"[^>]*>([^<]+)/.exec(text) ?? [];
    assert.match(href, /^https:\/\/([a-z]+\.)*gov\.cn\//, file);
    assert.equal(label.startsWith('查看官方原文'), new URL(href).pathname !== '/', `${file}: ${label}`);
    assert.match(text, /\/about\/rules\/#R\d+|不在本系统办理/, `${file} leads to a rule`);
    // A document whose original nobody here has seen is recorded, not read.
    if (!text.includes('没有见到原文'))
      assert.ok(text.includes('href="/policies/read/'), `${file} leads to its reading`);
  }
});

test('a guide and a reading carry the day of their own record, for machines and for readers', async () => {
  const written = (folder: string) =>
    readdirSync(join('content', folder)).map((f) => ({
      id: f.replace(/\.\w+$/, ''),
      published: /"?published"?: "([\d-]+)"/.exec(readFileSync(join('content', folder, f), 'utf8'))?.[1],
    }));
  const [guides, readings] = [written('guides'), written('interpretations')];
  assert.deepEqual([guides.length, readings.length], [3, 4]);
  for (const { id, published } of [
    ...guides.map((g) => ({ ...g, id: `guides/${g.id}` })),
    ...readings.map((r) => ({ ...r, id: `policies/read/${r.id}` })),
  ]) {
    const text = html(`${id}/index.html`);
    assert.equal(/<meta name="PubDate" content="([^"]*)"/.exec(text)?.[1], `${published} 00:00`, id);
    assert.ok(text.includes(`发布于 ${published}`), id);
  }
});
