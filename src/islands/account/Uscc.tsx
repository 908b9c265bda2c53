import { createResource, For, Show } from 'solid-js';
import { countCertifications } from '../../backend/certifications.ts';
import { claimsOf, claimUscc, stateUscc } from '../../backend/uscc-claims.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { identityKey } from '../../domain/identity.ts';
import { type Field, Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';

const field = {
  name: 'uscc',
  label: '统一社会信用代码',
  kind: 'text',
  max: 60,
  hint: '18 位数字和大写字母，空格、全角都可以。',
} as const satisfies Field;
const codeOf = (v: { uscc: string }) => identityKey(v.uscc, 'identifier') ?? '';

/** R38, R39: the code of an organization that has none: stated, or claimed with evidence where another holds it. `released`: it had one that was taken back. */
export function Uscc(props: { orgId: number; released: boolean; onDone: () => void }) {
  const [data, { refetch }] = createResource(async () => {
    const [claims, passed, label] = await Promise.all([
      claimsOf(props.orgId),
      countCertifications(props.orgId, 'approved'),
      labelsOf('uscc_claim'),
    ]);
    return { claims, certified: passed > 0, label };
  });
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <>
          <Show when={props.released}>
            <p class="warn">
              本单位登记的统一社会信用代码已被收回：七天之内没有通过认证，或省平台裁定它属于别的单位。请填写本单位自己的代码；填写之前不能提交业务，草稿和文件都还在。
            </p>
          </Show>
          <Show when={d().claims.length > 0}>
            <section class="card">
              <h2>代码申请</h2>
              <ul>
                <For each={d().claims}>
                  {(c) => (
                    <li>
                      {c.uscc} <span class="tag state">{d().label(c.state)}</span>{' '}
                      <span class="muted small">自 {formatDate(c.state_since)}</span>
                    </li>
                  )}
                </For>
              </ul>
            </section>
          </Show>
          <Show when={!d().claims.some((c) => c.state === 'submitted')}>
            <Show when={!d().certified}>
              <Form
                title="填写代码"
                button="填写"
                fields={[field]}
                send={(v, requestId) => stateUscc(codeOf(v), requestId)}
                onDone={props.onDone}
              >
                <p>团队可以没有代码。填写后七天之内请提交认证，否则同一代码会让给后来登记的单位。</p>
              </Form>
            </Show>
            <Form
              title="附证明申请"
              button="提交申请"
              fields={[
                field,
                { name: 'reason', label: '说明', kind: 'long', min: 2, max: 2000 },
                {
                  name: 'document_id',
                  label: '证明文件：营业执照、法人证书等（一份）',
                  kind: 'file',
                  documentKind: 'certificate',
                },
              ]}
              send={(v, requestId) =>
                claimUscc({ uscc: codeOf(v), reason: v.reason, document_id: v.document_id.at(-1) ?? null }, requestId)
              }
              onDone={() => void refetch()}
            >
              <p>
                {d().certified
                  ? '已认证的单位补登代码，由省平台核对。'
                  : '代码已被别的账号登记而它没有通过认证的，在这里附证明，由省平台裁定。'}
              </p>
            </Form>
          </Show>
        </>
      )}
    </Load>
  );
}
