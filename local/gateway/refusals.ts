import type { ServerResponse } from 'node:http';

export interface Words {
  status: number;
  code: string;
  message: string;
  hint: string;
}
const say = (status: number, code: string, message: string, hint: string): Words => ({ status, code, message, hint });

const fromPage = '请从本站页面进入。';
/** Everything that the gateway itself refuses, in the shape of the database's refusals. */
export const refusals = {
  address: say(400, 'INPUT_INVALID', '请求的地址不对。', fromPage),
  host: say(421, 'HOST_REFUSED', '这里不受理这个主机名。', '请用本站自己的地址访问。'),
  method: say(405, 'METHOD_REFUSED', '请求方式不对。', fromPage),
  addressTooLong: say(414, 'ADDRESS_TOO_LONG', '请求的地址太长。', '请减少查询条件后重试。'),
  key: say(401, 'API_KEY_REQUIRED', '缺少或错误的 apikey。', fromPage),
  closed: say(404, 'NOT_FOUND', '没有这项服务。', fromPage),
  signIn: say(401, 'SIGN_IN_REQUIRED', '您还没有登录，或登录已失效。', '请重新登录，再办理这项业务。'),
  bodyTooLarge: say(413, 'TOO_LARGE', '发送的内容太大。', '请缩短填写的内容后重试。'),
  fileTooLarge: say(413, 'TOO_LARGE', '发送的内容太大。', '单个文件不超过 20 MiB，请压缩后重试。'),
  uploading: say(409, 'UPLOAD_RUNNING', '这个文件正在上传。', '请等它传完；没有传成的，请重新选择文件上传。'),
  slow: say(408, 'BODY_TOO_SLOW', '内容没有按时传完。', '请检查网络后重试。'),
  notJson: say(415, 'CONTENT_TYPE_REFUSED', '提交的格式不对。', '只接受 JSON；请从本站页面填写后提交。'),
  body: say(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请刷新页面后重新填写。'),
  csv: say(406, 'CSV_REFUSED', '这里不直接给出 CSV。', '请用页面上的“导出”：表格软件会当作公式的内容已处理。'),
  count: say(400, 'COUNT_REFUSED', '不支持估算的总数。', '请用 count=exact，或不要总数。'),
  dear: say(400, 'READ_REFUSED', '不支持这样查询。', '请不要重复列出同一栏，也不要用正则或全文条件。'),
  tooMany: say(429, 'TOO_MANY_ATTEMPTS', '尝试过于频繁。', '请稍等片刻再试；提示的秒数之内再试不会受理。'),
  code: say(403, 'CODE_REFUSED', '验证码不对或已失效。', '请核对邮件中的验证码；连续填错 5 次后须重新获取。'),
  password: say(422, 'PASSWORD_REFUSED', '密码不符合要求。', '密码至少 10 位，不超过 72 个字节（汉字每个占 3 个）。'),
  email: say(400, 'EMAIL_REFUSED', '邮箱地址不符合要求。', '请检查邮箱地址。'),
  taken: say(422, 'EMAIL_TAKEN', '这个邮箱已有账号。', '请直接登录。'),
  takenSince: say(409, 'EMAIL_TAKEN', '这个邮箱已是别的账号，没有更换。', '请另选一个邮箱，重新申请更换。'),
  mfaOff: say(422, 'MFA_OFF', '本机运行时不提供两步验证。', '正式环境使用托管的认证服务，可以开启两步验证。'),
  busy: say(503, 'TOO_BUSY', '您这里同时发来的请求太多。', '请稍等片刻再试。'),
  down: say(502, 'UPSTREAM_DOWN', '服务暂时不可用。', '请稍后重试；您填写的内容没有丢失。'),
  failed: say(500, 'GATEWAY_FAILED', '服务出了问题。', '请稍后重试；如仍不行，请拨打服务热线并报上代码。'),
} as const;

export function answer(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string | number> = {},
): void {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  res.end(JSON.stringify(body));
}

export function refuse(res: ServerResponse, words: Words, headers: Record<string, string | number> = {}): void {
  const { status, code, message, hint } = words;
  answer(res, status, { code, message, hint, details: null }, headers);
}
