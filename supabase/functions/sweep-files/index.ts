// Removes the stored objects that nothing refers to any more: uploads of yesterday, and files without a row. Run daily; any number of times.
// Secret key: storage rows cannot be deleted by SQL on hosted, only through Storage, and nobody else may delete a file.
import { secretKey, url } from '../_shared/environment.ts';
import { answer, refusal } from '../_shared/http.ts';
import { isOurs } from '../_shared/secret.ts';
import { restError, serve } from '../_shared/serve.ts';

const headers = { apikey: secretKey, 'content-type': 'application/json' };

async function sweep(): Promise<number> {
  let removed = 0;
  // A thousand at a time; the bound only ends a round that would never end.
  for (let round = 0; round < 100; round++) {
    const asked = await fetch(`${url}/rest/v1/rpc/objects_to_remove`, { method: 'POST', headers, body: '{}' });
    if (!asked.ok) throw await restError(asked);
    const objects = (await asked.json()) as { bucket: string; name: string }[];
    for (const bucket of new Set(objects.map((o) => o.bucket))) {
      const prefixes = objects.filter((o) => o.bucket === bucket).map((o) => o.name);
      const done = await fetch(`${url}/storage/v1/object/${bucket}`, {
        method: 'DELETE',
        headers,
        body: JSON.stringify({ prefixes }),
      });
      if (!done.ok) throw new Error(`removing from ${bucket}: ${done.status} ${await done.text()}`);
      await done.body?.cancel();
    }
    removed += objects.length;
    if (objects.length < 1000) break;
  }
  return removed;
}

serve(async (request) => {
  if (request.method !== 'POST') return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '这项服务由每日任务调用。');
  if (!(await isOurs(request))) return refusal(403, 'NOT_FOUND', '没有这项服务。', '这项服务由每日任务调用。');
  return answer(200, { removed: await sweep() });
});
