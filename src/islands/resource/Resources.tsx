import { createResource, createSignal, For, Show } from 'solid-js';
import { asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import type { ListedResource } from '../../backend/lists.ts';
import {
  addResource,
  editResource,
  instrumentClasses,
  type Resource as Entry,
  type ResourceKind,
  resource,
  setSwitches,
} from '../../backend/resources.ts';
import { CaseView } from '../case/CaseView.tsx';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';
import { Refused } from '../ui/Refused.tsx';
import { follow, go, hrefOf, param } from '../ui/route.ts';
import { pendingChanges, resourceFacts, resourceFields } from './fields.ts';
import { ResourceTable, type Switched, SwitchTable } from './ResourceTable.tsx';

/** Services have no model. */
const titleOf = (r: Entry) => `${r.name} ${'model' in r ? r.model : ''}`;
const titles: Record<ResourceKind, string> = { instrument: '仪器资源', service: '项目检测' };

/** 资源管理 (R21): add, and see which are published, waiting or returned. */
export function Resources(props: { kind: ResourceKind; orgId: number }) {
  const [adding, setAdding] = createSignal(false);
  const [added, setAdded] = createSignal(0);
  const [classes, { refetch }] = createResource(instrumentClasses);
  const noun = () => (props.kind === 'instrument' ? '仪器' : '检测项目');
  return (
    <>
      <div class="row">
        <h1>资源管理 · {titles[props.kind]}</h1>
        <button type="button" class="button main push" aria-expanded={adding()} onClick={() => setAdding(!adding())}>
          添加{noun()}
        </button>
      </div>
      <Load of={classes} retry={() => void refetch()}>
        {(all) => (
          <>
            <Show when={adding()}>
              <Form
                title={`添加${noun()}`}
                button="提交审核"
                fields={resourceFields(props.kind, all())}
                send={(payload, requestId) => addResource(props.kind, payload, requestId)}
                onDone={() => {
                  setAdding(false);
                  setAdded(added() + 1);
                }}
              />
            </Show>
            <ResourceTable
              kind={props.kind}
              orgId={props.orgId}
              classLabel={(code) => all().find((c) => c.code === code)?.label ?? ''}
              again={added()}
            />
          </>
        )}
      </Load>
    </>
  );
}

/** The rows that a waiting edit would change: the public goes on seeing the left column. */
export function PendingChanges(props: { row: Entry }) {
  return (
    <Show when={pendingChanges(props.row).length > 0}>
      <section class="card difference">
        <h2>待审核的修改</h2>
        <p class="muted">审核前公众看到的仍是「现在」。</p>
        <table class="stack">
          <thead>
            <tr>
              <th>项目</th>
              <th>现在</th>
              <th>修改后</th>
            </tr>
          </thead>
          <tbody>
            <For each={pendingChanges(props.row)}>
              {(c) => (
                <tr>
                  <th scope="row" data-label="项目">
                    {c.name}
                  </th>
                  <td data-label="现在">
                    <del>{c.before}</del>
                  </td>
                  <td data-label="修改后">
                    <ins>{c.after}</ins>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Show>
  );
}

/** One instrument or service of one's own: facts, waiting edit, and the form to edit it. */
export function Resource(props: { kind: ResourceKind; id: number; mine: boolean }) {
  const [editing, setEditing] = createSignal(false);
  const [classes] = createResource(instrumentClasses);
  return (
    <CaseView
      entity={props.kind}
      id={props.id}
      load={(id) => resource(props.kind, id)}
      title={titleOf}
      facts={resourceFacts}
      extra={(_r, may) => (
        <Show when={may('edit')}>
          <button type="button" class="button" onClick={() => setEditing(!editing())}>
            修改
          </button>
        </Show>
      )}
    >
      {(r) => (
        <>
          <PendingChanges row={r} />
          <Show when={editing() && classes()}>
            {(all) => (
              <Form
                title="修改"
                button="提交审核"
                fields={resourceFields(props.kind, all(), r)}
                send={(payload, requestId) => editResource(props.kind, r.id, payload, requestId)}
                onDone={() => {
                  setEditing(false);
                  go({ view: `${props.kind}s` });
                }}
              >
                <p class="muted">已发布的内容修改后须再审核，其间公众看到的仍是现在的版本。</p>
              </Form>
            )}
          </Show>
        </>
      )}
    </CaseView>
  );
}

/** 创新券管理 · 设置 (R21): two switches a resource, at any time, without review; closing stops new bookings only. */
export function Switches(props: { orgId: number }) {
  const kind = (): ResourceKind => (param('kind') === 'service' ? 'service' : 'instrument');
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [switched, setSwitched] = createSignal(0);
  const set = async (r: ListedResource, part: Switched) => {
    setRefusal(undefined);
    try {
      await setSwitches({
        kind: kind(),
        resource_id: r.id,
        is_open: r.is_open,
        voucher_enabled: r.voucher_enabled,
        reopens_on: part.is_open ? null : r.reopens_on,
        ...part,
        request_id: newRequestId(),
      });
    } catch (error) {
      setRefusal(asRefusal(error));
    }
    setSwitched(switched() + 1);
  };
  return (
    <>
      <h1>创新券管理</h1>
      <p class="muted">
        设置立即生效，不需审核。关闭只停止新的预约，正在办理的订单照常；关闭期间可以告诉用户预计哪天恢复（不会自动恢复）。
      </p>
      <nav class="tabs" aria-label="资源种类">
        <For each={['instrument', 'service'] as const}>
          {(k) => (
            <a
              href={hrefOf({ view: 'switches', kind: k })}
              aria-current={kind() === k ? 'page' : undefined}
              onClick={(e) => follow(e, { view: 'switches', kind: k })}
            >
              {titles[k]}
            </a>
          )}
        </For>
      </nav>
      <Refused refusal={refusal()} />
      <SwitchTable
        kind={kind()}
        orgId={props.orgId}
        again={switched()}
        empty={`没有已发布的${titles[kind()]}。审核通过后在这里设置。`}
        onSwitch={(r, part) => void set(r, part)}
      />
    </>
  );
}
