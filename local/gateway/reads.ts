/** Patterns and full text: no page asks for them, and one can take all the time that a statement has. At the beginning of a value, or after a column's name in a list of conditions. */
const dearOperator = /(?:^|[(,][^(),]*?\.)(?:not\.)?(?:i?match|(?:fts|plfts|phfts|wfts))(?:\([^)]*\))?\./i;
/** More than any page asks for at once. */
const mostNames = 100;
const notFilters = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict']);

/** Whether a list of columns names one twice at the same place: each time costs as much again. An alias, a type or a path into JSON makes no other column of it. */
export function repeats(select: string): boolean {
  const levels = [new Set<string>()];
  let [name, names] = ['', 0];
  for (const c of `${select},`) {
    if (c !== ',' && c !== '(' && c !== ')') {
      name += c;
      continue;
    }
    const column = name
      .replace(/^[^:]*:(?!:)/, '')
      .replace(/(?:::|->).*$/s, '')
      .replaceAll(/["\s]/g, '');
    name = '';
    if (column) {
      const level = levels.at(-1);
      if (!level || level.has(column) || ++names > mostNames) return true;
      level.add(column);
    }
    if (c === '(') levels.push(new Set());
    else if (c === ')') levels.pop();
  }
  return false;
}

/** What only costs: asked by no page, dear to answer, and nothing that the database can be told to refuse. */
export function isDear(search: string): boolean {
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === 'select' || name.endsWith('.select')) {
      if (repeats(value)) return true;
    } else if (!notFilters.has(name) && dearOperator.test(value)) return true;
  }
  return false;
}
