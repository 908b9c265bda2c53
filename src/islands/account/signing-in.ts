import { createSignal, onMount } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { resendConfirmation, signIn, signUp } from '../../backend/session.ts';
import { authRefusal } from '../../domain/auth-errors.ts';
import { captchaOf } from '../../domain/captcha.ts';

export type Doing = 'sign_in' | 'sign_up' | 'mail' | 'forgot';

/** Signing in, making an account, or waiting for its mail: what is being done, what came of it, and what can be asked. `onDone` when somebody is signed in. */
export function createSigningIn(asked: URLSearchParams, onDone: () => void) {
  const captcha = captchaOf(import.meta.env['PUBLIC_CAPTCHA_SITE_KEY'], import.meta.env['PUBLIC_CAPTCHA_PROVIDER']);
  const [doing, setDoing] = createSignal<Doing>(asked.has('register') ? 'sign_up' : 'sign_in');
  const [email, setEmail] = createSignal('');
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [said, setSaid] = createSignal(asked.has('confirmed') ? '邮箱已经确认，请登录。' : '');
  const [busy, setBusy] = createSignal(false);
  const [token, setToken] = createSignal<string>();
  let again = () => {};
  const fresh = () => doing() === 'sign_up';

  onMount(() => {
    // What a mail's link brings back stands behind «#»: an error is said, nothing of it stays in the address.
    const brought = new URLSearchParams(window.location.hash.slice(1));
    if (brought.has('error_code') || brought.has('access_token'))
      window.history.replaceState(null, '', window.location.pathname + window.location.search);
    if (!brought.has('error_code')) return;
    setSaid('');
    setRefusal(authRefusal({ code: brought.get('error_code') ?? undefined, status: 400 }));
  });
  const show = (what: Doing) => {
    setDoing(what);
    setRefusal(undefined);
    setSaid('');
  };
  async function ask(work: (token: string | undefined) => Promise<void>) {
    if (captcha && !token()) {
      setRefusal({ code: 'captcha_failed', message: '请先完成人机验证。', hint: '验证框在按钮上方。' });
      return;
    }
    setBusy(true);
    setRefusal(undefined);
    setSaid('');
    try {
      await work(token());
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setToken(undefined);
    again();
    setBusy(false);
  }
  function send(form: HTMLFormElement) {
    const data = new FormData(form);
    const password = String(data.get('password'));
    setEmail(String(data.get('email')).trim());
    if (fresh() && password !== data.get('again')) {
      setRefusal({ code: 'PASSWORDS_DIFFER', message: '两次输入的密码不同。', hint: '请重新输入。' });
      return;
    }
    void ask(async (captchaToken) => {
      if (!fresh()) await signIn(email(), password, captchaToken);
      else if ((await signUp(email(), password, captchaToken)) === 'confirm') {
        show('mail');
        return;
      }
      onDone();
    });
  }
  const resend = () =>
    void ask(async (captchaToken) => {
      await resendConfirmation(email(), captchaToken);
      setSaid(`已向 ${email()} 重新发送，请用最新的一封。`);
    });
  return {
    captcha,
    doing,
    fresh,
    email,
    refusal,
    setRefusal,
    said,
    busy,
    setToken,
    /** What asks the person anew that he is one. */
    onReset: (reset: () => void) => {
      again = reset;
    },
    show,
    ask,
    send,
    resend,
  };
}
export type SigningIn = ReturnType<typeof createSigningIn>;
