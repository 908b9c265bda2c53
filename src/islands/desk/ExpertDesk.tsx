import { createResource, createSignal, For, onCleanup, Show } from 'solid-js';
import { act, asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { loadReviews, type Opinion, type Review, type Reviews, saveDraft } from '../../backend/reviews.ts';
import { inner, number, type Row, text } from '../../backend/work.ts';
import { formatFen } from '../../domain/money.ts';
import { RedemptionPapers } from '../redemption/Redemption.tsx';
import { Recusal, Statement } from '../review/Statement.tsx';
import { Submitted } from '../review/Submitted.tsx';
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
              <Desk data={d()} onDone={() => void refetch()} />
            </Show>
          </>
        )}
      </Load>
    </>
  );
}

const none: Opinion = { verdict: '', reason: '' };
const complete = (o: Opinion | undefined) =>
  o?.verdict === 'yes' || (o?.verdict === 'no' && o.reason.trim().length >= 2);

function Desk(props: { data: Reviews; onDone: () => void }) {
  const items = () => props.data.items;
  const [opinions, setOpinions] = createSignal<Record<number, Opinion>>(props.data.opinions);
  const at = () => Math.min(Number(param('item')) || 0, items().length - 1);
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [sent, setSent] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const item = () => items()[at()] as Row;
  const review = (i: Row) => props.data.reviews.find((r) => r.redemption_id === i.id) as Review;
  // A draft is kept a moment after the last stroke, and at once when one turns to another item.
  let later: ReturnType<typeof setTimeout> | undefined;
  let unsaved: number | undefined;
  const keep = () => {
    clearTimeout(later);
    const id = unsaved;
    unsaved = undefined;
    if (id !== undefined) void saveDraft(id, opinions()[id] ?? none).catch((e: unknown) => setRefusal(asRefusal(e)));
  };
  onCleanup(keep);
  const set = (part: Partial<Opinion>) => {
    setSent(false);
    const id = item().id;
    if (unsaved !== undefined && unsaved !== id) keep();
    setOpinions({ ...opinions(), [id]: { ...none, ...opinions()[id], ...part } });
    unsaved = id;
    clearTimeout(later);
    later = setTimeout(keep, 800);
  };
  const ready = () => items().filter((i) => complete(opinions()[i.id]));
  async function send() {
    clearTimeout(later);
    unsaved = undefined;
    setBusy(true);
    setRefusal(undefined);
    try {
      await act('cast_votes', {
        request_id: newRequestId(),
        votes: ready().map((i) => {
          const o = opinions()[i.id] as Opinion;
          return { redemption_id: i.id, verdict: o.verdict, reason: o.verdict === 'no' ? o.reason : null };
        }),
      });
      setSent(true);
      props.onDone();
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  return (
    <>
      <section class="next mine">
        <h2>
          {sent()
            ? '意见已提交；评审结束前仍可修改后再提交'
            : `下一步：逐项给出意见，一次提交（已填 ${ready().length} / ${items().length}）`}
        </h2>
        <p class="muted">
          同意或不同意，不同意须写理由；多数决定。金额在订单审核时已定，不在此评。草稿随填随存，只有您看得到。
        </p>
        <Refused refusal={refusal()} />
        <button type="button" class="button main" disabled={busy() || ready().length === 0} onClick={() => void send()}>
          {busy() ? '正在提交…' : `提交 ${ready().length} 项意见`}
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
                    <b>{inner(i, 'order', 'title')}</b>
                    <span class="small muted">
                      {text(i, 'voucher_no')} · {formatFen(number(i, 'amount_fen'))} 元 ·{' '}
                      {review(i).voted ? '已提交' : opinions()[i.id]?.verdict ? '草稿' : '未填'}
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
              opinion={opinions()[i.id] ?? none}
              onOpinion={set}
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

/** One item: the opinion, and what it is judged by. */
function Bench(props: {
  item: Row;
  review: Review;
  opinion: Opinion;
  onOpinion: (part: Partial<Opinion>) => void;
  onRecused: () => void;
  onNext?: () => void;
}) {
  const [conflict, setConflict] = createSignal(false);
  const choice = (verdict: 'yes' | 'no', label: string) => (
    <label>
      <input
        type="radio"
        name="verdict"
        checked={props.opinion.verdict === verdict}
        onChange={() => props.onOpinion({ verdict })}
      />{' '}
      <span>{label}</span>
    </label>
  );
  return (
    <div class="bench">
      <h2>{inner(props.item, 'order', 'title')}</h2>
      <Show when={props.review.sent_back_reason}>
        <p class="warn">
          <b>退回重新评审：</b>
          {props.review.sent_back_reason}
        </p>
      </Show>
      <fieldset class="choice">
        <legend>您的意见</legend>
        {choice('yes', '同意兑付')}
        {choice('no', '不同意')}
      </fieldset>
      <Show when={props.opinion.verdict === 'no'}>
        <label>
          <span>不同意的理由（至少 2 字，结果公示后双方会看到）</span>
          <textarea
            maxlength="2000"
            value={props.opinion.reason}
            onInput={(e) => props.onOpinion({ reason: e.currentTarget.value })}
          />
        </label>
      </Show>
      <div class="row">
        <Show when={props.onNext}>
          {(next) => (
            <button type="button" class="button" onClick={() => next()()}>
              下一项
            </button>
          )}
        </Show>
        <Show when={!props.review.voted}>
          <button
            type="button"
            class="button grave"
            aria-expanded={conflict()}
            onClick={() => setConflict(!conflict())}
          >
            申报回避
          </button>
        </Show>
      </div>
      <Show when={conflict()}>
        <Recusal redemptionId={props.item.id} voucherNo={props.review.voucher_no} onDone={props.onRecused} />
      </Show>
      <section class="card">
        <dl class="facts">
          <dt>用户单位</dt>
          <dd>{props.review.applicant_name}</dd>
          <dt>管理单位</dt>
          <dd>{props.review.institution_name}</dd>
          <dt>抵扣金额</dt>
          <dd>{formatFen(number(props.item, 'amount_fen'))} 元</dd>
          <dt>可抵扣检测费</dt>
          <dd>{formatFen(Number(inner(props.item, 'order', 'eligible_fee_fen')))} 元</dd>
          <dt>合同</dt>
          <dd>
            {inner(props.item, 'order', 'contract_no')}，总额{' '}
            {formatFen(Number(inner(props.item, 'order', 'contract_total_fen')))} 元
          </dd>
        </dl>
      </section>
      <Submitted orderId={number(props.item, 'order_id')} />
      <RedemptionPapers id={props.item.id} orderId={number(props.item, 'order_id')} />
    </div>
  );
}
