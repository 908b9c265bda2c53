// Every function of the API is given what no page would send. Each must answer with a refusal — never a 5xx, never words of the database — and nothing may change.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import {
  accepted,
  admin,
  applicant,
  draft,
  institution,
  paid,
  type Person,
  platform,
  requestId,
  setClock,
  staff,
  submitted,
  upload,
  voucherOf,
} from '../support/people.ts';

let people: Record<'firm' | 'lab' | 'office' | 'department' | 'expert', Person>;
let ids: Record<string, number>;
let codes: Set<string>;
beforeAll(async () => {
  await setClock('2026-05-11T10:00:00+08:00');
  const [firm, lab, stranger, strangerLab] = [
    await applicant(),
    await institution(),
    await applicant(),
    await institution(),
  ];
  people = {
    firm,
    lab,
    office: await platform(),
    department: await staff('department'),
    expert: await staff('expert'),
  };
  const theirs = await accepted(stranger, strangerLab);
  ids = {
    project: firm.projectId,
    order: (await draft(firm, lab)).id,
    submitted: await submitted(firm, lab),
    theirs,
    voucher: (await voucherOf(await paid(firm, lab))).id,
    document: await upload(firm, 'contract'),
    instrument: lab.instrumentId,
    organization: firm.orgId,
  };
  codes = new Set((await admin()`select code from private.refusals`).map((r) => String(r['code'])));
}, 60_000);
afterAll(() => setClock(null));

const long = '长'.repeat(100_000);
const markup = `<script>alert(1)</script><img src=x onerror=alert(1)>'; drop table public.orders; --`;
const deep = JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown;
/** What a parameter of a type may be given, besides sense. */
const nasty: Record<string, unknown[]> = {
  bigint: [null, -1, 0, 999_999_999_999, 9.5, '1e400', 'NaN', 'Infinity', 'abc', '1; select 1', true, [], {}, 1e20],
  integer: [null, -1, 0, 2_147_483_648, 3.7, 'NaN', 'x', []],
  uuid: [null, 'x', 0, '00000000-0000-0000-0000-00000000000g', []],
  text: [null, '', ' ', '\u0000', '\u202e\u200b', long, markup, 5, [], {}],
  boolean: [null, 'perhaps', 7, []],
  jsonb: [
    null,
    0,
    'x',
    [],
    deep,
    { id: 'x' },
    Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, long.slice(0, 500)])),
    {
      kind: markup,
      title: long,
      amount_fen: 'NaN',
      contract_total_fen: -1,
      test_fee_fen: 1e300,
      lines: [{ description: markup, quantity: -1, unit_price_fen: 0.5 }],
      documents: [{ id: 'x', kind: 7 }],
      answers: 'x',
      valid_from: '0001-01-01',
      valid_to: '9999-12-31',
      invoices: [{ number: '１', amount_fen: 'Infinity' }],
    },
    {
      documents: [{ id: 999_999_999, kind: 'contract' }],
      lines: [{ description: 'x', quantity: 1e30, unit_price_fen: 1e30 }],
      contract_signed_on: '2026-02-30',
      project_id: 'x',
      instrument_id: { a: 1 },
    },
  ],
  'bigint[]': [null, [], [-1], ['x'], 5, [999_999_999], Array.from({ length: 3000 }, (_, i) => i)],
  date: [null, '0001-01-01', '9999-12-31', '2026-02-30', 'gestern', 5],
};
async function call(
  person: Person,
  name: string,
  args: Record<string, unknown>,
): Promise<{
  status: number;
  body: { code?: string; message?: string; hint?: string | null; details?: string | null };
}> {
  const { data } = await person.client.auth.getSession();
  const answer = await fetch(`${inject('url')}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: {
      apikey: inject('publishableKey'),
      authorization: `Bearer ${data.session?.access_token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(args),
  });
  return { status: answer.status, body: ((await answer.json().catch(() => ({}))) ?? {}) as never };
}
async function fingerprint(): Promise<string> {
  const tables =
    await admin()`select format('%I.%I', n.nspname, c.relname) as t from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'private') and c.relkind = 'r' order by 1`;
  const rows = await Promise.all(tables.map((t) => admin().unsafe(`select count(*)::text as n from ${t['t']}`)));
  const states =
    await admin()`select md5(string_agg(x, ',' order by x)) as h from (select 'o' || id || state || coalesce(accepted_fen, 0) || title as x from public.orders union all select 'v' || id || state from public.vouchers union all select 'q' || id || held_fen || ':' || spent_fen from public.quotas) y`;
  return JSON.stringify([tables.map((t, i) => [t['t'], rows[i]?.[0]?.['n']]), states[0]?.['h']]);
}
/** Sensible values by a parameter's name, so that each nasty one is reached. */
function sense(parameter: string, type: string): unknown {
  const by: Record<string, unknown> = {
    request_id: requestId(),
    order_id: ids['submitted'],
    project_id: ids['project'],
    voucher_id: ids['voucher'],
    document_id: ids['document'],
    resource_id: ids['instrument'],
    entity_id: ids['submitted'],
    entity: 'order',
    kind: 'instrument',
    reason: '原因原因',
    documents: [ids['document']],
    action: 'close',
    target: 'platform',
    score: 3,
    comment: '',
    name: '演示.pdf',
    bytes: 10,
    accepted_fen: 1,
    is_open: true,
    voucher_enabled: true,
    upheld: true,
    note: '',
    notification_ids: [],
    muted: false,
    max_items: 1,
    payload: {},
    profile: {},
    votes: [],
    pledge_id: 1,
    after_id: 0,
    max_events: 1,
  };
  return parameter in by ? by[parameter] : type === 'bigint' ? 999_999_999 : type === 'text' ? 'x' : null;
}
// These read, or answer with sense to any input of the right type; they are checked for errors, not for refusals.
const readers = new Set([
  'today',
  'working_day_after',
  'available_actions',
  'order_figure',
  'mark_notifications_read',
  'my_reviews',
  'my_tasks',
  'find_mine',
  'mute_notifications',
  'create_document',
  'export_events',
  'claim_quota',
  'draw_up_payment_list',
]);

test('bad input to every function of the API: a refusal of ours or a type error, never a 5xx, never words of the database, and nothing changed', async () => {
  const functions = await admin()`
    select p.proname as name, p.provolatile <> 'v' as reads, coalesce(p.proargnames[1:p.pronargs], '{}') as params, array(select format_type(t, null) from unnest(p.proargtypes) t) as types
    from pg_proc p where p.pronamespace = 'public'::regnamespace and has_function_privilege('authenticated', p.oid, 'execute') order by 1`;
  expect(functions.length).toBeGreaterThan(40);
  const wrong: string[] = [];
  let calls = 0;
  for (const f of functions) {
    const name = String(f['name']);
    const [params, types] = [f['params'] as string[], f['types'] as string[]];
    const before = await fingerprint();
    const attempts: [string, Record<string, unknown>][] = [
      ['all null', Object.fromEntries(params.map((p) => [p, null]))],
      ['empty', {}],
    ];
    for (const [i, p] of params.entries()) {
      // Any visible text is a legal reason, markup too: it is shown as text.
      // The day of reopening may be left out: null is sense there.
      for (const value of (nasty[types[i] as string] ?? [null])
        .filter((v) => !(p === 'reopens_on' && v === null))
        .filter((v) => p !== 'reason' || v === null || v === long || v === '' || v === ' ' || v === '\u202e\u200b'))
        attempts.push([
          `${p}=${JSON.stringify(value)?.slice(0, 40)}`,
          { ...Object.fromEntries(params.map((q, k) => [q, sense(q, types[k] as string)])), [p]: value },
        ]);
    }
    const actor = /approve|return_|pass_|advance|draw_up|bank|payment_list|payout_/.test(name)
      ? people.office
      : /vote|conflict/.test(name)
        ? people.expert
        : /objection/.test(name)
          ? people.department
          : /accept|decline|deliver|redemption|resource|institution/.test(name)
            ? people.lab
            : people.firm;
    for (let i = 0; i < attempts.length; i += 12) {
      await Promise.all(
        attempts.slice(i, i + 12).map(async ([what, args]) => {
          calls++;
          const { status, body } = await call(actor, name, args);
          const refused =
            status >= 400 &&
            status < 500 &&
            codes.has(body.code ?? '') &&
            Boolean(body.hint) &&
            /[\u4e00-\u9fff]/.test(body.message ?? '');
          // What is declared stable cannot change anything; it may answer with nothing.
          const fine = status < 300 && (readers.has(name) || f['reads']);
          if (!refused && !fine) wrong.push(`${name} ${what} → ${status} ${JSON.stringify(body).slice(0, 160)}`);
          if (/public\.|private\.|constraint|relation |violates|PL\/pgSQL/.test(JSON.stringify(body)))
            wrong.push(`${name} ${what} shows the database: ${JSON.stringify(body).slice(0, 160)}`);
        }),
      );
    }
    if (!readers.has(name) && (await fingerprint()) !== before) wrong.push(`${name} changed something`);
  }
  expect(wrong).toEqual([]);
  expect(calls).toBeGreaterThan(600);
}, 240_000);

test('other people’s ids are answered like ids that do not exist', async () => {
  for (const id of [ids['theirs'], 999_999_999]) {
    for (const name of ['withdraw_order', 'accept_order', 'pay_voucher', 'agree_order']) {
      const { body } = await call(name === 'accept_order' ? people.lab : people.firm, name, {
        order_id: id,
        request_id: requestId(),
      });
      expect([name, body.code]).toEqual([name, 'NOT_FOUND']);
    }
    expect(
      (await call(people.firm, 'save_order', { request_id: requestId(), order_id: id, payload: {} })).body.code,
    ).toBe('NOT_FOUND');
  }
});

test('markup and long Chinese text that are allowed come back as they went in, and nothing more', async () => {
  const title = `<b>检测</b> & "引号" '撇号' ${'长'.repeat(60)}`.slice(0, 100);
  const person = people.firm as Person & { projectId: number };
  const saved = await draft(person, people.lab as Person & { instrumentId: number }, { title });
  const { data } = await person.client.from('orders').select('title').eq('id', saved.id).single();
  expect(data?.title).toBe(title);
});

test('files: wrong content, empty, too large, HTML called PDF, a strange name, another’s key — refused, and never counted', async () => {
  const person = people.firm;
  const put = async (content: Uint8Array, name: string) => {
    const made = await person.act<{ id: number; object_key: string }>('create_document', {
      kind: 'evidence',
      name,
      bytes: content.byteLength,
    });
    if (made.error) return made.error.code;
    const stored = await person.client.storage
      .from('uploads')
      .upload(made.data?.object_key as string, content.slice().buffer as ArrayBuffer, {
        contentType: 'application/pdf',
      });
    if (stored.error) return 'STORAGE';
    const { error } = await person.client.functions.invoke('verify-document', { body: { id: made.data?.id } });
    const [row] =
      await admin()`select verified_at is not null as counts from public.documents where id = ${made.data?.id as number}`;
    return error ? (row?.['counts'] ? 'COUNTED' : 'REFUSED') : 'VERIFIED';
  };
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(await put(tinyPdf('演示'), '演示.pdf')).toBe('VERIFIED');
  expect(await put(bytes('%PDF-1.4\n%%EOF\n'), '没有内容.pdf')).toBe('REFUSED');
  expect(await put(bytes('<html><script>alert(1)</script></html>'), '假.pdf')).toBe('REFUSED');
  expect(await put(bytes('MZ\u0090\u0000'), '程序.pdf')).toBe('REFUSED');
  expect(await put(new Uint8Array(0), '空.pdf')).toBe('INPUT_INVALID');
  expect(
    (await person.act('create_document', { kind: 'evidence', name: '大.pdf', bytes: 21 * 1024 * 1024 })).error?.code,
  ).toBe('FILE_TOO_LARGE');
  expect(
    (await person.act('create_document', { kind: 'evidence', name: '长'.repeat(10_000), bytes: 10 })).error?.code,
  ).toBe('INPUT_INVALID');
  expect((await person.act('create_document', { kind: 'passport', name: 'a.pdf', bytes: 10 })).error?.code).toBe(
    'INPUT_INVALID',
  );
  // A name with a path is only a name: the object's key is the system's.
  expect(await put(tinyPdf('演示'), '../../etc/passwd.pdf')).toBe('VERIFIED');
  const [key] =
    await admin()`select object_key from public.documents where original_name = '../../etc/passwd.pdf' order by id desc limit 1`;
  expect(String(key?.['object_key'])).toMatch(/^[0-9a-f-]{36}$/);
  const other = await person.client.functions.invoke('verify-document', { body: { id: 999_999_999 } });
  expect(other.error).not.toBeNull();
});
