import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { authRefusal, authSentences } from '../../src/domain/auth-errors.ts';
import { captchaOf } from '../../src/domain/captcha.ts';

test('every sentence is of a code that Auth knows, and says what happened and what to do', () => {
  const require = createRequire(import.meta.url);
  const file = join(dirname(require.resolve('@supabase/auth-js')), '../module/lib/error-codes.d.ts');
  const known = new Set([...readFileSync(file, 'utf8').matchAll(/'(\w+)'/g)].map((m) => m[1]));
  expect(known.size).toBeGreaterThan(50);
  for (const [code, { message, hint }] of Object.entries(authSentences)) {
    expect(known.has(code), code).toBe(true);
    expect(message).toMatch(/。$/);
    expect(hint.length).toBeGreaterThan(5);
  }
});

test('what has no code of its own is told by its kind: a broken network, too often, not now', () => {
  expect(authRefusal({ message: 'Failed to fetch' }).code).toBe('NETWORK');
  expect(authRefusal({ status: 0 }).code).toBe('NETWORK');
  expect(authRefusal({ status: 429 })).toMatchObject({ message: '尝试得太频繁。' });
  expect(authRefusal({ status: 503, code: 'strange' })).toMatchObject({
    code: 'strange',
    message: '登录服务暂时不可用。',
  });
});

test('no key, no captcha; a provider that Auth does not have is refused when the site is built', () => {
  expect(captchaOf(undefined, 'turnstile')).toBeUndefined();
  expect(captchaOf('key', undefined)?.global).toBe('turnstile');
  expect(captchaOf('key', 'hcaptcha')?.hosts).toContain('https://*.hcaptcha.com');
  expect(() => captchaOf('key', 'recaptcha')).toThrow('PUBLIC_CAPTCHA_PROVIDER');
});
