import { Show } from 'solid-js';
import { type CatalogueKind, catalogueKinds } from '../../domain/catalogue.ts';
import type { Answers } from './answers.ts';
import type { Asking } from './asking.ts';

/** An empty answer says why, and leads on: to fewer conditions, to a piece of the word, to the other half of the catalogue, to the whole site. */
export function NothingFound(props: {
  kind: CatalogueKind;
  asking: Asking;
  answers: Answers;
  /** What the words mean in the trade. */
  known: string[];
  write: (query: string) => void;
}) {
  const { lead, alsoThere, other } = props.answers;
  const query = () => props.asking.question().query;
  const said = () =>
    props.asking.chosen() > 0
      ? '没有符合全部条件的条目。'
      : props.known.length > 0
        ? `「${query()}」即${props.known.join('、')}，${catalogueKinds[props.kind].title}中暂时没有。`
        : `没有找到「${query()}」。`;
  return (
    <div class="empty">
      <p>
        {said()}也可以<a href="/needs/">发布需求</a>，请能做的管理单位答复。
      </p>
      <Show when={lead().relaxed}>
        {(n) => (
          <p>
            去掉筛选条件后有 {n()}。
            <button type="button" class="link" onClick={props.asking.widen}>
              去掉筛选条件
            </button>
          </p>
        )}
      </Show>
      <Show when={lead().piece}>
        {(piece) => (
          <p>
            其中的「{piece()}」可以找到：
            <button type="button" class="link" onClick={() => props.write(piece())}>
              改找「{piece()}」
            </button>
          </p>
        )}
      </Show>
      <p>
        可以试试更短的词、拼音或首字母，
        {alsoThere() ? (
          <a href={`${catalogueKinds[other].base}?q=${encodeURIComponent(query())}`}>
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
        <a href={`/search/?q=${encodeURIComponent(query())}`}>在全站搜索</a>。
      </p>
    </div>
  );
}
