import { createSignal, For, Show } from 'solid-js';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import {
  allRoundItems,
  byPayment,
  type LoadedRound,
  opinionOf,
  type RoundItem,
  roundItems,
} from '../../backend/rounds.ts';
import { toCsv } from '../../domain/csv.ts';
import { formatTime } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { downloadText } from '../ui/download.ts';
import { Refused } from '../ui/Refused.tsx';
import { ViewLink } from '../ui/ViewLink.tsx';

const results: Record<string, string> = { yes: '通过', no: '不通过' };

/** What the experts said of an item, or how many of them it waits for. */
function Opinion(props: { item: RoundItem }) {
  const o = opinionOf(props.item);
  return (
    <Show when={o.result} fallback={o.experts > 0 ? `${o.experts} 位` : '未分配'}>
      {(result) => (
        <>
          {results[result()]}
          <For each={o.reasons}>{(reason) => <blockquote class="small">{reason}</blockquote>}</For>
        </>
      )}
    </Show>
  );
}

/** The items of one quarter in order of payment (R8), with the sums that the database makes, and all of them as CSV. */
export function RoundItems(props: { round: LoadedRound; label: (state: string) => string }) {
  const [busy, setBusy] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  const round = () => props.round.row;
  const sums = () => props.round.sums;
  const total = () => sums().passed + sums().refused + sums().undecided;
  async function download() {
    setRefusal(undefined);
    setBusy(true);
    try {
      const items = await allRoundItems(round().id);
      downloadText(
        `${round().year} 年第 ${round().quarter} 季度.csv`,
        csvOf(items, props.label),
        'text/csv;charset=utf-8',
      );
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setBusy(false);
  }
  const columns: Column<RoundItem>[] = [
    { name: '支付先后', cell: (_, place) => place },
    { name: '券号', cell: (i) => i.voucher_no },
    { name: '检测', cell: (i) => <ViewLink to={{ view: 'case', id: i.order_id }}>{i.order.title}</ViewLink> },
    { name: '用户单位', cell: (i) => i.applicant.name },
    { name: '管理单位', cell: (i) => i.institution.name },
    { name: '金额（元）', money: true, cell: (i) => formatFen(i.amount_fen) },
    { name: '专家意见', cell: (i) => <Opinion item={i} /> },
    {
      name: '状态',
      cell: (i) => (
        <>
          <span class="tag state">{props.label(i.state)}</span>
          <Show when={i.state.startsWith('re_')}>
            {' '}
            <ViewLink to={{ view: 'item', id: i.id }}>办理复评</ViewLink>
          </Show>
        </>
      ),
    },
  ];
  return (
    <section class="card">
      <div class="row">
        <h2>
          {total()} 项：通过 {sums().passed} 项 {formatFen(sums().passed_fen)} 元，不通过 {sums().refused} 项{' '}
          {formatFen(sums().refused_fen)} 元，未定 {sums().undecided} 项 {formatFen(sums().undecided_fen)} 元
        </h2>
        <Show when={total() > 0}>
          <button type="button" class="button push" disabled={busy()} onClick={() => void download()}>
            {busy() ? '正在取出…' : '下载 CSV'}
          </button>
        </Show>
      </div>
      <Refused refusal={refusal()} />
      <DataTable<RoundItem>
        caption="本季度的兑付申请，按支付先后"
        list={() => roundItems(round().id)}
        order={byPayment}
        again={props.round.events.length}
        empty="本季度还没有通过形式审核的兑付申请。"
        columns={columns}
      />
    </section>
  );
}

const csvOf = (items: RoundItem[], label: (state: string) => string) =>
  toCsv(
    ['序号', '券号', '订单', '用户单位', '管理单位', '金额（元）', '支付时间', '评审结果', '状态', '到账日'],
    items.map((i, n) => [
      n + 1,
      i.voucher_no,
      i.order.order_no,
      i.applicant.name,
      i.institution.name,
      (i.amount_fen / 100).toFixed(2),
      formatTime(i.paid_at),
      results[opinionOf(i).result ?? ''] ?? '',
      label(i.state),
      i.payments.find((p) => p.state === 'arrived')?.arrived_on ?? '',
    ]),
  );
