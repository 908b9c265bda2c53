import { createSignal, Show } from 'solid-js';
import { answerInquiry, type Inquiry, inquiries } from '../../backend/objections.ts';
import { formatTime } from '../../domain/dates.ts';
import { inquiryKinds, isInquiry } from '../../domain/inquiries.ts';
import { DataCards } from '../ui/DataCards.tsx';
import { Form } from '../ui/Form.tsx';

/** 咨询、投诉、建议: answered once; made public with its answer where the asker agreed and the platform says so. */
export function Inquiries(props: { answers: boolean }) {
  const [answered, setAnswered] = createSignal(0);
  const kindOf = (i: Inquiry) => (isInquiry(i.kind) ? inquiryKinds[i.kind] : i.kind);
  return (
    <>
      <h1>咨询投诉建议</h1>
      <DataCards<Inquiry>
        list={({ state }) => inquiries(state ?? '')}
        order={{ columns: ['id'], descending: true }}
        filters={[
          {
            name: 'state',
            label: '显示',
            options: [
              ['open', '待答复'],
              ['answered', '已答复'],
            ],
          },
        ]}
        again={answered()}
        empty="没有收到咨询、投诉或建议。页脚「咨询投诉」是它的入口。"
        summary={(total) => `共 ${total} 件`}
      >
        {(i) => (
          <section class="card">
            <h2>
              {kindOf(i)}：{i.title}
            </h2>
            <p class="muted">
              <Show when={i.needs_look}>
                <span class="tag">来得太多时收下，请先看是否灌水</span>{' '}
              </Show>
              {i.receipt} · {formatTime(i.at)}
              {i.contact && ` · ${i.contact}`} · {i.may_publish ? '同意公开' : '不公开'}
            </p>
            <blockquote>{i.body}</blockquote>
            <Show
              when={i.answer}
              fallback={
                <Show
                  when={props.answers}
                  fallback={
                    <p>
                      <span class="tag">待省平台答复</span>
                    </p>
                  }
                >
                  <Form
                    title="答复"
                    button="答复"
                    fields={[
                      { name: 'answer', label: '答复', kind: 'long', min: 2 },
                      ...(i.may_publish
                        ? [
                            {
                              name: 'publish',
                              label: '公开',
                              kind: 'choice' as const,
                              options: [
                                ['no', '只答复'],
                                ['yes', '连同标题、内容公开（已核对没有个人信息）'],
                              ] as [string, string][],
                              value: 'no',
                            },
                          ]
                        : []),
                    ]}
                    send={(v, requestId) => answerInquiry(i.id, v.answer, v['publish'] === 'yes', requestId)}
                    onDone={() => setAnswered(answered() + 1)}
                  />
                </Show>
              }
            >
              <p>
                <span class="tag state">已答复</span> {i.answer}
              </p>
            </Show>
          </section>
        )}
      </DataCards>
    </>
  );
}
