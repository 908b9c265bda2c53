// Whether the portal is well, for a monitor: 200 or 503, part by part in words. Nothing personal and no business content, so anyone may ask;
// asked at most once in five seconds, whoever asks.
import { answer, refusal } from '../_shared/http.ts';
import { serve } from '../_shared/serve.ts';
import { askDatabase, askStorage, type Watch } from '../_shared/watch.ts';

interface Part {
  part: string;
  ok: boolean;
  says: string;
}
function jobs({ jobs }: Watch): Part & { jobs: unknown } {
  const wrong = jobs.filter((j) => j.state !== 'ok' && j.state !== 'waiting');
  return {
    part: 'jobs',
    ok: wrong.length === 0,
    says: wrong.length === 0 ? '定期任务都按时' : wrong.map((j) => `${j.label}${j.says}`).join('；'),
    jobs: jobs.map(({ job, label, state, last_run, last_success }) => ({ job, label, state, last_run, last_success })),
  };
}
/** The last day is sealed at night: until then one day is outstanding. An event waits an hour for its head, three are too many. */
function seals({ seal }: Watch): Part & { last_day: string | null } {
  const [late, waits] = [seal.missing_days > 1, seal.waiting_hours > 3];
  return {
    part: 'seals',
    ok: !late && !waits,
    says: late
      ? `每日封存缺 ${seal.missing_days} 天`
      : waits
        ? `有事件等了 ${seal.waiting_hours} 小时还没有公布链头`
        : '封存按时',
    last_day: seal.last_day,
  };
}
async function look(): Promise<{ ok: boolean; parts: Part[] }> {
  const [watch, stored] = await Promise.all([askDatabase(), askStorage()]);
  const parts: Part[] = [
    { part: 'database', ok: watch !== undefined, says: watch ? '数据库应答' : '数据库没有应答' },
    { part: 'storage', ok: stored, says: stored ? '存储应答' : '存储没有应答' },
  ];
  if (watch)
    parts.push(jobs(watch), seals(watch), {
      part: 'alerts',
      ok: watch.untold === 0,
      says: watch.untold === 0 ? '告警都已送出' : `${watch.untold} 条告警没有送到`,
    });
  return { ok: parts.every((p) => p.ok), parts };
}

let seen: { at: number; found: ReturnType<typeof look> } | undefined;
serve(async (request) => {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '这项服务供监测程序用 GET 查询。');
  if (!seen || Date.now() - seen.at > 5_000) seen = { at: Date.now(), found: look() };
  const found = await seen.found;
  return answer(found.ok ? 200 : 503, { status: found.ok ? 'ok' : 'failing', parts: found.parts });
});
