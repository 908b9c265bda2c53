import { expect, test } from 'vitest';
import { keptSession } from '../../src/backend/client.ts';

const now = Date.UTC(2026, 10, 24);
const kept = (extra: Record<string, unknown> = {}) =>
  JSON.stringify({
    access_token: 'a.b.c',
    refresh_token: 'r',
    expires_at: now / 1000 + 3600,
    user: { id: 'u', email: 'firm@demo.example', phone: '' },
    ...extra,
  });

test('a session with time left is read as auth-js keeps it; nothing more of it is taken', () => {
  expect(keptSession(kept(), now)).toEqual({
    access_token: 'a.b.c',
    expires_at: now / 1000 + 3600,
    user: { id: 'u', email: 'firm@demo.example' },
  });
});

test('nobody is null; what is nearly over, broken or of another form goes to auth-js', () => {
  expect(keptSession(null, now)).toBeNull();
  expect(keptSession('', now)).toBeNull();
  for (const text of [
    '{',
    'null',
    '[]',
    '"x"',
    kept({ expires_at: now / 1000 + 89 }),
    kept({ expires_at: 'later' }),
    kept({ user: null }),
    kept({ access_token: 7 }),
  ])
    expect(keptSession(text, now), text).toBeUndefined();
});
