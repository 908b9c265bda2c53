import { act, callApi, newRequestId, Refused } from './client.ts';

/** Registers, uploads and has a file read by the edge function. Resolves to the document's number once it counts. */
export async function uploadDocument(kind: string, file: File): Promise<number> {
  const { id, object_key } = await act<{ id: number; object_key: string }>('create_document', {
    kind,
    name: file.name,
    bytes: file.size,
    request_id: newRequestId(),
  });
  const failed = (hint: string) => new Refused({ code: 'UPLOAD_FAILED', message: '文件没有传完。', hint });
  const stored = await callApi(`/storage/v1/object/documents/${object_key}`, {
    method: 'POST',
    headers: { 'content-type': file.type || 'application/octet-stream' },
    body: file,
  }).catch(() => undefined);
  if (!stored?.ok) throw failed('请检查网络后重新上传。');
  const verified = await callApi('/functions/v1/verify-document', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id }),
  }).catch(() => undefined);
  if (!verified?.ok) {
    const words = await verified?.json().catch(() => undefined);
    throw words ? new Refused(words) : failed('文件没有核验完成，请重新上传。');
  }
  return id;
}

/** Opens a file that the signed-in person may read. */
export async function downloadDocument(objectKey: string, name: string): Promise<void> {
  const answer = await callApi(`/storage/v1/object/documents/${objectKey}`).catch(() => undefined);
  if (!answer?.ok)
    throw new Refused({ code: 'FILE_NOT_YOURS', message: '没有找到这份文件。', hint: '请刷新页面后重试。' });
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(await answer.blob()),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
