import { Show } from 'solid-js';
import { type LoadedRound, type RoundPack, roundPacks } from '../../backend/rounds.ts';
import { AssignRecommender } from '../review/Recommender.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { ViewLink } from '../ui/ViewLink.tsx';

/** The papers of one quarter, institution by institution (R26); who has no recommender is given one here (R48). */
export function RoundPacks(props: {
  round: LoadedRound;
  label: (state: string) => string;
  platform: boolean;
  onChanged: () => void;
}) {
  const columns: Column<RoundPack>[] = [
    { name: '管理单位', cell: (p) => p.institution.name },
    { name: '状态', cell: (p) => <span class="tag state">{props.label(p.state)}</span> },
    {
      name: '材料',
      cell: (p) => (
        <>
          <a href={`/papers/?pack=${p.id}`} target="_blank" rel="noopener">
            查看
          </a>{' '}
          <a
            href={`/settlement/?round=${props.round.row.id}&institution=${p.institution.id}`}
            target="_blank"
            rel="noopener"
          >
            结算单
          </a>{' '}
          <Show when={props.platform}>
            <ViewLink to={{ view: 'pack', id: p.id }}>办理</ViewLink>
            <Show when={p.institution.recommender_id === null}>
              <AssignRecommender institution={p.institution} onDone={props.onChanged} />
            </Show>
          </Show>
        </>
      ),
    },
  ];
  return (
    <section class="card">
      <h2>纸质材料</h2>
      <DataTable<RoundPack>
        caption="本季度的纸质材料"
        name="packs"
        list={() => roundPacks(props.round.row.id)}
        order={{ columns: ['id'] }}
        again={props.round.events.length}
        empty="汇总后每个管理单位在这里有一份。"
        columns={columns}
      />
    </section>
  );
}
