// What a page reads, read as a page reads it: through src/backend, signed in as somebody.
import { inject, vi } from 'vitest';
import type { Person } from './people.ts';

vi.stubEnv('PUBLIC_SUPABASE_URL', inject('url'));
vi.stubEnv('PUBLIC_SUPABASE_KEY', inject('publishableKey'));

/** From here on src/backend speaks for this person. It is imported after this: its address is read once. */
export async function pageOf(person: Person): Promise<void> {
  const { auth } = await import('../../src/backend/client.ts');
  const { data } = await person.client.auth.getSession();
  if (!data.session) throw new Error('nobody is signed in');
  const { error } = await (await auth()).setSession(data.session);
  if (error) throw error;
}
