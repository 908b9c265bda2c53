import type { AstroGlobal } from 'astro';
import { captchaOf } from '../domain/captcha.ts';

/** Only where one signs in, and only where the site was built with it, a provider's script may run. */
export function allowCaptcha(csp: AstroGlobal['csp']): void {
  const captcha = captchaOf(import.meta.env.PUBLIC_CAPTCHA_SITE_KEY, import.meta.env.PUBLIC_CAPTCHA_PROVIDER);
  if (!captcha) return;
  const hosts = captcha.hosts.join(' ');
  for (const source of ["'self'", ...captcha.hosts]) csp?.insertScriptResource(source);
  for (const source of ["'self'", ...captcha.hosts]) csp?.insertStyleResource(source);
  csp?.insertDirective(`frame-src ${hosts}`);
  csp?.insertDirective(`connect-src ${hosts}`);
}
