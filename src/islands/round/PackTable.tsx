import { createResource } from 'solid-js';
import { type ListedPack, packsOf } from '../../backend/lists.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Load } from '../ui/Load.tsx';
import { ViewLink } from '../ui/ViewLink.tsx';
import { StateTag } from '../ui/State.tsx';

/** 季度纸质材料 (R26): one pack a quarter of an institution, and where it is. */
export function Packs(props: { institutionId: number; empty: string }) {
  const [label, { refetch }] = createResource(() => labelsOf('paper_pack'));
  return (
    <>
      <h1>季度纸质材料</h1>
      <Load of={label} retry={() => void refetch()}>
        {(said) => (
          <DataTable<ListedPack>
            caption="季度纸质材料"
            list={() => packsOf(props.institutionId)}
            order={{ columns: ['id'], descending: true }}
            empty={props.empty}
            columns={[
              {
                name: '季度',
                cell: (p) => (
                  <ViewLink to={{ view: 'pack', id: p.id }}>
                    {p.round.year} 年第 {p.round.quarter} 季度
                  </ViewLink>
                ),
              },
              { name: '管理单位', cell: (p) => p.institution.name },
              {
                name: '状态',
                sort: 'state_since',
                cell: (p) => (
                  <>
                    <StateTag of="paper_pack" state={p.state} label={said()(p.state)} />{' '}
                    <span class="muted small">{formatDate(p.state_since)}</span>
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
