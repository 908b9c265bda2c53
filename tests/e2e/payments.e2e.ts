import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { demoTime } from '../../local/demo-time.ts';
import { AxeBuilder } from './axe.ts';
import { picture, settled, stack, standAlone, test } from './harness.ts';

// The demo's quarter is paid out here, which other files do not want.
standAlone();

const confirm = async (page: Page, label: string) => {
  await page
    .locator('.next')
    .getByRole('button', { name: new RegExp(`^${label}`) })
    .click();
  await page.getByRole('button', { name: `确定${label}` }).click();
};
/** Reads well on a phone and on a desk: no fault of accessibility, nothing wider than the screen. */
const readsWell = async (page: Page, name: string) => {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await settled(page);
    assert.deepEqual(await AxeBuilder(page), [], `${name} at ${width}`);
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(beyond <= 0, `${name} at ${width} is ${beyond} px too wide`);
    await picture(page, `payments-${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
};

test('R42: a change of account stands beside the old one, is checked by one officer and approved by another; the number shows when it is asked for', async ({
  signIn,
}) => {
  const office = await signIn('platform');
  await office.goto(`${stack.url}/desk/?view=payee_account`);
  await office.getByRole('heading', { name: '收款账户' }).waitFor();
  await readsWell(office, 'account-queue');
  await office.locator('main ol').getByRole('link').first().click();
  await office.getByText('新账户与原账户').waitFor();
  await office.getByRole('button', { name: '显示全文' }).first().click();
  await office
    .getByText(/^4100 0000/)
    .first()
    .waitFor();
  await readsWell(office, 'account');
  await confirm(office, '初核通过');
  await office.locator('.next', { hasText: '待复核' }).waitFor();
  // The same officer is offered no approval.
  assert.equal(await office.getByRole('button', { name: '复核通过' }).count(), 0);
  const second = await signIn('platform2');
  await second.goto(office.url());
  await confirm(second, '复核通过');
  await second.locator('.next', { hasText: '已核验' }).waitFor();
  await second.context().close();
  await office.context().close();
  const lab = await signIn('lab');
  await lab.goto(`${stack.url}/institution/?view=account`);
  await lab.getByRole('button', { name: '提交更换' }).waitFor();
  await readsWell(lab, 'own-account');
  await lab.context().close();
});

test('R43: what is ready is drawn up, approved by another, given to the bank; bad results are named, good ones recorded, one is returned', async ({
  signIn,
}) => {
  const { sql } = stack;
  const [round] = await sql`select id from public.rounds where state = 'in_notice' order by id desc limit 1`;
  await sql`select private.set_clock((select max(to_on) + 3 from public.notices)::timestamp at time zone 'Asia/Shanghai' + interval '10 hours')`;
  const office = await signIn('platform');
  await office.goto(`${stack.url}/desk/?view=round&id=${round?.['id']}`);
  await confirm(office, '公示期满，开始兑付');
  await office.locator('.next', { hasText: '兑付中' }).waitFor();
  await office.goto(`${stack.url}/desk/?view=payout`);
  await office.getByRole('button', { name: '拟制拨付单' }).waitFor();
  await readsWell(office, 'lists');
  await office.getByRole('button', { name: '拟制拨付单' }).click();
  await office.getByRole('heading', { name: /^拨付单 BF/ }).waitFor();
  await readsWell(office, 'drafted');
  const second = await signIn('platform2');
  await second.goto(office.url());
  await confirm(second, '复核通过，列入拨付单');
  await second
    .locator('.next')
    .getByRole('button', { name: /^生成银行文件/ })
    .waitFor();
  await second.context().close();
  await office.reload();
  await confirm(office, '生成银行文件');
  for (const [button, ending] of [
    ['下载 Excel（XLSX）', 'xlsx'],
    ['下载 CSV', 'csv'],
  ] as const) {
    const [file] = await Promise.all([
      office.waitForEvent('download'),
      office.getByRole('button', { name: button }).click(),
    ]);
    assert.match(file.suggestedFilename(), new RegExp(`^BF\\d{4}-\\d{4}\\.${ending}$`));
  }
  const lines = await sql`select payment_no, amount_fen, private.today()::text as day from public.payments
    where state = 'in_transit' order by line_no`;
  assert.ok(lines.length > 5);
  const rows = lines.map(
    (l) => `${l['payment_no']},"${Number(l['amount_fen']) / 100}",到账,${l['day']},LS${l['payment_no']},`,
  );
  const answer = (of: string[]) => ({
    name: '银行结果.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['业务编号,金额（元）,结果,日期,流水号,退票原因', ...of].join('\r\n')),
  });
  const chosen = office.locator('input[type=file]');
  await chosen.setInputFiles(answer([...rows.slice(1), `${rows[0]}`.replace('到账', '也许')]));
  await office.getByText('有 1 行不能登记，一行也没有登记').waitFor();
  await readsWell(office, 'bad-results');
  await chosen.setInputFiles(answer(rows.slice(1)));
  await office.getByRole('cell', { name: /^到账/ }).first().waitFor();
  await office.getByRole('button', { name: '登记结果' }).click();
  await office.getByRole('radio', { name: '退票' }).check();
  await office.getByLabel(/^退票原因/).fill('账号与户名不符');
  await readsWell(office, 'one-result');
  await office.getByRole('button', { name: '登记', exact: true }).click();
  await office.getByText('每一笔都有了结果。').waitFor();
  await readsWell(office, 'done');
  await office.context().close();
  const finance = await signIn('finance');
  await finance.goto(`${stack.url}/desk/?view=payout`);
  await finance.getByRole('heading', { name: '拨付单', exact: true }).waitFor();
  assert.equal(await finance.getByRole('button', { name: '拟制拨付单' }).count(), 0);
  await finance.context().close();
});
test.afterAll(() => demoTime(stack.sql));

test('R43: both sides print what an order came to, an institution what its quarter came to; strangers get nothing', async ({
  signIn,
}) => {
  const [paid] = await stack.sql`select p.redemption_id, r.order_id, r.round_id, r.institution_id from public.payments p
    join public.redemptions r on r.id = p.redemption_id join public.memberships m on m.organization_id = r.institution_id
    join auth.users u on u.id = m.user_id where u.email = 'lab@demo.example' and p.state = 'arrived' order by p.id limit 1`;
  const lab = await signIn('lab');
  await lab.goto(`${stack.url}/institution/?view=redemption&id=${paid?.['redemption_id']}`);
  await lab.getByRole('heading', { name: '拨付', exact: true }).waitFor();
  await readsWell(lab, 'redemption');
  await lab.goto(`${stack.url}/settlement/?order=${paid?.['order_id']}`);
  await lab.getByText('用户单位另付').waitFor();
  await readsWell(lab, 'settlement');
  await lab.goto(`${stack.url}/settlement/?round=${paid?.['round_id']}&institution=${paid?.['institution_id']}`);
  await lab.getByText('其中到账').waitFor();
  await readsWell(lab, 'quarter');
  await lab.context().close();
  const stranger = await signIn('team');
  await stranger.goto(`${stack.url}/settlement/?order=${paid?.['order_id']}`);
  await stranger.getByText('没有找到这份结算单').waitFor();
  await stranger.context().close();
});
