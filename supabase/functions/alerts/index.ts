// Tells people outside the portal of a job that failed, is late or missing, of days not sealed and books that do not agree: by webhook, by mail,
// or both. Called every five minutes by a scheduler outside the database, so that a scheduler of the database that stands still is told too.
// Secret key: the problems and what was delivered are the database's own. No personal data: SQLSTATE and place, never an error's text.
import { secretKey, url } from '../_shared/environment.ts';
import { answer, refusal } from '../_shared/http.ts';
import { log } from '../_shared/log.ts';
import { isOurs } from '../_shared/secret.ts';
import { restError, serve } from '../_shared/serve.ts';

interface Alert {
  key: string;
  title: string;
  details: Record<string, unknown>;
  resolved: boolean;
  raised_at: string;
  channels_left: string[];
}
const setting = (name: string) => Deno.env.get(name)?.trim() || undefined;
const site = setting('SITE_ORIGIN') ?? url;

async function call(name: string, args: Record<string, unknown>): Promise<Response> {
  const answered = await fetch(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { apikey: secretKey, 'content-type': 'application/json' },
    body: JSON.stringify(args),
  });
  if (!answered.ok) throw await restError(answered);
  return answered;
}
const subject = (a: Alert) => `${a.resolved ? '已恢复：' : '告警：'}${a.title}`;
function text(a: Alert): string {
  const lines = Object.entries(a.details).map(([k, v]) => `${k}: ${typeof v === 'object' ? JSON.stringify(v) : v}`);
  return [`${subject(a)}（河南省科技创新券 ${site}）`, ...lines, `raised_at: ${a.raised_at}`].join('\n');
}
const post = (to: string, body: unknown, token?: string) =>
  fetch(to, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  });

/** The channels that are set up; each posts one alert. */
function channels(): Map<string, (a: Alert) => Promise<Response>> {
  const found = new Map<string, (a: Alert) => Promise<Response>>();
  const webhook = setting('ALERT_WEBHOOK_URL');
  // The form that robots of 企业微信 and 钉钉 read, with the alert itself beside it for whoever reads JSON.
  if (webhook)
    found.set('webhook', (a) =>
      post(
        webhook,
        {
          msgtype: 'text',
          text: { content: text(a) },
          alert: { ...a, channels_left: undefined, status: a.resolved ? 'resolved' : 'firing', site },
        },
        setting('ALERT_WEBHOOK_TOKEN'),
      ),
    );
  // Hosted lets functions open no mail port: a mail service's HTTP address, in the form that most of them read.
  const mail = setting('ALERT_MAIL_URL');
  const to = setting('ALERT_MAIL_TO')
    ?.split(/[,;，；\s]+/)
    .filter(Boolean);
  if (mail && to?.length)
    found.set('mail', (a) =>
      post(
        mail,
        { from: setting('ALERT_MAIL_FROM') ?? to[0], to, subject: subject(a), text: text(a) },
        setting('ALERT_MAIL_KEY'),
      ),
    );
  return found;
}
/** Why it was not delivered, without what the other side said; undefined when it was. */
async function deliver(send: (a: Alert) => Promise<Response>, a: Alert): Promise<string | undefined> {
  try {
    const answered = await send(a);
    await answered.body?.cancel();
    return answered.ok ? undefined : `HTTP ${answered.status}`;
  } catch (error) {
    return (error as Error).name;
  }
}

serve(async (request) => {
  if (request.method !== 'POST') return refusal(405, 'METHOD_REFUSED', '请求方式不对。', '这项服务由定时程序调用。');
  if (!(await isOurs(request, setting('ALERTS_TOKEN'))))
    return refusal(403, 'NOT_FOUND', '没有这项服务。', '这项服务由定时程序调用。');
  const ways = channels();
  if (ways.size === 0) return answer(200, { channels: [], sent: 0, failed: 0 });
  const due = (await (await call('due_alerts', { channels: [...ways.keys()] })).json()) as Alert[];
  let [sent, failed] = [0, 0];
  for (const alert of due)
    for (const channel of alert.channels_left) {
      const problem = await deliver(ways.get(channel) as (a: Alert) => Promise<Response>, alert);
      await (await call('settle_alert', { key: alert.key, channel, problem: problem ?? null })).body?.cancel();
      if (problem) log('error', { function: 'alerts', channel, problem, alert: alert.key });
      if (problem) failed += 1;
      else sent += 1;
    }
  // A scheduler that looks at the status alone sees that something was not delivered.
  return answer(failed > 0 ? 502 : 200, { channels: [...ways.keys()], sent, failed });
});
