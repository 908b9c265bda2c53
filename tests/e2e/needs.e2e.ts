import assert from 'node:assert/strict';
import { AxeBuilder } from './axe.ts';
import { picture, settled, stack, test } from './harness.ts';

// R53: what an applicant needs tested, from the public list to the answer and the booking.

test('R53: the public list is whole without a script, names nobody who does not want it, and is reached from a search that found nothing', async ({
  open,
}) => {
  for (const width of [390, 1280]) {
    const page = await open(width);
    await page.goto(`${stack.url}/needs/`);
    await page.getByRole('row', { name: /轴承钢断口，看形貌和成分（演示）.*不公开/ }).waitFor();
    await settled(page);
    assert.deepEqual(await AxeBuilder(page), []);
    assert.ok(
      (await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0,
    );
    await picture(page, `needs-${width}`);
    await page.context().close();
  }
  const page = await open(390);
  await page.goto(`${stack.url}/instruments/?q=%E5%AD%90%E8%99%9A%E4%B9%8C%E6%9C%89`);
  await page.locator('.empty').getByRole('link', { name: '发布需求' }).click();
  await page.getByRole('heading', { level: 1, name: '需求' }).waitFor();
  await page.context().close();
});

test('R53: an applicant posts and is answered, an institution answers what it can do and sees no other thread, the platform takes down with a reason', async ({
  signIn,
}) => {
  const firm = await signIn('firm');
  await firm.goto(`${stack.url}/user/?view=needs`);
  await firm.getByRole('button', { name: '发布需求' }).click();
  await firm.getByLabel('领域').selectOption('01');
  await firm.getByLabel('样品和要测什么').fill('<b>陶瓷</b>断面，看晶粒');
  await firm.getByRole('button', { name: '发布', exact: true }).click();
  const mine = firm.locator('.card', { hasText: '<b>陶瓷</b>断面，看晶粒' });
  await mine.getByText('还没有管理单位答复。').waitFor();
  const lab = await signIn('lab');
  await lab.goto(`${stack.url}/institution/?view=needs`);
  const theirs = lab.locator('.card', { hasText: '<b>陶瓷</b>断面，看晶粒' });
  await theirs.getByLabel('答复').fill('可以做，每样约三天。');
  await theirs.getByLabel('请对方预约哪一项').selectOption({ index: 1 });
  assert.deepEqual(await AxeBuilder(lab), []);
  await picture(lab, 'needs-lab-1280');
  await theirs.getByRole('button', { name: '答复' }).click();
  await theirs.getByText('可以做，每样约三天。').waitFor();
  await lab.context().close();
  await firm.reload();
  await mine.getByText('可以做，每样约三天。').waitFor();
  assert.match(
    (await mine.getByRole('link', { name: '去预约' }).getAttribute('href')) ?? '',
    /^\/instruments\/i\d+\/$/,
  );
  assert.deepEqual(await AxeBuilder(firm), []);
  await picture(firm, 'needs-firm-1280');
  const office = await signIn('platform');
  await office.goto(`${stack.url}/desk/?view=needs`);
  const watched = office.locator('.card', { hasText: '<b>陶瓷</b>断面，看晶粒' });
  await watched.getByLabel(/^原因/).fill('与检测无关，请重新描述。');
  await watched.getByRole('button', { name: '下架' }).click();
  await watched.waitFor({ state: 'detached' });
  await office.context().close();
  await firm.reload();
  await mine.getByText('省平台下架的原因：与检测无关，请重新描述。').waitFor();
  await firm.context().close();
});
