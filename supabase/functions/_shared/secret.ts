// What only a scheduler or a monitor of ours may call.
import { secretKeys } from './environment.ts';

const digest = async (text: string) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
/** Compared by digest: how long it takes tells nothing of the secret. */
async function same(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all([digest(a), digest(b)]);
  return x.every((byte, i) => byte === y[i]);
}
/** Carries one of the project's secret keys, or this token where one is set. */
export async function isOurs(request: Request, token?: string): Promise<boolean> {
  const apikey = request.headers.get('apikey') ?? '';
  const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  // Hosted may have several keys; whichever the job was given.
  const tried = secretKeys.map((key) => same(apikey, key));
  if (token) tried.push(same(bearer, token));
  return (await Promise.all(tried)).includes(true);
}
