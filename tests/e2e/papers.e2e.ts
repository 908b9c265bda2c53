import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../local/stack.ts';
import { AxeBuilder } from './axe.ts';
import { picture, stack, test } from './harness.ts';

test('R26: the quarter’s A4 pack: cover and one sheet a voucher, amounts in words, places for both stamps; strangers get nothing', async ({
  signIn,
}) => {
  const [pack] =
    await stack.sql`select k.id, (select count(*) from public.redemptions r where r.round_id = k.round_id and r.institution_id = k.institution_id)::integer as items from public.paper_packs k join public.organizations o on o.id = k.institution_id where o.name = '中原材料分析测试中心（演示）' order by k.id desc limit 1`;
  const page = await signIn('lab');
  await page.goto(`${stack.url}/papers/?pack=${pack?.['id']}`);
  await page.getByRole('button', { name: /打印全部/ }).waitFor();
  assert.equal(await page.locator('.a4').count(), Number(pack?.['items']) + 1);
  assert.match((await page.locator('.a4').first().textContent()) ?? '', /元整.*推荐单位审核（公章）/s);
  await picture(page, 'papers');
  assert.deepEqual(await AxeBuilder(page), []);
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
  writeFileSync(join(root, '.artifacts/papers.pdf'), pdf);
  assert.equal(
    (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length,
    Number(pack?.['items']) + 1,
    'one sheet a page',
  );
  await page.context().close();
  const stranger = await signIn('firm');
  await stranger.goto(`${stack.url}/papers/?pack=${pack?.['id']}`);
  await stranger.getByText('没有找到这份材料').waitFor();
  await stranger.context().close();
});
