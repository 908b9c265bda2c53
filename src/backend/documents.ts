import { callApi, newRequestId, Refused } from './client.ts';
import { command, type Done } from './query.ts';

/** What each kind of file is called; the browser knows no type for OFD. Whether it is one, its structure says on the server. */
const types: Record<string, string> = {
  pdf: 'application/pdf',
  ofd: 'application/ofd',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
};
const ending = (name: string) => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

/** Registers, uploads and has a file read by the edge function. Resolves to its number and stored name once it counts. */
export async function uploadDocument(kind: string, file: File): Promise<{ id: number; name: string }> {
  const { id, object_key } = (await command('create_document', {
    kind,
    name: file.name,
    bytes: file.size,
    request_id: newRequestId(),
  })) as Done & { object_key: string };
  const failed = (hint: string) => new Refused({ code: 'UPLOAD_FAILED', message: '文件没有传完。', hint });
  const stored = await callApi(`/storage/v1/object/uploads/${object_key}`, {
    method: 'POST',
    headers: { 'content-type': types[ending(file.name)] ?? 'application/pdf' },
    body: file,
  }).catch(() => undefined);
  if (!stored?.ok) throw failed('请检查网络后重新上传。');
  const verified = await callApi('/functions/v1/verify-document', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': newRequestId() },
    body: JSON.stringify({ id }),
  }).catch(() => undefined);
  const said = (await verified?.json().catch(() => undefined)) as
    | { name?: string; code: string; message: string; hint: string }
    | undefined;
  if (!verified?.ok) throw said ? new Refused(said) : failed('文件没有核验完成，请重新上传。');
  return { id, name: said?.name ?? file.name };
}

async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Opens a file that the signed-in person may read. What arrives is compared with the fingerprint under which it was verified. */
export async function downloadDocument(sha256: string, name: string): Promise<void> {
  const answer = await callApi(`/storage/v1/object/documents/${sha256}`).catch(() => undefined);
  if (!answer?.ok)
    throw new Refused({ code: 'FILE_NOT_YOURS', message: '没有找到这份文件。', hint: '请刷新页面后重试。' });
  const bytes = await answer.arrayBuffer();
  if ((await sha256Of(bytes)) !== sha256)
    throw new Refused({
      code: 'FILE_CHANGED',
      message: '收到的文件与核验过的不同，没有打开。',
      hint: '请重试；若仍如此，请拨打服务热线并报上文件名。',
    });
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(new Blob([bytes], { type: types[ending(name)] ?? 'application/octet-stream' })),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
