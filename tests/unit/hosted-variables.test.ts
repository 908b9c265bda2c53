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
};
const seen = () => Object.keys(hosted).filter((name) => process.env[name] !== undefined);

test('what a shell knows of a hosted project does not reach the portal of npm start', () => {
  for (const [name, value] of Object.entries(hosted)) vi.stubEnv(name, value);
  expect(seen().length).toBe(6);
  forgetHosted();
  expect(seen()).toEqual([]);
});

test('an address of this portal’s own stays', () => {
  vi.stubEnv('SITE_URL', 'https://voucher.example.cn');
  vi.stubEnv('SITE_HOST', 'localhost, voucher.example.cn');
  forgetHosted();
  expect(seen()).toEqual(['SITE_URL']);
});
