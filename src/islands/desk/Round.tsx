import { createResource, For, Show } from 'solid-js';
import { type LoadedRound, loadRound } from '../../backend/rounds.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { withWeekday } from '../../domain/dates.ts';
import { holderLabels } from '../../domain/labels.ts';
import { Actions } from '../case/Actions.tsx';
import { History } from '../case/History.tsx';
import { ReviewProgress } from '../review/Progress.tsx';
import { SendBack } from '../review/SendBack.tsx';
import { RoundItems } from '../round/RoundItems.tsx';
import { RoundPacks } from '../round/RoundPacks.tsx';
import { Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { Rail } from '../ui/Rail.tsx';
import { quarterName } from './Rounds.tsx';

const path: [state: string, label: string, who: string][] = [
  ['open', '归集', holderLabels.platform],
  ['listed', '汇总', holderLabels.platform],
  ['in_review', '专家评审', '专家'],
  ['reported', '上报', holderLabels.department],
  ['department_confirmed', '省科技厅确认', holderLabels.finance],
  ['finance_confirmed', '省财政厅确认', holderLabels.platform],
  ['in_notice', '公示', '公众'],
  ['paying', '兑付', holderLabels.platform],
  ['settled', '办结', ''],
];
const labels = async () => {
  const [redemption, pack] = await Promise.all([labelsOf('redemption'), labelsOf('paper_pack')]);
  return { redemption, pack };
};

/** One quarter: next step and rail, the experts' progress, the items in order of payment, papers, history. */
export function Round(props: { id: number; platform: boolean }) {
  const [data, { refetch }] = createResource(() => props.id, loadRound);
  const [said] = createResource(labels);
  const changed = () => void refetch();
  return (
    <Load of={data} retry={changed}>
      {(d) => (
        <article class="case">
          <h1>{quarterName(d().row)}</h1>
          <RoundRail state={d().row.state} />
          <RoundStep round={d()} onChanged={changed} />
          <Show when={props.platform}>
            <ReviewProgress roundId={props.id} onChanged={changed} again={d().events.length} />
          </Show>
          <Show when={said()}>
            {(label) => (
              <>
                <RoundItems round={d()} label={label().redemption} />
                <RoundPacks round={d()} label={label().pack} platform={props.platform} onChanged={changed} />
              </>
            )}
          </Show>
          <History events={d().events} />
        </article>
      )}
    </Load>
  );
}

function RoundRail(props: { state: string }) {
  const at = () => path.findIndex(([s]) => s === props.state);
  return (
    <Rail
      stations={path.map(([, label, who], i) => ({
        label,
        who: i === at() ? who : '',
        when: '',
        status: i < at() || props.state === 'settled' ? 'past' : i === at() ? 'now' : 'later',
      }))}
    />
  );
}

/** What happens next, until when, and the acts that would not be refused. */
function RoundStep(props: { round: LoadedRound; onChanged: () => void }) {
  const r = () => props.round.row;
  return (
    <NextStepFrame step={props.round.step}>
      <Show when={r().state === 'open'}>
        <p>
          汇总期限：<b>{r().close_due_on ? withWeekday(r().close_due_on as string) : '放假安排尚未公布，待定'}</b>
          （按国务院放假安排计算）。到期未汇总的由系统汇总。
        </p>
      </Show>
      <Show when={props.round.notice}>
        {(n) => (
          <p>
            公示 {n().from_on} 至 {n().to_on}：<a href={`/notices/${n().id}/`}>{n().title}</a>
          </p>
        )}
      </Show>
      <Actions
        entity="round"
        row={r()}
        actions={props.round.step.actions}
        onDone={props.onChanged}
        extra={
          <For each={props.round.step.actions.filter((a) => a.action === 'send_back')}>
            {() => <SendBack roundId={r().id} onDone={props.onChanged} />}
          </For>
        }
      />
    </NextStepFrame>
  );
}
