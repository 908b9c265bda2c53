import { type CatalogueKind, catalogueKinds, cityPath, flag, usable } from '../domain/catalogue.ts';
import { listRow } from '../domain/catalogue-rows.ts';
import { type Html, html } from '../domain/html.ts';
import type { Shelf } from './shelf.ts';

/** The catalogue's lists as static pages. A page of the whole list is a block of ordinals, so that a new entry moves no other page. */
export interface ListPage { title: string; description: string; main: string }
export const perPage = 48;
const onFront = 24;
export const pageOf = (ordinal: number): number => Math.ceil(ordinal / perPage);
export const pageCount = (shelf: Shelf): number => Math.max(1, pageOf(shelf.last));
const counted = (n: number) => n.toLocaleString('en-US');
const entries = (shelf: Shelf, ordinals: number[]): Html => html`<ul class="entries">${shelf.listed(ordinals).map((e) => listRow(shelf.kind, e))}</ul>`;
const nothing = html`<p class="empty">这里还没有条目。发布后会显示在这里。</p>`;

/** The pages of the whole list: the newest block has the highest number and comes first. */
function pager(kind: CatalogueKind, pages: number, page: number | undefined): Html {
  const { base } = catalogueKinds[kind];
  const link = (n: number, label: string) => html`<a href="${base}page/${n}/">${label}</a>`;
  const near = page === undefined ? [] : Array.from({ length: 5 }, (_, i) => page + 2 - i).filter((n) => n >= 1 && n <= pages);
  return html`<nav class="pager" aria-label="翻页">${page !== undefined && page < pages && link(page + 1, '较新')}${near.map((n) => (n === page ? html`<span aria-current="page">${n}</span>` : link(n, String(n))))}${page === undefined ? link(pages, '全部条目，从最新一页看起') : page > 1 && link(page - 1, '较早')}</nav>`;
}

/** The first page of a kind: how many there are of each class and city, and the newest. */
export function frontPage(shelf: Shelf): ListPage {
  const { title, base, measure } = catalogueKinds[shelf.kind];
  const [byClass, byCity] = [new Map<string, number>(), new Map<string, number>()];
  let [vouchers, cma, cnas] = [0, 0, 0];
  for (let o = 1; o <= shelf.last; o++) {
    if (!shelf.has(o)) continue;
    const [code, city, flags] = [shelf.classOf(o), shelf.cityOf(o), shelf.flags[o] as number];
    byClass.set(code, (byClass.get(code) ?? 0) + 1);
    byCity.set(city, (byCity.get(city) ?? 0) + 1);
    if (usable(flags)) vouchers++;
    if (flags & flag.cma) cma++;
    if (flags & flag.cnas) cnas++;
  }
  const group = (name: string, options: [href: string, label: string, n: number][]) => html`<section><h2>${name}</h2><ul>${options.filter(([, , n]) => n > 0).map(([href, label, n]) => html`<li><a href="${href}"><span>${label}</span><span class="n">${counted(n)}</span></a></li>`)}</ul></section>`;
  const main = shelf.manifest.entries === 0 ? nothing : html`<div class="browse"><aside class="facets keep" aria-label="按条件浏览">${group('创新券', [[`${base}?voucher=1`, '支持创新券', vouchers]])}${group('类别', shelf.manifest.classes.map(([code, label]) => [`${base}class/${code}/`, label, byClass.get(code) ?? 0]))}${group('所在地', [...byCity].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([city, n]) => [`${base}city/${cityPath(city)}/`, city, n]))}${group('资质', [[`${base}?cma=1`, 'CMA 资质认定', cma], [`${base}?cnas=1`, 'CNAS 认可', cnas]])}</aside><div><div class="listhead"><p><b>${counted(shelf.manifest.entries)}</b> ${measure}</p><p class="muted">最近发布在前</p></div>${entries(shelf, shelf.newest(onFront))}${pager(shelf.kind, pageCount(shelf), undefined)}</div></div>`;
  return { title, description: `${title}目录：${counted(shelf.manifest.entries)} ${measure}，其中 ${counted(vouchers)} ${measure}支持科技创新券；名称、管理单位、所在地与价格。`, main: main.text };
}

/** Page `page` of the whole list. */
export function blockPage(shelf: Shelf, page: number): ListPage {
  const { title, measure } = catalogueKinds[shelf.kind];
  const ordinals = Array.from({ length: perPage }, (_, i) => page * perPage - i);
  const [from, to] = [(page - 1) * perPage + 1, page * perPage];
  return { title: `${title}第 ${page} 页`, description: `${title}目录第 ${page} 页，按发布先后第 ${from} 至 ${to} ${measure}。`, main: html`<div class="listhead"><p>按发布先后第 ${counted(from)} 至 ${counted(to)} ${measure}</p><p class="muted">最近发布在前</p></div>${entries(shelf, ordinals)}${pager(shelf.kind, pageCount(shelf), page)}`.text };
}

/** The newest of one class, one city; the rest by searching within it. */
function part(shelf: Shelf, label: string, query: string, fits: (ordinal: number) => boolean): ListPage {
  const { title, base, measure } = catalogueKinds[shelf.kind];
  const n = shelf.count(fits);
  const head = html`<div class="listhead" data-preset="${query}"><p><b>${counted(n)}</b> ${measure}${n > perPage && html`，下面是最近发布的 ${perPage} ${measure}`}</p><p class="muted">最近发布在前</p></div>`;
  return { title: `${label} · ${title}`, description: `${label}：${title} ${n} ${measure}，名称、管理单位、所在地与价格。`, main: n === 0 ? html`<div data-preset="${query}">${nothing}</div>`.text : html`${head}${entries(shelf, shelf.newest(perPage, fits))}<nav class="pager" aria-label="更多">${n > perPage && html`<a href="${base}?${query}">在全部 ${counted(n)} ${measure}中搜索与筛选</a>`}<a href="${base}">全部${title}</a></nav>`.text };
}
export const classPage = (shelf: Shelf, code: string): ListPage => part(shelf, shelf.manifest.classes.find(([c]) => c === code)?.[1] ?? code, `class=${code}`, (o) => shelf.classOf(o) === code);
export const cityPage = (shelf: Shelf, city: string): ListPage => part(shelf, city, `city=${encodeURIComponent(city)}`, (o) => shelf.cityOf(o) === city);

/** An institution: what it shares of both kinds, the newest of each. */
export function institutionPage(shelves: Shelf[], id: number): ListPage | undefined {
  const known = shelves.map((s) => s.manifest.institutions.find(([i]) => i === id)).find(Boolean);
  if (!known) return undefined;
  const [, name, city] = known;
  const parts = shelves.map((shelf) => { const mine = (o: number) => shelf.institutionIdOf(o) === id; return { shelf, mine, n: shelf.count(mine), usable: shelf.count((o) => mine(o) && usable(shelf.flags[o] as number)) }; }).filter((p) => p.n > 0);
  const sums = parts.map((p) => { const { title, measure } = catalogueKinds[p.shelf.kind]; return `${title} ${counted(p.n)} ${measure}`; }).join('，');
  const main = html`<p class="lead">${city} · ${sums}，其中支持创新券 ${counted(parts.reduce((n, p) => n + p.usable, 0))} 项</p>${parts.map(({ shelf, mine, n }) => { const { title, base, measure } = catalogueKinds[shelf.kind]; return html`<section><h2>${title}</h2>${entries(shelf, shelf.newest(onFront, mine))}<nav class="pager" aria-label="${title}">${n > onFront && html`<a href="${base}?institution=${id}">本单位全部 ${counted(n)} ${measure}</a>`}</nav></section>`; })}`;
  return { title: name, description: `${name}（${city}）对外共享的${sums}。`, main: main.text };
}
