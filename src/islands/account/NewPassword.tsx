/** A new password, twice: wherever one is set by somebody who has an account. */
export function NewPassword() {
  return (
    <>
      <label>
        <span>新密码</span>
        <span class="hint small muted">至少 10 位，同时有字母和数字</span>
        <input name="password" type="password" autocomplete="new-password" minlength="10" required />
      </label>
      <label>
        <span>再输入一次新密码</span>
        <input name="again" type="password" autocomplete="new-password" minlength="10" required />
      </label>
    </>
  );
}
