import { type CatalogueKind, type CatalogueRow, catalogueKinds, flag, usable } from './catalogue.ts';
import { stateWords } from './bookable.ts';
import { type Html, html } from './html.ts';
import { marked } from './marked.ts';
import { formatRange } from './money.ts';

/** A list's line of one entry: the same on static pages and in search results. */
export interface ListedEntry extends CatalogueRow {
  institution_id: number;
  institution_name: string;
  city: string;
}

const hits = (text: string, query: string): Html | string =>
  query ? html`${marked(text, query).map((part) => (part.hit ? html`<mark>${part.text}</mark>` : part.text))}` : text;

export const qualifications = (flags: number): string =>
  [flags & flag.cma ? 'CMA' : '', flags & flag.cnas ? 'CNAS' : ''].filter(Boolean).join(' ');

/** A list's row; `query` marks what was searched. */
export const listRow = (kind: CatalogueKind, e: ListedEntry, query = ''): Html =>
  html`<li>${listCells(kind, e, query)}</li>`;
/** Name, who runs it, what for, price, and the one action. */
export function listCells(kind: CatalogueKind, e: ListedEntry, query = ''): Html {
  const full = `${e.name} ${e.model}`.trim();
  const proof = qualifications(e.flags);
  return html`<div class="what"><a href="${catalogueKinds[kind].base}${e.slug}/">${hits(e.name, query)}${e.model && html` <span class="piece">${hits(e.model, query)}</span>`}</a><p class="small muted"><a class="quiet" href="/institutions/${e.institution_id}/">${hits(e.institution_name, query)}</a> · ${hits(e.city, query)}${proof && html` · ${proof}`}</p><p class="small excerpt">${hits(e.excerpt, query)}</p></div><p class="price"><b>${formatRange(e.price_min_fen, e.price_max_fen)}</b> <span class="small muted">元/${e.unit}</span></p><div class="act">${usable(e.flags) ? html`<a class="button" href="/user/?book=${e.slug}" aria-label="创新券预约：${full}">创新券预约</a>` : html`<span class="state">${stateWords(e.flags, e.reopens_on)}</span>`}<a class="compare small" href="/compare/?add=${e.slug}" data-compare="${e.slug}">加入对比</a></div>`;
}

/** The line under the search field, where «刚刚更新» stands when there is something new: the page keeps its height either way. */
export const searchHint = '可用缩写、标准号或拼音，如 SEM、xwj';
