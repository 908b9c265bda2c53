import { afterEach, expect, test, vi } from 'vitest';
import { forgetHosted } from '../../local/stack/portal.ts';

afterEach(() => vi.unstubAllEnvs());

const hosted = {
  BUILD_API_URL: 'https://abc.supabase.co',
  PUBLIC_SUPABASE_URL: 'https://abc.supabase.co',
  PUBLIC_SUPABASE_KEY: 'sb_publishable_abc',
  PUBLIC_CAPTCHA_PROVIDER: 'turnstile',
  PUBLIC_CAPTCHA_SITE_KEY: 'key',
  SITE_URL: 'https://voucher.example.cn',
  ALERT_WEBHOOK_URL: 'https://robot.example.cn/hook',
  METRICS_TOKEN: 'token',
};
const seen = () => Object.keys(hosted).filter((name) => process.env[name] !== undefined);

test('what a shell knows of a hosted project does not reach the portal of npm start', () => {
  for (const [name, value] of Object.entries(hosted)) vi.stubEnv(name, value);
  expect(seen().length).toBe(8);
  forgetHosted();
  expect(seen()).toEqual([]);
});

test('a portal that knows of no hosted project tells whom its own shell names', () => {
  vi.stubEnv('ALERT_WEBHOOK_URL', 'https://robot.example.cn/hook');
  forgetHosted();
  expect(process.env['ALERT_WEBHOOK_URL']).toBe('https://robot.example.cn/hook');
});

test('an address of this portal’s own stays', () => {
  vi.stubEnv('SITE_URL', 'https://voucher.example.cn');
  vi.stubEnv('SITE_HOST', 'localhost, voucher.example.cn');
  forgetHosted();
  expect(seen()).toEqual(['SITE_URL']);
});
