import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from './axe.ts';
import { dir, picture, stack, test } from './harness.ts';

test('T5, R32: a holder downloads the proof of an order and checks it in the browser; one changed letter is found', async ({
  open,
  signIn,
}) => {
  const page = await signIn('firm');
  const [order] =
    await stack.sql`select o.id from public.orders o join public.vouchers v on v.order_id = o.id join public.organizations a on a.id = o.applicant_id where a.name = '洛阳演示轴承科技有限公司' and v.state = 'redeemed' limit 1`;
  await page.goto(`${stack.url}/user/?view=order&id=${order?.['id']}`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载封存证明' }).click(),
  ]);
  const file = join(dir, 'proof.json');
  await download.saveAs(file);
  await page.context().close();
  const visitor = await open();
  await visitor.goto(`${stack.url}/seals/`);
  const [newest] =
    await stack.sql`select day::text, encode(root, 'hex') as root from public.seals order by day desc limit 1`;
  assert.ok(
    (await visitor.getByRole('region', { name: '最近一日的根' }).textContent())?.includes(String(newest?.['root'])),
    'the newest root stands on the page',
  );
  const input = visitor.getByLabel(/选择证明文件/);
  assert.equal(await input.evaluate((i) => i.getBoundingClientRect().width), 1, 'the browser’s own words are not seen');
  for (const open of [
    () => visitor.getByText('选择文件', { exact: true }).click(),
    async () => {
      await input.focus();
      await visitor.keyboard.press('Enter');
    },
  ]) {
    const [chooser] = await Promise.all([visitor.waitForEvent('filechooser'), open()]);
    await chooser.setFiles(file);
    await visitor.locator('.pick').getByText('proof.json').waitFor();
  }
  await visitor.getByText('核对无误').waitFor();
  await visitor.getByText(/沿证明路径到达公布的根/).waitFor();
  await picture(visitor, 'seals-1280');
  assert.deepEqual(await AxeBuilder(visitor), []);
  const phone = await open(390);
  await phone.goto(`${stack.url}/seals/`);
  await phone.getByLabel(/选择证明文件/).setInputFiles(file);
  await phone.getByText('核对无误').waitFor();
  assert.ok(
    (await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0,
    'no sideways scrolling at 390 px',
  );
  await picture(phone, 'seals-390');
  await phone.context().close();
  const altered = join(dir, 'altered.json');
  writeFileSync(altered, readFileSync(file, 'utf8').replace('洛阳演示轴承', '洛阳演示轴系'));
  await visitor.getByLabel(/选择证明文件/).setInputFiles(altered);
  await visitor.getByText(/发现 \d+ 处不符/).waitFor();
  // The event itself carries the mark, and only that one.
  assert.equal(await visitor.locator('tr.altered').count(), 1);
  await visitor
    .locator('tr.altered')
    .filter({ hasText: '轴系' })
    .getByText(/被改动过/)
    .waitFor();
  assert.deepEqual(await AxeBuilder(visitor), []);
  await picture(visitor, 'seals-altered');
  writeFileSync(altered, '{"kind":"letter"}');
  await visitor.getByLabel(/选择证明文件/).setInputFiles(altered);
  await visitor.getByText(/这不是证明/).waitFor();
  await visitor.context().close();
});

test('T5, R32: finance looks through the books, exports everything, and the public page recomputes it; one event taken out is found', async ({
  open,
  signIn,
}) => {
  const page = await signIn('finance');
  await page.goto(`${stack.url}/desk/?view=audit`);
  await page.getByRole('cell', { name: '额度余额与台账' }).waitFor();
  await page.getByRole('button', { name: '重算并查账' }).click();
  await page
    .getByText(/没有发现差错|发现 \d+/)
    .first()
    .waitFor();
  await picture(page, 'audit-1280');
  await page.getByText('没有发现差错').waitFor();
  assert.deepEqual(await AxeBuilder(page), []);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载审计导出' }).click(),
  ]);
  const file = join(dir, 'export.json');
  await download.saveAs(file);
  await page.context().close();
  const visitor = await open();
  await visitor.goto(`${stack.url}/seals/`);
  await visitor.getByLabel(/选择证明文件/).setInputFiles(file);
  await visitor.getByText('核对无误').waitFor({ timeout: 30_000 });
  await picture(visitor, 'seals-export');
  const all = JSON.parse(readFileSync(file, 'utf8')) as { events: { day: string | null }[] };
  all.events.splice(
    all.events.findIndex((e) => e.day !== null),
    1,
  );
  writeFileSync(file, JSON.stringify(all));
  await visitor.getByLabel(/选择证明文件/).setInputFiles(file);
  await visitor
    .getByText(/公布封存 \d+ 条，导出里有 \d+ 条/)
    .first()
    .waitFor({ timeout: 30_000 });
  await visitor.context().close();
});

test('on paper the older days stay folded, and a sentence says where they are', async ({ open }) => {
  const page = await open();
  await page.goto(`${stack.url}/seals/`);
  const sentence = page.getByText(/^其余 \d+ 日见 CSV。$/);
  assert.equal(await sentence.isVisible(), false);
  await page.emulateMedia({ media: 'print' });
  await sentence.waitFor();
  assert.equal(await page.locator('.seals tbody tr:visible').count(), 14);
  await page.context().close();
});

test('T5: the published list is kept and compared later; a past rewritten after the page was built is found', async ({
  open,
}) => {
  const page = await open();
  await page.goto(`${stack.url}/seals/`);
  const kept = join(dir, 'seals.json');
  writeFileSync(kept, await (await fetch(`${stack.url}/open-data/seals.json`)).text());
  await page.getByLabel(/选择证明文件/).setInputFiles(kept);
  await page.getByText('核对无误').waitFor();
  const { rows: list } = JSON.parse(readFileSync(kept, 'utf8')) as { rows: { day: string }[] };
  assert.ok(list.length > 30);
  const last = list.at(-1)?.day as string;
  const set = (hash: unknown) =>
    stack.sql.begin(async (sql) => {
      await sql.unsafe("set local session_replication_role = 'replica'");
      await sql`update public.seals set hash = ${hash as Buffer} where day = ${last}`;
    });
  const [before] = await stack.sql`select hash from public.seals where day = ${last}`;
  await set(Buffer.alloc(32, 7));
  await page.reload();
  await page.getByText(/与本页发布时不同/).waitFor();
  await page.getByLabel(/选择证明文件/).setInputFiles(kept);
  await page.getByText(/您保存的封存与现在公布的不同/).waitFor();
  await set(before?.['hash']);
  await page.context().close();
});
