import { createEffect, createResource, createSignal, For, Show } from 'solid-js';
import { type Facet, type Search, searchCatalogue } from '../../backend/catalogue.ts';
import { formatFen, formatRange, parseYuan } from '../../domain/money.ts';
import { marked } from '../../domain/marked.ts';

const read = (kind: string): Search => {
  const q = new URLSearchParams(window.location.search);
  return { query: q.get('q') ?? '', kind, class: q.get('class') ?? '', city: q.get('city') ?? '', institution: q.get('institution') ?? '', voucherOnly: q.get('voucher') === '1', qualified: q.get('qualified') === '1', maxFen: parseYuan(q.get('max') ?? ''), page: Math.max(1, Number(q.get('page')) || 1) };
};
const address = (s: Search) => {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries({ q: s.query.trim(), class: s.class, city: s.city, institution: s.institution, voucher: s.voucherOnly ? '1' : '', qualified: s.qualified ? '1' : '', max: s.maxFen === undefined ? '' : formatFen(s.maxFen).replaceAll(',', ''), page: s.page > 1 ? String(s.page) : '' })) if (value) q.set(name, value);
  return `${window.location.pathname}${q.size > 0 ? `?${q}` : ''}`;
};

/** The catalogue as one searches it: words as one types, facets with counts, an address that can be shared. It always asks the newest state. */
export function CatalogueSearch(props: { kind: 'instrument' | 'service' }) {
  const [search, setSearch] = createSignal(read(props.kind));
  const [settled, setSettled] = createSignal(search());
  const change = (part: Partial<Search>) => setSearch({ ...search(), page: 1, ...part });
  // A pause in typing sends the question; the address follows it.
  createEffect(() => { const now = search(); const timer = setTimeout(() => { setSettled(now); window.history.replaceState(null, '', address(now)); }, 120); return () => clearTimeout(timer); });
  const [found] = createResource(settled, searchCatalogue);
  const narrowed = () => Boolean(search().query || search().class || search().city || search().institution || search().voucherOnly || search().qualified || search().maxFen !== undefined);
  const Choice = (c: { label: string; all: string; value: string; facets: Facet[]; onChange: (value: string) => void }) => (
    <label><span>{c.label}</span><select onChange={(e) => c.onChange(e.currentTarget.value)}><option value="">{c.all}</option><For each={c.facets}>{(f) => <option value={f.value} selected={f.value === c.value}>{f.label}（{f.n}）</option>}</For></select></label>
  );
  return (
    <section aria-label="搜索">
      <form class="search" role="search" onSubmit={(e) => e.preventDefault()}>
        <input type="search" aria-label="关键词" value={search().query} onInput={(e) => change({ query: e.currentTarget.value })} placeholder="名称、型号、厂家、单位或用途，如「显微」" maxlength="50" />
      </form>
      <div class="facets">
        <Choice label="类别" all="全部类别" value={search().class} facets={found.latest?.classes ?? []} onChange={(v) => change({ class: v })} />
        <Choice label="所在市" all="全省" value={search().city} facets={found.latest?.cities ?? []} onChange={(v) => change({ city: v })} />
        <label><span>最低价不超过（元）</span><input inputmode="decimal" value={search().maxFen === undefined ? '' : formatFen(search().maxFen ?? 0).replaceAll(',', '')} onChange={(e) => change({ maxFen: parseYuan(e.currentTarget.value) })} /></label>
        <label class="check"><input type="checkbox" checked={search().voucherOnly} onChange={(e) => change({ voucherOnly: e.currentTarget.checked })} /> <span>只看可用创新券</span></label>
        <Show when={props.kind === 'service'}><label class="check"><input type="checkbox" checked={search().qualified} onChange={(e) => change({ qualified: e.currentTarget.checked })} /> <span>有 CMA 或 CNAS</span></label></Show>
        <Show when={narrowed()}><button type="button" class="link" onClick={() => setSearch({ ...read(props.kind), query: '', class: '', city: '', institution: '', voucherOnly: false, qualified: false, maxFen: undefined, page: 1 })}>清除条件</button></Show>
      </div>
      <div class="results">
      <Show when={found.error}><p class="refused" role="alert">没有查到结果：网络不通。请稍后重试，或在下面的列表中浏览。</p></Show>
      <Show when={!found.error && found.latest}>
        {(list) => (
          <>
            <h2 aria-live="polite">找到 {list().total.toLocaleString('zh-CN')} 项</h2>
            <Show when={list().rows.length > 0} fallback={<p class="empty">没有找到{settled().query ? `「${settled().query}」` : ''}。可以换一个更短的词，例如「显微」「质谱」「拉伸」，或清除部分条件。</p>}>
              <table class="stack"><thead><tr><th>名称</th><th>管理单位</th><th class="money">价格</th><th>预约</th></tr></thead><tbody>
                <For each={list().rows}>{(e) => (
                  <tr>
                    <td data-label="名称"><a href={`/${e.kind}s/${e.slug}/`}><For each={marked(`${e.name} ${e.model}`, settled().query)}>{(part) => (part.hit ? <mark>{part.text}</mark> : part.text)}</For></a></td>
                    <td data-label="管理单位"><a href={`/institutions/${e.institution_id}/`}>{e.institution_name}</a> · {e.city}</td>
                    <td data-label="价格" class="money">{formatRange(e.price_min_fen, e.price_max_fen)} 元/{e.unit}</td>
                    <td data-label="预约"><Show when={e.is_open && e.voucher_enabled} fallback={<span class="muted">{e.is_open ? '不支持创新券' : '暂停预约'}</span>}><a class="button" href={`/user/?book=${e.slug}`}>创新券预约</a></Show></td>
                  </tr>
                )}</For>
              </tbody></table>
              <Show when={list().total > 20}><nav class="row" aria-label="翻页">
                <button type="button" class="button" disabled={list().page <= 1} onClick={() => change({ page: list().page - 1 })}>上一页</button><span>第 {list().page} / {Math.ceil(list().total / 20)} 页</span>
                <button type="button" class="button" disabled={list().page * 20 >= list().total} onClick={() => change({ page: list().page + 1 })}>下一页</button>
              </nav></Show>
            </Show>
          </>
        )}
      </Show>
      </div>
    </section>
  );
}
