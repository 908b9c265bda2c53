import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AxeBuilder } from './axe.ts';
import { dir, picture, settled, stack, test } from './harness.ts';

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

/** The code of the newest mail to an address, as soon as it is there. */
async function codeFor(email: string): Promise<string> {
  const folder = join(dir, 'data/mail');
  for (;;) {
    const mails = (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.endsWith('.txt') || name.endsWith('.eml'))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const code = /验证码：(\d{8})/.exec(mails.findLast((m) => m.startsWith(`To: ${email}\n`)) ?? '')?.[1];
    if (code) return code;
    await pause(50);
  }
}

test('R39: a forgotten password is set anew with a mailed code; a wrong code is refused in words; then password and address are changed', async ({
  open,
}) => {
  const [email, moved] = ['forgetful@demo.example', 'moved@demo.example'];
  await fetch(`${stack.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: stack.keys.secretKey, authorization: `Bearer ${stack.keys.secretKey}` },
    body: JSON.stringify({ email, password: 'forgotten-password-1' }),
  });
  const page = await open(390);
  await page.goto(`${stack.url}/work/`);
  await page.getByLabel('邮箱').fill(email);
  await page.getByRole('button', { name: '忘记密码' }).click();
  await page.getByRole('heading', { name: '找回密码' }).waitFor();
  await page.getByLabel('注册时的邮箱').fill(email);
  await page.getByRole('button', { name: '发送验证码' }).click();
  await page.getByLabel('邮件里的验证码').fill('00000000');
  await page.getByLabel('新密码', { exact: false }).first().fill('renewed-password-1');
  await page.getByLabel('再输入一次新密码').fill('renewed-password-1');
  const code = await codeFor(email);
  await page.getByRole('button', { name: '设置新密码并登录' }).click();
  await page.getByRole('alert').waitFor();
  await picture(page, 'forgotten-390');
  assert.deepEqual(await AxeBuilder(page), []);
  await page.getByLabel('邮件里的验证码').fill(code);
  await page.getByRole('button', { name: '设置新密码并登录' }).click();
  await page.getByRole('heading', { name: '登记单位' }).waitFor();
  await page.context().close();

  // Whoever belongs somewhere changes both in his workspace.
  const [firm] =
    await stack.sql`select id::integer from public.organizations where kind = 'applicant' order by id desc limit 1`;
  await stack.sql`insert into public.memberships (user_id, organization_id)
    select u.id, ${firm?.['id']} from auth.users u where u.email = ${email}`;
  const work = await open();
  const signIn = async (address: string, password: string) => {
    await work.goto(`${stack.url}/work/`);
    await work.getByLabel('邮箱').fill(address);
    await work.getByLabel('密码').fill(password);
    await work.getByRole('button', { name: '登录', exact: true }).click();
    await work.getByRole('navigation', { name: '业务' }).waitFor();
  };
  await signIn(email, 'renewed-password-1');
  await work.locator('.person').click();
  await work.getByRole('link', { name: '账号与安全' }).click();
  await work.getByRole('heading', { name: '账号与安全' }).waitFor();
  await work.getByLabel('新密码', { exact: false }).first().fill('changed-password-1');
  await work.getByLabel('再输入一次新密码').fill('changed-password-1');
  await work.getByRole('button', { name: '修改密码' }).click();
  await work.getByText('密码已修改').waitFor();
  await work.getByLabel('新邮箱').fill(moved);
  await work.getByRole('button', { name: '发送验证码' }).click();
  await work.getByLabel(`发到 ${moved} 的验证码`).fill(await codeFor(moved));
  await work.getByLabel(`发到 ${email} 的验证码`).fill(await codeFor(email));
  await picture(work, 'account');
  assert.deepEqual(await AxeBuilder(work), []);
  await work.getByRole('button', { name: '更换邮箱' }).click();
  await work.waitForURL('**/work/');
  await signIn(moved, 'changed-password-1');
  await work.goto(`${stack.url}/user/?view=me`);
  await work.getByRole('button', { name: '全部退出' }).click();
  await work.getByRole('heading', { name: '登录', exact: true }).waitFor();
  await work.context().close();
});
