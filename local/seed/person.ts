import type { Stack } from '../stack.ts';
import { tinyPdf } from './tiny-pdf.ts';

export interface Person {
  id: string;
  act<T = Record<string, unknown>>(name: string, args: Record<string, unknown>): Promise<T>;
  upload(kind: string, name: string): Promise<number>;
}

/** Signs a demo person up through the real API and acts for them; a refusal stops the seed with its words. */
export async function signUp(stack: Pick<Stack, 'url' | 'keys'>, email: string, password: string): Promise<Person> {
  const base = { apikey: stack.keys.publishableKey, 'content-type': 'application/json' };
  const answer = await fetch(`${stack.url}/auth/v1/signup`, {
    method: 'POST',
    // As an administrator makes accounts: without the limits of a public sign-up, and signed in at once.
    headers: { ...base, apikey: stack.keys.secretKey },
    body: JSON.stringify({ email, password }),
  });
  const session = (await answer.json()) as { access_token: string; user: { id: string } };
  if (!answer.ok) throw new Error(`sign-up ${email}: ${JSON.stringify(session)}`);
  const headers = { ...base, authorization: `Bearer ${session.access_token}` };
  const person: Person = {
    id: session.user.id,
    async act(name, args) {
      const done = await fetch(`${stack.url}/rest/v1/rpc/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(args),
      });
      const body = (await done.json()) as never;
      if (!done.ok) throw new Error(`${email} ${name}: ${JSON.stringify(body)}`);
      return body;
    },
    async upload(kind, name) {
      const bytes = tinyPdf(`演示数据 ${name} ${crypto.randomUUID()}`);
      const { id, object_key } = await person.act<{ id: number; object_key: string }>('create_document', {
        kind,
        name,
        bytes: bytes.byteLength,
      });
      const stored = await fetch(`${stack.url}/storage/v1/object/uploads/${object_key}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/pdf' },
        body: bytes,
      });
      if (!stored.ok) throw new Error(`upload: ${await stored.text()}`);
      const read = await fetch(`${stack.url}/functions/v1/verify-document`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ id }),
      });
      if (!read.ok) throw new Error(`verify: ${await read.text()}`);
      return id;
    },
  };
  return person;
}

export const requestId = () => crypto.randomUUID();
