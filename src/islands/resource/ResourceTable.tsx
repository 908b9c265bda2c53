import { createResource, Show } from 'solid-js';
import { type ListedResource, resourcesOf } from '../../backend/lists.ts';
import type { ResourceKind } from '../../backend/resources.ts';
import { statesOf } from '../../backend/workflow.ts';
import { formatRange } from '../../domain/money.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Load } from '../ui/Load.tsx';
import { ViewLink } from '../ui/ViewLink.tsx';
import { StateTag } from '../ui/State.tsx';

/** Services have no model. */
const titleOf = (r: ListedResource) => `${r.name} ${r.model ?? ''}`.trim();
const newest = { columns: ['id'], descending: true };

/** An institution's instruments or services, the newest first (R21). */
export function ResourceTable(props: {
  kind: ResourceKind;
  orgId: number;
  classLabel: (code: string) => string;
  again: number;
}) {
  const [states, { refetch }] = createResource(async () =>
    (await statesOf(props.kind)).map((s) => [s.state, s.label] as const),
  );
  const noun = () => (props.kind === 'instrument' ? '仪器' : '检测项目');
  return (
    <Load of={states} retry={() => void refetch()}>
      {(labels) => (
        <DataTable<ListedResource>
          caption={noun()}
          list={({ state }) => resourcesOf(props.kind, props.orgId, state ? [state] : [])}
          order={newest}
          filters={[{ name: 'state', label: '状态', options: labels() }]}
          again={props.again}
          empty={`还没有${noun()}。添加后由省平台审核，通过即向公众发布。`}
          columns={[
            {
              name: '名称',
              sort: 'name',
              cell: (r) => <ViewLink to={{ view: props.kind, id: r.id }}>{titleOf(r)}</ViewLink>,
            },
            { name: '类别', sort: 'class_code', cell: (r) => props.classLabel(r.class_code) },
            {
              name: '价格（元）',
              money: true,
              sort: 'price_min_fen',
              cell: (r) => `${formatRange(r.price_min_fen, r.price_max_fen)}/${r.unit}`,
            },
            {
              name: '状态',
              cell: (r) => (
                <StateTag of={props.kind} state={r.state} label={labels().find(([state]) => state === r.state)?.[1]} />
              ),
            },
          ]}
        />
      )}
    </Load>
  );
}

/** What the two switches of a resource set. */
export interface Switched {
  is_open?: boolean;
  voucher_enabled?: boolean;
  reopens_on?: string | null;
}
/** The published resources of one kind, each with its two switches (R21). */
export function SwitchTable(props: {
  kind: ResourceKind;
  orgId: number;
  again: number;
  empty: string;
  onSwitch: (resource: ListedResource, part: Switched) => void;
}) {
  return (
    <DataTable<ListedResource>
      caption="对外开放与用券"
      list={() => resourcesOf(props.kind, props.orgId, ['published', 'edit_review'])}
      order={newest}
      again={`${props.kind} ${props.again}`}
      empty={props.empty}
      columns={[
        { name: '名称', sort: 'name', cell: titleOf },
        { name: '对外开放', cell: (r) => <OpenSwitch of={r} onSwitch={(part) => props.onSwitch(r, part)} /> },
        {
          name: '支持创新券订单',
          cell: (r) => (
            <label class="check">
              <input
                type="checkbox"
                checked={r.voucher_enabled}
                aria-label={`${titleOf(r)} 支持创新券订单`}
                onChange={(e) => props.onSwitch(r, { voucher_enabled: e.currentTarget.checked })}
              />{' '}
              <span>{r.voucher_enabled ? '支持' : '不支持'}</span>
            </label>
          ),
        },
      ]}
    />
  );
}

/** Open or closed, and while closed the day on which it is expected to open again. */
function OpenSwitch(props: { of: ListedResource; onSwitch: (part: Switched) => void }) {
  const title = () => titleOf(props.of);
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={props.of.is_open}
          aria-label={`${title()} 对外开放`}
          onChange={(e) => props.onSwitch({ is_open: e.currentTarget.checked })}
        />{' '}
        <span>{props.of.is_open ? '开放' : '关闭'}</span>
      </label>
      <Show when={!props.of.is_open}>
        <label class="inline">
          <span>预计恢复</span>
          <input
            type="date"
            value={props.of.reopens_on ?? ''}
            aria-label={`${title()} 预计恢复日`}
            onChange={(e) => props.onSwitch({ reopens_on: e.currentTarget.value || null })}
          />
        </label>
      </Show>
    </>
  );
}
