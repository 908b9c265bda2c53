import { createResource, Show } from 'solid-js';
import { entriesNow } from '../../backend/entries.ts';
import { catalogueKinds } from '../../domain/catalogue.ts';
import { formatRange } from '../../domain/money.ts';

/** What a stranger came to book, kept in sight while signing in, and what it takes. It keeps its place while it is read, for below it one types; nothing stays where the entry is not known. */
export function Wanted(props: { slug: string }) {
  const [entry] = createResource(
    () => props.slug,
    (slug) =>
      entriesNow([slug]).then(
        ([e]) => e,
        () => undefined,
      ),
  );
  return (
    <Show when={entry.loading || entry()}>
      <section class="next wanted" aria-busy={entry.loading}>
        <h2>您要预约</h2>
        <Show
          when={entry()}
          fallback={
            <p>
              正在读取…
              <br />
              <span class="small muted">请稍候</span>
            </p>
          }
        >
          {(e) => (
            <p>
              <b>{`${e().name} ${e().model}`.trim()}</b>
              <br />
              <span class="small muted">
                {e().institution_name} · {formatRange(e().price_min_fen, e().price_max_fen)} 元/{e().unit}
              </span>
            </p>
          )}
        </Show>
        <p>登录后接着填预约单。没有账号的先注册，再依次认证单位、领取当年额度、登记研发项目。</p>
        <p class="row small">
          <a href="/guides/applicant/">怎样办</a>
          <Show when={entry()}>{(e) => <a href={`${catalogueKinds[e().kind].base}${e().slug}/`}>返回该条目</a>}</Show>
        </p>
      </section>
    </Show>
  );
}
