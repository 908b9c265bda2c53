import { createResource } from 'solid-js';
import { claimSums, claimsOf, type ListedClaim, type QuarterSum } from '../../backend/lists.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { formatFen } from '../../domain/money.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Load } from '../ui/Load.tsx';
import { param } from '../ui/route.ts';
import { ViewLink } from '../ui/ViewLink.tsx';
import { StateTag } from '../ui/State.tsx';

const quarterName = (s: QuarterSum) => (s.round_id === null ? '形式审核中' : `${s.year} 年第 ${s.quarter} 季度`);
const codeOf = (s: QuarterSum) => (s.round_id === null ? 'open' : String(s.round_id));

/** 总订单汇总列表: an institution's claims by quarter, with what the database counts and sums of each. */
export function RedemptionList(props: { orgId: number }) {
  const [data, { refetch }] = createResource(async () => {
    const [sums, label] = await Promise.all([claimSums(props.orgId), labelsOf('redemption')]);
    return { sums, label };
  });
  /** The quarters that are shown: the one chosen, or all of them. */
  const shown = (sums: QuarterSum[]) => {
    const chosen = sums.filter((s) => codeOf(s) === param('quarter'));
    return chosen.length > 0 ? chosen : sums;
  };
  const total = (sums: QuarterSum[], column: 'items' | 'amount_fen') =>
    shown(sums).reduce((sum, s) => sum + s[column], 0);
  const columns = (label: (state: string) => string): Column<ListedClaim>[] => [
    { name: '券号', cell: (r) => <ViewLink to={{ view: 'redemption', id: r.id }}>{r.voucher_no}</ViewLink> },
    { name: '检测', cell: (r) => r.order.title },
    { name: '用户单位', cell: (r) => r.applicant.name },
    { name: '金额（元）', money: true, sort: 'amount_fen', cell: (r) => formatFen(r.amount_fen) },
    {
      name: '状态',
      sort: 'state_since',
      cell: (r) => (
        <>
          <StateTag of="redemption" state={r.state} label={label(r.state)} />{' '}
          <span class="muted small">{formatDate(r.state_since)}</span>
        </>
      ),
    },
  ];
  return (
    <>
      <h1>总订单汇总列表</h1>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <DataTable<ListedClaim>
            caption="总订单汇总列表"
            list={({ quarter }) => claimsOf(props.orgId, quarter ?? '')}
            order={{ columns: ['id'], descending: true }}
            filters={[
              {
                name: 'quarter',
                label: '季度',
                options: d().sums.map((s) => [codeOf(s), `${quarterName(s)}（${s.items} 项）`] as const),
              },
            ]}
            empty="还没有兑付申请。用户单位支付后，在「我的电子券」里申请兑付。"
            summary={() => (
              <>
                {total(d().sums, 'items')} 项，{formatFen(total(d().sums, 'amount_fen'))} 元
              </>
            )}
            columns={columns(d().label)}
          />
        )}
      </Load>
    </>
  );
}
