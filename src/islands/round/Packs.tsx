import { createResource, For, Show } from 'solid-js';
import { type PaperPack, paperPack } from '../../backend/papers.ts';
import { inner, list, type Row, text, workflowStates } from '../../backend/work.ts';
import { formatDate } from '../../domain/dates.ts';
import { CaseView } from '../case/CaseView.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, hrefOf } from '../ui/route.ts';

const select = '*, round:rounds(year, quarter), institution:organizations!paper_packs_institution_id_fkey(name)';
const quarterOf = (r: PaperPack) => `${r.round.year} 年第 ${r.round.quarter} 季度`;
const name = (r: Row) => `${inner(r, 'round', 'year')} 年第 ${inner(r, 'round', 'quarter')} 季度`;

/** 季度纸质材料 (R26): one pack an institution and quarter, and where it is. */
export function Packs(props: { filter: Record<string, number | string | (string | number)[]>; empty: string }) {
  const [data, { refetch }] = createResource(async () => ({
    rows: await list<Row>('paper_packs', select, props.filter),
    states: await workflowStates(),
  }));
  return (
    <>
      <h1>季度纸质材料</h1>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <Show when={d().rows.length > 0} fallback={<Empty>{props.empty}</Empty>}>
            <table class="stack">
              <thead>
                <tr>
                  <th>季度</th>
                  <th>管理单位</th>
                  <th>状态</th>
                </tr>
              </thead>
              <tbody>
                <For each={d().rows}>
                  {(r) => (
                    <tr>
                      <td data-label="季度">
                        <a
                          href={hrefOf({ view: 'pack', id: r.id })}
                          onClick={(e) => follow(e, { view: 'pack', id: r.id })}
                        >
                          {name(r)}
                        </a>
                      </td>
                      <td data-label="管理单位">{inner(r, 'institution')}</td>
                      <td data-label="状态">
                        <span class="tag state">
                          {d().states.find((s) => s.entity === 'paper_pack' && s.state === r.state)?.label}
                        </span>{' '}
                        <span class="muted small">{formatDate(text(r, 'state_since'))}</span>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </Show>
        )}
      </Load>
    </>
  );
}
export function Pack(props: { id: number; onChanged?: () => void }) {
  return (
    <CaseView
      entity="paper_pack"
      id={props.id}
      load={paperPack}
      title={(r) => `${r.institution.name} ${quarterOf(r)}纸质材料`}
      facts={(r) => [
        ['季度', quarterOf(r)],
        ['管理单位', r.institution.name],
      ]}
      {...(props.onChanged && { onChanged: props.onChanged })}
      extra={(r) => (
        <a class="button" href={`/papers/?pack=${r.id}`} target="_blank" rel="noopener">
          打开并打印本季度材料
        </a>
      )}
    />
  );
}
export const PackView = (props: { id: number | undefined }) => (
  <Show when={props.id} keyed>
    {(id) => <Pack id={id} />}
  </Show>
);
