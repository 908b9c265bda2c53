// Thousands of mixed requests through the gateway, many broken off, many with «Connection: close»: none may be answered 502 and nothing may stay open.
import { Agent, request } from 'node:http';
import { childOf, listener, open } from './handles.ts';
import { inParallel, type Outcome, type Target } from './outcome.ts';

interface Ask {
  method?: string;
  path: string;
  body?: string;
  headers?: Record<string, string>;
}
/** What is asked in turn: a page, a read, an action, a sign-in that fails, the storage, a function. */
const mixed: Ask[] = [
  { path: '/' },
  { path: '/rest/v1/policy_parameters?select=*' },
  { method: 'POST', path: '/rest/v1/rpc/today', body: '{}' },
  { path: '/rest/v1/refusals' },
  { path: '/auth/v1/settings' },
  { path: '/storage/v1/object/documents/00000000-0000-0000-0000-000000000000' },
  { path: '/functions/v1/export?what=orders' },
  {
    method: 'POST',
    path: '/rest/v1/rpc/save_order',
    body: JSON.stringify({ payload: { title: '长'.repeat(20_000) } }),
  },
];

/** One request; resolves to its status, 0 when it was broken off or refused by the socket. */
function send(target: Target, agent: Agent, ask: Ask, close: boolean, abortAfter: number | undefined): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(new URL(ask.path, target.url), {
      agent: close ? new Agent() : agent,
      method: ask.method ?? 'GET',
      headers: {
        apikey: target.publishableKey,
        ...(ask.body !== undefined && { 'content-type': 'application/json' }),
        ...(close && { connection: 'close' }),
        te: 'trailers',
        ...ask.headers,
      },
    });
    const late = abortAfter === undefined ? undefined : setTimeout(() => sent.destroy(), abortAfter);
    const end = (status: number) => {
      clearTimeout(late);
      resolve(status);
    };
    sent.on('error', () => end(0));
    sent.on('response', (answer) => {
      answer.resume();
      answer.on('error', () => end(0));
      answer.on('close', () => end(answer.complete ? (answer.statusCode ?? 0) : 0));
    });
    sent.end(ask.body);
  });
}

/** Half of them are broken off within 30 ms, a third say «Connection: close». `more` adds what this target has to read. */
export async function proxiesUnderAbort(target: Target, count = 6_000, more: Ask[] = []): Promise<Outcome> {
  const gateway = listener(Number(new URL(target.url).port));
  const lite = gateway && childOf(gateway, '@supabase/lite');
  const held = () => [gateway, lite].map((pid) => (pid === undefined ? { files: 0, sockets: 0 } : open(pid)));
  const agent = new Agent({ keepAlive: true, maxSockets: 60 });
  const asks = [...mixed, ...more];
  const one = (i: number) =>
    send(target, agent, asks[i % asks.length] as Ask, i % 3 === 0, i % 2 === 0 ? (i * 7) % 30 : undefined);
  // The pools are warm before it is counted what is open.
  await inParallel(300, 60, async (i) => void (await one(i)));
  await new Promise((r) => setTimeout(r, 7_000));
  const before = held();
  const answers = new Map<number, number>();
  await inParallel(count, 60, async (i) => {
    const status = await one(i);
    answers.set(status, (answers.get(status) ?? 0) + 1);
  });
  agent.destroy();
  // Kept connections are dropped after five seconds without use.
  await new Promise((r) => setTimeout(r, 7_000));
  const left = held().map((now, i) => ({
    files: now.files - (before[i]?.files ?? 0),
    sockets: now.sockets - (before[i]?.sockets ?? 0),
  }));
  const bad = [...answers].filter(([status]) => status >= 500).reduce((sum, [, n]) => sum + n, 0);
  // The pools to the database and to the API grow to their bounds; beyond those nothing may stay.
  const leaked = left.reduce((sum, l) => sum + (l.files > 3 ? l.files : 0) + (l.sockets > 24 ? l.sockets : 0), 0);
  const told = [...answers].sort().map(([status, n]) => `${status || 'broken off'}: ${n}`);
  return {
    attack: 'proxies under abort and «Connection: close»',
    tried: count,
    succeeded: bad + leaked,
    note: `${told.join(', ')}; left open (gateway, storage): ${JSON.stringify(left)}`,
  };
}
