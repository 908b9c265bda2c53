import { createResource, createSignal, onMount, Show } from 'solid-js';
import { render } from 'solid-js/web';
import { entriesNow } from '../../backend/catalogue.ts';
import { stateWords } from '../../domain/catalogue-rows.ts';
import { flagsOf, usable } from '../../domain/catalogue.ts';
import { formatFen, formatRange, lineAmount, rawDeduction } from '../../domain/money.ts';

/** Takes the place of the card that stands in the page, between its head and its text: there it is read next, and on a phone seen first. */
export function BookingCard() {
  onMount(() => {
    const place = document.getElementById('booking');
    const page = document.getElementById('entry')?.dataset;
    if (!place || !page) return;
    place.textContent = '';
    render(() => <Card page={page} />, place);
  });
  return null;
}

/** What it costs and what a voucher takes off for a quantity, and whether the entry may be booked now, not when the page was written. */
function Card({ page }: { page: DOMStringMap }) {
  const written = { flags: Number(page['flags']), reopens: page['reopens'] ?? '', price: Number(page['price']), updated: page['updated'] ?? '' };
  const [quantity, setQuantity] = createSignal('1');
  const [now] = createResource(async () => (await entriesNow([page['slug'] ?? '']).catch(() => []))[0]);
  const flags = () => { const e = now(); return e ? flagsOf(e) : written.flags; };
  const reopens = () => { const e = now(); return (e ? e.reopens_on : written.reopens) ?? ''; };
  const price = () => now()?.price_min_fen ?? written.price;
  const range = () => { const e = now(); return e ? formatRange(e.price_min_fen, e.price_max_fen) : page['range']; };
  const unit = () => now()?.unit ?? page['unit'];
  const changed = () => { const e = now(); return e && Date.parse(e.updated_at) > Date.parse(written.updated) && (flags() !== written.flags || price() !== written.price || reopens() !== written.reopens); };
  const fee = () => lineAmount(quantity(), price());
  const off = () => rawDeduction(fee() ?? 0, Number(page['rate']));
  return (
    <section class="card booking">
      <h2>价格</h2>
      <p class="big"><b>{range()}</b> <small>元/{unit()}</small></p>
      <div aria-live="polite">
        <Show when={usable(flags())} fallback={<p class="closed" innerHTML={stateWords(flags(), reopens()).text} />}><a class="button main" href={`/user/?book=${page['slug']}`}>创新券预约</a></Show>
        <Show when={changed()}><p class="small muted">刚刚有变化，已按最新状态显示。</p></Show>
      </div>
      <h2>能省多少</h2>
      <label class="inline"><b>数量</b><input inputmode="decimal" maxlength="9" value={quantity()} onInput={(e) => setQuantity(e.currentTarget.value)} /><span>{unit()}</span></label>
      <div aria-live="polite">
        <Show when={fee()} fallback={<p class="refused">数量请填大于 0 的数，最多两位小数。</p>}>
          {(fen) => <dl class="facts sums"><dt>检测费</dt><dd class="money">{formatFen(fen())} 元</dd><dt>创新券抵扣</dt><dd class="money"><b>{formatFen(off())}</b> 元</dd><dt>您另付</dt><dd class="money">{formatFen(fen() - off())} 元</dd></dl>}
        </Show>
      </div>
      <p class="small muted">按最低价 {formatFen(price())} 元/{unit()} 的 {Number(page['rate']) / 100}% 计，{page['note']}，以审核为准。</p>
      <p class="row small"><a href={`/tools/deduction/?lines=${encodeURIComponent((page['name'] ?? '').slice(0, 40).replaceAll(/[~|]/g, ' '))}~${encodeURIComponent(quantity())}~${(price() / 100).toFixed(2)}~`}>按我的费用测算</a><a href={`/compare/?add=${page['slug']}`} data-compare={page['slug']}>加入对比</a></p>
    </section>
  );
}
