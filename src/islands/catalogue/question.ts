import type { Answer, Question } from '../../backend/catalogue.ts';
import { parseYuan } from '../../domain/amounts.ts';
import type { CatalogueKind } from '../../domain/catalogue.ts';
import { listRow } from '../../domain/catalogue-rows.ts';
import { formatCount, formatFen } from '../../domain/money.ts';

/** A search as an address that can be shared: what is not asked is not written. */
export function readQuestion(search: string, preset = ''): Question {
  const q = new URLSearchParams(search);
  for (const [name, value] of new URLSearchParams(preset)) if (!q.has(name)) q.set(name, value);
  const list = (name: string) => (q.get(name) ?? '').split(',').filter(Boolean);
  return {
    query: (q.get('q') ?? '').slice(0, 50),
    classes: list('class'),
    cities: list('city'),
    institutions: list('institution').map(Number).filter(Number.isSafeInteger),
    voucherOnly: q.get('voucher') === '1',
    cma: q.get('cma') === '1',
    cnas: q.get('cnas') === '1',
    maxFen: parseYuan(q.get('max') ?? ''),
    exact: q.get('exact') === '1',
    page: Math.max(1, Number(q.get('page')) || 1),
  };
}
export function writeQuestion(question: Question): string {
  const on = (yes: boolean) => (yes ? '1' : '');
  const fields = {
    q: question.query.trim(),
    class: question.classes.join(','),
    city: question.cities.join(','),
    institution: question.institutions.join(','),
    voucher: on(question.voucherOnly),
    cma: on(question.cma),
    cnas: on(question.cnas),
    max: question.maxFen === undefined ? '' : formatFen(question.maxFen).replaceAll(',', ''),
    exact: on(question.exact && question.query.trim() !== ''),
    page: question.page > 1 ? String(question.page) : '',
  };
  return String(new URLSearchParams(Object.entries(fields).filter(([, value]) => value)));
}
/** Does it ask for anything? Otherwise the page shows its plain list. */
export const asks = (q: Question): boolean => writeQuestion({ ...q, page: 1 }) !== '' || q.page > 1;
export const nothingAsked: Question = {
  query: '',
  classes: [],
  cities: [],
  institutions: [],
  voucherOnly: false,
  cma: false,
  cnas: false,
  maxFen: undefined,
  exact: false,
  page: 1,
};
/** How many an answer has; where not all was counted, at least so many. */
export const saidCount = (a: Answer, unit: string) => `${a.whole ? '' : '至少 '}${formatCount(a.total)} ${unit}`;
/** The rows are the same text as on the static pages, escaped there. */
export const drawRows = (kind: CatalogueKind, rows: Answer['rows'] = [], marks = '') =>
  rows.map((e) => listRow(kind, e, marks).text).join('');
