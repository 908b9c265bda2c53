import { createResource, Show } from 'solid-js';
import { recommenders, assignRecommender } from '../../backend/rounds.ts';
import { Form } from '../ui/Form.tsx';

/** An institution without a recommender is given one by the platform (R48). */
export function AssignRecommender(props: { institution: { id: number; name: string }; onDone: () => void }) {
  const [bodies] = createResource(recommenders);
  return (
    <Show when={bodies()}>
      {(all) => (
        <Form
          title={`${props.institution.name}：没有推荐单位`}
          button="指定推荐单位"
          fields={[
            {
              name: 'body',
              label: '推荐单位',
              kind: 'choice',
              options: all().map((b) => [String(b.id), b.name]),
            },
            { name: 'reason', label: '原因', kind: 'long', min: 2 },
          ]}
          send={(v, request_id) =>
            assignRecommender({
              institution_id: props.institution.id,
              recommender_id: Number(v.body),
              reason: v.reason,
              request_id,
            })
          }
          onDone={props.onDone}
        />
      )}
    </Show>
  );
}
