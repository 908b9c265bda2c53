import { NewPassword } from './NewPassword.tsx';
import { createSignal, type JSX, Show } from 'solid-js';
import type { Refusal } from '../../backend/client.ts';
import { forgotPassword, renewPassword } from '../../backend/session.ts';

/** A forgotten password: a code is sent to the address, and with it a new password is set. Nobody is told whether an account exists. */
export function Forgot(props: {
  email: string;
  busy: boolean;
  said: JSX.Element;
  ask: (work: (captchaToken: string | undefined) => Promise<void>) => void;
  onRefused: (refusal: Refusal) => void;
  onDone: () => void;
  onBack: () => void;
}) {
  const [email, setEmail] = createSignal(props.email);
  const [sent, setSent] = createSignal(false);
  const send = () =>
    props.ask(async (captchaToken) => {
      await forgotPassword(email(), captchaToken);
      setSent(true);
    });
  function renew(form: HTMLFormElement) {
    const data = new FormData(form);
    const password = String(data.get('password'));
    if (password !== data.get('again')) {
      props.onRefused({ code: 'PASSWORDS_DIFFER', message: '两次输入的密码不同。', hint: '请重新输入。' });
      return;
    }
    props.ask(async () => {
      await renewPassword(email(), String(data.get('code')).trim(), password);
      props.onDone();
    });
  }
  return (
    <>
      <h1>找回密码</h1>
      <Show
        when={sent()}
        fallback={
          <form
            onSubmit={(event) => {
              event.preventDefault();
              setEmail(String(new FormData(event.currentTarget).get('email')).trim());
              send();
            }}
          >
            <label>
              <span>注册时的邮箱</span>
              <input name="email" type="email" autocomplete="username" value={email()} required />
            </label>
            {props.said}
            <div class="row">
              <button class="button main" type="submit" disabled={props.busy}>
                {props.busy ? '正在发送…' : '发送验证码'}
              </button>
              <button class="link" type="button" onClick={() => props.onBack()}>
                返回登录
              </button>
            </div>
          </form>
        }
      >
        <p>
          如果 <b>{email()}</b> 有账号，验证码已经发到这个邮箱，1 小时内有效。
        </p>
        <p class="muted small">几分钟还没有收到，请看看垃圾邮件，或检查邮箱是否写错。</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            renew(event.currentTarget);
          }}
        >
          <label>
            <span>邮件里的验证码</span>
            <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required />
          </label>
          <NewPassword />
          {props.said}
          <div class="row">
            <button class="button main" type="submit" disabled={props.busy}>
              {props.busy ? '请稍候…' : '设置新密码并登录'}
            </button>
            <button class="link" type="button" disabled={props.busy} onClick={send}>
              重新发送
            </button>
            <button class="link" type="button" onClick={() => setSent(false)}>
              换一个邮箱
            </button>
          </div>
        </form>
      </Show>
    </>
  );
}
