// Files attacked: swapped after verification, read by whoever knows their name, named to deceive, left behind, piled up.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runDaily } from '../../local/daily.ts';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import { jpeg, ofd, png } from '../support/files.ts';
import {
  admin,
  applicant,
  institution,
  type Person,
  platform,
  registered,
  requestId,
  setClock,
  submitted,
  upload,
} from '../support/people.ts';
import { slowUpload } from './run/slow-upload.ts';

let firm: Person & { projectId: number };
beforeAll(async () => {
  await setClock('2026-05-12T10:00:00+08:00');
  firm = await applicant();
}, 60_000);
afterAll(() => setClock(null));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const tokenOf = async (person: Person) => (await person.client.auth.getSession()).data.session?.access_token as string;
const register = (person: Person, bytes: number, name = '演示.pdf') =>
  person.act<{ id: number; object_key: string }>('create_document', { kind: 'evidence', name, bytes });
const put = (person: Person, key: string, bytes: Uint8Array, contentType = 'application/pdf') =>
  person.client.storage.from('uploads').upload(key, bytes.slice().buffer as ArrayBuffer, { contentType });
const verify = async (person: Person, id: number) => {
  const answer = await fetch(`${inject('url')}/functions/v1/verify-document`, {
    method: 'POST',
    headers: {
      apikey: inject('publishableKey'),
      authorization: `Bearer ${await tokenOf(person)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ id }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const objects = async (bucket: string) =>
  (await admin()`select name from storage.objects where bucket_id = ${bucket}`).map((o) => String(o['name']));

test('a slow upload to the same key that ends after the verification changes nothing that is served', async () => {
  const good = tinyPdf('好文件');
  const bad = tinyPdf('坏文件');
  const outcome = await slowUpload({
    url: inject('url'),
    publishableKey: inject('publishableKey'),
    token: await tokenOf(firm),
    good,
    bad,
  });
  expect(outcome).toEqual({ attack: expect.any(String), tried: 5, succeeded: 0 });
});

test('what is verified lies under its own hash, where nobody but the system writes', async () => {
  const bytes = tinyPdf(`演示 ${requestId()}`);
  const id = await upload(firm, 'evidence', bytes);
  const [row] = await admin()`select sha256, object_key from public.documents where id = ${id}`;
  expect(row?.['sha256']).toBe(sha256(bytes));
  const read = await firm.client.storage.from('documents').download(sha256(bytes));
  expect(Buffer.compare(Buffer.from((await read.data?.arrayBuffer()) as ArrayBuffer), Buffer.from(bytes))).toBe(0);
  for (const person of [firm, await platform()])
    for (const upsert of [false, true])
      for (const name of [sha256(bytes), sha256(tinyPdf('x')), String(row?.['object_key'])]) {
        const written = await person.client.storage
          .from('documents')
          .upload(name, tinyPdf('x').buffer, { contentType: 'application/pdf', upsert });
        expect(written.error, `${name} ${upsert}`).not.toBeNull();
      }
  // Verified once, its upload key takes nothing more.
  expect((await put(firm, String(row?.['object_key']), tinyPdf('x'))).error).not.toBeNull();
});

test('two who send the same bytes keep their own rows: knowing a hash opens nothing, and one’s sweep takes nothing from the other', async () => {
  const bytes = tinyPdf(`同一份 ${requestId()}`);
  const other = await applicant();
  await upload(firm, 'evidence', bytes);
  const key = sha256(bytes);
  expect((await other.client.storage.from('documents').download(key)).error).not.toBeNull();
  const theirs = await upload(other, 'evidence', bytes);
  expect((await other.client.storage.from('documents').download(key)).error).toBeNull();
  await admin()`delete from public.documents where id = ${theirs}`;
  await runDaily({ sql: admin(), url: inject('url'), keys: { secretKey: inject('secretKey') } as never });
  expect((await firm.client.storage.from('documents').download(key)).error).toBeNull();
  expect((await other.client.storage.from('documents').download(key)).error).not.toBeNull();
});

test('a bad file is refused by name, its registration taken back and its bytes removed', async () => {
  const pdf = tinyPdf('x');
  const cases: [Uint8Array, number, string, number][] = [
    [new TextEncoder().encode('%PDF-'), 5, 'FILE_DAMAGED', 422],
    [pdf.slice(0, pdf.length / 2), Math.floor(pdf.length / 2), 'FILE_DAMAGED', 422],
    [jpeg(20_000, 20_000), jpeg().length, 'FILE_PICTURE_TOO_LARGE', 422],
    [new TextEncoder().encode('<html></html>'), 13, 'FILE_TYPE_REFUSED', 415],
    [pdf, pdf.length + 1, 'FILE_INCOMPLETE', 409],
  ];
  for (const [bytes, declared, code, status] of cases) {
    const made = (await register(firm, declared)).data as { id: number; object_key: string };
    expect((await put(firm, made.object_key, bytes)).error).toBeNull();
    const said = await verify(firm, made.id);
    expect([said.status, said.body['code']]).toEqual([status, code]);
    expect(String(said.body['hint'])).toMatch(/[\u4e00-\u9fff]/);
    const [row] = await admin()`select count(*)::integer as n from public.documents where id = ${made.id}`;
    expect(row?.['n'], code).toBe(0);
    expect(await objects('uploads'), code).not.toContain(made.object_key);
  }
});

test('the stored name loses what cannot be seen, and its ending comes from what the file is', async () => {
  const named = async (name: string, bytes: Uint8Array, type: string) => {
    const made = (await register(firm, bytes.length, name)).data as { id: number; object_key: string };
    expect((await put(firm, made.object_key, bytes, type)).error).toBeNull();
    const said = await verify(firm, made.id);
    const [row] = await admin()`select original_name as name from public.documents where id = ${made.id}`;
    expect(said.body['name']).toBe(row?.['name']);
    return row?.['name'];
  };
  expect(await named('合同\u202efdp.hta', tinyPdf('1'), 'application/pdf')).toBe('合同fdp.pdf');
  expect(await named('合\u200b同\u0007.pdf.exe', tinyPdf('2'), 'application/pdf')).toBe('合同.pdf');
  expect(await named('报告v1.2', tinyPdf('3'), 'application/pdf')).toBe('报告v1.2.pdf');
  expect(await named('.hta', tinyPdf('4'), 'application/pdf')).toBe('文件.pdf');
  expect(await named('照片.JPEG', jpeg(), 'image/jpeg')).toBe('照片.JPEG');
  expect(await named('照片.jpg', png(), 'image/png')).toBe('照片.png');
  expect(await named('发票.zip', ofd(), 'application/ofd')).toBe('发票.ofd');
  expect(await named(`${'长'.repeat(198)}.pdf`, tinyPdf('5'), 'application/pdf')).toHaveLength(194);
  expect((await register(firm, 10, '\u200b\u202e')).error?.code).toBe('INPUT_INVALID');
});

test('the buckets carry size and types: what is too large or of another type is not even stored', async () => {
  const buckets = await admin()`select id, public, file_size_limit::integer as size, allowed_mime_types as types
    from storage.buckets where id in ('uploads', 'documents') order by id`;
  for (const b of buckets)
    expect([b['public'], b['size'], b['types']]).toEqual([
      false,
      20 * 1024 * 1024,
      ['application/pdf', 'application/ofd', 'image/jpeg', 'image/png'],
    ]);
  expect(buckets).toHaveLength(2);
  const made = (await register(firm, 10)).data as { object_key: string };
  expect((await put(firm, made.object_key, tinyPdf('x'), 'text/html')).error).not.toBeNull();
  expect((await put(firm, made.object_key, new Uint8Array(20 * 1024 * 1024 + 10))).error).not.toBeNull();
  expect(await objects('uploads')).not.toContain(made.object_key);
});

test('an organization has limits: 20 files before it is certified, 20 uploads open, and a sum of files and bytes; at once too', async () => {
  const fresh = await registered('applicant');
  const tries = await Promise.all(Array.from({ length: 25 }, () => register(fresh, 1000)));
  expect(tries.filter((t) => t.error === null)).toHaveLength(20);
  expect(new Set(tries.filter((t) => t.error).map((t) => t.error?.code))).toEqual(new Set(['FILE_LIMIT']));
  // Certified, the number is no longer in the way; what is still open is.
  const certified = await applicant();
  await admin()`insert into public.documents (kind, owner_id, uploaded_by, original_name, declared_bytes)
    select 'evidence', ${certified.orgId}, ${certified.userId}, '演示.pdf', 10 from generate_series(1, 20)`;
  expect((await register(certified, 10)).error?.code).toBe('FILE_LIMIT');
  await admin()`delete from public.documents where owner_id = ${certified.orgId}`;
  const limits = async (key: string, value: number) =>
    admin()`update public.policy_parameters set value = ${value} where year = 2026 and key = ${key}`;
  try {
    await limits('file_bytes_per_organization', 5000);
    expect((await register(certified, 4000)).error).toBeNull();
    expect((await register(certified, 2000)).error?.code).toBe('FILE_LIMIT');
    await limits('file_bytes_per_organization', 107_374_182_400);
    await limits('files_per_organization', 1);
    expect((await register(certified, 10)).error?.code).toBe('FILE_LIMIT');
  } finally {
    await limits('file_bytes_per_organization', 107_374_182_400);
    await limits('files_per_organization', 20_000);
  }
});

test('before certification no project is registered at all, so none can pile up', async () => {
  const fresh = await registered('applicant');
  const { error } = await fresh.act('register_project', { request_id: requestId(), payload: {} });
  expect(error?.code).toBe('NOT_CERTIFIED');
});

test('what was never verified goes after a day, what was never used after thirty, and what is linked stays; strangers cannot call the sweep', async () => {
  const lab = await institution();
  const order = await submitted(firm, lab);
  const unused = await upload(firm, 'evidence');
  const open = (await register(firm, tinyPdf('x').length)).data as { id: number; object_key: string };
  await put(firm, open.object_key, tinyPdf('x'));
  const linked = (
    await admin()`select document_id::integer as id from public.order_documents where order_id = ${order}`
  )[0]?.['id'];
  const there = async () =>
    (
      await admin()`select id::integer from public.documents where id = any (${[unused, open.id, linked]}) order by id`
    ).map((r) => r['id']);
  const sweep = () => runDaily({ sql: admin(), url: inject('url'), keys: { secretKey: inject('secretKey') } as never });
  await sweep();
  expect(await there()).toEqual([linked, unused, open.id].toSorted((a, b) => a - b));
  expect(await objects('uploads')).toContain(open.object_key);
  await setClock('2026-05-13T11:00:00+08:00');
  await admin()`update storage.objects set created_at = now() - interval '25 hours' where bucket_id = 'uploads'`;
  await sweep();
  expect(await there()).toEqual([linked, unused].toSorted((a, b) => a - b));
  expect(await objects('uploads')).not.toContain(open.object_key);
  const [kept] = await admin()`select sha256 from public.documents where id = ${unused}`;
  await setClock('2026-06-15T11:00:00+08:00');
  await admin()`update storage.objects set created_at = now() - interval '25 hours' where bucket_id = 'documents'`;
  await sweep();
  expect(await there()).toEqual([linked]);
  expect(await objects('documents')).not.toContain(kept?.['sha256']);
  const [contract] = await admin()`select sha256 from public.documents where id = ${linked}`;
  expect((await lab.client.storage.from('documents').download(String(contract?.['sha256']))).error).toBeNull();
  await setClock('2026-05-12T10:00:00+08:00');
  const callers: Record<string, string>[] = [
    { apikey: inject('publishableKey') },
    { apikey: inject('publishableKey'), authorization: `Bearer ${await tokenOf(firm)}` },
  ];
  for (const headers of callers) {
    const answer = await fetch(`${inject('url')}/functions/v1/sweep-files`, { method: 'POST', headers });
    expect(answer.status).toBe(403);
  }
});

test('every link between a case and a file is one that the sweep sees: a foreign key on a column that is not its first would not be', async () => {
  const keys =
    await admin()`select c.conrelid::regclass::text as table, cardinality(c.conkey) as columns from pg_constraint c
    where c.contype = 'f' and c.confrelid = 'public.documents'::regclass order by 1`;
  expect(keys.map((k) => k['columns'])).toEqual(keys.map(() => 1));
  expect(keys.map((k) => k['table'])).toEqual(
    expect.arrayContaining(['certification_documents', 'order_documents', 'redemption_documents']),
  );
});
