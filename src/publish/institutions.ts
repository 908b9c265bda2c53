import { catalogueKinds, flag, usable } from '../domain/catalogue.ts';
import { type Html, html } from '../domain/html.ts';
import { formatCount } from '../domain/money.ts';
import { type InstitutionType, institutionTypes } from '../domain/labels.ts';
import { inquiries } from './entry.ts';
import { type ListPage, newestOf, onward, pager } from './lists.ts';
import { institutionHomes, type Sublist, sharedBy } from './sublists.ts';

/** Institutions as static pages: all of them by city, and each with what it shares of both kinds. */
interface Institution {
  home: string;
  name: string;
  city: string;
  type: string;
  sublists: Sublist[];
  entries: number;
  bookable: number;
  proof: string;
}
function institutionOf(home: string, sublists: Sublist[]): Institution {
  const [first] = sublists;
  const [, name, city, type] = first?.catalogue.institutionOf(first.places[0] as number) ?? [0, '', '', ''];
  let [entries, bookable, flags] = [0, 0, 0];
  for (const { catalogue, places } of sublists)
    for (const o of places) {
      const own = catalogue.flags[o] as number;
      entries++;
      flags |= own;
      if (usable(own)) bookable++;
    }
  return {
    home,
    name,
    city,
    type: institutionTypes[type as InstitutionType] ?? '',
    sublists,
    entries,
    bookable,
    proof: [flags & flag.cma ? 'CMA 资质认定' : '', flags & flag.cnas ? 'CNAS 认可' : ''].filter(Boolean).join('、'),
  };
}
const sums = ({ sublists }: Institution): string =>
  sublists
    .map(({ catalogue, entries }) => {
      const { title, measure } = catalogueKinds[catalogue.kind];
      return `${title} ${formatCount(entries)} ${measure}`;
    })
    .join('，');

/** What it shares: the newest of each kind, and the way to all of it. */
export function institutionPage(home: string, kinds: Map<string, Sublist>[]): ListPage {
  const it = institutionOf(home, sharedBy(home, kinds));
  const record: [string, Html | string][] = [
    ['机构类型', it.type],
    ['所在地', it.city],
    ['资质', it.proof],
    ['对外共享', sums(it)],
    ['支持创新券', `${formatCount(it.bookable)} 项`],
    ['咨询', inquiries],
  ];
  const main = html`<table class="record"><tbody>${record.filter(([, value]) => value).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table><div class="ofone">${it.sublists.map(
    (sublist) => {
      const { title } = catalogueKinds[sublist.catalogue.kind];
      return html`<section><h2>${title}</h2>${newestOf(sublist)}${pager(title, ...onward(sublist))}</section>`;
    },
  )}</div>`;
  return { title: it.name, description: `${it.name}（${it.city}）对外共享的${sums(it)}。`, main: main.text };
}

/** All institutions that share anything, by city: the most of both first. */
export function institutionsPage(kinds: Map<string, Sublist>[]): ListPage {
  const all = [...institutionHomes(kinds)]
    .map((home) => institutionOf(home, sharedBy(home, kinds)))
    .sort((a, b) => b.entries - a.entries || (a.name < b.name ? -1 : 1));
  const cities = Map.groupBy(all, ({ city }) => city);
  const main = html`<p class="lead">${formatCount(all.length)} 家管理单位对外共享仪器与检测，其中 ${formatCount(all.filter(({ bookable }) => bookable > 0).length)} 家有项目支持创新券。</p>${[...cities].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1)).map(([city, here]) => html`<section class="city"><h2>${city}<span class="small muted">　${formatCount(here.length)} 家</span></h2><ul class="institutions">${here.map((it) => html`<li><a href="${it.home}">${it.name}</a><span class="small muted">${[it.type, sums(it), it.proof].filter(Boolean).join(' · ')}</span><span class="small">${it.bookable > 0 ? `支持创新券 ${formatCount(it.bookable)} 项` : '暂无项目支持创新券'}</span></li>`)}</ul></section>`)}`;
  return {
    title: '管理单位',
    description: `对外共享仪器与检测、可用科技创新券的 ${formatCount(all.length)} 家管理单位，按所在地。`,
    main: all.length === 0 ? html`<p class="empty">还没有管理单位发布仪器或检测。</p>`.text : main.text,
  };
}
