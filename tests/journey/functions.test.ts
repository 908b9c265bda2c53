// The edge functions as hosted starts them: with Supabase's own variables and nothing of ours.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import { root } from '../../local/stack.ts';
import { endFunctions, startFunction as start } from '../support/functions.ts';
import { admin, type Person, registered } from '../support/people.ts';

const folder = join(root, 'supabase/functions');
const functions = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.ts')));

afterEach(async () => {
  endFunctions();
  // The public forms are limited by address: what was used up here belongs to no other test.
  await admin()`delete from private.public_turns`;
});

const hosted = () => ({
  SUPABASE_URL: inject('url'),
  SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: inject('publishableKey') }),
  SUPABASE_SECRET_KEYS: JSON.stringify({ default: inject('secretKey') }),
});
const singular = () => ({
  SUPABASE_URL: inject('url'),
  SUPABASE_PUBLISHABLE_KEY: inject('publishableKey'),
  SUPABASE_SECRET_KEY: inject('secretKey'),
});

const answers: Record<string, (url: string, person: Person) => Promise<Response>> = {
  export: async (url, person) => fetch(`${url}?what=orders`, { headers: await bearer(person) }),
  'verify-document': async (url, person) => post(url, { id: await stored(person) }, await bearer(person)),
  'sweep-files': (url) => post(url, {}, { apikey: inject('secretKey') }),
  health: async (url) => {
    await admin()`select private.run_daily()`;
    return fetch(url);
  },
  metrics: (url) => fetch(url, { headers: { apikey: inject('secretKey') } }),
  alerts: (url) => post(url, {}, { apikey: inject('secretKey') }),
  'verify-voucher': (url) => post(url, { no: '41-2026-0000-0000', code: 'NONE' }),
  'submit-objection': (url) =>
    post(url, {
      voucher_no: '41-2026-0000-0000',
      real_name: '演示公民',
      contact: '0371-00000000',
      body: '该项检测并非研发活动，请核查。',
    }),
  'check-receipt': (url) => post(url, { receipt: 'YY-NONE' }),
  'submit-inquiry': (url) =>
    post(url, { kind: 'question', title: '演示：怎样认证', body: '演示：认证要交哪些材料？请告知。', contact: '' }),
  'report-error': (url) => post(url, { page: '/', body: '演示：这一页有一个错字。', contact: '' }),
};
/** What each answers when it has reached the database with its keys: never 503, never «no such file». */
const expected: Record<string, [status: number, says: string]> = {
  export: [200, '订单号'],
  'verify-document': [200, '"verified":true'],
  'sweep-files': [200, '"removed":'],
  health: [200, '"part":"database","ok":true'],
  metrics: [200, 'voucher_up{part="database"} 1'],
  alerts: [200, '"channels":[]'],
  'verify-voucher': [404, 'VOUCHER_NOT_FOUND'],
  'check-receipt': [404, 'RECEIPT_NOT_FOUND'],
  'submit-objection': [409, 'R28_NOTICE_CLOSED'],
  'report-error': [200, '"received":true'],
  'submit-inquiry': [200, '"received":true'],
};

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const bearer = async (person: Person) => ({
  authorization: `Bearer ${(await person.client.auth.getSession()).data.session?.access_token}`,
});
/** A file registered and uploaded, not yet read. */
async function stored(person: Person): Promise<number> {
  const bytes = tinyPdf('演示');
  const { id, object_key } = await person.must<{ id: number; object_key: string }>('create_document', {
    kind: 'evidence',
    name: '演示文件.pdf',
    bytes: bytes.byteLength,
  });
  const { error } = await person.client.storage
    .from('uploads')
    .upload(object_key, bytes.buffer as ArrayBuffer, { contentType: 'application/pdf' });
  if (error) throw error;
  return id;
}

test('every function is tried here', () => {
  expect(functions.toSorted()).toEqual(Object.keys(answers).toSorted());
});

test.each(functions)('%s answers with the variables that hosted gives, and with nothing of ours', async (name) => {
  const person = await registered('applicant');
  for (const variables of [hosted(), singular()]) {
    const { url } = await start(name, variables);
    const answer = await (answers[name] as (typeof answers)[string])(url as string, person);
    const [status, says] = expected[name] as [number, string];
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(says)]);
  }
});

test('the nightly sweep is let in with whichever secret key its job was given, and with no other', async () => {
  const several = JSON.stringify({ default: inject('secretKey'), night: 'sb_secret_of_the_night' });
  const { url } = await start('sweep-files', { ...hosted(), SUPABASE_SECRET_KEYS: several });
  const asked = async (apikey: string) => (await post(url as string, {}, { apikey })).status;
  expect([await asked(inject('secretKey')), await asked('sb_secret_of_the_night')]).toEqual([200, 200]);
  expect([await asked('sb_secret_of_another'), await asked('')]).toEqual([403, 403]);
});

test('a key that has another name than «default» is found too, and a missing one is named when the function starts', async () => {
  const named = { ...hosted(), SUPABASE_SECRET_KEYS: JSON.stringify({ portal: inject('secretKey') }) };
  const { url } = await start('verify-voucher', named);
  expect((await (answers['verify-voucher'] as (typeof answers)[string])(url as string, {} as Person)).status).toBe(404);
  const { SUPABASE_SECRET_KEYS: _, ...without } = hosted();
  expect((await start('verify-voucher', without)).said).toContain('SUPABASE_SECRET_KEYS');
});
