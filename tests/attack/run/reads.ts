// The dearest questions a stranger can ask: tables within tables, sums, plans, hostile patterns, bodies and words without end, questions left alone.
import type postgres from 'postgres';
import type { Outcome, Target } from './outcome.ts';

const nested = (first: string, second: string, depth: number) =>
  `${first}?select=${Array.from({ length: depth }, (_, i) => (i % 2 ? first : second)).join('(')}(*${')'.repeat(depth)}`;
const pattern = encodeURIComponent('(((a+)+)+)+$');

/** Each is one GET below /rest/v1. */
export const dear = [
  ...[2, 8, 40].flatMap((depth) => [
    nested('policy_years', 'policy_parameters', depth),
    nested('notices', 'notice_items', depth),
    nested('workflow_entities', 'workflow_states', depth),
  ]),
  'catalogue?select=slug.count()',
  'statistics?select=amount_fen.sum(),year',
  `catalogue?purpose=match.${pattern}`,
  `catalogue?name=imatch.${pattern}`,
  `catalogue?or=(${Array.from({ length: 60 }, (_, i) => `purpose.ilike.*${i}*检*测*`).join(',')})`,
  'catalogue?order=purpose,details,name,maker&offset=900000000',
  'catalogue?select=*&limit=100000000',
  `rpc/working_day_after?p_from=2025-01-01&p_days=2147483647`,
];
const ask = (target: Target, path: string, signal?: AbortSignal, headers: Record<string, string> = {}) =>
  fetch(`${target.url}/rest/v1/${path}`, {
    headers: { apikey: target.publishableKey, ...headers },
    ...(signal && { signal }),
  });

/** An answer of more than two megabytes or four seconds, or a failure that is none of our refusals, is a success. */
export async function dearReads(target: Target): Promise<Outcome> {
  const got: string[] = [];
  let tried = 0;
  const look = async (name: string, answer: Promise<Response>) => {
    tried++;
    const began = performance.now();
    const response = await answer;
    const bytes = (await response.arrayBuffer()).byteLength;
    const seconds = (performance.now() - began) / 1000;
    if (bytes > 2_000_000 || seconds > 4 || (response.status >= 500 && response.status !== 503))
      got.push(`${name.slice(0, 60)}: ${response.status}, ${bytes} bytes, ${seconds.toFixed(1)} s`);
  };
  for (const path of dear) await look(path, ask(target, path));
  for (const accept of ['json', 'text'])
    await look(
      'a plan',
      ask(target, 'catalogue?select=slug', undefined, { accept: `application/vnd.pgrst.plan+${accept}` }),
    );
  for (const prefer of ['count=exact', 'count=planned', 'count=estimated'])
    await look(prefer, ask(target, 'catalogue?select=slug', undefined, { prefer }));
  await look(
    'an argument of 21 MB',
    fetch(`${target.url}/rest/v1/rpc/working_day_after`, {
      method: 'POST',
      headers: { apikey: target.publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify({ p_from: '显微镜'.repeat(2_333_333), p_days: 1 }),
    }).catch(() => new Response(null, { status: 413 })),
  );
  return {
    attack: 'the dearest anonymous reads',
    tried,
    succeeded: got.length,
    ...(got.length > 0 && { note: got.join('; ') }),
  };
}

/** Questions whose asker hangs up at once: what the database still does for them four seconds later is a success. */
export async function leftAlone(target: Target, sql: postgres.Sql, count = 60): Promise<Outcome> {
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const gone = new AbortController();
      setTimeout(() => gone.abort(), 30);
      await ask(target, dear[i % dear.length] as string, gone.signal)
        .then((r) => r.arrayBuffer())
        .catch(() => {});
    }),
  );
  await new Promise((r) => setTimeout(r, 4_000));
  const busy = await sql`
    select left(query, 60) as query from pg_stat_activity
    where usename = 'authenticator' and state = 'active' and query_start < clock_timestamp() - interval '3 seconds'`;
  return { attack: 'questions whose asker hangs up', tried: count, succeeded: busy.length };
}
