// The test that one is no robot, where the site was built with one: whose script it is, and what the page's policy must allow for it.

export interface Captcha {
  siteKey: string;
  /** The provider's script, and the name of what it leaves on `window`. */
  script: string;
  global: 'turnstile' | 'hcaptcha';
  hosts: string[];
}
const providers = {
  turnstile: {
    script: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
    hosts: ['https://challenges.cloudflare.com'],
  },
  hcaptcha: {
    script: 'https://js.hcaptcha.com/1/api.js?render=explicit',
    hosts: ['https://hcaptcha.com', 'https://*.hcaptcha.com'],
  },
};

/** From the build's PUBLIC_CAPTCHA_SITE_KEY and PUBLIC_CAPTCHA_PROVIDER; nothing when there is no key. */
export function captchaOf(siteKey: string | undefined, provider: string | undefined): Captcha | undefined {
  if (!siteKey) return undefined;
  const global = provider || 'turnstile';
  if (global !== 'turnstile' && global !== 'hcaptcha')
    throw new Error(
      `PUBLIC_CAPTCHA_PROVIDER is "${provider}": it takes turnstile or hcaptcha, as auth.captcha of config.toml.`,
    );
  return { siteKey, global, ...providers[global] };
}
