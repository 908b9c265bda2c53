import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from './axe.ts';
import type { Browser } from './harness.ts';

export default async function seals({ stack, dir, open, signIn, picture, test }: Browser): Promise<void> {
  await test('T5, R32: a holder downloads the proof of an order and checks it in the browser; one changed letter is found', async () => {
    const page = await signIn('firm');
    const [order] = await stack.sql`select o.id from public.orders o join public.vouchers v on v.order_id = o.id join public.organizations a on a.id = o.applicant_id where a.name = '洛阳演示轴承科技有限公司' and v.state = 'redeemed' limit 1`;
    await page.goto(`${stack.url}/user/?view=order&id=${order?.['id']}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载封存证明' }).click()]);
    const file = join(dir, 'proof.json');
    await download.saveAs(file);
    await page.context().close();
    const visitor = await open();
    await visitor.goto(`${stack.url}/seals/`);
    await visitor.getByLabel(/选择证明文件/).setInputFiles(file);
    await visitor.getByText('核对无误').waitFor();
    await visitor.getByText(/沿证明路径到达公布的根/).waitFor();
    await picture(visitor, 'seals-1280');
    assert.deepEqual(await AxeBuilder(visitor), []);
    const phone = await open(390);
    await phone.goto(`${stack.url}/seals/`);
    await phone.getByLabel(/选择证明文件/).setInputFiles(file);
    await phone.getByText('核对无误').waitFor();
    assert.ok((await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0, 'no sideways scrolling at 390 px');
    await picture(phone, 'seals-390');
    await phone.context().close();
    const altered = join(dir, 'altered.json');
    writeFileSync(altered, readFileSync(file, 'utf8').replace('洛阳演示轴承', '洛阳演示轴系'));
    await visitor.getByLabel(/选择证明文件/).setInputFiles(altered);
    await visitor.getByText(/发现 \d+ 处不符/).waitFor();
    await picture(visitor, 'seals-altered');
    writeFileSync(altered, '{"kind":"letter"}');
    await visitor.getByLabel(/选择证明文件/).setInputFiles(altered);
    await visitor.getByText(/这不是证明/).waitFor();
    await visitor.context().close();
  });
  await test('T5: the published list is kept and compared later; a past rewritten after the page was built is found', async () => {
    const page = await open();
    await page.goto(`${stack.url}/seals/`);
    const kept = join(dir, 'seals.json');
    writeFileSync(kept, await (await fetch(`${stack.url}/open-data/seals.json`)).text());
    await page.getByLabel(/选择证明文件/).setInputFiles(kept);
    await page.getByText('核对无误').waitFor();
    const { rows: list } = JSON.parse(readFileSync(kept, 'utf8')) as { rows: { day: string }[] };
    assert.ok(list.length > 30);
    const last = list.at(-1)?.day as string;
    const set = (hash: unknown) => stack.sql.begin(async (sql) => {
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
}
