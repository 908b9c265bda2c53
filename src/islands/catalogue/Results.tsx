import { createMemo, For, Show } from 'solid-js';
import type { Answer, How } from '../../backend/catalogue.ts';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import { formatCount } from '../../domain/money.ts';
import type { Answers } from './answers.ts';
import type { Asking } from './asking.ts';
import { NothingFound } from './NothingFound.tsx';
import { drawRows, saidCount } from './question.ts';

const foundBy: Record<How, string> = {
  simple: '按简体找到：',
  apart: '分开来找到：',
  sound: '读音或字形相近的有：',
  pinyin: '按拼音找到：',
  model: '型号相近的有：',
};

/** What was searched beside or instead of the words as typed, each with its way back. */
function Reading(props: { asking: Asking; answer: Answer; write: (query: string) => void }) {
  const { question, ask } = props.asking;
  return (
    <>
      <Show when={props.answer.instead}>
        {(i) => (
          <p class="warn">
            没有与「{question().query}」一字不差的条目。{foundBy[i().how]}
            <For each={i().words.slice(0, 6)}>
              {(w, n) => (
                <>
                  {n() > 0 ? '、' : ''}
                  <button type="button" class="link" onClick={() => props.write(w)}>
                    {w}
                  </button>
                </>
              )}
            </For>
          </p>
        )}
      </Show>
      <Show when={props.answer.also.length > 0 && props.answer.total > 0}>
        <p class="small muted">
          也找了：{props.answer.also.slice(0, 5).join('、')}
          {props.answer.also.length > 5 ? ' 等' : ''}。
          <Show when={!props.answer.instead}>
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
    </>
  );
}

function Turn(props: { page: number; pages: number; turn: (page: number) => void }) {
  return (
    <nav class="pager" aria-label="翻页">
      <button type="button" class="link" disabled={props.page <= 1} onClick={() => props.turn(props.page - 1)}>
        上一页
      </button>
      <span>
        第 {formatCount(props.page)} / {formatCount(props.pages)} 页
      </span>
      <button
        type="button"
        class="link"
        disabled={props.page >= props.pages}
        onClick={() => props.turn(props.page + 1)}
      >
        下一页
      </button>
    </nav>
  );
}

/** How many were found, and the way back to the page's own list. */
function Head(props: { asking: Asking; answers: Answers; measure: string; write: (query: string) => void }) {
  const { found, failed, total, counting } = props.answers;
  return (
    <div class="listhead">
      <p role="status">
        <Show when={found()} fallback={failed() ? '没有查成' : '正在查找…'}>
          <Show
            when={total() !== undefined}
            fallback={counting() ? '正在计数…' : saidCount(found() as Answer, props.measure)}
          >
            找到 <b>{formatCount(total() ?? 0)}</b> {props.measure}
          </Show>
        </Show>
      </p>
      <button
        type="button"
        class="link push"
        onClick={() => {
          props.asking.clear();
          props.write('');
        }}
      >
        清除，看全部
      </button>
    </div>
  );
}

/** The answer: how many, what was searched, a page of rows, or what leads on where there are none. `write` puts other words into the field. */
export function Results(props: {
  kind: CatalogueKind;
  asking: Asking;
  answers: Answers;
  write: (query: string) => void;
}) {
  const { measure } = catalogueKinds[props.kind];
  const { found, failed, pages, alsoThere, other } = props.answers;
  const turn = (page: number) => {
    props.asking.ask({ page });
    const results = document.getElementById('results');
    results?.focus({ preventScroll: true });
    results?.scrollIntoView();
  };
  // Kept while it says the same, so that looking for changes takes no focus away.
  const rows = createMemo(() => {
    const a = found();
    return drawRows(props.kind, a?.rows, a?.marks.join(' '));
  });
  return (
    <div id="results" tabIndex={-1}>
      <Head asking={props.asking} answers={props.answers} measure={measure} write={props.write} />
      <Show when={failed()}>
        <p class="refused" role="alert">
          <b>没有查成：网络不通。</b>请检查网络后
          <button type="button" class="link" onClick={props.answers.again}>
            重试
          </button>
          ，或清除条件后逐页浏览。
        </p>
      </Show>
      <Show when={found()}>
        {(a) => (
          <>
            <Reading asking={props.asking} answer={a()} write={props.write} />
            <Show
              when={a().total > 0}
              fallback={
                <NothingFound
                  kind={props.kind}
                  asking={props.asking}
                  answers={props.answers}
                  known={a().known}
                  write={props.write}
                />
              }
            >
              <ul class="entries" innerHTML={rows()} />
              <Show when={pages() > 1}>
                <Turn page={a().page} pages={pages()} turn={turn} />
              </Show>
              <Show when={alsoThere()}>
                <p class="small">
                  <a href={`${catalogueKinds[other].base}?q=${encodeURIComponent(props.asking.question().query)}`}>
                    {catalogueKinds[other].title}中也有 {alsoThere()}
                  </a>
                </p>
              </Show>
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}
