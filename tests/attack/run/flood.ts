// One address floods every form and the dearest reads; somebody at another address must hardly notice.
import { Agent, request } from 'node:http';
import { dear } from './reads.ts';
import type { Outcome, Target } from './outcome.ts';

interface Ask {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
}
/** One request from one of this machine's own addresses: the gateway sees another client. Resolves to its status, 0 when broken off. */
function send(target: Target, from: string, agent: Agent, ask: Ask): Promise<number> {
  return new Promise((resolve) => {
    const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const call = request(
      new URL(ask.path, target.url),
      {
        method: ask.method,
        agent,
        localAddress: from,
        headers: {
          apikey: target.publishableKey,
          ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (answer) => {
        answer.resume();
        answer.on('close', () => resolve(answer.statusCode ?? 0));
      },
    );
    call.on('error', () => resolve(0));
    call.setTimeout(20_000, () => call.destroy());
    call.end(body);
  });
}

const forms: Ask[] = [
  {
    method: 'POST',
    path: '/functions/v1/submit-objection',
    body: {
      voucher_no: '41-2026-0000-0018',
      real_name: '路人甲',
      contact: '0371-00000000',
      body: '该项检测并非研发活动，请予核查。',
      evidence: '',
      website: '',
    },
  },
  {
    method: 'POST',
    path: '/functions/v1/report-error',
    body: { page: '/faq/', body: '第三条的数字不对，请核对。', contact: '', website: '' },
  },
  {
    method: 'POST',
    path: '/functions/v1/verify-voucher',
    body: { voucher_no: '41-2026-0000-0018', code: 'A'.repeat(20) },
  },
  { method: 'POST', path: '/functions/v1/check-receipt', body: { receipt: `YY-${'0'.repeat(20)}` } },
  { method: 'POST', path: '/auth/v1/signup', body: { email: 'flood@demo.example', password: 'demo-password-1' } },
  { method: 'POST', path: '/auth/v1/recover', body: { email: 'firm@demo.example' } },
  {
    method: 'POST',
    path: '/auth/v1/token?grant_type=password',
    body: { email: 'firm@demo.example', password: 'guess-guess-1' },
  },
];
const reads: Ask[] = dear.map((path) => ({ method: 'GET', path: `/rest/v1/${path}` }));

/** What an ordinary visitor asks for. */
const ordinary: Ask[] = [
  { method: 'GET', path: '/rest/v1/policy_parameters?select=key,value&year=eq.2026' },
  { method: 'GET', path: '/rest/v1/catalogue?select=slug,name&order=ordinal&limit=20' },
  { method: 'GET', path: '/rest/v1/notices?select=*' },
  { method: 'POST', path: '/rest/v1/rpc/today', body: {} },
];
const p95 = (times: number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;

export interface FloodOptions {
  /** Seconds of the flood; the quiet before it takes a quarter of them. */
  seconds: number;
  /** How many times the quiet one others' 95th percentile may be. */
  most: number;
  connections?: number;
}
export async function flooded(target: Target, { seconds, most, connections = 40 }: FloodOptions): Promise<Outcome> {
  const visitor = new Agent({ keepAlive: true });
  const visit = async (until: number, failed: Map<number, number>) => {
    const times: number[] = [];
    for (let i = 0; Date.now() < until; i++) {
      const began = performance.now();
      const status = await send(target, '127.0.0.3', visitor, ordinary[i % ordinary.length] as Ask);
      times.push(performance.now() - began);
      if (status !== 200) failed.set(status, (failed.get(status) ?? 0) + 1);
      await new Promise((r) => setTimeout(r, 15));
    }
    return times;
  };
  const failed = new Map<number, number>();
  await visit(Date.now() + 1_500, new Map());
  const quiet = p95(await visit(Date.now() + seconds * 250, failed));
  const attacker = new Agent({ keepAlive: true, maxSockets: connections });
  const until = Date.now() + seconds * 1000;
  const all = [...forms, ...reads];
  const answers = new Map<number, number>();
  let sent = 0;
  const attack = Promise.all(
    Array.from({ length: connections }, async () => {
      while (Date.now() < until) {
        const status = await send(target, '127.0.0.2', attacker, all[sent++ % all.length] as Ask);
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    }),
  );
  const busy = p95(await visit(until, failed));
  await attack;
  // Nobody else's door is closed: a form and a sign-in of another address are still taken.
  const door = [
    await send(target, '127.0.0.4', visitor, forms[1] as Ask),
    await send(target, '127.0.0.4', visitor, {
      method: 'POST',
      path: '/auth/v1/token?grant_type=password',
      body: { email: 'lab@demo.example', password: 'yanshi-2026-demo' },
    }),
  ];
  visitor.destroy();
  attacker.destroy();
  const ratio = busy / quiet;
  const refused = [...failed].reduce((n, [, k]) => n + k, 0);
  return {
    attack: `one address floods forms and reads for ${seconds} s`,
    tried: sent,
    succeeded: (ratio > most ? 1 : 0) + refused + door.filter((s) => s !== 200).length,
    note: `others' p95 ${quiet.toFixed(1)} → ${busy.toFixed(1)} ms (× ${ratio.toFixed(2)}), refused ${JSON.stringify([...failed])}, doors ${door.join(' ')}; attacker got ${[
      ...answers,
    ]
      .sort()
      .map(([s, n]) => `${s}: ${n}`)
      .join(', ')}`,
  };
}
