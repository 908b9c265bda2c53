import { createResource } from 'solid-js';
import { type ListedProject, projectsOf } from '../../backend/lists.ts';
import { statesOf } from '../../backend/workflow.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Load } from '../ui/Load.tsx';
import { ViewLink } from '../ui/ViewLink.tsx';
import { StateTag } from '../ui/State.tsx';

/** An applicant's projects, the newest first (R11). */
export function ProjectTable(props: { orgId: number }) {
  const [states, { refetch }] = createResource(async () =>
    (await statesOf('project')).map((s) => [s.state, s.label] as const),
  );
  return (
    <Load of={states} retry={() => void refetch()}>
      {(labels) => (
        <DataTable<ListedProject>
          caption="科技研发项目"
          list={({ state }) => projectsOf(props.orgId, state ?? '')}
          order={{ columns: ['id'], descending: true }}
          filters={[{ name: 'state', label: '状态', options: labels() }]}
          empty="还没有登记项目。订单须挂在已通过审核的项目下，请先登记一个。"
          columns={[
            {
              name: '项目',
              sort: 'title',
              cell: (p) => <ViewLink to={{ view: 'project', id: p.id }}>{p.title}</ViewLink>,
            },
            { name: '领域', cell: (p) => p.tech_field },
            { name: '起止', sort: 'start_on', cell: (p) => `${p.start_on} 至 ${p.end_on}` },
            {
              name: '状态',
              cell: (p) => (
                <StateTag of="project" state={p.state} label={labels().find(([state]) => state === p.state)?.[1]} />
              ),
            },
          ]}
        />
      )}
    </Load>
  );
}
