import { quietCalendar } from '../support/calendar.ts';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type postgres from 'postgres';
import { root } from '../../local/stack.ts';
import { AxeBuilder } from './axe.ts';
import { picture, stack, standAlone, test } from './harness.ts';

// Who is several things says as which he acts (R39); an expert states first, drafts are his own, the platform sees how far it is (R40).
standAlone();
test.describe.configure({ mode: 'serial' });
const { password } = JSON.parse(readFileSync(join(root, 'local/demo-accounts.json'), 'utf8')) as { password: string };
const both = async (page: Page, name: string) => {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await picture(page, `${name}-${width}`);
  }
  assert.deepEqual(await AxeBuilder(page), []);
};
let lab: postgres.Row | undefined;
let expert: postgres.Row | undefined;
test.beforeAll(async () => {
  [lab] = await stack.sql`
  select m.organization_id as id, o.name from public.memberships m join public.organizations o on o.id = m.organization_id
  join auth.users u on u.id = m.user_id where u.email = 'lab@demo.example'`;
  [expert] = await stack.sql`select id from auth.users where email = 'expert1@demo.example'`;
});

test('R39: an expert who is a member of an institution chooses as which he acts, and changes it at the head of the page', async ({
  open,
}) => {
  await stack.sql`insert into public.memberships (user_id, organization_id) values (${expert?.['id']}, ${lab?.['id']})`;
  const page = await open();
  await page.goto(`${stack.url}/work/`);
  await page.getByLabel('邮箱').fill('expert1@demo.example');
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('heading', { name: '您以谁的身份办事？' }).waitFor();
  await both(page, 'hats');
  await page.getByRole('button', { name: '评审专家' }).click();
  await page.waitForURL('**/desk/');
  await page.getByRole('link', { name: /^专家评审/ }).waitFor();
  await page.getByLabel('以谁的身份办事').selectOption({ label: String(lab?.['name']) });
  await page.waitForURL('**/institution/');
  await page.getByRole('navigation', { name: '业务' }).waitFor();
  await both(page, 'hats-switch');
  await page.context().close();
  await stack.sql`delete from public.memberships where user_id = ${expert?.['id']}`;
});

test('R27, R40: the parties first, then the papers; a draft is there after a reload and nowhere else; the platform sees how far it is', async ({
  signIn,
}) => {
  await stack.sql`insert into public.policy_years (year, calendar_authoritative_until, note) values (2027, '2027-12-31', '演示') on conflict do nothing`;
  await quietCalendar(stack.sql, 2027);
  await stack.sql`insert into public.policy_parameters (year, key, value, unit, label, source) select 2027, key, value, unit, label, source from public.policy_parameters where year = 2026 on conflict do nothing`;
  await stack.sql`select private.set_clock('2027-01-05T09:00:00+08:00')`;
  const [round] = await stack.sql`select id from public.rounds where year = 2026 and quarter = 4`;
  const office = await signIn('platform');
  await office.goto(`${stack.url}/desk/?view=round&id=${round?.['id']}`);
  for (const label of ['汇总', '发起专家评审']) {
    await office.locator('.next').getByRole('button', { name: label, exact: true }).click();
    await office.getByRole('button', { name: `确定${label}` }).click();
    await office.locator('.next').getByRole('button', { name: label, exact: true }).waitFor({ state: 'detached' });
  }
  await office.getByRole('heading', { name: '评审进度' }).waitFor();
  await both(office, 'review-progress');
  const page = await signIn('expert2');
  await page.goto(`${stack.url}/desk/?view=review`);
  await page.getByRole('heading', { name: /声明有无利害关系/ }).waitFor();
  await both(page, 'review-statement');
  await page.getByRole('button', { name: /没有利害关系/ }).click();
  await page.locator('.queue li').first().waitFor();
  await page.getByRole('radio', { name: '不同意', exact: true }).check();
  await page.getByLabel(/不同意的理由/).fill('报告缺页，请补齐（演示）');
  await page.waitForResponse((r) => r.url().endsWith('/rpc/save_vote_drafts') && r.ok());
  await page.reload();
  await page.getByLabel(/不同意的理由/).waitFor();
  assert.equal(await page.getByLabel(/不同意的理由/).inputValue(), '报告缺页，请补齐（演示）');
  assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes('报告缺页')), false);
  await both(page, 'review-bench');
  // The next person in the same browser sees nothing of it.
  await page.locator('.person').click();
  await page.getByRole('button', { name: '退出' }).click();
  await page.getByLabel('邮箱').fill('expert3@demo.example');
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('navigation', { name: '业务' }).waitFor();
  await page.goto(`${stack.url}/desk/?view=review`);
  await page.getByRole('button', { name: /没有利害关系/ }).click();
  await page.locator('.queue li').first().waitFor();
  assert.equal(String(await page.locator('body').textContent()).includes('报告缺页'), false);
  await page.context().close();
  await office.context().close();
  await stack.sql`select private.set_clock(null)`.catch(() => {});
});

test('R47: a receipt is looked up by whoever holds it', async ({ open }) => {
  const [taken] = await stack.sql`select private.report_error('/faq/', '第三条的数字不对（演示）', '') as id`;
  const [row] = await stack.sql`select receipt from public.corrections where id = ${Number(taken?.['id'])}`;
  const page = await open();
  await page.goto(`${stack.url}/notices/receipt/`);
  await page.getByLabel('受理编号').fill(String(row?.['receipt']));
  await page.getByRole('button', { name: '查询' }).click();
  await page.getByRole('heading', { name: '等待省平台核实' }).waitFor();
  await both(page, 'receipt');
  await page.context().close();
});
