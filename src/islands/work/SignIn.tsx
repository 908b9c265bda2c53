import { createSignal } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { signIn } from '../../backend/session.ts';
import { Refused } from '../ui/Refused.tsx';

/** One form for both: the second button registers. */
export function SignIn(props: { onDone: () => void }) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [busy, setBusy] = createSignal(false);
  let form!: HTMLFormElement;
  async function send(fresh: boolean) {
    if (!form.reportValidity()) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const data = new FormData(form);
      await signIn(String(data.get('email')), String(data.get('password')), fresh);
      props.onDone();
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  return (
    <div class="card">
      <h1>登录 / 注册</h1>
      <form ref={form} onSubmit={(event) => { event.preventDefault(); void send(false); }}>
        <label><span>邮箱</span><input name="email" type="email" autocomplete="username" required /></label>
        <label><span>密码（至少 10 位）</span><input name="password" type="password" autocomplete="current-password" minlength="10" required /></label>
        <Refused refusal={refusal()} />
        <div class="row"><button class="button main" type="submit" disabled={busy()}>登录</button><button class="button" type="button" disabled={busy()} onClick={() => send(true)}>注册新账号</button></div>
      </form>
    </div>
  );
}
