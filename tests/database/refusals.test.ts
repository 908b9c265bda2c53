// The catalogue of refusals is the one place of words: what the pages say for codes of Postgres and PostgREST stands there too.
import { expect, test } from 'vitest';
import { databaseRefusal } from '../../src/domain/database-errors.ts';
import { admin } from '../support/people.ts';

const raw = [
  '22P02',
  '22003',
  '22008',
  '22001',
  '23505',
  '23503',
  '42501',
  '57014',
  'PGRST116',
  'PGRST202',
  'PGRST301',
];
test('a code of Postgres or PostgREST is told in the words of the catalogue', async () => {
  const rows = await admin()<
    { code: string; status: number; message: string; hint: string }[]
  >`select code, http_status as status, message, hint from private.refusals`;
  for (const code of raw) {
    const { retryAfter: _, ...words } = databaseRefusal(code) ?? { retryAfter: 0 };
    expect(rows).toContainEqual(words);
  }
});
