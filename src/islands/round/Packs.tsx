import { Show } from 'solid-js';
import { type PaperPack, paperPack } from '../../backend/papers.ts';
import { CaseView } from '../case/CaseView.tsx';

const quarterOf = (r: PaperPack) => `${r.round.year} 年第 ${r.round.quarter} 季度`;

/** One pack of papers (R26): where it is, and the way to print it. */
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
