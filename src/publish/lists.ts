import { catalogueKinds } from '../domain/catalogue.ts';
import { listCells, listRow } from '../domain/catalogue-rows.ts';
import { type Html, html } from '../domain/html.ts';
import { formatCount } from '../domain/money.ts';
import { conditions } from './conditions.ts';
import { isInstitution, newestIn, onFront, type Sublist, pageOf, pagesOf, perPage } from './sublists.ts';
import type { PublishedCatalogue } from './published-catalogue.ts';

/** The catalogue's lists as static pages. A page of the whole list is a block of ordinals, so that a new entry moves no other page. */
export interface ListPage {
  title: string;
  description: string;
  main: string;
}
/** A list that its first page shows whole has no numbered pages. */
export const pageCount = (catalogue: PublishedCatalogue): number =>
  catalogue.manifest.entries > onFront ? pageOf(catalogue.last) : 0;
const entries = (catalogue: PublishedCatalogue, ordinals: number[]): Html =>
  html`<ul class="entries">${catalogue.listed(ordinals).map((e) => listRow(catalogue.kind, e))}</ul>`;
/** On a numbered page each row has a name of its own, by which a first page leads on to it. */
const block = (catalogue: PublishedCatalogue, ordinals: number[]): Html => {
  const listed = catalogue.listed(ordinals);
  return listed.length === 0
    ? html`<p class="empty">这一页已没有条目。</p>`
    : html`<ul class="entries">${listed.map((e) => html`<li id="n${e.ordinal}">${listCells(catalogue.kind, e)}</li>`)}</ul>`;
};
const nothing = html`<p class="empty">这里还没有条目。发布后会显示在这里。</p>`;

type Links = (Html | Html[] | false)[];
export const pager = (label: string, ...links: Links): Html | false =>
  links.some(Boolean) && html`<nav class="pager" aria-label="${label}">${links}</nav>`;
const toPage = (at: string, page: number, label: string): Html => html`<a href="${at}page/${page}/">${label}</a>`;
/** From a first page to the row, on a numbered page, where what it does not show begins. */
const toOlder = (at: string, place: number, ordinal: number, left: number, measure: string): Html =>
  html`<a href="${at}page/${pageOf(place)}/#n${ordinal}">较早的 ${formatCount(left)} ${measure}</a>`;
const within = (sublist: Sublist): Html =>
  html`<a href="${catalogueKinds[sublist.catalogue.kind].base}?${sublist.query}">在其中搜索与筛选</a>`;
/** From one page to those around it and to both ends: the newest has the highest number and comes first. */
const around = (at: string, home: string, pages: number, page: number): Links =>
  pages === 1
    ? []
    : [
        html`<a href="${home}">最新</a>`,
        page < pages && toPage(at, page + 1, '较新'),
        Array.from({ length: 5 }, (_, i) => page + 2 - i)
          .filter((n) => n >= 1 && n <= pages)
          .map((n) => (n === page ? html`<span aria-current="page">${n}</span>` : toPage(at, n, String(n)))),
        page > 1 && toPage(at, page - 1, '较早'),
        page > 2 && toPage(at, 1, '最早'),
      ];

/** The first page of a kind: how many there are of each condition, and the newest. */
export function frontPage(catalogue: PublishedCatalogue): ListPage {
  const { title, base, measure } = catalogueKinds[catalogue.kind];
  const { links, vouchers } = conditions(catalogue);
  const newest = catalogue.newest(onFront + 1);
  const older = newest[onFront];
  const main =
    catalogue.manifest.entries === 0
      ? nothing
      : html`<div class="browse">${links}<div><div class="listhead"><p><b>${formatCount(catalogue.manifest.entries)}</b> ${measure}</p><p class="muted">最近发布在前</p></div>${entries(catalogue, newest.slice(0, onFront))}${pager('翻页', older !== undefined && toOlder(base, older, older, catalogue.manifest.entries - onFront, measure))}</div></div>`;
  return {
    title,
    description: `${title}目录：${formatCount(catalogue.manifest.entries)} ${measure}，其中 ${formatCount(vouchers)} ${measure}支持科技创新券；名称、管理单位、所在地与价格。`,
    main: main.text,
  };
}

/** Page `page` of the whole list. */
export function blockPage(catalogue: PublishedCatalogue, page: number): ListPage {
  const { title, base, measure } = catalogueKinds[catalogue.kind];
  const ordinals = Array.from({ length: perPage }, (_, i) => page * perPage - i);
  const [from, to] = [(page - 1) * perPage + 1, Math.min(page * perPage, catalogue.last)];
  return {
    title: `${title}第 ${page} 页`,
    description: `${title}目录第 ${page} 页，按发布先后第 ${from} 至 ${to} ${measure}。`,
    main: html`<div class="listhead"><p>按发布先后第 ${formatCount(from)} 至 ${formatCount(to)} ${measure}</p><p class="muted">最近发布在前</p></div>${block(catalogue, ordinals)}${pager('翻页', ...around(base, base, pageCount(catalogue), page))}`
      .text,
  };
}

export const newestOf = (sublist: Sublist): Html =>
  entries(
    sublist.catalogue,
    newestIn(sublist, sublist.first).map((place) => sublist.places[place - 1] as number),
  );
export const onward = (sublist: Sublist): Links => {
  const older = newestIn(sublist, sublist.first + 1)[sublist.first];
  return [
    older !== undefined && [
      toOlder(
        sublist.at,
        older,
        sublist.places[older - 1] as number,
        sublist.entries - sublist.first,
        catalogueKinds[sublist.catalogue.kind].measure,
      ),
      within(sublist),
    ],
  ];
};

/** The newest of one class or city, and the way to all of it. */
export function sublistPage(sublist: Sublist): ListPage {
  const { catalogue, label, query, first } = sublist;
  const { title, base, measure } = catalogueKinds[catalogue.kind];
  const n = sublist.entries;
  const head = html`<div class="listhead" data-preset="${query}"><p><b>${formatCount(n)}</b> ${measure}${n > first && html`，下面是最近发布的 ${first} ${measure}`}</p><p class="muted">最近发布在前</p></div>`;
  return {
    title: `${label} · ${title}`,
    description: `${label}：${title} ${n} ${measure}，名称、管理单位、所在地与价格。`,
    main:
      n === 0
        ? html`<div data-preset="${query}">${nothing}</div>`.text
        : html`<div class="browse">${conditions(catalogue, sublist).links}<div>${head}${newestOf(sublist)}${pager('翻页', ...onward(sublist), html`<a href="${base}">全部${title}</a>`)}</div></div>`
            .text,
  };
}
/** Page `page` of all entries of a class, a city or an institution. */
export function sublistBlock(sublist: Sublist, page: number): ListPage {
  const { catalogue, label, query, at, home } = sublist;
  const { title, measure } = catalogueKinds[catalogue.kind];
  const ordinals = sublist.places.slice((page - 1) * perPage, page * perPage);
  const from = (page - 1) * perPage + 1;
  const to = from + ordinals.length - 1;
  const head = html`<div class="listhead" data-preset="${query}"><p><a href="${home}">${label}</a> · 按发布先后第 ${formatCount(from)} 至 ${formatCount(to)} ${measure}</p><p class="muted">最近发布在前</p></div>`;
  return {
    title: `${label} · ${title}第 ${page} 页`,
    description: `${label}：${title}第 ${page} 页，按发布先后第 ${from} 至 ${to} ${measure}。`,
    main: html`${head}${block(catalogue, ordinals.reverse())}${pager('翻页', ...around(at, home, pagesOf(sublist), page), within(sublist))}`
      .text,
  };
}
/** A page that is still to be drawn. Those that end near the same ordinal show neighbouring rows. */
interface PlannedPage {
  address: string;
  upTo: number;
  draw: () => ListPage;
}
/** The pages of a sublist: of a class or city its first, and all numbered ones. */
export function sublistPages(sublist: Sublist): PlannedPage[] {
  const { at, home, places } = sublist;
  const upTo = (page: number) => places.slice((page - 1) * perPage, page * perPage).findLast(Boolean) ?? 0;
  const blocks = Array.from({ length: pagesOf(sublist) }, (_, i) => ({
    address: `${at}page/${i + 1}/`,
    upTo: upTo(i + 1),
    draw: () => sublistBlock(sublist, i + 1),
  }));
  return isInstitution(sublist)
    ? blocks
    : [{ address: home, upTo: places.at(-1) ?? 0, draw: () => sublistPage(sublist) }, ...blocks];
}
