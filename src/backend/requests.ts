import type { RowOf } from './answers.ts';
import { type Refusal, Refused } from './refusal.ts';

/** Calls an edge function that anyone may call; throws the server's words where it refuses. Small: no client library. */
export async function sendPublic<T>(name: string, body: Record<string, string>): Promise<T> {
  const origin = import.meta.env['PUBLIC_SUPABASE_URL'] || window.location.origin;
  const answer = await fetch(`${origin}/functions/v1/${name}`, {
    method: 'POST',
    headers: {
      apikey: import.meta.env['PUBLIC_SUPABASE_KEY'] ?? '',
      'content-type': 'application/json',
      // Stands in the function's log and in the event that it leaves.
      'x-request-id': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  const value = (await answer?.json().catch(() => undefined)) as (Refusal & T) | undefined;
  if (answer?.ok && value) return value;
  throw new Refused(
    value?.hint ? value : { code: 'NETWORK', message: '没有办成，内容没有改变。', hint: '请检查网络后重试。' },
  );
}

/** A voucher as anyone sees it who has its number and code. */
export type VerifiedVoucher = RowOf<'verify_voucher'>;
/** What has become of an objection or a correction, for whoever has its receipt. */
export type Receipt = RowOf<'check_receipt', 'decision' | 'answer' | 'decided_on' | 'notice' | 'result' | 'follows'>;
