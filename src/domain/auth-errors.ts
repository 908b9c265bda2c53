// What the sign-in service says in codes, as sentences that say what to do. The codes are hosted Auth's own (`AuthError.code`).

export interface AuthSentence {
  message: string;
  hint: string;
}
const expired = { message: '登录已过期。', hint: '请重新登录；填好的内容还在。' };
const later = { message: '登录服务暂时不可用。', hint: '请稍后重试；如仍不行，请拨打服务热线并报上代码。' };
const often = { message: '尝试得太频繁。', hint: '请过几分钟再试。' };
const closed = { message: '现在不开放注册。', hint: '请留意通知公告，或联系省平台。' };

export const authSentences: Record<string, AuthSentence> = {
  invalid_credentials: { message: '邮箱或密码不对。', hint: '请检查后重试；多次失败后请稍等几分钟。' },
  email_not_confirmed: {
    message: '这个邮箱还没有确认。',
    hint: '请打开注册时收到的邮件，点信中的链接，再来登录；没有收到可以重新发送。',
  },
  user_already_exists: { message: '这个邮箱已经注册。', hint: '请直接登录；忘记密码请点「忘记密码」。' },
  email_exists: { message: '这个邮箱已经注册。', hint: '请直接登录；忘记密码请点「忘记密码」。' },
  user_not_found: { message: '邮箱或密码不对。', hint: '请检查后重试；还没有账号请先注册。' },
  weak_password: {
    message: '密码太简单。',
    hint: '至少 10 位，同时有字母和数字；不超过 72 个字节（汉字每个占 3 个）。',
  },
  same_password: { message: '新密码与现在的相同。', hint: '请换一个没有用过的密码。' },
  email_address_invalid: { message: '邮箱地址不对。', hint: '请检查拼写，填写能收到邮件的地址。' },
  email_address_not_authorized: {
    message: '确认邮件发不出去。',
    hint: '本站的发信服务还没有配置，请告诉省平台（管理员：config.toml 的 auth.email.smtp）。',
  },
  validation_failed: { message: '填写的内容不符合要求。', hint: '请检查邮箱；密码 10 位以上，不超过 72 个字节。' },
  captcha_failed: { message: '没有通过人机验证。', hint: '请重新完成验证后再提交。' },
  over_email_send_rate_limit: { message: '邮件发得太频繁。', hint: '请一分钟后再试；先看看垃圾邮件里有没有。' },
  over_request_rate_limit: often,
  over_sms_send_rate_limit: often,
  signup_disabled: closed,
  email_provider_disabled: closed,
  provider_disabled: closed,
  user_banned: { message: '这个账号已停用。', hint: '请联系省平台。' },
  otp_expired: { message: '链接或验证码已经失效。', hint: '请重新发送，用最新的一封邮件。' },
  flow_state_expired: { message: '链接或验证码已经失效。', hint: '请重新发送，用最新的一封邮件。' },
  session_expired: expired,
  session_not_found: expired,
  refresh_token_not_found: expired,
  refresh_token_already_used: expired,
  bad_jwt: expired,
  no_authorization: expired,
  reauthentication_needed: { message: '改动之前请再次确认是您本人。', hint: '请退出后重新登录，再改。' },
  reauthentication_not_valid: { message: '确认码不对。', hint: '请用最新一封邮件里的确认码。' },
  insufficient_aal: { message: '还需要第二重验证。', hint: '请输入验证器应用里的 6 位数字。' },
  mfa_verification_failed: { message: '验证码不对。', hint: '请输入验证器应用里现在显示的 6 位数字。' },
  mfa_challenge_expired: { message: '验证码已经过期。', hint: '请重新输入验证器应用里现在显示的数字。' },
  request_timeout: later,
  unexpected_failure: later,
  hook_timeout: later,
};

/** Any error of the sign-in service as a refusal. An unknown code keeps the code for the hotline; no code at all is a broken network. */
export function authRefusal(error: { code?: string | undefined; status?: number | undefined; message?: string }): {
  code: string;
} & AuthSentence {
  const known = authSentences[error.code ?? ''];
  if (known) return { code: error.code as string, ...known };
  if (error.status === 429) return { code: error.code || 'over_request_rate_limit', ...often };
  if (!error.status) return { code: 'NETWORK', message: '没有连上登录服务。', hint: '请检查网络后重试。' };
  if (error.status >= 500) return { code: error.code || 'unexpected_failure', ...later };
  return {
    code: error.code || String(error.status),
    message: '没有办成。',
    hint: '请检查邮箱和密码后重试；如仍不行，请拨打服务热线并报上代码。',
  };
}
