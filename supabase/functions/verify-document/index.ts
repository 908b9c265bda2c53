// Reads an uploaded file and marks its row verified: bytes, size, type, SHA-256. A file counts only after this.
// Secret key: marking a row verified is the one thing its owner must not do itself.
import { publishableKey, secretKey, url } from '../_shared/environment.ts';
import { answer, corsHeaders, refusal } from '../_shared/http.ts';
import { mediaType } from '../_shared/media-type.ts';

Deno.serve(async (request) => {
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: corsHeaders });
  if (request.method !== 'POST') return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '请从本站页面进入。');
  const authorization = request.headers.get('authorization') ?? '';
  if (!authorization) return refusal(401, 'SIGN_IN_REQUIRED', '您还没有登录。', '请先登录，再上传文件。');
  const body = ((await request.json().catch(() => null)) ?? {}) as { id?: unknown };
  if (typeof body.id !== 'number' || !Number.isSafeInteger(body.id) || body.id < 1)
    return refusal(400, 'INPUT_INVALID', '填写的内容不符合要求。', '请重新上传文件。');
  // As the caller: row-level security decides whether this row exists for them.
  const asCaller = { apikey: publishableKey, authorization };
  const rows = (await (
    await fetch(`${url}/rest/v1/documents?id=eq.${body.id}&select=id,object_key,declared_bytes,verified_at`, {
      headers: asCaller,
    })
  ).json()) as { id: number; object_key: string; declared_bytes: number; verified_at: string | null }[];
  const row = Array.isArray(rows) ? rows[0] : undefined;
  if (!row) return refusal(404, 'FILE_NOT_YOURS', '没有找到这份文件。', '请重新上传文件。');
  if (row.verified_at) return answer(200, { id: row.id, verified: true });
  const stored = await fetch(`${url}/storage/v1/object/documents/${row.object_key}`, { headers: asCaller });
  if (!stored.ok) {
    await stored.body?.cancel();
    return refusal(404, 'FILE_NOT_YOURS', '没有找到这份文件。', '文件还没有传完，请重新上传。');
  }
  const bytes = new Uint8Array(await stored.arrayBuffer());
  if (bytes.byteLength === 0 || bytes.byteLength !== row.declared_bytes)
    return refusal(409, 'FILE_NOT_VERIFIED', '文件大小与登记的不同。', '文件可能没有传完，请重新上传。');
  const type = mediaType(bytes);
  if (!type)
    return refusal(
      415,
      'FILE_TYPE_REFUSED',
      '文件内容不是可接受的类型。',
      '只接受 PDF、OFD、JPEG、PNG；请另存为其中一种后重新上传。',
    );
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const marked = await fetch(`${url}/rest/v1/rpc/verify_document`, {
    method: 'POST',
    headers: { apikey: secretKey, 'content-type': 'application/json' },
    body: JSON.stringify({ id: row.id, size: bytes.byteLength, type, sha256 }),
  });
  if (!marked.ok)
    return new Response(await marked.text(), {
      status: marked.status,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
  await marked.body?.cancel();
  return answer(200, { id: row.id, verified: true, sha256, type });
});
