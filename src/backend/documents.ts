import { act, client, newRequestId, Refused } from './client.ts';

/** Registers, uploads and has a file read by the edge function. Resolves to the document's number once it counts. */
export async function uploadDocument(kind: string, file: File): Promise<number> {
  const { id, object_key } = await act<{ id: number; object_key: string }>('create_document', { kind, name: file.name, bytes: file.size, request_id: newRequestId() });
  const stored = await client().storage.from('documents').upload(object_key, await file.arrayBuffer(), { contentType: file.type || 'application/octet-stream' });
  if (stored.error) throw new Refused({ code: 'UPLOAD_FAILED', message: '文件没有传完。', hint: '请检查网络后重新上传。' });
  const { error } = await client().functions.invoke('verify-document', { body: { id } });
  if (error) {
    const words = await (error as { context?: Response }).context?.json().catch(() => undefined);
    throw new Refused(words ?? { code: 'UPLOAD_FAILED', message: '文件没有核验完成。', hint: '请重新上传。' });
  }
  return id;
}

/** Opens a file that the signed-in person may read. */
export async function downloadDocument(objectKey: string, name: string): Promise<void> {
  const { data, error } = await client().storage.from('documents').download(objectKey);
  if (error) throw new Refused({ code: 'FILE_NOT_YOURS', message: '没有找到这份文件。', hint: '请刷新页面后重试。' });
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(data), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
