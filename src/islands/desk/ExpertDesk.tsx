import { createEffect, createResource, createSignal, For, Show } from 'solid-js';
import { act, asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { inner, list, number, type Row, text } from '../../backend/work.ts';
import { formatFen } from '../../domain/money.ts';
import { RedemptionPapers } from '../redemption/Redemption.tsx';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { Refused } from '../ui/Refused.tsx';
import { follow, go, hrefOf, param } from '../ui/route.ts';

interface Opinion {
  verdict: '' | 'yes' | 'no';
  reason: string;
}
const key = 'review';

/** 专家评审 (R27): every item assigned to me; opinions are kept in this browser until all are sent together. Nobody sees another's before the review closes. */
export function ExpertDesk() {
  const [data, { refetch }] = createResource(async () => {
    const assigned = await list<Row>('expert_assignments', 'redemption_id, conflict_reason', {}, 'redemption_id', 1000);
    const ids = assigned.filter((a) => !a['conflict_reason']).map((a) => Number(a['redemption_id']));
    const items =
      ids.length > 0
        ? await list<Row>(
            'redemptions',
            'id, voucher_no, amount_fen, order_id, order:orders(title, purpose, contract_no, contract_total_fen, eligible_fee_fen), round:rounds(year, quarter)',
            { id: ids },
            'paid_at',
            1000,
          )
        : [];
    const votes =
      ids.length > 0 ? await list<Row>('expert_votes', '*', { redemption_id: ids }, 'redemption_id', 1000) : [];
    return { items, votes };
  });
  return (
    <>
      <h1>专家评审</h1>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <Show
            when={d().items.length > 0}
            fallback={<Empty>现在没有分配给您的评审。季度评审开始后在这里出现；评审结束后材料即不再可见。</Empty>}
          >
            <Desk items={d().items} votes={d().votes} onDone={() => void refetch()} />
          </Show>
        )}
      </Load>
    </>
  );
}

function Desk(props: { items: Row[]; votes: Row[]; onDone: () => void }) {
  const kept = (() => {
    try {
      return JSON.parse(window.localStorage.getItem(key) ?? '{}') as Record<string, Opinion>;
    } catch {
      return {};
    }
  })();
  const initial: Record<string, Opinion> = Object.fromEntries(
    props.items.map((i): [string, Opinion] => {
      const vote = props.votes.find((v) => v['redemption_id'] === i.id);
      return [
        String(i.id),
        kept[String(i.id)] ?? {
          verdict: (vote?.['verdict'] as 'yes' | 'no' | undefined) ?? '',
          reason: text(vote, 'reason'),
        },
      ];
    }),
  );
  const [opinions, setOpinions] = createSignal<Record<string, Opinion>>(initial);
  const at = () => Math.min(Number(param('item')) || 0, props.items.length - 1);
  const setAt = (item: number) => go({ view: 'review', item });
  const [conflict, setConflict] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [sent, setSent] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  createEffect(() => window.localStorage.setItem(key, JSON.stringify(opinions())));
  const item = () => props.items[at()] as Row;
  const opinion = () => opinions()[String(item().id)] ?? { verdict: '', reason: '' };
  const set = (part: Partial<Opinion>) => {
    setSent(false);
    setOpinions({ ...opinions(), [String(item().id)]: { ...opinion(), ...part } });
  };
  const ready = () =>
    props.items.filter((i) => {
      const o = opinions()[String(i.id)];
      return o?.verdict === 'yes' || (o?.verdict === 'no' && o.reason.trim().length >= 2);
    });
  const stored = (i: Row) => props.votes.some((v) => v['redemption_id'] === i.id);
  let requestId = newRequestId();
  async function send() {
    setBusy(true);
    setRefusal(undefined);
    try {
      await act('cast_votes', {
        request_id: requestId,
        votes: ready().map((i) => {
          const o = opinions()[String(i.id)] as Opinion;
          return { redemption_id: i.id, verdict: o.verdict, reason: o.verdict === 'no' ? o.reason : null };
        }),
      });
      requestId = newRequestId();
      window.localStorage.removeItem(key);
      setSent(true);
      props.onDone();
    } catch (error) {
      requestId = newRequestId();
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
            : `下一步：逐项给出意见，一次提交（已填 ${ready().length} / ${props.items.length}）`}
        </h2>
        <p class="muted">
          同意或不同意，不同意须写理由；多数决定。金额在订单审核时已定，不在此评。与任何一方有利害关系的请申报回避。未提交的意见只存在本浏览器。
        </p>
        <Refused refusal={refusal()} />
        <button type="button" class="button main" disabled={busy() || ready().length === 0} onClick={() => void send()}>
          {busy() ? '正在提交…' : `提交 ${ready().length} 项意见`}
        </button>
      </section>
      <div class="desk">
        <nav class="queue" aria-label="评审清单">
          <ol>
            <For each={props.items}>
              {(i, n) => (
                <li>
                  <a
                    href={hrefOf({ view: 'review', item: n() })}
                    aria-current={n() === at() ? 'true' : undefined}
                    onClick={(e) => {
                      setConflict(false);
                      follow(e, { view: 'review', item: n() });
                    }}
                  >
                    <b>{inner(i, 'order', 'title')}</b>
                    <span class="small muted">
                      {text(i, 'voucher_no')} · {formatFen(number(i, 'amount_fen'))} 元 ·{' '}
                      {stored(i) ? '已提交' : opinions()[String(i.id)]?.verdict ? '草稿' : '未填'}
                    </span>
                  </a>
                </li>
              )}
            </For>
          </ol>
        </nav>
        <div class="bench">
          <h2>{inner(item(), 'order', 'title')}</h2>
          <fieldset class="choice">
            <legend>您的意见</legend>
            <label>
              <input
                type="radio"
                name="verdict"
                checked={opinion().verdict === 'yes'}
                onChange={() => set({ verdict: 'yes' })}
              />{' '}
              <span>同意兑付</span>
            </label>
            <label>
              <input
                type="radio"
                name="verdict"
                checked={opinion().verdict === 'no'}
                onChange={() => set({ verdict: 'no' })}
              />{' '}
              <span>不同意</span>
            </label>
          </fieldset>
          <Show when={opinion().verdict === 'no'}>
            <label>
              <span>不同意的理由（至少 2 字）</span>
              <textarea
                maxlength="2000"
                value={opinion().reason}
                onInput={(e) => set({ reason: e.currentTarget.value })}
              />
            </label>
          </Show>
          <div class="row">
            <Show when={at() + 1 < props.items.length}>
              <button type="button" class="button" onClick={() => setAt(at() + 1)}>
                下一项
              </button>
            </Show>
            <button type="button" class="button grave" onClick={() => setConflict(!conflict())}>
              申报回避
            </button>
          </div>
          <Show when={conflict()}>
            <Form
              title="申报回避"
              button="回避这一项"
              grave
              action="declare_conflict"
              fields={[{ name: 'reason', label: '利害关系', kind: 'long', min: 2 }]}
              build={(v, request_id) => ({ redemption_id: item().id, reason: v['reason'], request_id })}
              onDone={() => {
                setConflict(false);
                setAt(0);
                props.onDone();
              }}
            >
              <p>回避后由另一位专家评审，您不再看到这一项。</p>
            </Form>
          </Show>
          <section class="card">
            <dl class="facts">
              <dt>抵扣金额</dt>
              <dd>{formatFen(number(item(), 'amount_fen'))} 元</dd>
              <dt>可抵扣检测费</dt>
              <dd>{formatFen(Number(inner(item(), 'order', 'eligible_fee_fen')))} 元</dd>
              <dt>合同</dt>
              <dd>
                {inner(item(), 'order', 'contract_no')}，总额{' '}
                {formatFen(Number(inner(item(), 'order', 'contract_total_fen')))} 元
              </dd>
              <dt>检测目的</dt>
              <dd>{inner(item(), 'order', 'purpose') || '—'}</dd>
            </dl>
          </section>
          <Show when={item().id} keyed>
            {(id) => <RedemptionPapers id={id} orderId={number(item(), 'order_id')} />}
          </Show>
        </div>
      </div>
    </>
  );
}
