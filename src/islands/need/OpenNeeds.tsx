import { createResource, createSignal, Show } from 'solid-js';
import { answerNeed, type OpenNeed, openNeeds, openResources, takeDownNeed } from '../../backend/needs.ts';
import { DataCards } from '../ui/DataCards.tsx';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';
import { NeedFacts, Threads } from './parts.tsx';

const order = { columns: ['need_id'], descending: true } as const;
const heading = (n: OpenNeed) => (
  <h2>
    {n.sample}
    <Show when={n.applicant_name}>
      <span class="muted small">　{n.applicant_name}</span>
    </Show>
  </h2>
);

/** The open needs of the classes in which an institution has something open; it answers in a thread of its own (R53). */
export function OpenNeeds(props: { orgId: number }) {
  const [mine, { refetch }] = createResource(() => openResources(props.orgId));
  const [said, setSaid] = createSignal(0);
  return (
    <>
      <h1>需求</h1>
      <p class="muted">
        用户单位公开的需求里，本单位有开放资源的领域。答复只有对方和省平台看得到；附上仪器或检测项目的，对方可以直接去预约。
      </p>
      <Load of={mine} retry={() => void refetch()}>
        {(resources) => (
          <DataCards<OpenNeed>
            list={() => openNeeds([...new Set(resources().map((r) => r.class_code))])}
            order={order}
            empty="现在没有本单位能做的需求。对外开放的资源越多，能看到的领域越多。"
            summary={(total) => `共 ${total} 条`}
          >
            {(n) => (
              <section class="card">
                {heading(n)}
                <NeedFacts of={{ ...n, class: n.class_label }} />
                <Threads need={n.need_id} again={said()} empty={null} below={() => null} />
                <Form
                  title="答复这条需求"
                  button="答复"
                  fields={
                    [
                      { name: 'body', label: '答复', kind: 'long', min: 2, max: 2000 },
                      {
                        name: 'slug',
                        label: '请对方预约哪一项',
                        kind: 'choice',
                        optional: true,
                        options: [
                          ['', '不指定'],
                          ...resources()
                            .filter((r) => r.class_code === n.class_code)
                            .map((r): [string, string] => [r.slug, r.name]),
                        ],
                      },
                    ] as const
                  }
                  send={(v, requestId) => answerNeed(n.need_id, v, requestId)}
                  onDone={() => setSaid(said() + 1)}
                />
              </section>
            )}
          </DataCards>
        )}
      </Load>
    </>
  );
}

/** Every open need, for the platform: it reads the threads, and takes down what does not belong here, with a reason. */
export function NeedsToWatch() {
  const [taken, setTaken] = createSignal(0);
  return (
    <>
      <h1>需求</h1>
      <DataCards<OpenNeed>
        list={() => openNeeds()}
        order={order}
        again={taken()}
        empty="现在没有公开的需求。"
        summary={(total) => `共 ${total} 条`}
      >
        {(n) => (
          <section class="card">
            {heading(n)}
            <NeedFacts of={{ ...n, class: n.class_label }} />
            <Threads need={n.need_id} again={taken()} empty={<p class="muted">还没有答复。</p>} below={() => null} />
            <Form
              title="下架"
              button="下架"
              fields={[{ name: 'reason', label: '原因（发布单位会看到全文）', kind: 'long', min: 2 }] as const}
              send={(v, requestId) => takeDownNeed(n.need_id, v.reason, requestId)}
              onDone={() => setTaken(taken() + 1)}
            />
          </section>
        )}
      </DataCards>
    </>
  );
}
