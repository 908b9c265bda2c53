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
    await picture(visitor, 'seals');
    assert.deepEqual(await AxeBuilder(visitor), []);
    const altered = join(dir, 'altered.json');
    writeFileSync(altered, readFileSync(file, 'utf8').replace('洛阳演示轴承', '洛阳演示轴系'));
    await visitor.getByLabel(/选择证明文件/).setInputFiles(altered);
    await visitor.getByText(/发现 \d+ 处不符/).waitFor();
    await visitor.context().close();
  });
}
