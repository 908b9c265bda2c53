import { createResource, For, Show } from 'solid-js';
import { list, type Row, text } from '../../backend/work.ts';
import { formatTime } from '../../domain/dates.ts';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';

/** 网站找错: what visitors point out; whoever mends it writes what was done, once. */
export function Corrections(props: { answers: boolean }) {
  const [rows, { refetch }] = createResource(() => list<Row>('corrections', '*', {}));
  return (
    <>
      <h1>网站找错</h1>
      <Load of={rows} retry={() => void refetch()}>
        {(d) => (
          <Show when={d().length > 0} fallback={<Empty>没有收到找错。每页页脚都有「网站找错」。</Empty>}>
            <For each={d()}>
              {(r) => (
                <section class="card">
                  <h2>{text(r, 'page')}</h2>
                  <p class="muted">
                    <Show when={r['needs_look']}>
                      <span class="tag">来得太多时收下，请先看是否灌水</span>{' '}
                    </Show>
                    {text(r, 'receipt')} · {formatTime(text(r, 'at'))}
                    {text(r, 'contact') && ` · ${text(r, 'contact')}`}
                  </p>
                  <blockquote>{text(r, 'body')}</blockquote>
                  <Show
                    when={r['answer']}
                    fallback={
                      <Show
                        when={props.answers}
                        fallback={
                          <p>
                            <span class="tag">待省平台处理</span>
                          </p>
                        }
                      >
                        <Form
                          title="处理"
                          button="记下处理结果"
                          action="answer_correction"
                          fields={[{ name: 'answer', label: '核实与更正情况', kind: 'long', min: 2 }]}
                          build={(v, request_id) => ({ correction_id: r.id, answer: v['answer'], request_id })}
                          onDone={() => void refetch()}
                        />
                      </Show>
                    }
                  >
                    <p>
                      <span class="tag state">已处理</span> {text(r, 'answer')}
                    </p>
                  </Show>
                </section>
              )}
            </For>
          </Show>
        )}
      </Load>
    </>
  );
}
