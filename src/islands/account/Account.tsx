import { createSignal, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import type { Me } from '../../backend/session.ts';
import { askForAddress, changePassword, confirmAddress, signOut, signOutEverywhere } from '../../backend/session.ts';
import { Refused } from '../ui/Refused.tsx';
import { NewPassword } from './NewPassword.tsx';

/** What an act on the account says: a refusal, or what was done. */
function useAct() {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [done, setDone] = createSignal('');
  const [busy, setBusy] = createSignal(false);
  const act = async (work: () => Promise<string>) => {
    setBusy(true);
    setRefusal(undefined);
    setDone('');
    try {
      setDone(await work());
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  };
  const Said = () => (
    <>
      <Refused refusal={refusal()} />
      <Show when={done()}>
        <p class="done" role="status">
          {done()}
        </p>
      </Show>
    </>
  );
  return { act, busy, Said, setRefusal };
}

/** 账号与安全: password, address and sessions of the person, whatever he acts as. */
export function Account(props: { me: Me }) {
  return (
    <>
      <h1>账号与安全</h1>
      <Password />
      <Address email={props.me.email} />
      <Sessions />
    </>
  );
}

function Password() {
  const { act, busy, Said, setRefusal } = useAct();
  return (
    <form
      class="card narrow"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const data = new FormData(form);
        if (data.get('password') !== data.get('again'))
          setRefusal({ code: 'PASSWORDS_DIFFER', message: '两次输入的密码不同。', hint: '请重新输入。' });
        else
          void act(async () => {
            await changePassword(String(data.get('password')));
            form.reset();
            return '密码已修改。别处登录的都已退出。';
          });
      }}
    >
      <h2>修改密码</h2>
      <NewPassword />
      <Said />
      <button class="button main" type="submit" disabled={busy()}>
        修改密码
      </button>
    </form>
  );
}

/** A new address takes effect when the codes sent to both have been given: whoever has only the session cannot take the account away. */
function Address(props: { email: string }) {
  const { act, busy, Said } = useAct();
  const [wanted, setWanted] = createSignal('');
  const ask = (form: HTMLFormElement) => {
    const email = String(new FormData(form).get('email')).trim();
    void act(async () => {
      await askForAddress(email);
      setWanted(email);
      return '';
    });
  };
  const confirm = (form: HTMLFormElement) => {
    const data = new FormData(form);
    void act(async () => {
      await confirmAddress(props.email, String(data.get('old')).trim());
      await confirmAddress(wanted(), String(data.get('new')).trim());
      // The account's sessions have ended with the old address.
      await signOut();
      window.location.assign('/work/');
      return '邮箱已更换，请用新的邮箱重新登录。';
    });
  };
  return (
    <section class="card narrow">
      <h2>更换邮箱</h2>
      <p>
        现在的邮箱：<b>{props.email}</b>
      </p>
      <Show
        when={wanted()}
        fallback={
          <form
            onSubmit={(event) => {
              event.preventDefault();
              ask(event.currentTarget);
            }}
          >
            <label>
              <span>新邮箱</span>
              <input name="email" type="email" autocomplete="email" required />
            </label>
            <Said />
            <button class="button" type="submit" disabled={busy()}>
              发送验证码
            </button>
          </form>
        }
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            confirm(event.currentTarget);
          }}
        >
          <p>验证码已分别发到两个邮箱，都填写后才更换，之后须重新登录。{wanted()} 已有账号的，收不到验证码。</p>
          <label>
            <span>发到 {props.email} 的验证码</span>
            <input name="old" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required />
          </label>
          <label>
            <span>发到 {wanted()} 的验证码</span>
            <input name="new" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required />
          </label>
          <Said />
          <div class="row">
            <button class="button main" type="submit" disabled={busy()}>
              更换邮箱
            </button>
            <button class="link" type="button" onClick={() => setWanted('')}>
              不换了
            </button>
          </div>
        </form>
      </Show>
    </section>
  );
}

function Sessions() {
  const { act, busy, Said } = useAct();
  return (
    <section class="card narrow">
      <h2>在别处登录着？</h2>
      <p>手机、别的电脑上的登录一起退出，包括这里。</p>
      <Said />
      <button
        class="button"
        type="button"
        disabled={busy()}
        onClick={() =>
          void act(async () => {
            await signOutEverywhere();
            window.location.assign('/work/');
            return '';
          })
        }
      >
        全部退出
      </button>
    </section>
  );
}
