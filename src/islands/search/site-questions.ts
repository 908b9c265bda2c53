import { createEffect, createMemo, createResource, createSignal, on, onCleanup, onMount } from 'solid-js';
import { siteIndex } from '../../backend/site-search.ts';
import type { CatalogueKind } from '../../domain/catalogue.ts';
import type { SiteIndex } from '../../domain/search/site.ts';
import { nothingAsked } from '../catalogue/question.ts';

const kinds: CatalogueKind[] = ['instrument', 'service'];
const queryOf = () => (new URLSearchParams(window.location.search).get('q') ?? '').slice(0, 50);

/** What is typed, what is asked after a pause, and the address that says it. `early` is what was typed before this script came. */
export function createSiteQuery(early: string) {
  const [typed, setTyped] = createSignal(early || queryOf());
  const [query, setQuery] = createSignal(typed().trim());
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
  createEffect(
    on(query, (q) => {
      const address = q ? `/search/?${new URLSearchParams({ q })}` : '/search/';
      if (address !== window.location.pathname + window.location.search) window.history.replaceState(null, '', address);
      document.title = document.title.replace(/^.*?(?= · )/, q ? `搜索：${q}` : '搜索');
    }),
  );
  onMount(() => {
    const back = () => setTyped(queryOf());
    window.addEventListener('popstate', back);
    onCleanup(() => window.removeEventListener('popstate', back));
  });
  return { typed, setTyped, query, askNow: () => setQuery(typed().trim()) };
}

/** What is found for it: pages from the site's own index, then entries and institutions from the catalogue's. */
export function createSiteAnswers(query: () => string) {
  const [whole, setWhole] = createSignal<SiteIndex>();
  const [heads, { refetch }] = createResource(() => siteIndex((index) => setWhole(() => index)));
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
  // The same entries stay the same rows while the next answer is awaited.
  const answered = createMemo(() =>
    (entries.latest ?? []).flatMap(({ kind, answer }) => (answer && answer.total > 0 ? [{ kind, answer }] : [])),
  );
  const found = () => (query() ? answered() : []);
  const named = () => (query() ? (institutions.latest ?? []) : []);
  return {
    pages,
    found,
    named,
    /** Everything was looked through, and nothing is there. */
    nothing: () =>
      asked() !== undefined &&
      !entries.loading &&
      !institutions.loading &&
      whole() !== undefined &&
      pages()?.hits.length === 0 &&
      found().length === 0 &&
      named().length === 0,
    failed: () => Boolean(heads.error),
    again: () => void refetch(),
  };
}
export type SiteAnswers = ReturnType<typeof createSiteAnswers>;
