import { createEffect, createSignal, For, on, Show } from 'solid-js';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import { marked } from '../../domain/marked.ts';
import { plain, type SiteHit } from '../../domain/search/site.ts';
import { drawRows, saidCount } from '../catalogue/question.ts';
import type { SiteAnswers } from './site-questions.ts';

const few = 6;
const fewRows = 4;
const catalogueAddress = (kind: CatalogueKind, query: string) =>
  `${catalogueKinds[kind].base}?q=${encodeURIComponent(query)}`;

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

/** The pages that were found: the first few, or all of them. */
export function PageHits(props: { query: string; pages: SiteAnswers['pages'] }) {
  const [all, setAll] = createSignal(false);
  createEffect(
    on(
      () => props.query,
      () => setAll(false),
    ),
  );
  const hits = () => props.pages()?.hits ?? [];
  return (
    <Show when={hits().length > 0}>
      <h2 id="found-pages">页面</h2>
      <Show when={props.pages()?.nearest}>
        <p class="warn">没有哪一页一字不差地有「{props.query}」。最接近的是：</p>
      </Show>
      <Show when={(props.pages()?.also.length ?? 0) > 0}>
        <p class="small muted">也找了：{props.pages()?.also.join('、')}</p>
      </Show>
      <ol class="hits">
        <For each={all() ? hits() : hits().slice(0, few)}>
          {(hit) => <Hit hit={hit} marks={props.pages()?.marks ?? []} />}
        </For>
      </ol>
      <Show when={!all() && hits().length > few}>
        <button type="button" class="link" onClick={() => setAll(true)}>
          显示全部 {hits().length} 个页面
        </button>
      </Show>
    </Show>
  );
}

/** The first entries of each half of the catalogue, and the way to all of them. */
export function EntryHits(props: { query: string; found: SiteAnswers['found'] }) {
  return (
    <For each={props.found()}>
      {({ kind, answer }) => (
        <section id={`found-${kind}`}>
          <h2>{catalogueKinds[kind].title}</h2>
          <ul class="entries" innerHTML={drawRows(kind, answer.rows.slice(0, fewRows), answer.marks.join(' '))} />
          <p>
            <a href={catalogueAddress(kind, props.query)}>
              看全部 {saidCount(answer, catalogueKinds[kind].measure)}，可按类别、所在地、价格筛选
            </a>
          </p>
        </section>
      )}
    </For>
  );
}

export function InstitutionHits(props: { named: SiteAnswers['named'] }) {
  return (
    <Show when={props.named().length > 0}>
      <section id="found-institutions">
        <h2>管理单位</h2>
        <ul class="institutions">
          <For each={props.named().slice(0, 12)}>
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
  );
}

export function NoHits() {
  return (
    <div class="empty">
      <p>可以换短一些的词，或从这里找：</p>
      <p class="row">
        <a href="/sitemap/">网站地图</a>
        <a href="/info/">信息公开目录</a>
        <a href="/faq/">常见问题</a>
        <a href="/contact/">联系我们</a>
      </p>
    </div>
  );
}
