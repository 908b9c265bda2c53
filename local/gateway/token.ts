import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Claims {
  sub: string;
  exp: number;
  session_id?: string;
}

/** The claims of a session token that Lite has signed and that is still valid; undefined for any other. */
export function readToken(token: string, secret: string): Claims | undefined {
  const [head, body, signature, more] = token.split('.') as [string, string?, string?, string?];
  if (!body || !signature || more !== undefined) return undefined;
  const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) return undefined;
  try {
    const read = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
    const claims = read(body);
    if (read(head)['alg'] !== 'HS256' || typeof claims['exp'] !== 'number' || typeof claims['sub'] !== 'string')
      return undefined;
    return claims['exp'] * 1000 > Date.now() ? (claims as unknown as Claims) : undefined;
  } catch {
    return undefined;
  }
}

export const bearer = (authorization: string | undefined): string =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
