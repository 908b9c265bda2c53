import { createSignal, Match, onMount, Show, Suspense, Switch } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { resendConfirmation, signIn, signUp } from '../../backend/session.ts';
import { authRefusal } from '../../domain/auth-errors.ts';
import { captchaOf } from '../../domain/captcha.ts';
import { lazy } from '../ui/lazy.ts';
import { Refused } from '../ui/Refused.tsx';
import { CaptchaBox } from './CaptchaBox.tsx';
import { Wanted } from './Wanted.tsx';

// Seldom needed.
const Forgot = lazy(() => import('./Forgot.tsx').then((m) => ({ default: m.Forgot })));

type Doing = 'sign_in' | 'sign_up' | 'mail' | 'forgot';

/** Signing in, making an account, or waiting for its mail: one thing at a time, the other one click away. */
export function SignIn(props: { onDone: () => void }) {
  const asked = new URLSearchParams(window.location.search);
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
      props.onDone();
    });
  }
  const resend = () =>
    void ask(async (captchaToken) => {
      await resendConfirmation(email(), captchaToken);
      setSaid(`已向 ${email()} 重新发送，请用最新的一封。`);
    });
  const Said = () => (
    <>
      <Show when={said()}>
        <p class="done" role="status">
          {said()}
        </p>
      </Show>
      <Show when={captcha}>
        {(c) => (
          <CaptchaBox
            captcha={c()}
            onToken={setToken}
            onFailed={() =>
              setRefusal({ code: 'captcha_failed', message: '人机验证没有打开。', hint: '请检查网络后刷新页面。' })
            }
            again={(reset) => {
              again = reset;
            }}
          />
        )}
      </Show>
      <Refused refusal={refusal()} />
    </>
  );
  return (
    <div class="entrance">
      <Wanted slug={asked.get('book') ?? ''} />
      <section class="card">
        <Switch>
          <Match when={doing() === 'mail'}>
            <h1>查收邮件</h1>
            <p>
              确认邮件已发到 <b>{email()}</b>。请打开信中的链接，确认邮箱后再来登录。
            </p>
            <p class="muted small">几分钟还没有收到，请看看垃圾邮件；也可能是邮箱写错了，或这个邮箱早已注册。</p>
            <Said />
            <div class="row">
              <button class="button main" type="button" onClick={() => show('sign_in')}>
                已经确认，去登录
              </button>
              <button class="link" type="button" disabled={busy()} onClick={resend}>
                {busy() ? '正在发送…' : '重新发送'}
              </button>
            </div>
          </Match>
          <Match when={doing() === 'forgot'}>
            <Suspense>
              <Forgot
                email={email()}
                busy={busy()}
                said={<Said />}
                ask={(work) => void ask(work)}
                onRefused={setRefusal}
                onDone={props.onDone}
                onBack={() => show('sign_in')}
              />
            </Suspense>
          </Match>
          <Match when={true}>
            <h1>{fresh() ? '注册账号' : '登录'}</h1>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                send(event.currentTarget);
              }}
            >
              <label>
                <span>邮箱</span>
                <input name="email" type="email" autocomplete="username" value={email()} required />
              </label>
              <label>
                <span>密码</span>
                <Show when={fresh()}>
                  <span class="hint small muted">至少 10 位，同时有字母和数字</span>
                </Show>
                <input
                  name="password"
                  type="password"
                  autocomplete={fresh() ? 'new-password' : 'current-password'}
                  minlength="10"
                  required
                />
              </label>
              <Show when={fresh()}>
                <label>
                  <span>再输入一次密码</span>
                  <input name="again" type="password" autocomplete="new-password" minlength="10" required />
                </label>
              </Show>
              <Said />
              <div class="row">
                <button class="button main" type="submit" disabled={busy()}>
                  {busy() ? '请稍候…' : fresh() ? '注册' : '登录'}
                </button>
                <Show when={refusal()?.code === 'email_not_confirmed'}>
                  <button class="button" type="button" disabled={busy()} onClick={resend}>
                    重新发送确认邮件
                  </button>
                </Show>
                <button class="link" type="button" onClick={() => show(fresh() ? 'sign_in' : 'sign_up')}>
                  {fresh() ? '已有账号，去登录' : '没有账号，去注册'}
                </button>
                <Show when={!fresh()}>
                  <button class="link" type="button" onClick={() => show('forgot')}>
                    忘记密码
                  </button>
                </Show>
              </div>
            </form>
          </Match>
        </Switch>
      </section>
      <aside>
        <h2>谁在这里办事</h2>
        <ul>
          <li>
            <b>用户单位</b>：申领额度、登记项目、预约检测、支付
          </li>
          <li>
            <b>管理单位</b>：发布仪器与检测、受理、申请兑付
          </li>
          <li>
            <b>推荐单位、专家、省平台、省科技厅、省财政厅</b>：审核与确认
          </li>
        </ul>
        <p class="muted small">
          邮箱不能用了或账号被停用，请<a href="/contact/">联系省平台</a>。
        </p>
      </aside>
    </div>
  );
}
