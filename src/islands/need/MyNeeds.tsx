import { createResource, createSignal, Show } from 'solid-js';
import { cities, closeNeed, myNeeds, type Need, postNeed, renewNeed, replyOnNeed } from '../../backend/needs.ts';
import { today } from '../../backend/policy.ts';
import { instrumentClasses } from '../../backend/resources.ts';
import { DataCards } from '../ui/DataCards.tsx';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';
import { NeedFacts, Threads } from './parts.tsx';

/** 需求 (R53): what an applicant needs tested; institutions that can do it answer, each in a thread of its own. */
export function MyNeeds(props: { orgId: number }) {
  const [adding, setAdding] = createSignal(false);
  const [changes, setChanges] = createSignal(0);
  const changed = () => {
    setAdding(false);
    setChanges(changes() + 1);
  };
  const [lists, { refetch }] = createResource(async () => {
    const [classes, places, day] = await Promise.all([instrumentClasses(), cities(), today()]);
    return { classes, places, day };
  });
  return (
    <>
      <div class="row">
        <h1>需求</h1>
        <button type="button" class="button main push" aria-expanded={adding()} onClick={() => setAdding(!adding())}>
          发布需求
        </button>
      </div>
      <p class="muted">
        写下要测什么，公开 30 天，可以续期；能做的管理单位会收到消息，在这里答复。答复不占额度，合适的照常预约。
      </p>
      <Load of={lists} retry={() => void refetch()}>
        {(l) => (
          <>
            <Show when={adding()}>
              <Form
                title="发布需求"
                button="发布"
                fields={[
                  {
                    name: 'class_code',
                    label: '领域',
                    kind: 'choice',
                    options: [['', '请选择'], ...l().classes.map((c): [string, string] => [c.code, c.label])],
                  },
                  { name: 'sample', label: '样品和要测什么', kind: 'text', min: 2, max: 200 },
                  { name: 'standard', label: '标准', kind: 'text', max: 100, optional: true },
                  { name: 'wanted_by', label: '期望在哪天之前', kind: 'date', optional: true },
                  {
                    name: 'city_code',
                    label: '希望在哪个市',
                    kind: 'choice',
                    optional: true,
                    options: [['', '不限'], ...l().places.map((c): [string, string] => [c.code, c.name])],
                  },
                  { name: 'named', label: '公开时写出本单位名称', kind: 'check', optional: true },
                ]}
                send={(v, requestId) => postNeed({ ...v, named: v.named === true }, requestId)}
                onDone={changed}
              />
            </Show>
            <DataCards<Need>
              list={() => myNeeds(props.orgId)}
              order={{ columns: ['id'], descending: true }}
              again={changes()}
              empty="还没有发布过需求。目录里找不到合适的仪器或检测时，在这里发布。"
              summary={(total) => `共 ${total} 条`}
            >
              {(n) => <MyNeed need={n} day={l().day} onChange={changed} />}
            </DataCards>
          </>
        )}
      </Load>
    </>
  );
}

function MyNeed(props: { need: Need; day: string; onChange: () => void }) {
  const n = () => props.need;
  const [said, setSaid] = createSignal(0);
  const ended = () => n().closed_at !== null || n().taken_down_at !== null;
  const lapsed = () => n().open_until < props.day;
  const state = () =>
    n().taken_down_at ? '已下架' : n().closed_at ? '已关闭' : lapsed() ? '已到期' : n().named ? '公开（署名）' : '公开';
  return (
    <section class="card">
      <h2>
        {n().sample} <span class="tag state">{state()}</span>
      </h2>
      <Show when={n().taken_down_reason}>
        <p>省平台下架的原因：{n().taken_down_reason}</p>
      </Show>
      <NeedFacts of={{ ...n(), class: n().class?.label ?? '', city: n().city?.name }} />
      <Threads
        need={n().id}
        again={said()}
        empty={<p class="muted">还没有管理单位答复。</p>}
        below={(institution) => (
          <Show when={!ended() && !lapsed()}>
            <Form
              title="回复"
              button="回复"
              fields={[{ name: 'body', label: '回复', kind: 'long', min: 2, max: 2000 }] as const}
              send={(v, requestId) => replyOnNeed(n().id, institution, v, requestId)}
              onDone={() => setSaid(said() + 1)}
            />
          </Show>
        )}
      />
      <Show when={!ended()}>
        <div class="row">
          <Form
            title="续期"
            button="续期 30 天"
            fields={[]}
            send={(_, requestId) => renewNeed(n().id, requestId)}
            onDone={props.onChange}
          />
          <Form
            title="关闭"
            button="关闭这条需求"
            fields={[]}
            send={(_, requestId) => closeNeed(n().id, requestId)}
            onDone={props.onChange}
          />
        </div>
      </Show>
    </section>
  );
}
