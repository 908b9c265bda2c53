import { createResource, For, Show } from 'solid-js';
import { loadReviews, type Review, type ReviewedItem, type Reviews } from '../../backend/reviews.ts';
import { formatFen } from '../../domain/money.ts';
import { Bench } from '../review/Bench.tsx';
import { createOpinions } from '../review/opinions.ts';
import { Statement } from '../review/Statement.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { Refused } from '../ui/Refused.tsx';
import { follow, go, hrefOf, param } from '../ui/route.ts';

/** 专家评审 (R27, R40): first the statement, then every open item; nobody sees another's opinion before the review closes. */
export function ExpertDesk() {
  const [data, { refetch }] = createResource(loadReviews);
  const unstated = (d: Reviews) => d.reviews.filter((r) => !r.stated);
  return (
    <>
      <h1>专家评审</h1>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <>
            <Show when={unstated(d()).length > 0}>
              <Statement waiting={unstated(d())} onDone={() => void refetch()} />
            </Show>
            <Show
              when={d().items.length > 0}
              fallback={
                <Show when={unstated(d()).length === 0}>
                  <Empty>现在没有分配给您的评审。季度评审开始后在这里出现；评审结束后材料即不再可见。</Empty>
                </Show>
              }
            >
              <OpenItems data={d()} onDone={() => void refetch()} />
            </Show>
          </>
        )}
      </Load>
    </>
  );
}

/** The items whose papers are open: the list on the left, one of them on the bench, all opinions sent together. */
function OpenItems(props: { data: Reviews; onDone: () => void }) {
  const items = () => props.data.items;
  const opinions = createOpinions(
    () => props.data,
    () => props.onDone(),
  );
  const at = () => Math.min(Number(param('item')) || 0, items().length - 1);
  const item = () => items()[at()] as ReviewedItem;
  const reviews = () => new Map(props.data.reviews.map((r) => [r.redemption_id, r]));
  const review = (i: ReviewedItem) => reviews().get(i.id) as Review;
  const count = () => opinions.ready().length;
  return (
    <>
      <section class="next mine">
        <h2>
          {opinions.sent()
            ? '意见已提交；评审结束前仍可修改后再提交'
            : `下一步：逐项给出意见，一次提交（已填 ${count()} / ${items().length}）`}
        </h2>
        <p class="muted">
          同意或不同意，不同意须写理由；多数决定。金额在订单审核时已定，不在此评。草稿随填随存，只有您看得到。
        </p>
        <Refused refusal={opinions.refusal()} />
        <button
          type="button"
          class="button main"
          disabled={opinions.busy() || count() === 0}
          onClick={() => void opinions.send()}
        >
          {opinions.busy() ? '正在提交…' : `提交 ${count()} 项意见`}
        </button>
      </section>
      <div class="desk">
        <nav class="queue" aria-label="评审清单">
          <ol>
            <For each={items()}>
              {(i, n) => (
                <li>
                  <a
                    href={hrefOf({ view: 'review', item: n() })}
                    aria-current={n() === at() ? 'true' : undefined}
                    onClick={(e) => follow(e, { view: 'review', item: n() })}
                  >
                    <b>{i.order.title}</b>
                    <span class="small muted">
                      {i.voucher_no} · {formatFen(i.amount_fen)} 元 ·{' '}
                      {review(i).voted ? '已提交' : opinions.of(i.id).verdict ? '草稿' : '未填'}
                    </span>
                  </a>
                </li>
              )}
            </For>
          </ol>
        </nav>
        <Show when={item()} keyed>
          {(i) => (
            <Bench
              item={i}
              review={review(i)}
              opinion={opinions.of(i.id)}
              onOpinion={(part) => opinions.set(i.id, part)}
              onRecused={() => {
                go({ view: 'review', item: 0 });
                props.onDone();
              }}
              {...(at() + 1 < items().length && { onNext: () => go({ view: 'review', item: at() + 1 }) })}
            />
          )}
        </Show>
      </div>
    </>
  );
}
