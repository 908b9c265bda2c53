import { createResource } from 'solid-js';
import { type Round, rounds } from '../../backend/rounds.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate, withWeekday } from '../../domain/dates.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { ExportButton } from '../ui/ExportButton.tsx';
import { Load } from '../ui/Load.tsx';
import { ViewLink } from '../ui/ViewLink.tsx';

export const quarterName = (r: { year: number; quarter: number }) => `${r.year} 年第 ${r.quarter} 季度`;

/** 季度汇总: every quarter and how far it is. */
export function Rounds() {
  const [label, { refetch }] = createResource(() => labelsOf('round'));
  return (
    <>
      <h1>季度汇总</h1>
      <p class="row noprint">
        <span class="muted">全部数据：</span>
        <ExportButton what="payouts">兑付 CSV</ExportButton>
        <ExportButton what="redemptions">兑付申请 CSV</ExportButton>
        <ExportButton what="orders">订单 CSV</ExportButton>
      </p>
      <Load of={label} retry={() => void refetch()}>
        {(said) => (
          <DataTable<Round>
            caption="季度汇总"
            list={() => rounds}
            order={{ columns: ['id'], descending: true }}
            empty="还没有季度汇总。第一件兑付申请通过形式审核后出现。"
            columns={[
              { name: '季度', cell: (r) => <ViewLink to={{ view: 'round', id: r.id }}>{quarterName(r)}</ViewLink> },
              {
                name: '汇总期限',
                cell: (r) => (r.close_due_on ? withWeekday(r.close_due_on) : '放假安排尚未公布'),
              },
              {
                name: '状态',
                sort: 'state_since',
                cell: (r) => (
                  <>
                    <span class="tag state">{said()(r.state)}</span>{' '}
                    <span class="muted small">{formatDate(r.state_since)}</span>
                  </>
                ),
              },
            ]}
          />
        )}
      </Load>
    </>
  );
}
