import { createResource, Show } from 'solid-js';
import { loadSubmitted } from '../../backend/reviews.ts';
import { Answers, FeeLines } from '../case/OrderCase.tsx';

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
              <dd>{d().row.project?.title}</dd>
              <dt>技术领域</dt>
              <dd>{d().row.project?.tech_field}</dd>
              <dt>内容</dt>
              <dd>{d().row.project?.content}</dd>
              <dt>检测目的</dt>
              <dd>{d().row.purpose || '—'}</dd>
            </dl>
          </section>
          <FeeLines data={d() as never} />
          <Answers data={d() as never} />
        </>
      )}
    </Show>
  );
}
