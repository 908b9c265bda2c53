// The same thing written twice (R36), as the pages see it; tests/rules/R36.test.ts holds the database against the same vectors.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine, cleanText, type IdentityKind, identityKey, visibleLength } from '../../src/domain/identity.ts';
import vectors from '../vectors/identity.json' with { type: 'json' };

test('R36: the key of every vector', () => {
  for (const v of vectors.keys)
    expect([v.what, v.text, identityKey(v.text, v.kind as IdentityKind) ?? null]).toEqual([v.what, v.text, v.key]);
});
test('R36: what differs for a person has another key', () => {
  for (const v of vectors.different)
    expect(identityKey(v.a, v.kind as IdentityKind), `${v.a} ${v.b}`).not.toBe(
      identityKey(v.b, v.kind as IdentityKind),
    );
});
test('R36: what is shown is clean, and empty where nothing is seen', () => {
  for (const v of vectors.clean) {
    expect([v.text, cleanText(v.text) ?? null]).toEqual([v.text, v.clean]);
    expect([v.text, cleanLine(v.text) ?? null]).toEqual([v.text, v.line ?? v.clean]);
  }
  for (const v of vectors.visible) expect([v.text, visibleLength(v.text)]).toEqual([v.text, v.length]);
});
test('R36: a key is its own key, a clean text stays as it is, and both say alike whether anything is there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      const key = identityKey(text, 'identifier');
      expect(identityKey(key, 'identifier')).toBe(key);
      const clean = cleanText(text);
      expect(cleanText(clean)).toBe(clean);
      if (clean === undefined) expect(visibleLength(text)).toBe(0);
    }),
    { numRuns: 2000 },
  );
});
