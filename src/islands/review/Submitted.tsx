import { createResource, Show } from 'solid-js';
import { loadSubmitted } from '../../backend/reviews.ts';
import { Answers } from '../case/Answers.tsx';
import { FeeLines } from '../case/FeeLines.tsx';

/** What an expert judges by: the project, the fee lines and the self-check as submitted, without anybody's contacts (R40). */
export function Submitted(props: { orderId: number }) {
  const [data] = createResource(() => props.orderId, loadSubmitted);
  return (
    <Show when={data()}>
      {(d) => (
        <>
          <section class="card">
            <h2>研发项目</h2>
            <dl class="facts">
              <dt>名称</dt>
              <dd>{d().order.project?.title}</dd>
              <dt>技术领域</dt>
              <dd>{d().order.project?.tech_field}</dd>
              <dt>内容</dt>
              <dd>{d().order.project?.content}</dd>
              <dt>检测目的</dt>
              <dd>{d().order.purpose || '—'}</dd>
            </dl>
          </section>
          <FeeLines order={d().order} rateBp={d().rateBp} lines={d().lines} exclusions={d().exclusions} />
          <Answers
            answers={d().answers}
            exclusions={d().exclusions}
            relatedDeclared={d().order.related_declared}
            declaredAt={d().order.answers_declared_at}
          />
        </>
      )}
    </Show>
  );
}
