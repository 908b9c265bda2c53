import { cleanup, fireEvent, render, screen, waitFor } from '@solidjs/testing-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SignIn } from '../../src/islands/account/SignIn.tsx';

interface Asked {
  path: string;
  redirectTo: string | null;
  body: Record<string, unknown>;
}
type Answer = [status: number, body: Record<string, unknown>];

/** Hosted Auth, by its answers. */
function auth(...answers: Answer[]): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
    const url = new URL(String(input));
    const [status, body] = answers[asked.length] ?? [500, {}];
    asked.push({
      path: url.pathname + (url.searchParams.get('grant_type') ?? ''),
      redirectTo: url.searchParams.get('redirect_to'),
      body: JSON.parse(String(init?.body)) as Record<string, unknown>,
    });
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', 'x-supabase-api-version': '2024-01-01' },
    });
  });
  return asked;
}
const user = {
  id: '00000000-0000-4000-8000-000000000001',
  email: 'new@demo.example',
  identities: [],
  confirmation_sent_at: '2026-11-24T02:00:00Z',
};
const refused = (code: string, status = 400): Answer => [status, { code, message: 'english words' }];

beforeEach(() => window.history.replaceState(null, '', '/work/'));
afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const type = (label: string | RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
async function fill(fresh: boolean): Promise<void> {
  if (fresh) press('没有账号，去注册');
  type('邮箱', 'new@demo.example');
  type(/^密码/, 'demo-password-1');
  if (fresh) type('再输入一次密码', 'demo-password-1');
  fireEvent.submit(screen.getByLabelText('邮箱').closest('form') as HTMLFormElement);
}

test('an address that must be confirmed: the page says «查收邮件», sends again, and leads back to signing in', async () => {
  const asked = auth([200, user], [200, {}]);
  const done = vi.fn();
  render(() => <SignIn onDone={done} />);
  await fill(true);
  await screen.findByRole('heading', { name: '查收邮件' });
  expect(screen.getByText('new@demo.example')).toBeTruthy();
  expect(done).not.toHaveBeenCalled();
  expect(asked[0]).toMatchObject({
    path: '/auth/v1/signup',
    redirectTo: expect.stringMatching(/\/work\/\?confirmed$/),
  });
  press('重新发送');
  await screen.findByText(/重新发送，请用最新的一封/);
  expect(asked[1]).toMatchObject({ path: '/auth/v1/resend', body: { type: 'signup', email: 'new@demo.example' } });
  press('已经确认，去登录');
  expect((screen.getByLabelText('邮箱') as HTMLInputElement).value).toBe('new@demo.example');
});

test('the embedded Auth sends no mail and gives no session: a new account is signed in by its password, a taken address looks like any', async () => {
  const { confirmation_sent_at: _, ...silent } = user;
  const session = { access_token: 'a.b.c', refresh_token: 'r', expires_in: 3600, token_type: 'bearer', user: silent };
  auth([200, silent], [200, session], [200, silent], refused('invalid_credentials'));
  const done = vi.fn();
  render(() => <SignIn onDone={done} />);
  await fill(true);
  await waitFor(() => expect(done).toHaveBeenCalled());
  cleanup();
  render(() => <SignIn onDone={done} />);
  await fill(true);
  await screen.findByRole('heading', { name: '查收邮件' });
});

test('signing in before confirming says so, and offers the mail again; too often says when', async () => {
  const asked = auth(refused('email_not_confirmed'), refused('over_email_send_rate_limit', 429));
  render(() => <SignIn onDone={() => {}} />);
  await fill(false);
  await screen.findByText('这个邮箱还没有确认。');
  press('重新发送确认邮件');
  await screen.findByText('邮件发得太频繁。');
  expect(asked[1]?.path).toBe('/auth/v1/resend');
  expect(screen.queryByText(/english/)).toBeNull();
});

test.each([
  ['invalid_credentials', '邮箱或密码不对。'],
  ['captcha_failed', '没有通过人机验证。'],
  ['over_request_rate_limit', '尝试得太频繁。'],
  ['user_banned', '这个账号已停用。'],
  ['a_code_of_next_year', '没有办成。'],
])('%s is a Chinese sentence, with the code for the hotline', async (code, sentence) => {
  auth(refused(code));
  render(() => <SignIn onDone={() => {}} />);
  await fill(false);
  await screen.findByText(sentence);
  expect(screen.getByText(code)).toBeTruthy();
});

test.each([
  ['weak_password', '密码太简单。'],
  ['user_already_exists', '这个邮箱已经注册。'],
  ['email_address_not_authorized', '确认邮件发不出去。'],
])('signing up: %s', async (code, sentence) => {
  auth(refused(code, 422));
  render(() => <SignIn onDone={() => {}} />);
  await fill(true);
  await screen.findByText(sentence);
});

test('a link that is too old says so, and nothing of it stays in the address', async () => {
  window.history.replaceState(
    null,
    '',
    '/work/?confirmed#error=access_denied&error_code=otp_expired&error_description=x',
  );
  render(() => <SignIn onDone={() => {}} />);
  await screen.findByText('链接或验证码已经失效。');
  expect(window.location.hash).toBe('');
  expect(screen.queryByText('邮箱已经确认，请登录。')).toBeNull();
});

test('without a site key no provider is asked; with one its token goes along, once', async () => {
  auth([200, user]);
  render(() => <SignIn onDone={() => {}} />);
  expect(document.querySelector('.captcha')).toBeNull();
  cleanup();

  vi.stubEnv('PUBLIC_CAPTCHA_SITE_KEY', 'site-key');
  const calls: Record<string, unknown>[] = [];
  const reset = vi.fn();
  vi.stubGlobal('turnstile', {
    render: (_: HTMLElement, options: Record<string, unknown>) => calls.push(options) && 'widget',
    reset,
  });
  const asked = auth(refused('invalid_credentials'));
  render(() => <SignIn onDone={() => {}} />);
  await fill(false);
  await screen.findByText('请先完成人机验证。');
  expect(asked).toHaveLength(0);
  await waitFor(() => expect(calls[0]).toMatchObject({ sitekey: 'site-key' }));
  const [{ callback }] = calls as [{ callback: (token: string) => void }];
  callback('token-1');
  await fill(false);
  await screen.findByText('邮箱或密码不对。');
  expect(asked[0]?.body['gotrue_meta_security']).toEqual({ captcha_token: 'token-1' });
  expect(reset).toHaveBeenCalledWith('widget');
});
