import { createSignal, Show } from 'solid-js';
import type { Opinion, Review, ReviewedItem } from '../../backend/reviews.ts';
import { formatFen } from '../../domain/money.ts';
import { RedemptionPapers } from '../redemption/Redemption.tsx';
import { Recusal } from './Statement.tsx';
import { Submitted } from './Submitted.tsx';

/** One item before an expert: the opinion, and what it is judged by. */
export function Bench(props: {
  item: ReviewedItem;
  review: Review;
  opinion: Opinion;
  onOpinion: (part: Partial<Opinion>) => void;
  onRecused: () => void;
  onNext?: () => void;
}) {
  const [conflict, setConflict] = createSignal(false);
  return (
    <div class="bench">
      <h2>{props.item.order.title}</h2>
      <Show when={props.review.sent_back_reason}>
        <p class="warn">
          <b>退回重新评审：</b>
          {props.review.sent_back_reason}
        </p>
      </Show>
      <Verdict opinion={props.opinion} onOpinion={props.onOpinion} />
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
          <dd>{formatFen(props.item.amount_fen)} 元</dd>
          <dt>可抵扣检测费</dt>
          <dd>{formatFen(props.item.order.eligible_fee_fen)} 元</dd>
          <dt>合同</dt>
          <dd>
            {props.item.order.contract_no}，总额 {formatFen(props.item.order.contract_total_fen)} 元
          </dd>
        </dl>
      </section>
      <Submitted orderId={props.item.order_id} />
      <RedemptionPapers id={props.item.id} orderId={props.item.order_id} />
    </div>
  );
}

/** Yes, or no with a reason (R27). */
function Verdict(props: { opinion: Opinion; onOpinion: (part: Partial<Opinion>) => void }) {
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
    <>
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
    </>
  );
}
