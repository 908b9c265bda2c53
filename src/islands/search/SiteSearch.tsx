import { createEffect, createMemo, createResource, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js';
import type { Answer } from '../../backend/catalogue.ts';
import { siteIndex } from '../../backend/site-search.ts';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import { listRow } from '../../domain/catalogue-rows.ts';
import { marked } from '../../domain/marked.ts';
import { formatCount } from '../../domain/money.ts';
import { plain, type SiteHit, type SiteIndex } from '../../domain/search/site.ts';
import { nothingAsked } from '../catalogue/question.ts';
import { SearchField } from './SearchField.tsx';

const few = 6;
const fewRows = 4;
const kinds: CatalogueKind[] = ['instrument', 'service'];
const queryOf = () => (new URLSearchParams(window.location.search).get('q') ?? '').slice(0, 50);
const catalogueAddress = (kind: CatalogueKind, query: string) =>
  `${catalogueKinds[kind].base}?q=${encodeURIComponent(query)}`;
const saidOf = (a: Answer, kind: CatalogueKind) =>
  `${a.whole ? '' : '至少 '}${formatCount(a.total)} ${catalogueKinds[kind].measure}`;

/** Words with what was searched marked in them. */
function Marked(props: { text: string; marks: string[] }) {
  return (
    <For each={marked(props.text, props.marks.join(' '), plain)}>
      {(part) => (part.hit ? <mark>{part.text}</mark> : part.text)}
    </For>
  );
}
function Hit(props: { hit: SiteHit; marks: string[] }) {
  const section = () => props.hit.page.sections[props.hit.section] ?? ['', ''];
  return (
    <li>
      <a href={`${props.hit.page.url}${section()[0] && section()[1] ? `#${section()[0]}` : ''}`}>
        <Marked text={props.hit.page.title} marks={props.marks} />
        <Show when={section()[1]}>
          {' › '}
          <Marked text={section()[1]} marks={props.marks} />
        </Show>
      </a>
      <span class="small muted">{props.hit.page.column}</span>
      <p class="small">
        <Marked text={props.hit.excerpt} marks={props.marks} />
      </p>
    </li>
  );
}

/** One search for everything that the public reads: pages, institutions, instruments and tests, each under its heading. The address carries the question, so that it can be shared. */
export function SiteSearch() {
  // The page's own form gives way, with what was typed into it by now.
  const early = document.getElementById('ask');
  const earlyField = early?.querySelector('input');
  let field: HTMLInputElement | undefined;
  const [typed, setTyped] = createSignal(earlyField?.value || queryOf());
  const [query, setQuery] = createSignal(typed().trim());
  const [all, setAll] = createSignal(false);
  createEffect(
    on(
      typed,
      (text) => {
        const timer = setTimeout(() => setQuery(text.trim()), 120);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
  const [whole, setWhole] = createSignal<SiteIndex>();
  const [heads, { refetch }] = createResource(() => siteIndex((index) => setWhole(() => index)));
  createEffect(
    on(query, (q) => {
      setAll(false);
      const address = q ? `/search/?${new URLSearchParams({ q })}` : '/search/';
      if (address !== window.location.pathname + window.location.search) window.history.replaceState(null, '', address);
      document.title = document.title.replace(/^.*?(?= · )/, q ? `搜索：${q}` : '搜索');
    }),
  );
  const pages = createMemo(() => {
    const index = whole() ?? (heads.error ? undefined : heads());
    return query() && index ? index.search(query()) : undefined;
  });
  // The catalogue's own search comes when the pages are there: who looks for a document does not wait for it.
  const [catalogues] = createResource(
    () => !heads.loading,
    async () => {
      const { Catalogue } = await import('../../backend/catalogue.ts');
      return { instrument: Catalogue.of('instrument'), service: Catalogue.of('service') };
    },
  );
  const asked = () => (catalogues() && query() ? query() : undefined);
  const [entries] = createResource(asked, (q) =>
    Promise.all(
      kinds.map(async (kind) => ({
        kind,
        answer: await catalogues()
          ?.[kind].search({ ...nothingAsked, query: q })
          .catch(() => undefined),
      })),
    ),
  );
  const [institutions] = createResource(asked, async (q) =>
    catalogues()
      ?.instrument.institutionsNamed(q)
      .catch(() => []),
  );
  const found = () => (query() ? (entries.latest ?? []) : []).filter(({ answer }) => (answer?.total ?? 0) > 0);
  const nothing = () =>
    asked() !== undefined &&
    !entries.loading &&
    !institutions.loading &&
    whole() !== undefined &&
    pages()?.hits.length === 0 &&
    found().length === 0 &&
    named().length === 0;
  const named = () => (query() ? (institutions.latest ?? []) : []);
  const said = () => {
    const p = pages();
    if (!query()) return '可以整句地问，如「怎么兑付」；也可以填文号、仪器名称、型号或标准号。';
    if (nothing()) return `没有找到「${query()}」。`;
    if (!p) return '正在查找…';
    return p.hits.length > 0 && !p.nearest ? <a href="#found-pages">页面 {p.hits.length} 个</a> : '';
  };
  const shownHits = () => (all() ? (pages()?.hits ?? []) : (pages()?.hits ?? []).slice(0, few));
  onMount(() => {
    const wasIn = earlyField !== undefined && earlyField === document.activeElement;
    early?.remove();
    if (wasIn || !query()) field?.focus();
    const back = () => setTyped(queryOf());
    window.addEventListener('popstate', back);
    onCleanup(() => window.removeEventListener('popstate', back));
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
        onAsk={() => setQuery(typed().trim())}
      />
      <Show when={heads.error}>
        <p class="refused" role="alert">
          <b>没有查成：网络不通。</b>请检查网络后
          <button type="button" class="link" onClick={() => void refetch()}>
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
                {catalogueKinds[kind].title} {saidOf(answer as Answer, kind)}
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
          <div class="empty">
            <p>可以换短一些的词，或从这里找：</p>
            <p class="row">
              <a href="/sitemap/">网站地图</a>
              <a href="/info/">信息公开目录</a>
              <a href="/faq/">常见问题</a>
              <a href="/contact/">联系我们</a>
            </p>
          </div>
        </Show>
        <Show when={(pages()?.hits.length ?? 0) > 0}>
          <h2 id="found-pages">页面</h2>
          <Show when={pages()?.nearest}>
            <p class="warn">没有哪一页一字不差地有「{query()}」。最接近的是：</p>
          </Show>
          <Show when={(pages()?.also.length ?? 0) > 0}>
            <p class="small muted">也找了：{pages()?.also.join('、')}</p>
          </Show>
          <ol class="hits">
            <For each={shownHits()}>{(hit) => <Hit hit={hit} marks={pages()?.marks ?? []} />}</For>
          </ol>
          <Show when={!all() && (pages()?.hits.length ?? 0) > few}>
            <button type="button" class="link" onClick={() => setAll(true)}>
              显示全部 {pages()?.hits.length} 个页面
            </button>
          </Show>
        </Show>
        <For each={found()}>
          {({ kind, answer }) => (
            <section id={`found-${kind}`}>
              <h2>{catalogueKinds[kind].title}</h2>
              <ul
                class="entries"
                innerHTML={answer?.rows
                  .slice(0, fewRows)
                  .map((row) => listRow(kind, row, answer.marks.join(' ')).text)
                  .join('')}
              />
              <p>
                <a href={catalogueAddress(kind, query())}>
                  看全部 {saidOf(answer as Answer, kind)}，可按类别、所在地、价格筛选
                </a>
              </p>
            </section>
          )}
        </For>
        <Show when={named().length > 0}>
          <section id="found-institutions">
            <h2>管理单位</h2>
            <ul class="institutions">
              <For each={named().slice(0, 12)}>
                {([id, name, city, type]) => (
                  <li>
                    <a href={`/institutions/${id}/`}>{name}</a>
                    <span class="small muted">
                      {type} · {city}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </section>
        </Show>
      </Show>
    </section>
  );
}
