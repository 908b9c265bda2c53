import { For, onMount, Show } from 'solid-js';
import { catalogueKinds } from '../../domain/catalogue.ts';
import { saidCount } from '../catalogue/question.ts';
import { takeOver } from './early-form.ts';
import { SearchField } from './SearchField.tsx';
import { EntryHits, InstitutionHits, NoHits, PageHits } from './SiteHits.tsx';
import { createSiteAnswers, createSiteQuery } from './site-questions.ts';

/** One search for everything that the public reads: pages, institutions, instruments and tests, each under its heading. The address carries the question, so that it can be shared. */
export function SiteSearch() {
  const early = takeOver();
  let field: HTMLInputElement | undefined;
  const { typed, setTyped, query, askNow } = createSiteQuery(early.typed);
  const { pages, found, named, nothing, failed, again } = createSiteAnswers(query);
  const said = () => {
    const p = pages();
    if (!query()) return '可以整句地问，如「怎么兑付」；也可以填文号、仪器名称、型号或标准号。';
    if (nothing()) return `没有找到「${query()}」。`;
    if (!p) return '正在查找…';
    return p.hits.length > 0 && !p.nearest ? <a href="#found-pages">页面 {p.hits.length} 个</a> : '';
  };
  onMount(() => {
    early.remove();
    if (early.hadFocus || !query()) field?.focus();
  });
  return (
    <section aria-label="全站搜索">
      <SearchField
        ref={(input) => {
          field = input;
        }}
        value={typed()}
        placeholder="政策、文号、问题、仪器、单位"
        onType={setTyped}
        onAsk={askNow}
      />
      <Show when={failed()}>
        <p class="refused" role="alert">
          <b>没有查成：网络不通。</b>请检查网络后
          <button type="button" class="link" onClick={again}>
            重试
          </button>
          。
        </p>
      </Show>
      <div class="below">
        <p class="small muted" role="status">
          {said()}
          <For each={found()}>
            {({ kind, answer }) => (
              <a href={`#found-${kind}`}>
                {catalogueKinds[kind].title} {saidCount(answer, catalogueKinds[kind].measure)}
              </a>
            )}
          </For>
          <Show when={named().length > 0}>
            <a href="#found-institutions">管理单位 {named().length} 家</a>
          </Show>
        </p>
      </div>
      <Show when={query()}>
        <Show when={nothing()}>
          <NoHits />
        </Show>
        <PageHits query={query()} pages={pages} />
        <EntryHits query={query()} found={found} />
        <InstitutionHits named={named} />
      </Show>
    </section>
  );
}
