// R36: the same thing written twice. The database and the pages decide alike, over every character there is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine, cleanText, type IdentityKind, identityKey, visibleLength } from '../../src/domain/identity.ts';
import { admin } from '../support/people.ts';
import vectors from '../vectors/identity.json' with { type: 'json' };

const kinds: IdentityKind[] = ['identifier', 'name', 'phone', 'address', 'account'];

test('R36: the key of every vector in SQL', async () => {
  const rows = await admin()<{ text: string; key: string | null }[]>`
    select v.text, private.identity_key(v.text, v.kind) as key
    from rows from (jsonb_to_recordset(${admin().json(vectors.keys)}) as (text text, kind text)) with ordinality as v (text, kind, n)
    order by v.n`;
  expect(rows.map((r) => [r.text, r.key])).toEqual(vectors.keys.map((v) => [v.text, v.key]));
});
test('R36: cleaning and counting in SQL', async () => {
  for (const v of vectors.clean) {
    const [row] = await admin()`select private.clean_text(${v.text}) as clean, private.clean_line(${v.text}) as line`;
    expect([v.text, row?.['clean'], row?.['line']]).toEqual([v.text, v.clean, v.line ?? v.clean]);
  }
  for (const v of vectors.visible) {
    const [row] = await admin()`select private.visible_length(${v.text}) as length`;
    expect([v.text, row?.['length']]).toEqual([v.text, v.length]);
  }
});
test('R36: SQL and TypeScript agree about every single character that this database knows', async () => {
  const rows = await admin()<
    { code: number; key: string | null; clean: string | null; seen: number }[]
  >`select c as code, private.identity_key('x' || chr(c) || '1', 'identifier') as key, private.clean_text(chr(c)) as clean,
      private.visible_length(chr(c)) as seen
    from generate_series(1, 1114111) c where c not between 55296 and 57343 and unicode_assigned(chr(c))`;
  const wrong = rows.filter(({ code, key, clean, seen }) => {
    const text = String.fromCodePoint(code);
    return (
      (identityKey(`x${text}1`, 'identifier') ?? null) !== key ||
      (cleanText(text) ?? null) !== clean ||
      visibleLength(text) !== seen
    );
  });
  expect(
    wrong
      .slice(0, 20)
      .map((r) => [r.code.toString(16), r.key, identityKey(`x${String.fromCodePoint(r.code)}1`, 'identifier')]),
  ).toEqual([]);
  expect(rows.length).toBeGreaterThan(200_000);
}, 120_000);
test('R36: SQL and TypeScript agree about random texts, and a key is its own key', async () => {
  const known = new Set(
    (
      await admin()<
        { code: number }[]
      >`select c as code from generate_series(1, 1114111) c where c not between 55296 and 57343 and unicode_assigned(chr(c))`
    ).map((r) => r.code),
  );
  const suspicious = fc.constantFrom(
    ...'HT77-—·•・ 　\u200b\u2063\u00ad\u202e\u3164\u2800\u0301\u0308НТΗΤЁїσςßıIl1O0+86008637转802()（）【】/_\n\r\t',
  );
  const texts = fc.sample(
    fc
      .array(
        fc.oneof(
          { weight: 3, arbitrary: suspicious },
          { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
        ),
        { maxLength: 24 },
      )
      .map((parts) => parts.join(''))
      .filter((text) => [...text].every((c) => known.has(c.codePointAt(0) as number))),
    3000,
  );
  for (const kind of kinds) {
    const rows = await admin()<
      {
        text: string;
        key: string | null;
        again: string | null;
        clean: string | null;
        line: string | null;
        seen: number;
      }[]
    >`select t as text, private.identity_key(t, ${kind}) as key, private.identity_key(private.identity_key(t, 'identifier'), 'identifier') as again,
        private.clean_text(t) as clean, private.clean_line(t) as line, private.visible_length(t) as seen
      from unnest(${texts}::text[]) t`;
    for (const row of rows) {
      expect([row.text, identityKey(row.text, kind) ?? null]).toEqual([row.text, row.key]);
      expect([row.text, identityKey(row.text, 'identifier') ?? null]).toEqual([row.text, row.again]);
      expect([row.text, cleanText(row.text) ?? null]).toEqual([row.text, row.clean]);
      expect([row.text, cleanLine(row.text) ?? null]).toEqual([row.text, row.line]);
      expect([row.text, visibleLength(row.text)]).toEqual([row.text, row.seen]);
    }
  }
}, 120_000);
test('R36: a key costs a few microseconds, for indexes stand on it', async () => {
  const [row] = await admin()<{ ms: number }[]>`
    select extract(epoch from clock_timestamp() - s.at)::float8 * 1000 as ms
    from (select clock_timestamp() as at) s, lateral (
      select count(private.identity_key('CXQ-合同-' || n || s.at, 'identifier')) as n from generate_series(1, 20000) n) t where t.n > 0`;
  console.info(`20,000 keys in ${row?.ms.toFixed(0)} ms`);
  expect(row?.ms).toBeLessThan(8000);
});
