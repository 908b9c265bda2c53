// Reads an uploaded file, keeps the bytes it has read under their SHA-256, and marks the row verified. A file counts only after this,
// and only what was kept here is ever served: an upload that ends later changes nothing.
// Secret key: nobody else may write where verified files lie, nor mark a row verified.
import { publishableKey, secretKey, url } from '../_shared/environment.ts';
import { readFile } from '../_shared/files/read.ts';
import { answer, corsHeaders, refusal } from '../_shared/http.ts';
import { traceHeaders } from '../_shared/log.ts';
import { serve } from '../_shared/serve.ts';

const asSystem = { apikey: secretKey };
const call = (name: string, args: Record<string, unknown>) =>
  fetch(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { ...asSystem, 'content-type': 'application/json', ...traceHeaders() },
    body: JSON.stringify(args),
  });
const remove = async (bucket: string, name: string) => {
  const answered = await fetch(`${url}/storage/v1/object/${bucket}`, {
    method: 'DELETE',
    headers: { ...asSystem, 'content-type': 'application/json' },
    body: JSON.stringify({ prefixes: [name] }),
  });
  await answered.body?.cancel();
};
/** Takes the registration back, so that a bad file holds no place; the words come from the database's catalogue. */
async function reject(row: { id: number; object_key: string }, code: string): Promise<Response> {
  const words = (await (await call('reject_document', { id: row.id, code })).json()) as Record<string, unknown>;
  await remove('uploads', row.object_key);
  const { status, ...body } = words;
  return answer(Number(status), body);
}
/** Keeps the bytes under their hash; the same bytes are there already when somebody sent them before. */
async function keep(sha256: string, type: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const stored = await fetch(`${url}/storage/v1/object/documents/${sha256}`, {
    method: 'POST',
    headers: { ...asSystem, 'content-type': type, 'cache-control': 'no-store' },
    body: bytes,
  });
  const said = await stored.text();
  if (!stored.ok && stored.status !== 409 && !/duplicate|already exists/i.test(said))
    throw new Error(`keeping a file: ${stored.status} ${said.slice(0, 200)}`);
}

async function verify(id: number, authorization: string): Promise<Response> {
  // As the caller: row-level security decides whether this row exists for them.
  const rows = (await (
    await fetch(`${url}/rest/v1/documents?id=eq.${id}&select=id,object_key,original_name,declared_bytes,verified_at`, {
      headers: { apikey: publishableKey, authorization },
    })
  ).json()) as {
    id: number;
    object_key: string;
    original_name: string;
    declared_bytes: number;
    verified_at: string | null;
  }[];
  const row = Array.isArray(rows) ? rows[0] : undefined;
  if (!row) return refusal(404, 'FILE_NOT_YOURS', '没有找到这份文件。', '请重新上传文件。');
  if (row.verified_at) return answer(200, { id: row.id, verified: true, name: row.original_name });
  const stored = await fetch(`${url}/storage/v1/object/uploads/${row.object_key}`, { headers: asSystem });
  if (!stored.ok) {
    await stored.body?.cancel();
    return refusal(404, 'FILE_NOT_YOURS', '没有找到这份文件。', '文件还没有传完，请重新上传。');
  }
  const bytes = new Uint8Array(await stored.arrayBuffer());
  if (bytes.byteLength !== row.declared_bytes) return reject(row, 'FILE_INCOMPLETE');
  const found = await readFile(bytes);
  if ('refused' in found) return reject(row, found.refused);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  await keep(sha256, found.type, bytes);
  const marked = await call('verify_document', { id: row.id, size: bytes.byteLength, type: found.type, sha256 });
  if (!marked.ok)
    return new Response(await marked.text(), {
      status: marked.status,
      headers: { ...corsHeaders, 'content-type': 'application/json; charset=utf-8' },
    });
  const name = (await marked.json()) as string;
  // Nobody waits for this: what is left is swept the next day.
  void remove('uploads', row.object_key).catch(() => {});
  return answer(200, { id: row.id, verified: true, name, sha256, type: found.type });
}

serve(async (request) => {
  if (request.method !== 'POST') return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '请从本站页面进入。');
  const authorization = request.headers.get('authorization') ?? '';
  if (!authorization) return refusal(401, 'SIGN_IN_REQUIRED', '您还没有登录。', '请先登录，再上传文件。');
  const body = ((await request.json().catch(() => null)) ?? {}) as { id?: unknown };
  if (typeof body.id !== 'number' || !Number.isSafeInteger(body.id) || body.id < 1)
    return refusal(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请重新上传文件。');
  return verify(body.id, authorization);
});
