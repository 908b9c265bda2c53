import { createEffect, createMemo, createResource, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js';
import {
  type Answer,
  Catalogue,
  type Facets,
  type How,
  pageSize,
  type Question,
  type ShownRow,
} from '../../backend/catalogue.ts';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import { listRow, searchHint } from '../../domain/catalogue-rows.ts';
import { parseYuan, yuanFault } from '../../domain/amounts.ts';
import { formatCount, formatFen } from '../../domain/money.ts';
import { FacetList } from './FacetList.tsx';
import { asks, nothingAsked, readQuestion, writeQuestion } from './question.ts';
import { SearchField } from '../search/SearchField.tsx';

const foundBy: Record<How, string> = {
  simple: '按简体找到：',
  apart: '分开来找到：',
  sound: '读音或字形相近的有：',
  pinyin: '按拼音找到：',
  model: '型号相近的有：',
};
interface Asked {
  q: Question;
  alternatives: string[][];
  v: number;
}

/** The catalogue as one searches it: from the published files, exact, as one types; conditions with counts; an address that can be shared. Over it lies what changed since the files were written. While nothing is asked the page's own list stands. */
export function CatalogueSearch(props: { kind: CatalogueKind }) {
  const { base, measure } = catalogueKinds[props.kind];
  const other: CatalogueKind = props.kind === 'instrument' ? 'service' : 'instrument';
  const list = document.getElementById('list');
  const preset = list?.querySelector<HTMLElement>('[data-preset]')?.dataset['preset'] ?? '';
  const home = window.location.pathname;
  const catalogue = Catalogue.of(props.kind);
  const others = Catalogue.of(other);
  // The page's own form gives way, with what was typed into it by now.
  const early = document.getElementById('ask');
  const earlyField = early?.querySelector('input');
  const wasIn = earlyField !== undefined && earlyField === document.activeElement;
  let field: HTMLInputElement | undefined;
  const [typed, setTyped] = createSignal(earlyField?.value || readQuestion(window.location.search).query);
  const [question, setQuestion] = createSignal(readQuestion(window.location.search));
  const [version, setVersion] = createSignal(0);
  const [fresh, setFresh] = createSignal<ReturnType<Catalogue['changes']>>();
  // What was chosen, turned or sent is a step that 后退 takes back; what is typed on the way is not.
  let step = false;
  const ask = (part: Partial<Question>, isStep = true) => {
    // A list of one class or city searches within it.
    const within = asks(question()) ? {} : readQuestion('', preset);
    step = isStep || !asks(question());
    setQuestion({ ...question(), ...within, page: 1, query: typed(), ...part });
  };
  const priceOf = (q: Question) => (q.maxFen === undefined ? '' : formatFen(q.maxFen).replaceAll(',', ''));
  const [price, setPrice] = createSignal(priceOf(question()));
  const unread = () => (price().trim() && parseYuan(price()) === undefined ? yuanFault(price()) : '');
  const active = () => asks(question());
  const chosen = () =>
    question().classes.length +
    question().cities.length +
    question().institutions.length +
    Number(question().voucherOnly) +
    Number(question().cma) +
    Number(question().cnas) +
    Number(question().maxFen !== undefined);
  // A pause in typing asks; the address follows.
  createEffect(
    on(
      typed,
      (query) => {
        const timer = setTimeout(() => {
          if (query !== question().query) ask({ query, exact: false }, false);
        }, 90);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );
  if (typed() !== question().query) ask({ query: typed() }, false);
  createEffect(
    on(question, (q) => {
      const query = writeQuestion(q);
      const address = query ? `${base}?${query}` : home;
      if (address !== window.location.pathname + window.location.search)
        window.history[step ? 'pushState' : 'replaceState'](null, '', address);
      step = false;
      if (list) list.hidden = asks(q);
      delete document.documentElement.dataset['asked'];
    }),
  );
  const back = () => {
    const q = readQuestion(window.location.search);
    setTyped(q.query);
    setPrice(priceOf(q));
    setQuestion(q);
  };
  window.addEventListener('popstate', back);
  onCleanup(() => window.removeEventListener('popstate', back));
  const [answer, { refetch }] = createResource(
    () => (active() ? { q: question(), v: version() } : undefined),
    ({ q }) => catalogue.search(q),
  );
  // Reading a resource that failed throws.
  const found = () => (answer.error ? undefined : answer.latest);
  // What is to be counted: kept while the next answer is awaited, and the same for every page.
  const asked = createMemo<Asked | undefined>(
    (before) => {
      const a = found();
      return !active() || !a
        ? undefined
        : answer.loading
          ? before
          : { q: { ...question(), page: 1 }, alternatives: a.alternatives, v: version() };
    },
    undefined,
    { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  const [counted] = createResource<{ q: Question; facets: Facets } | undefined, Asked>(
    asked,
    ({ q, alternatives }, last) =>
      catalogue.facets(q, alternatives).then(
        (facets) => ({ q, facets }),
        () => last.value,
      ),
  );
  const facets = () => counted.latest?.facets;
  /** How many there are in all: known with the rows, or soon after them with the counts of the conditions. */
  const total = () => {
    const a = found();
    const c = counted.latest;
    return !a || a.whole
      ? a?.total
      : c && JSON.stringify(c.q) === JSON.stringify(asked()?.q)
        ? c.facets.total
        : undefined;
  };
  const [elsewhere] = createResource(
    () => (active() && question().query && !answer.loading && found() ? question().query : undefined),
    (query) => others.search({ ...nothingAsked, query }).catch(() => undefined),
  );
  /** What would lead on from an empty answer: fewer conditions, or a piece of the word. */
  const [help] = createResource(
    () => {
      const a = active() && !answer.loading ? found() : undefined;
      return a?.total === 0 ? { query: question().query, narrowed: chosen() > 0 } : undefined;
    },
    async ({ query, narrowed }) => {
      try {
        const wide = narrowed ? await catalogue.search({ ...nothingAsked, query }) : undefined;
        return wide && wide.total > 0 ? { relaxed: saidOf(wide, measure) } : { piece: await catalogue.pieceOf(query) };
      } catch {
        return {};
      }
    },
  );
  // Advice belongs to its question: none while the next is being thought of.
  const lead = (): { relaxed?: string; piece?: string | undefined } => (help.loading ? {} : (help() ?? {}));
  const saidOf = (a: Answer, unit: string) => `${a.whole ? '' : '至少 '}${formatCount(a.total)} ${unit}`;
  const nothingSaid = (a: Answer) =>
    chosen() > 0
      ? '没有符合全部条件的条目。'
      : a.known.length > 0
        ? `「${question().query}」即${a.known.join('、')}，${catalogueKinds[props.kind].title}中暂时没有。`
        : `没有找到「${question().query}」。`;
  const alsoThere = () => {
    const e = elsewhere();
    return e && e.total > 0 ? saidOf(e, '项') : '';
  };
  // What the page's list shows is brought up to date in place.
  const redrawn = new Map<string, string>();
  const redraw = (rows: ShownRow[]) => {
    for (const e of rows) {
      const text = listRow(props.kind, e).text;
      const row =
        redrawn.get(e.slug) === text ? undefined : list?.querySelector(`[data-compare="${e.slug}"]`)?.closest('li');
      redrawn.set(e.slug, text);
      if (row) row.outerHTML = text;
    }
  };
  onMount(() => {
    early?.remove();
    if (wasIn) field?.focus();
    const look = async () => {
      if (document.hidden) return;
      if (!(await catalogue.refresh().catch(() => false))) return;
      setVersion(version() + 1);
      const changes = catalogue.changes(200);
      redraw(changes.rows);
      setFresh({ ...changes, rows: changes.rows.slice(0, 6) });
    };
    void look();
    const timer = setInterval(() => void look(), 30_000);
    onCleanup(() => clearInterval(timer));
  });
  const pages = () => Math.ceil((total() ?? 0) / pageSize);
  const turn = (page: number) => {
    ask({ page });
    const results = document.getElementById('results');
    results?.focus({ preventScroll: true });
    results?.scrollIntoView();
  };
  // A button that goes away hands the focus on.
  const write = (query: string) => {
    setTyped(query);
    field?.focus();
  };
  // The rows are the same text as on the static pages, escaped there.
  const drawn = (rows: ShownRow[] = [], marks = '') => rows.map((e) => listRow(props.kind, e, marks).text).join('');
  // Kept while it says the same, so that looking for changes takes no focus away.
  const rows = createMemo(() => {
    const a = found();
    return drawn(a?.rows, a?.marks.join(' '));
  });
  const freshRows = createMemo(() => drawn(fresh()?.rows));
  const roomy = window.matchMedia('(min-width: 60rem)');
  const [wide, setWide] = createSignal(roomy.matches);
  const widen = () => setWide(roomy.matches);
  roomy.addEventListener('change', widen);
  onCleanup(() => roomy.removeEventListener('change', widen));
  const Switch = (p: { label: string; n: number | undefined; on: boolean; set: (on: boolean) => void }) => (
    <label class="option">
      <input type="checkbox" checked={p.on} onChange={(e) => p.set(e.currentTarget.checked)} />
      <span>{p.label}</span>
      <span class="n">{p.n === undefined ? '' : formatCount(p.n)}</span>
    </label>
  );
  return (
    <section aria-label="搜索">
      <SearchField
        ref={(input) => {
          field = input;
        }}
        value={typed()}
        placeholder="名称、型号、单位或用途"
        onType={setTyped}
        onAsk={() => ask({ query: typed() })}
      />
      <div class="below" aria-live="polite">
        <Show when={!active() && (fresh()?.total ?? 0) > 0} fallback={<p class="small muted">{searchHint}</p>}>
          <details class="fresh">
            <summary>
              刚刚更新 {fresh()?.total} {measure}
            </summary>
            <ul class="entries" innerHTML={freshRows()} />
          </details>
        </Show>
      </div>
      <Show when={active()}>
        <div class="browse">
          <aside class="keep">
            <details
              class="facets"
              classList={{ counting: !facets() && !answer.error }}
              open={wide() && !('elder' in document.documentElement.dataset)}
            >
              <summary>筛选{chosen() > 0 ? `（已选 ${chosen()}）` : ''}</summary>
              <fieldset>
                <legend>创新券</legend>
                <Switch
                  label="支持创新券"
                  n={facets()?.voucher}
                  on={question().voucherOnly}
                  set={(voucherOnly) => ask({ voucherOnly })}
                />
              </fieldset>
              <FacetList
                title="类别"
                options={facets()?.classes ?? []}
                chosen={question().classes}
                onChange={(classes) => ask({ classes })}
              />
              <FacetList
                title="所在地"
                options={facets()?.cities ?? []}
                chosen={question().cities}
                onChange={(cities) => ask({ cities })}
              />
              <FacetList
                title="管理单位"
                options={facets()?.institutions ?? []}
                chosen={question().institutions.map(String)}
                onChange={(ids) => ask({ institutions: ids.map(Number) })}
              />
              <fieldset>
                <legend>资质</legend>
                <Switch label="CMA 资质认定" n={facets()?.cma} on={question().cma} set={(cma) => ask({ cma })} />
                <Switch label="CNAS 认可" n={facets()?.cnas} on={question().cnas} set={(cnas) => ask({ cnas })} />
              </fieldset>
              <fieldset>
                <legend>价格</legend>
                <label class="inline">
                  <span>最低价不超过</span>
                  <input
                    inputmode="decimal"
                    aria-label="最低价不超过（元）"
                    value={price()}
                    aria-invalid={unread() ? true : undefined}
                    onChange={(e) => {
                      setPrice(e.currentTarget.value);
                      ask({ maxFen: parseYuan(price()) });
                    }}
                  />
                  <span>元</span>
                </label>
                <Show when={unread()}>
                  <p class="refused small" role="alert">
                    {unread()}
                  </p>
                </Show>
              </fieldset>
            </details>
          </aside>
          <div id="results" tabIndex={-1}>
            <div class="listhead">
              <p role="status">
                <Show when={found()} fallback={answer.error ? '没有查成' : '正在查找…'}>
                  <Show
                    when={total() !== undefined}
                    fallback={counted.loading ? '正在计数…' : saidOf(found() as Answer, measure)}
                  >
                    找到 <b>{formatCount(total() ?? 0)}</b> {measure}
                  </Show>
                </Show>
              </p>
              <button
                type="button"
                class="link push"
                onClick={() => {
                  step = true;
                  setPrice('');
                  setQuestion(nothingAsked);
                  write('');
                }}
              >
                清除，看全部
              </button>
            </div>
            <Show when={answer.error}>
              <p class="refused" role="alert">
                <b>没有查成：网络不通。</b>请检查网络后
                <button type="button" class="link" onClick={() => void refetch()}>
                  重试
                </button>
                ，或清除条件后逐页浏览。
              </p>
            </Show>
            <Show when={found()}>
              {(a) => (
                <>
                  <Show when={a().instead}>
                    {(i) => (
                      <p class="warn">
                        没有与「{question().query}」一字不差的条目。{foundBy[i().how]}
                        <For each={i().words.slice(0, 6)}>
                          {(w, n) => (
                            <>
                              {n() > 0 ? '、' : ''}
                              <button type="button" class="link" onClick={() => write(w)}>
                                {w}
                              </button>
                            </>
                          )}
                        </For>
                      </p>
                    )}
                  </Show>
                  <Show when={a().also.length > 0 && a().total > 0}>
                    <p class="small muted">
                      也找了：{a().also.slice(0, 5).join('、')}
                      {a().also.length > 5 ? ' 等' : ''}。
                      <Show when={!a().instead}>
                        <button type="button" class="link" onClick={() => ask({ exact: true })}>
                          只找「{question().query}」
                        </button>
                      </Show>
                    </p>
                  </Show>
                  <Show when={question().exact && question().query}>
                    <p class="small muted">
                      只找一字不差的。
                      <button type="button" class="link" onClick={() => ask({ exact: false })}>
                        也找其他叫法
                      </button>
                    </p>
                  </Show>
                  <Show
                    when={a().total > 0}
                    fallback={
                      <div class="empty">
                        <p>{nothingSaid(a())}</p>
                        <Show when={lead().relaxed}>
                          {(n) => (
                            <p>
                              去掉筛选条件后有 {n()}。
                              <button
                                type="button"
                                class="link"
                                onClick={() => {
                                  setPrice('');
                                  ask({ ...nothingAsked, query: question().query });
                                }}
                              >
                                去掉筛选条件
                              </button>
                            </p>
                          )}
                        </Show>
                        <Show when={lead().piece}>
                          {(piece) => (
                            <p>
                              其中的「{piece()}」可以找到：
                              <button type="button" class="link" onClick={() => write(piece())}>
                                改找「{piece()}」
                              </button>
                            </p>
                          )}
                        </Show>
                        <p>
                          可以试试更短的词、拼音或首字母，
                          {alsoThere() ? (
                            <a href={`${catalogueKinds[other].base}?q=${encodeURIComponent(question().query)}`}>
                              看{catalogueKinds[other].title}中的 {alsoThere()}
                            </a>
                          ) : (
                            <>
                              或看看<a href={catalogueKinds[other].base}>{catalogueKinds[other].title}</a>
                            </>
                          )}
                          。
                        </p>
                        <p>
                          政策、问题和公示，请
                          <a href={`/search/?q=${encodeURIComponent(question().query)}`}>在全站搜索</a>。
                        </p>
                      </div>
                    }
                  >
                    <ul class="entries" innerHTML={rows()} />
                    <Show when={pages() > 1}>
                      <nav class="pager" aria-label="翻页">
                        <button type="button" class="link" disabled={a().page <= 1} onClick={() => turn(a().page - 1)}>
                          上一页
                        </button>
                        <span>
                          第 {formatCount(a().page)} / {formatCount(pages())} 页
                        </span>
                        <button
                          type="button"
                          class="link"
                          disabled={a().page >= pages()}
                          onClick={() => turn(a().page + 1)}
                        >
                          下一页
                        </button>
                      </nav>
                    </Show>
                    <Show when={alsoThere()}>
                      <p class="small">
                        <a href={`${catalogueKinds[other].base}?q=${encodeURIComponent(question().query)}`}>
                          {catalogueKinds[other].title}中也有 {alsoThere()}
                        </a>
                      </p>
                    </Show>
                  </Show>
                </>
              )}
            </Show>
          </div>
        </div>
      </Show>
    </section>
  );
}
