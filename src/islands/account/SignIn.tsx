import { Match, Show, Suspense, Switch } from 'solid-js';
import { lazy } from '../ui/lazy.ts';
import { Refused } from '../ui/Refused.tsx';
import { CaptchaBox } from './CaptchaBox.tsx';
import { createSigningIn, type SigningIn } from './signing-in.ts';
import { Wanted } from './Wanted.tsx';

// Seldom needed.
const Forgot = lazy(() => import('./Forgot.tsx').then((m) => ({ default: m.Forgot })));

/** What was said, the box against robots where there is one, and what was refused. */
function Said(props: { of: SigningIn }) {
  const { said, captcha, setToken, setRefusal, onReset, refusal } = props.of;
  return (
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
            again={onReset}
          />
        )}
      </Show>
      <Refused refusal={refusal()} />
    </>
  );
}

/** An account waits for its mail to be confirmed. */
function CheckMail(props: { of: SigningIn }) {
  const { email, busy, show, resend } = props.of;
  return (
    <>
      <h1>查收邮件</h1>
      <p>
        确认邮件已发到 <b>{email()}</b>。请打开信中的链接，确认邮箱后再来登录。
      </p>
      <p class="muted small">几分钟还没有收到，请看看垃圾邮件；也可能是邮箱写错了，或这个邮箱早已注册。</p>
      <Said of={props.of} />
      <div class="row">
        <button class="button main" type="button" onClick={() => show('sign_in')}>
          已经确认，去登录
        </button>
        <button class="link" type="button" disabled={busy()} onClick={resend}>
          {busy() ? '正在发送…' : '重新发送'}
        </button>
      </div>
    </>
  );
}

/** Address and password, of an account that is there or that is made. */
function Credentials(props: { of: SigningIn }) {
  const { fresh, email, busy, refusal, send, resend, show } = props.of;
  return (
    <>
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
        <Said of={props.of} />
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
    </>
  );
}

/** Signing in, making an account, or waiting for its mail: one thing at a time, the other one click away. */
export function SignIn(props: { onDone: () => void }) {
  const asked = new URLSearchParams(window.location.search);
  const signing = createSigningIn(asked, () => props.onDone());
  return (
    <div class="entrance">
      <Wanted slug={asked.get('book') ?? ''} />
      <section class="card">
        <Switch>
          <Match when={signing.doing() === 'mail'}>
            <CheckMail of={signing} />
          </Match>
          <Match when={signing.doing() === 'forgot'}>
            <Suspense>
              <Forgot
                email={signing.email()}
                busy={signing.busy()}
                said={<Said of={signing} />}
                ask={(work) => void signing.ask(work)}
                onRefused={signing.setRefusal}
                onDone={props.onDone}
                onBack={() => signing.show('sign_in')}
              />
            </Suspense>
          </Match>
          <Match when={true}>
            <Credentials of={signing} />
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
