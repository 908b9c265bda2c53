import { type ListedEntry, qualifications, stateWords } from '../domain/catalogue-rows.ts';
import { type CatalogueEntry, catalogueKinds, dayInShanghai, flagsOf, usable } from '../domain/catalogue.ts';
import { Html, html } from '../domain/html.ts';
import { formatFen, formatRange, rawDeduction } from '../domain/money.ts';

/** What an entry's page says beside the layout: drawn here once, for Astro and for the publisher alike. */
export interface EntryPage { title: string; description: string; source: string; published: string; main: string; jsonLd: string }
/** What of the year's policy an entry's page needs (R6). */
export interface Rate { rateBp: number; note: string }

export const similarMarks = ['<!--similar-->', '<!--/similar-->'] as const;

export function entryPage(e: CatalogueEntry, className: string, similar: ListedEntry[], rate: Rate): EntryPage {
  const full = `${e.name} ${e.model}`.trim();
  const proof = qualifications(flagsOf(e));
  const d = e.details;
  const facts: [string, Html | string][] = [
    ['生产厂家', e.maker], ['类别', html`<a href="${catalogueKinds[e.kind].base}class/${e.class_code}/">${className}</a>`], ['方法标准', d.standard ?? ''], ['样品要求', d.sample_requirement ?? ''],
    ['检测周期', d.turnaround_days ? `${d.turnaround_days} 个工作日左右` : ''], ['管理单位', html`<a href="/institutions/${e.institution_id}/">${e.institution_name}</a>`], ['所在地', e.city], ['资质', proof],
    ['更新', dayInShanghai(e.updated_at)],
  ];
  const range = formatRange(e.price_min_fen, e.price_max_fen);
  const main = html`<header><h1>${pieces(e)}</h1>
<p class="lead" id="entry" data-slug="${e.slug}" data-name="${full}" data-unit="${e.unit}" data-price="${e.price_min_fen}" data-range="${range}" data-rate="${rate.rateBp}" data-note="${rate.note}" data-flags="${flagsOf(e)}" data-reopens="${e.reopens_on ?? ''}" data-updated="${e.updated_at}">${e.institution_name} · ${e.city}${proof && html` · ${proof}`}</p></header>
<div id="booking">${card(e, full, range, rate)}</div>
<div class="body"><figure class="photo" role="img" aria-label="${className}示意图；照片由管理单位提供"><svg viewBox="0 0 48 48" aria-hidden="true"><use href="/classes.svg#c${e.class_code}"/></svg><figcaption class="small muted">照片待管理单位提供</figcaption></figure>
<h2>能做什么</h2>
<p class="prose pre">${e.purpose || '管理单位尚未说明，请电话咨询。'}</p>
${d.specs && html`<h2>主要技术指标</h2>
<p class="prose pre">${d.specs}</p>
`}<table class="record"><tbody>${facts.filter(([, value]) => value !== '').map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`)}</tbody></table>
<h2>哪些情形不能用券</h2>
<p class="prose">批量检验、商业验货、政府委托、强制检定、委托加工、耗材与培训费用，以及与管理单位有关联关系的检测，不在补贴范围。医学检验、环境检测和计量校准，须说明用于研发。<a href="/tools/eligibility/">一分钟自查</a></p>
${new Html(similarMarks[0])}${similarSection(e.kind, similar)}${new Html(similarMarks[1])}</div>`;
  return {
    title: full, description: `${e.institution_name}（${e.city}）：${e.purpose.replaceAll(/\s+/g, ' ').slice(0, 120)}`, source: e.institution_name, published: minute(e.published_at), main: main.text,
    jsonLd: JSON.stringify({
      '@context': 'https://schema.org', '@type': e.kind === 'instrument' ? 'Product' : 'Service', name: full, description: e.purpose, ...(e.maker && { brand: e.maker }), category: className,
      [e.kind === 'instrument' ? 'manufacturer' : 'provider']: { '@type': 'Organization', name: e.kind === 'instrument' ? e.maker || e.institution_name : e.institution_name },
      offers: { '@type': 'AggregateOffer', priceCurrency: 'CNY', lowPrice: (e.price_min_fen / 100).toFixed(2), highPrice: (e.price_max_fen / 100).toFixed(2), offeredBy: { '@type': 'Organization', name: e.institution_name }, availability: `https://schema.org/${e.is_open ? 'InStock' : 'OutOfStock'}` },
    }).replaceAll('<', '\\u003c'),
  };
}

/** Name and model, apart where a line must break. */
const pieces = (e: { name: string; model: string }): Html => html`<span class="piece">${e.name}</span>${e.model && html` <span class="piece">${e.model}</span>`}`;
const minute = (timestamp: string): string => new Date(Date.parse(timestamp) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

export const similarSection = (kind: CatalogueEntry['kind'], similar: ListedEntry[]): Html => html`${similar.length > 0 && html`<h2>同类${catalogueKinds[kind].title}</h2>
<ul class="likes">${similar.map((s) => html`<li><a href="${catalogueKinds[kind].base}${s.slug}/">${pieces(s)}</a><span class="small muted">${s.institution_name} · ${s.city}</span><p class="price"><b>${formatRange(s.price_min_fen, s.price_max_fen)}</b> <span class="small muted">元/${s.unit}</span></p></li>`)}</ul>`}`;

/** What it costs, the one action, and what a voucher takes off; written as the island `BookingCard` draws it, which takes its place and keeps it up to date. */
function card(e: CatalogueEntry, full: string, range: string, rate: Rate): Html {
  const flags = flagsOf(e);
  const [fee, off] = [e.price_min_fen, rawDeduction(e.price_min_fen, rate.rateBp)];
  const more = [5, 10].map((n) => html`<tr><th scope="row">${n} ${e.unit}</th><td class="money">${formatFen(rawDeduction(n * fee, rate.rateBp))}</td><td class="money">${formatFen(n * fee - rawDeduction(n * fee, rate.rateBp))}</td></tr>`);
  return html`<section class="card booking"><h2>价格</h2><p class="big"><b>${range}</b> <small>元/${e.unit}</small></p><div>${usable(flags) ? html`<a class="button main" href="/user/?book=${e.slug}">创新券预约</a>` : html`<p class="closed">${stateWords(flags, e.reopens_on ?? '')}</p>`}</div><h2>能省多少</h2><p class="inline"><b>数量</b><span class="one">1</span><span>${e.unit}</span></p><div><dl class="facts sums"><dt>检测费</dt><dd class="money">${formatFen(fee)} 元</dd><dt>创新券抵扣</dt><dd class="money"><b>${formatFen(off)}</b> 元</dd><dt>您另付</dt><dd class="money">${formatFen(fee - off)} 元</dd></dl></div><noscript><table><thead><tr><th>数量</th><th class="money">抵扣（元）</th><th class="money">另付（元）</th></tr></thead><tbody>${more}</tbody></table></noscript><p class="small muted">按最低价 ${formatFen(fee)} 元/${e.unit} 的 ${rate.rateBp / 100}% 计，${rate.note}，以审核为准。</p><p class="row small"><a href="/tools/deduction/?lines=${encodeURIComponent(full.slice(0, 40).replaceAll(/[~|]/g, ' '))}~1~${(fee / 100).toFixed(2)}~">按我的费用测算</a><a href="/compare/?add=${e.slug}" data-compare="${e.slug}">加入对比</a></p></section>`;
}
