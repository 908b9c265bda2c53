import { createSignal, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { signIn, signUp } from '../../backend/session.ts';
import { Refused } from '../ui/Refused.tsx';
import { Wanted } from './Wanted.tsx';

/** Signing in, or making an account: one thing at a time, the other one click away. */
export function SignIn(props: { onDone: () => void }) {
  const wanted = new URLSearchParams(window.location.search);
  const [fresh, setFresh] = createSignal(wanted.has('register'));
  const [asked, setAsked] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  async function send(form: HTMLFormElement) {
    const data = new FormData(form);
    if (fresh() && data.get('password') !== data.get('again')) {
      setRefusal({ code: 'PASSWORDS_DIFFER', message: '两次输入的密码不同。', hint: '请重新输入。' });
      return;
    }
    setBusy(true);
    setRefusal(undefined);
    setAsked(false);
    try {
      const [email, password] = [String(data.get('email')), String(data.get('password'))];
      if (!fresh()) await signIn(email, password);
      else if (!(await signUp(email, password))) {
        setAsked(true);
        setBusy(false);
        return;
      }
      props.onDone();
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  return (
    <div class="entrance">
      <Wanted slug={wanted.get('book') ?? ''} />
      <section class="card">
        <h1>{fresh() ? '注册账号' : '登录'}</h1>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send(event.currentTarget);
          }}
        >
          <label>
            <span>邮箱</span>
            <input name="email" type="email" autocomplete="username" required />
          </label>
          <label>
            <span>密码</span>
            <Show when={fresh()}>
              <span class="hint small muted">至少 10 位</span>
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
          <Refused refusal={refusal()} />
          <Show when={asked()}>
            <p class="hint" role="status">
              已收到注册申请。请查收邮件，按邮件中的链接确认后登录；这个邮箱已有账号的，请直接登录。
            </p>
          </Show>
          <div class="row">
            <button class="button main" type="submit" disabled={busy()}>
              {busy() ? '请稍候…' : fresh() ? '注册' : '登录'}
            </button>
            <button
              class="link"
              type="button"
              onClick={() => {
                setFresh(!fresh());
                setRefusal(undefined);
              }}
            >
              {fresh() ? '已有账号，去登录' : '没有账号，去注册'}
            </button>
          </div>
        </form>
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
          忘记密码或账号被锁，请<a href="/contact/">联系省平台</a>。
        </p>
      </aside>
    </div>
  );
}
