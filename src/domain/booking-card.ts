import { type CatalogueEntry, type CatalogueKind, catalogueKinds, flag, flagsOf, usable } from './catalogue.ts';
import { stateWords } from './bookable.ts';
import { type Html, html } from './html.ts';
import { formatFen, formatRange, lineAmount, quantityFault, rawDeduction } from './money.ts';

/** What of the year's policy the card needs (R6). */
export interface Rate {
  rateBp: number;
  note: string;
}
/** What the card says of an entry. The page carries it along, for the script that keeps the card up to date. */
export interface Offer extends Rate {
  slug: string;
  kind: CatalogueKind;
  classCode: string;
  name: string;
  unit: string;
  minFen: number;
  maxFen: number;
  flags: number;
  reopensOn: string;
  updatedAt: string;
}

export const offerOf = (e: CatalogueEntry, { rateBp, note }: Rate): Offer => ({
  slug: e.slug,
  kind: e.kind,
  classCode: e.class_code,
  name: `${e.name} ${e.model}`.trim(),
  unit: e.unit,
  minFen: e.price_min_fen,
  maxFen: e.price_max_fen,
  flags: flagsOf(e),
  reopensOn: e.reopens_on ?? '',
  updatedAt: e.updated_at,
  rateBp,
  note,
});

/** What booking means: an order with dates to be agreed, no hour of an instrument. */
const nowBookable: Record<CatalogueKind, string> = {
  instrument: '现在可约：期望日期与管理单位商定，预约不锁定机时。',
  service: '现在可约：期望日期与管理单位商定。',
};

/** The quantity that a page is written with. */
export const firstQuantity = '1';

/** The parts that change with the quantity or with the entry, by the name in their `data-part`; `written` is what the page was written with. */
export const cardParts = (o: Offer, quantity = firstQuantity, written = o) => ({
  price: html`<b>${formatRange(o.minFen, o.maxFen)}</b> <small>元/${o.unit}</small>`,
  state: html`${usable(o.flags) ? html`<a class="button main" href="/user/?book=${o.slug}">创新券预约</a><p class="small muted">${nowBookable[o.kind]}</p>` : html`<p class="closed">${stateWords(o.flags, o.reopensOn)}</p>`}${changed(o, written) && html`<p class="small muted">刚刚有变化，已按最新状态显示。</p>`}`,
  heading: html`${!takesVouchers(o) ? '费用' : o.flags & flag.open ? '能省多少' : '恢复预约后能省多少'}`,
  unit: html`${o.unit}`,
  sums: sums(o, quantity),
  basis: takesVouchers(o)
    ? html`按最低价 ${formatFen(o.minFen)} 元/${o.unit} 的 ${o.rateBp / 100}% 计，${o.note}，以审核为准。`
    : html`按最低价 ${formatFen(o.minFen)} 元/${o.unit} 计，不能用创新券抵扣。`,
  more: takesVouchers(o)
    ? html`<a href="/tools/deduction/?lines=${encodeURIComponent(o.name.slice(0, 40).replaceAll(/[~|]/g, ' '))}~${encodeURIComponent(quantity)}~${(o.minFen / 100).toFixed(2)}~">按我的费用测算</a>`
    : html`<a href="${catalogueKinds[o.kind].base}?class=${o.classCode}&amp;voucher=1">同类中支持创新券的</a>`,
});

/** Closed or not: without it nothing is taken off, and nothing is promised. */
const takesVouchers = (o: Offer): boolean => (o.flags & flag.voucher) !== 0;

const changed = (o: Offer, written: Offer): boolean =>
  Date.parse(o.updatedAt) > Date.parse(written.updatedAt) &&
  (['flags', 'reopensOn', 'minFen', 'maxFen', 'unit'] as const).some((k) => o[k] !== written[k]);

function sums(o: Offer, quantity: string): Html {
  const fee = lineAmount(quantity, o.minFen);
  if (fee === undefined) return html`<p class="refused">${quantityFault(quantity, o.minFen)}</p>`;
  const off = rawDeduction(fee, o.rateBp);
  return html`<dl class="facts sums"><dt>检测费</dt><dd class="money">${formatFen(fee)} 元</dd>${takesVouchers(o) && html`<dt>创新券抵扣</dt><dd class="money"><b>${formatFen(off)}</b> 元</dd><dt>您另付</dt><dd class="money">${formatFen(fee - off)} 元</dd>`}</dl>`;
}

/** Without a script the quantity is 1, and this says what more would cost. */
function moreOf(o: Offer): Html {
  const columns: [string, (fee: number) => number][] = takesVouchers(o)
    ? [
        ['抵扣（元）', (fee) => rawDeduction(fee, o.rateBp)],
        ['另付（元）', (fee) => fee - rawDeduction(fee, o.rateBp)],
      ]
    : [['检测费（元）', (fee) => fee]];
  return html`<table><thead><tr><th>数量</th>${columns.map(([label]) => html`<th class="money">${label}</th>`)}</tr></thead><tbody>${[5, 10].map((n) => html`<tr><th scope="row">${n} ${o.unit}</th>${columns.map(([, of]) => html`<td class="money">${formatFen(of(n * o.minFen))}</td>`)}</tr>`)}</tbody></table>`;
}

/** What an entry costs, the one action, and what a voucher takes off where one is taken. */
export function bookingCard(o: Offer): Html {
  const now = cardParts(o);
  return html`<section class="card booking" data-offer="${JSON.stringify(o)}"><h2>价格</h2><p class="big" data-part="price">${now.price}</p><div data-part="state" aria-live="polite">${now.state}</div><h2 data-part="heading">${now.heading}</h2><label class="inline"><b>数量</b><span class="one">${firstQuantity}</span><span data-part="unit">${now.unit}</span></label><div data-part="sums" aria-live="polite">${now.sums}</div><noscript>${moreOf(o)}</noscript><p class="small muted" data-part="basis">${now.basis}</p><p class="row small"><span data-part="more">${now.more}</span><a href="/compare/?add=${o.slug}" data-compare="${o.slug}">加入对比</a></p></section>`;
}
