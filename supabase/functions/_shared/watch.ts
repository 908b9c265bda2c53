// What the database tells of itself to whoever watches (private.watch). Secret key: anon may not ask it.
import { secretKey, url } from './environment.ts';

export interface Job {
  job: string;
  label: string;
  state: 'ok' | 'waiting' | 'failed' | 'late' | 'missing' | 'unscheduled';
  says: string;
  last_run: string | null;
  last_success: string | null;
  seconds: number | null;
  sqlstate: string | null;
}
export interface Watch {
  jobs: Job[];
  seal: { last_day: string | null; missing_days: number; waiting_hours: number };
  unbalanced: number;
  untold: number;
  alerts: number;
  events: number;
  requests: number;
  database_bytes: number;
  connections: number;
  waiting_for_locks: number;
  oldest_transaction_seconds: number;
}
const patience = 5_000;

/** Undefined when the database does not answer in order. */
export async function askDatabase(): Promise<Watch | undefined> {
  const answered = await fetch(`${url}/rest/v1/rpc/watch`, {
    method: 'POST',
    headers: { apikey: secretKey, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(patience),
  }).catch(() => undefined);
  if (!answered?.ok) {
    await answered?.body?.cancel();
    return undefined;
  }
  return (await answered.json()) as Watch;
}
/** Whether the storage answers: it is asked for a file that does not exist, and must say so itself. */
export async function askStorage(): Promise<boolean> {
  const answered = await fetch(`${url}/storage/v1/object/documents/${'0'.repeat(64)}`, {
    headers: { apikey: secretKey, authorization: `Bearer ${secretKey}` },
    signal: AbortSignal.timeout(patience),
  }).catch(() => undefined);
  await answered?.body?.cancel();
  return answered !== undefined && answered.status < 500;
}
