import { catalogueKinds, flag, usable } from '../domain/catalogue.ts';
import { type Html, html } from '../domain/html.ts';
import { formatCount } from '../domain/money.ts';
import type { Sublist } from './sublists.ts';
import type { PublishedCatalogue } from './published-catalogue.ts';

/** The conditions of the search as links with how many entries each leaves, for who has not asked yet: the same groups in the same order as the search's own panel. */
interface Option {
  href: string;
  label: string;
  n: number;
}
/** Institutions a list: all stand on /institutions/. */
const mostInstitutions = 8;
/** 元: steps of the lowest price. */
const steps = [100, 300, 1000];

/** Classes by their number, institutions by their place. */
interface Counts {
  vouchers: number;
  cma: number;
  cnas: number;
  classes: Uint32Array;
  institutions: Uint32Array;
  upTo: Uint32Array;
}
function count(catalogue: PublishedCatalogue, ordinals: Iterable<number>): Counts {
  const { classes, institutions } = catalogue.manifest;
  const counts: Counts = {
    vouchers: 0,
    cma: 0,
    cnas: 0,
    classes: new Uint32Array(classes.length + 1),
    institutions: new Uint32Array(institutions.length),
    upTo: new Uint32Array(steps.length),
  };
  const more = (of: Uint32Array, key: number) => {
    of[key] = (of[key] as number) + 1;
  };
  for (const o of ordinals) {
    if (!catalogue.has(o)) continue;
    const flags = catalogue.flags[o] as number;
    if (usable(flags)) counts.vouchers++;
    if (flags & flag.cma) counts.cma++;
    if (flags & flag.cnas) counts.cnas++;
    more(counts.classes, catalogue.classAt[o] as number);
    more(counts.institutions, catalogue.institution[o] as number);
    for (let i = 0; i < steps.length; i++)
      if ((catalogue.price[o] as number) <= (steps[i] as number) * 100) more(counts.upTo, i);
  }
  return counts;
}

const most = (a: Option, b: Option) => b.n - a.n || (a.label < b.label ? -1 : 1);
const group = (name: string, options: Option[], after: Html | false = false): Html | false => {
  const left = options.filter(({ n }) => n > 0);
  return (
    left.length > 0 &&
    html`<section><h2>${name}</h2><ul>${left.map(({ href, label, n }) => html`<li><a href="${href}"><span>${label}</span><span class="n">${formatCount(n)}</span></a></li>`)}${after}</ul></section>`
  );
};

/** Of all entries of a kind, or of a class or city: there each link asks for both. */
export function conditions(catalogue: PublishedCatalogue, sublist?: Sublist): { links: Html; vouchers: number } {
  const { base } = catalogueKinds[catalogue.kind];
  const { classes, institutions } = catalogue.manifest;
  const counts = count(catalogue, sublist ? sublist.places : Array.from({ length: catalogue.last }, (_, i) => i + 1));
  const asking = (condition: string) => `${base}?${sublist ? `${sublist.query}&` : ''}${condition}`;
  const to = (own: string, condition: string) => (sublist ? asking(condition) : own);
  const byCity = new Map<string, Option>();
  for (const [i, [, , city, , code]] of institutions.entries()) {
    const own = to(`${base}city/${code}/`, `city=${encodeURIComponent(city)}`);
    const option = byCity.get(code) ?? { href: own, label: city, n: 0 };
    option.n += counts.institutions[i] as number;
    byCity.set(code, option);
  }
  const ofClass = classes.map(
    ([code, label], i): Option => ({
      href: to(`${base}class/${code}/`, `class=${code}`),
      label,
      n: counts.classes[i + 1] ?? 0,
    }),
  );
  const ofCity = [...byCity.values()].sort(most);
  const ofInstitution = institutions
    .map(([id, name], i): Option => {
      const n = counts.institutions[i] ?? 0;
      return { href: to(`/institutions/${id}/`, `institution=${id}`), label: name, n };
    })
    .sort(most);
  const is = (dimension: string) => sublist?.query.startsWith(`${dimension}=`) ?? false;
  const links = html`<aside class="facets keep" aria-label="按条件浏览">${group('创新券', [{ href: asking('voucher=1'), label: '支持创新券', n: counts.vouchers }])}${!is('class') && group('类别', ofClass)}${!is('city') && group('所在地', ofCity)}${group('管理单位', ofInstitution.slice(0, mostInstitutions), !sublist && html`<li><a href="/institutions/"><span>全部管理单位</span><span class="n">${formatCount(ofInstitution.filter(({ n }) => n > 0).length)}</span></a></li>`)}${group(
    '资质',
    [
      { href: asking('cma=1'), label: 'CMA 资质认定', n: counts.cma },
      { href: asking('cnas=1'), label: 'CNAS 认可', n: counts.cnas },
    ],
  )}${group(
    '最低价',
    steps.map((yuan, i) => ({
      href: asking(`max=${yuan}`),
      label: `不超过 ${formatCount(yuan)} 元`,
      n: counts.upTo[i] as number,
    })),
  )}</aside>`;
  return { links, vouchers: counts.vouchers };
}
