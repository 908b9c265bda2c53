import assert from 'node:assert/strict';
import { picture, settled, stack, test } from './harness.ts';

const ask = async (path: string, body: unknown) => {
  const answer = await fetch(`${stack.url}/auth/v1${path}`, {
    method: 'POST',
    headers: { apikey: stack.keys.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { access_token: string; refresh_token: string };
};

test('a link with a session in it signs nobody in, neither a visitor nor somebody who works already', async ({
  open,
  signIn,
}) => {
  const password = 'yanshi-2026-demo';
  const attacker = await ask('/token?grant_type=password', { email: 'team@demo.example', password });
  const link = `/work/#access_token=${attacker.access_token}&refresh_token=${attacker.refresh_token}&expires_in=3600&token_type=bearer&type=recovery`;
  const visitor = await open();
  await visitor.goto(stack.url + link);
  await visitor.getByLabel('密码').waitFor();
  await settled(visitor);
  assert.equal(
    await visitor.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('auth-token')).length),
    0,
  );
  assert.equal(await visitor.getByRole('navigation', { name: '业务' }).count(), 0);
  await visitor.context().close();
  const page = await signIn('firm');
  const whose = () =>
    page.evaluate(
      () => JSON.parse(Object.entries(localStorage).find(([k]) => k.includes('auth-token'))?.[1] ?? '{}').user.email,
    );
  await page.goto(`${stack.url}/user/`);
  await page.goto(stack.url + link);
  await page.getByRole('navigation', { name: '业务' }).waitFor();
  assert.equal(await whose(), 'firm@demo.example');
  await page.context().close();
});

test('who registers is signed in; a taken address is told nothing but to look at the mail', async ({ open }) => {
  const register = async (email: string) => {
    const page = await open(390);
    await page.goto(`${stack.url}/work/?register`);
    await page.getByLabel('邮箱').fill(email);
    await page.getByLabel('密码', { exact: false }).first().fill('another-password-1');
    await page.getByLabel('再输入一次密码').fill('another-password-1');
    await page.getByRole('button', { name: '注册', exact: true }).click();
    return page;
  };
  const fresh = await register('fresh-person@demo.example');
  await fresh.getByText('单位名称').first().waitFor();
  await fresh.context().close();
  const taken = await register('firm@demo.example');
  await taken.getByRole('heading', { name: '查收邮件' }).waitFor();
  assert.equal(await taken.getByRole('alert').count(), 0);
  await picture(taken, 'sign-up-received-390');
  await taken.setViewportSize({ width: 1440, height: 900 });
  await picture(taken, 'sign-up-received-1440');
  await taken.context().close();
});
