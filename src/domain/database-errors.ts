/** A refusal in words, for an error that Postgres or PostgREST words itself. */
export interface DatabaseRefusal {
  status: number;
  code: string;
  message: string;
  hint: string;
  /** Seconds after which the same may be tried again. */
  retryAfter?: number;
}
const say = (status: number, code: string, message: string, hint: string, retryAfter?: number): DatabaseRefusal => ({
  status,
  code,
  message,
  hint,
  ...(retryAfter !== undefined && { retryAfter }),
});

const input = say(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请按提示改正后重新提交。');
const busy = say(
  503,
  'BUSY',
  '系统忙，或这项业务正在被别的操作处理，没有办成。',
  '请过几秒再试；同一次操作重试不会重复生效。',
  3,
);
const stale = say(404, 'PAGE_OUTDATED', '页面与服务的版本不同，没有办成。', '请刷新页面后重试。');
const signIn = say(401, 'SIGN_IN_REQUIRED', '您还没有登录。', '请先登录，再办理这项业务。');

const notAllowed = say(403, 'NOT_ALLOWED', '您的身份不能办理这一项。', '请用有权办理的账号登录。');

const exact: Record<string, DatabaseRefusal> = {
  '22001': say(400, 'TEXT_TOO_LONG', '填写的文字太长。', '请缩短文字后重新提交。'),
  '22003': say(400, 'NUMBER_OUT_OF_RANGE', '数字超出了可以填写的范围。', '请检查数字后重新提交。'),
  '22007': say(400, 'DATE_INVALID', '日期不符合要求。', '请检查日期的先后和范围。'),
  '22008': say(400, 'DATE_INVALID', '日期不符合要求。', '请检查日期的先后和范围。'),
  '23505': say(409, 'ALREADY_EXISTS', '同样的内容已经有了，没有重复登记。', '请刷新页面，查看已有的内容。'),
  '23503': say(409, 'STILL_IN_USE', '它所关联的内容不存在，或仍被使用。', '请刷新页面后重试。'),
  '42501': notAllowed,
  P0001: notAllowed,
  '55P03': busy,
  PGRST116: say(404, 'NOT_FOUND', '没有找到这项业务。', '它可能不存在，或不属于您的单位。请从“待办”或列表重新进入。'),
};
// By the first characters, the first that fits: classes of SQLSTATE, groups of PostgREST.
const groups: [string, DatabaseRefusal][] = [
  ['22', input],
  ['23', input],
  ['42883', stale],
  ['428', input],
  ['42', stale],
  ['40', busy],
  ['53', busy],
  ['57', busy],
  ['08', busy],
  ['PGRST00', busy],
  ['PGRST1', input],
  ['PGRST2', stale],
  ['PGRST3', signIn],
];

/** Our words for a code of Postgres (SQLSTATE) or PostgREST (PGRST…); undefined for a code that is neither, and for one nobody should meet. */
export function databaseRefusal(code: string | null | undefined): DatabaseRefusal | undefined {
  if (!code) return undefined;
  return (
    exact[code] ??
    (/^(?:[0-9][0-9A-Z]{4}|PGRST\d{3})$/.test(code) ? groups.find(([g]) => code.startsWith(g))?.[1] : undefined)
  );
}
