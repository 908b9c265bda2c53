import { vi } from 'vitest';

type Value = string | number;
/** The API as far as lists use it, over these rows: order, limit, filters by one value, a place beyond which rows lie, and the count. Gives what was asked. */
export function rest<R extends object>(rows: () => R[]): URL[] {
  const asked: URL[] = [];
  const value = (row: R, column: string) => (row as Record<string, Value>)[column] as Value;
  /** Whether a row satisfies `column.operator."value"`, or all of such terms that stand in `and(…)`. */
  const satisfies = (row: R, part: string): boolean =>
    [...part.matchAll(/(\w+)\.(eq|gt|lt)\."([^"]*)"/g)].every(([, column, operator, text]) => {
      const mine = value(row, column as string);
      const theirs = typeof mine === 'number' ? Number(text) : (text as string);
      return operator === 'eq' ? mine === theirs : operator === 'gt' ? mine > theirs : mine < theirs;
    });
  vi.stubGlobal('fetch', async (input: string, init: RequestInit) => {
    const url = new URL(input);
    asked.push(url);
    const { order, limit, or, select, ...filters } = Object.fromEntries(url.searchParams);
    const parts = or?.slice(1, -1).match(/and\([^)]*\)|\w+\.(?:gt|lt)\."[^"]*"/g);
    const terms = (order ?? '').split(',').filter(Boolean);
    const found = rows()
      .filter((r) => Object.entries(filters).every(([column, said]) => said === `eq.${value(r, column)}`))
      .filter((r) => !parts || parts.some((p) => satisfies(r, p)))
      .sort((a, b) => {
        for (const term of terms) {
          const [column, direction] = term.split('.') as [string, string];
          const [x, y] = [value(a, column), value(b, column)];
          if (x !== y) return (x < y ? -1 : 1) * (direction === 'desc' ? -1 : 1);
        }
        return 0;
      });
    return init.method === 'HEAD'
      ? new Response(null, { status: 200, headers: { 'content-range': `*/${found.length}` } })
      : new Response(JSON.stringify(found.slice(0, Number(limit ?? 1000))), {
          status: 200,
          headers: { 'content-type': 'application/json' },
        });
  });
  return asked;
}
