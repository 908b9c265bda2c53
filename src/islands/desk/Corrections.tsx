import { createSignal, Show } from 'solid-js';
import { type Correction, corrections, answerCorrection } from '../../backend/objections.ts';
import { formatTime } from '../../domain/dates.ts';
import { DataCards } from '../ui/DataCards.tsx';
import { Form } from '../ui/Form.tsx';

/** 网站找错: what visitors point out; whoever mends it writes what was done, once. */
export function Corrections(props: { answers: boolean }) {
  const [answered, setAnswered] = createSignal(0);
  return (
    <>
      <h1>网站找错</h1>
      <DataCards<Correction>
        list={({ state }) => corrections(state ?? '')}
        order={{ columns: ['id'], descending: true }}
        filters={[
          {
            name: 'state',
            label: '显示',
            options: [
              ['open', '待处理'],
              ['answered', '已处理'],
            ],
          },
        ]}
        again={answered()}
        empty="没有收到找错。每页页脚都有「网站找错」。"
        summary={(total) => `共 ${total} 件`}
      >
        {(c) => (
          <section class="card">
            <h2>{c.page}</h2>
            <p class="muted">
              <Show when={c.needs_look}>
                <span class="tag">来得太多时收下，请先看是否灌水</span>{' '}
              </Show>
              {c.receipt} · {formatTime(c.at)}
              {c.contact && ` · ${c.contact}`}
            </p>
            <blockquote>{c.body}</blockquote>
            <Show
              when={c.answer}
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
                    fields={[{ name: 'answer', label: '核实与更正情况', kind: 'long', min: 2 }]}
                    send={(v, requestId) => answerCorrection(c.id, v.answer, requestId)}
                    onDone={() => setAnswered(answered() + 1)}
                  />
                </Show>
              }
            >
              <p>
                <span class="tag state">已处理</span> {c.answer}
              </p>
            </Show>
          </section>
        )}
      </DataCards>
    </>
  );
}
