import { bookingCard, offerOf, type Rate } from '../domain/booking-card.ts';
import { type ListedEntry, qualifications } from '../domain/catalogue-rows.ts';
import { type CatalogueEntry, catalogueKinds, flagsOf } from '../domain/catalogue.ts';
import { Html, html } from '../domain/html.ts';
import { formatRange } from '../domain/money.ts';
import { specBlocks } from '../domain/specs.ts';
import { settings } from '../settings.ts';
import { formatDate, formatTime } from '../domain/dates.ts';

/** What an entry's page says beside the layout: drawn here once, for Astro and for the publisher alike. */
export interface EntryPage {
  title: string;
  description: string;
  source: string;
  published: string;
  main: string;
  jsonLd: string;
}
export type { Rate };

/** Found again in the written page, so nothing typed may look like one: text has no «<» there, an attribute (whose «<» Astro leaves) no quotation mark. */
export const similarMarks = ['<!--"similar"-->', '<!--"/similar"-->'] as const;

/** Whom to ask: institutions have no public phone, the platform has. As long as none is set, its page says what there is. */
export const inquiries: Html = settings.contact.startsWith('〔')
  ? html`<a href="/contact/">联系我们</a>`
  : html`平台服务电话 ${settings.contact} · <a href="/contact/">联系我们</a>`;

export function entryPage(e: CatalogueEntry, className: string, similar: ListedEntry[], rate: Rate): EntryPage {
  const full = `${e.name} ${e.model}`.trim();
  const proof = qualifications(flagsOf(e));
  const d = e.details;
  const facts: [string, Html | string][] = [
    ['生产厂家', e.maker],
    ['类别', html`<a href="${catalogueKinds[e.kind].base}class/${e.class_code}/">${className}</a>`],
    ['方法标准', d.standard ?? ''],
    ['样品要求', d.sample_requirement ?? ''],
    ['检测周期', d.turnaround_days ? `${d.turnaround_days} 个工作日左右` : ''],
    ['管理单位', html`<a href="/institutions/${e.institution_id}/">${e.institution_name}</a>`],
    ['所在地', e.city],
    ['咨询', inquiries],
    ['资质', proof],
    ['更新', formatDate(e.updated_at)],
  ];
  const drawing = html`<use href="/classes.svg#c${e.class_code}"/>`;
  const main = html`<header><svg class="sign" viewBox="0 0 48 48" aria-hidden="true">${drawing}</svg><h1>${pieces(e)}</h1>
<p class="lead">${e.institution_name} · ${e.city}${proof && html` · ${proof}`}</p></header>
<div id="booking">${bookingCard(offerOf(e, rate))}</div>
<div class="body"><figure class="photo" role="img" aria-label="${className}示意图${e.kind === 'instrument' && '；照片由管理单位提供'}"><svg viewBox="0 0 48 48" aria-hidden="true">${drawing}</svg>${e.kind === 'instrument' && html`<figcaption class="small muted">照片待管理单位提供</figcaption>`}</figure>
<h2>能做什么</h2>
<p class="prose pre">${e.purpose || html`管理单位尚未说明，请<a href="/contact/">咨询平台</a>。`}</p>
${
  d.specs &&
  html`<h2>主要技术指标</h2>
${specBlocks(d.specs).map((b) => (typeof b === 'string' ? html`<p class="prose pre">${b}</p>` : html`<dl class="facts specs">${b.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`))}
`
}<table class="record"><tbody>${facts.filter(([, value]) => value !== '').map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`)}</tbody></table>
<h2>哪些情形不能用券</h2>
<p class="prose">批量检验、商业验货、政府委托、强制检定、委托加工、耗材与培训费用，以及与管理单位有关联关系的检测，不在补贴范围。医学检验、环境检测和计量校准，须说明用于研发。<a href="/tools/eligibility/">一分钟自查</a></p>
${new Html(similarMarks[0])}${similarSection(e.kind, similar)}${new Html(similarMarks[1])}</div>`;
  return {
    title: full,
    description: `${e.institution_name}（${e.city}）：${e.purpose.replaceAll(/\s+/g, ' ').slice(0, 120)}`,
    source: e.institution_name,
    published: formatTime(e.published_at),
    main: main.text,
    jsonLd: JSON.stringify({
      '@context': 'https://schema.org',
      '@type': e.kind === 'instrument' ? 'Product' : 'Service',
      name: full,
      description: e.purpose,
      ...(e.maker && { brand: e.maker }),
      category: className,
      [e.kind === 'instrument' ? 'manufacturer' : 'provider']: {
        '@type': 'Organization',
        name: e.kind === 'instrument' ? e.maker || e.institution_name : e.institution_name,
      },
      offers: {
        '@type': 'AggregateOffer',
        priceCurrency: 'CNY',
        lowPrice: (e.price_min_fen / 100).toFixed(2),
        highPrice: (e.price_max_fen / 100).toFixed(2),
        offeredBy: { '@type': 'Organization', name: e.institution_name },
        availability: `https://schema.org/${e.is_open ? 'InStock' : 'OutOfStock'}`,
      },
    }).replaceAll('<', '\\u003c'),
  };
}

/** Name and model, apart where a line must break. */
const pieces = (e: { name: string; model: string }): Html =>
  html`<span class="piece">${e.name}</span>${e.model && html` <span class="piece">${e.model}</span>`}`;

export const similarSection = (kind: CatalogueEntry['kind'], similar: ListedEntry[]): Html =>
  html`${
    similar.length > 0 &&
    html`<h2>同类${catalogueKinds[kind].title}</h2>
<ul class="likes">${similar.map((s) => html`<li><a href="${catalogueKinds[kind].base}${s.slug}/">${pieces(s)}</a><span class="small muted">${s.institution_name} · ${s.city}</span><p class="price"><b>${formatRange(s.price_min_fen, s.price_max_fen)}</b> <span class="small muted">元/${s.unit}</span></p></li>`)}</ul>`
  }`;
