import { createResource, createSignal, For, Show } from 'solid-js';
import { searchCatalogue } from '../../backend/catalogue.ts';
import { formatFen } from '../../domain/money.ts';

/** Searches the published catalogue by any part of name, model, institution or use; always the newest state, not the last build's. */
export function CatalogueSearch(props: { kind: 'instrument' | 'service' }) {
  const [words, setWords] = createSignal(new URLSearchParams(window.location.search).get('q') ?? '');
  const [found] = createResource(() => words().trim(), (q) => (q ? searchCatalogue(props.kind, q) : undefined));
  return (
    <section aria-label="搜索">
      <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
        <input aria-label="关键词" value={words()} onInput={(event) => setWords(event.currentTarget.value)} placeholder="名称、型号、单位或用途" maxlength="50" />
      </form>
      <div aria-live="polite">
        <Show when={found.loading}><p class="muted">正在查找…</p></Show>
        <Show when={found.error}><p class="refused">没有查到结果：网络不通。请稍后重试，或在下面的列表中浏览。</p></Show>
        <Show when={!found.loading && found()}>
          {(list) => (
            <Show when={list().length > 0} fallback={<p class="card">没有找到「{words()}」。可以换一个更短的词，例如「显微」「质谱」「拉伸」。</p>}>
              <h2>找到 {list().length}{list().length === 50 ? ' 项以上' : ' 项'}</h2>
              <table class="stack"><tbody>
                <For each={list()}>{(e) => (
                  <tr>
                    <td data-label="名称"><a href={`/${e.kind}s/${e.slug}/`}>{e.name} {e.model}</a></td>
                    <td data-label="管理单位">{e.institution_name} · {e.city}</td>
                    <td data-label="价格" class="money">{formatFen(e.price_min_fen)} 元/{e.unit} 起</td>
                  </tr>
                )}</For>
              </tbody></table>
            </Show>
          )}
        </Show>
      </div>
    </section>
  );
}
