import assert from 'node:assert/strict';
import { AxeBuilder } from './axe.ts';
import { picture, settled, stack, test } from './harness.ts';

test('public pages: a heading, no script error, no accessibility violation, at phone and desktop width', async ({
  open,
}) => {
  const paths = [
    '/',
    '/policies/',
    '/policies/guofa-2014-70/',
    '/notices/',
    '/notices/1/',
    '/statistics/',
    '/open-data/',
    '/seals/',
    '/verify/',
    '/notices/receipt/',
    '/report-error/',
    '/tools/',
    '/exclusions/',
    '/sitemap/',
    '/style/',
    '/style/charts/',
    '/accessibility/',
    '/work/',
    '/nowhere/',
  ];
  for (const path of paths) {
    for (const width of [390, 1280]) {
      const page = await open(width);
      await page.goto(stack.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${path} at ${width} is ${overflow} px too wide`);
      const violations = await AxeBuilder(page);
      assert.deepEqual(violations, [], `${path} at ${width}`);
      await picture(page, `public${path.replaceAll('/', '-')}${width}`);
      await page.context().close();
    }
  }
});

test('on paper the home page says what one saves, in sums that add up, and where to calculate', async ({ open }) => {
  const page = await open();
  await page.goto(stack.url);
  const saves = page.locator('.three > div').filter({ hasText: '能省多少' });
  assert.deepEqual(await saves.locator('p:visible').allInnerTexts(), [
    '填费用清单，算出抵扣金额、自付金额和剩余额度。',
  ]);
  await page.emulateMedia({ media: 'print' });
  const said = await saves.locator('p:visible').allInnerTexts();
  const [fee = 0, off = 0, rest = 0] = [...said.join().matchAll(/([\d,]+\.\d\d) 元/g)].map(([, n]) =>
    Number(n?.replaceAll(',', '')),
  );
  assert.ok(said.length === 1 && off > 0 && rest > 0 && Math.abs(fee - off - rest) < 0.001, said.join());
  assert.match(
    String(await page.locator('.ticket .amount').textContent()),
    new RegExp(off.toLocaleString('en-US')),
    'as the ticket above it',
  );
  assert.equal(
    await saves.locator('p a').evaluate((a) => getComputedStyle(a, '::after').content),
    '"（/tools/deduction/）"',
  );
  assert.equal(await page.locator('main').locator('input, button').filter({ visible: true }).count(), 0);
  await page.context().close();
});

test('R35: a stranger verifies a voucher from its QR address, mistypes it, and reports an error', async ({ open }) => {
  await stack.sql`delete from private.public_turns`;
  const [voucher] =
    await stack.sql`select voucher_no, verify_code from public.vouchers where state = 'redeemed' order by id limit 1`;
  const page = await open(390);
  await page.goto(`${stack.url}/verify/?no=${voucher?.['voucher_no']}&code=${voucher?.['verify_code']}`);
  await page.getByText('确有此券').waitFor();
  await picture(page, 'verify-390');
  await page
    .getByLabel('券号')
    .fill(
      `${String(voucher?.['voucher_no']).slice(0, -1)}${(Number(String(voucher?.['voucher_no']).slice(-1)) + 1) % 10}`,
    );
  await page.getByRole('button', { name: '核验' }).click();
  await page.getByText('券号抄错了一位').waitFor();
  await page.goto(`${stack.url}/report-error/?page=/faq/`);
  await page.getByLabel(/哪里不对/).fill('第三条的日期写错了。');
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByText(/受理编号 ZC-[0-9A-Z-]{23}/).waitFor();
  await page.context().close();
});

test('every theme and the elders’ version pass axe, and the choice is kept', async ({ open }) => {
  const page = await open();
  await page.goto(`${stack.url}/statistics/`);
  for (const theme of ['深色', '高对比', '浅色', '长辈版']) {
    await page.getByRole('button', { name: '显示', exact: true }).click();
    await page.getByRole('button', { name: theme, exact: true }).click();
    assert.equal(await page.getByRole('button', { name: theme, exact: true }).getAttribute('aria-pressed'), 'true');
    await settled(page);
    assert.deepEqual(await AxeBuilder(page), [], `${theme}: the panel itself`);
    if (theme === '长辈版') await picture(page, 'display-panel');
    await page.keyboard.press('Escape');
    for (const path of [
      '/',
      '/statistics/',
      '/notices/1/',
      '/style/',
      '/style/charts/',
      '/accessibility/',
      '/policies/guofa-2014-70/',
      '/work/',
    ]) {
      await page.goto(stack.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.deepEqual(await AxeBuilder(page), [], `${theme} ${path}`);
      if (path === '/' || path === '/style/') await picture(page, `theme-${theme}${path.replaceAll('/', '-')}`);
    }
  }
  await page.context().close();
});

test('P1: the workspaces of every side pass axe in every theme', async ({ signIn }) => {
  for (const [name, views] of [
    ['firm', ['', '?view=quota', '?view=orders', '?view=vouchers']],
    ['lab', ['', '?view=orders']],
    ['platform', ['', '?view=order', '?view=nowhere']],
  ] as const) {
    const page = await signIn(name);
    const home = new URL(page.url()).pathname;
    for (const [key, value] of [
      ['theme', 'dark'],
      ['theme', 'contrast'],
      ['theme', 'light'],
      ['elder', '1'],
    ] as const) {
      await page.evaluate(([k, v]) => localStorage.setItem(k, v), [key, value] as const);
      for (const view of views) {
        await page.goto(stack.url + home + view);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.waitForLoadState('networkidle');
        assert.deepEqual(await AxeBuilder(page), [], `${name} ${view} ${key} ${value}`);
      }
    }
    await page.context().close();
  }
});

test('a chosen theme is there before the first paint, without waiting for the deferred script', async ({ open }) => {
  const page = await open();
  await page.route('**/site.js', (route) => route.abort());
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  await page.addInitScript(() => {
    localStorage.setItem('theme', 'dark');
    localStorage.setItem('elder', '1');
    // When the body begins, nothing has been painted yet.
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      observer.disconnect();
      Object.assign(window, {
        early: [document.documentElement.dataset.theme, document.documentElement.hasAttribute('data-elder')],
      });
    }).observe(document, { childList: true, subtree: true });
  });
  for (const path of ['/', '/work/', '/policies/']) {
    await page.goto(stack.url + path, { waitUntil: 'domcontentloaded' });
    assert.deepEqual(await page.evaluate(() => (window as unknown as { early: unknown }).early), ['dark', true], path);
  }
  assert.deepEqual(refused, []);
  await page.context().close();
});

test('the display panel: reached from head and foot, targets of 44 px and 60 px, closed with Esc', async ({ open }) => {
  for (const elder of [false, true]) {
    const page = await open(390);
    if (elder) await page.addInitScript(() => localStorage.setItem('elder', '1'));
    await page.goto(`${stack.url}/faq/`);
    const panel = page.getByRole('dialog', { name: '显示方式' });
    for (const opener of ['显示', '显示方式']) {
      await page.getByRole('button', { name: opener, exact: true }).click();
      await panel.waitFor();
      const box = await panel.boundingBox();
      assert.ok(
        box && box.x >= 0 && box.y >= 0 && box.x + box.width <= 390 && box.y + box.height <= 900,
        `${opener}: ${JSON.stringify(box)}`,
      );
      const small = await panel.evaluate(
        (p, least) =>
          [...p.querySelectorAll('button:not([hidden]), a')]
            .filter((b) => b.getBoundingClientRect().height < least)
            .map((b) => b.textContent),
        elder ? 60 : 44,
      );
      assert.deepEqual(small, []);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'hidden' });
    }
    await page.context().close();
  }
});

test('a menu that does not fit begins where one is', async ({ open }) => {
  for (const elder of ['', '1']) {
    const page = await open(390);
    await page.addInitScript((e) => {
      if (e) localStorage.setItem('elder', e);
    }, elder);
    for (const path of ['/', '/policies/', '/statistics/', '/tools/']) {
      await page.goto(stack.url + path);
      const box = await page.getByRole('navigation', { name: '主导航' }).locator('[aria-current]').boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 390, `${path} ${elder}: ${JSON.stringify(box)}`);
    }
    await page.context().close();
  }
});

test('without a script the display panel offers nothing that would not answer', async ({ open }) => {
  const context = await (await open())
    .context()
    .browser()
    ?.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 900 } });
  assert.ok(context);
  const page = await context.newPage();
  await page.goto(`${stack.url}/faq/`);
  await page.getByRole('button', { name: '显示', exact: true }).click();
  const panel = page.getByRole('dialog', { name: '显示方式' });
  await panel.locator('noscript p').filter({ hasText: '没有开启 JavaScript' }).waitFor();
  assert.equal(await panel.getByRole('button').count(), 0);
  await panel.getByRole('link', { name: '无障碍说明' }).click();
  await page.getByRole('heading', { name: '无障碍说明', level: 1 }).waitFor();
  await context.close();
});

test('reading aloud goes sentence by sentence, stops on request, and hides where there is no voice', async ({
  open,
}) => {
  const page = await open();
  await page.addInitScript(() => {
    const spoken: string[] = [];
    let waiting: (() => void) | undefined;
    class Utterance {
      onend?: () => void;
      lang = '';
      text: string;
      constructor(text: string) {
        this.text = text;
      }
    }
    const voice = {
      speak: (u: Utterance) => {
        spoken.push(u.text);
        waiting = () => u.onend?.();
      },
      cancel: () => {
        waiting = undefined;
      },
    };
    Object.defineProperty(window, 'speechSynthesis', { value: voice });
    Object.assign(window, { SpeechSynthesisUtterance: Utterance, spoken, sayNext: () => waiting?.() });
  });
  const spoken = () => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  const sayNext = () => page.evaluate(() => (window as unknown as { sayNext: () => void }).sayNext());
  await page.goto(`${stack.url}/accessibility/`);
  await page.getByRole('button', { name: '显示', exact: true }).click();
  await page.getByRole('button', { name: '朗读', exact: true }).click();
  await sayNext();
  await sayNext();
  const first = await spoken();
  assert.equal(first[0], '无障碍说明');
  assert.match(first[1] ?? '', /^本站按.*。$/);
  assert.equal(first.length, 3);
  await page.getByRole('button', { name: '停止朗读' }).click();
  await sayNext();
  assert.equal((await spoken()).length, 3);
  await page.getByRole('button', { name: '朗读', exact: true }).waitFor();
  await page.context().close();
  const mute = await open();
  await mute.addInitScript(() => Object.defineProperty(window, 'speechSynthesis', { value: undefined }));
  await mute.goto(`${stack.url}/accessibility/`);
  await mute.getByRole('button', { name: '显示', exact: true }).click();
  assert.equal(await mute.locator('[data-read-aloud]').isVisible(), false);
  await mute.context().close();
});
