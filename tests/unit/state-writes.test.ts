// A state moves through `private.act`, `private.system_move` or `private.rectify_move`. What writes one itself stands, with its reason, in
// docs/decisions/7-few-hands-write-a-state.md; what is not there fails here.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../supabase/migrations/', import.meta.url);
/** `set_state` is the hand of `act` and `system_move`, which `plan_workflow` writes anew from the workflow table. */
const movers = ['plan_workflow', 'rectify_move', 'set_state'];

/** Which functions of some SQL write a `state` column, each once, as `name: table`. */
function writersIn(sql: string): string[] {
  const found = new Set<string>();
  for (const made of sql.split(/create (?:or replace )?function /).slice(1)) {
    const name = /^(?:private|public)\.(\w+)\(/.exec(made)?.[1];
    const body = made.split(/\$\$;/)[0] as string;
    // Comments may speak of anything.
    for (const statement of body.replaceAll(/--.*$/gm, '').split(';'))
      for (const [, table, set] of statement.matchAll(
        /update public\.(%I|\w+)\b[\s\S]*?\bset\b([\s\S]*?)(?=\bwhere\b|\bfrom\b|$)/g,
      ))
        if (/(^|,)\s*state\s*=/.test(set as string)) found.add(`${name}: ${table}`);
  }
  return [...found].sort();
}
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');

test('only three functions move states; whatever else writes one has its reason written down', () => {
  const decision = readFileSync(new URL('../../docs/decisions/7-few-hands-write-a-state.md', import.meta.url), 'utf8');
  const reasoned = [...decision.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map((m) => `${m[1]}: ${m[2]}`);
  expect(writersIn(all)).toEqual([...reasoned, ...movers.map((name) => `${name}: %I`)].sort());
});

test('the one that writes a state for others does so for the two that lock, check and record', () => {
  const callers = all.split(/create (?:or replace )?function private\./).flatMap((made) => {
    const body = (made.split(/\$\$;/)[0] as string).replaceAll(/--.*$/gm, '');
    return /\bprivate\.set_state\(p_entity, p_id,/.test(body) ? [/^\w+/.exec(made)?.[0]] : [];
  });
  expect(callers).toEqual(['act', 'system_move']);
  expect(all.match(/\bprivate\.set_state\((?!p_entity text|text, bigint)/g)?.length).toBe(callers.length);
});

test('the test sees a state written in whatever way it is written', () => {
  const made = (body: string) => writersIn(`create function private.f(p bigint) returns void\nas $$\n${body}\n$$;`);
  expect(made("update public.orders set state = 'paid' where id = p;")).toEqual(['f: orders']);
  expect(made("update public.orders o\n set title = '甲',\n state='paid' from x where o.id = p;")).toEqual([
    'f: orders',
  ]);
  expect(
    made("with a as (update public.orders set note = '', state = 'paid' where id = p returning id) select 1;"),
  ).toEqual(['f: orders']);
  expect(made("update public.orders set title = '甲' where state = 'paid';")).toEqual([]);
  expect(made("-- update public.orders set state = 'paid';\nselect 1;")).toEqual([]);
});
