import { createResource, Show } from 'solid-js';
import { thisYear } from '../../backend/policy.ts';
import { institutionPledge, signInstitutionPledge } from '../../backend/pledges.ts';
import { formatTime } from '../../domain/dates.ts';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';

/** 管理单位诚信承诺书 (R20): the full text, and the signature that opens the voucher module. Signing again is harmless. */
export function InstitutionPledge(props: { orgId: number }) {
  const [data, { refetch }] = createResource(async () => institutionPledge(props.orgId, await thisYear()));
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <Show when={d().pledge} fallback={<p class="empty">本年度的承诺书还没有发布，请留意通知公告。</p>}>
          {(pledge) => (
            <>
              <h1>{pledge().title}</h1>
              <section class="card prose pledge">
                <p class="muted">{pledge().year} 年版</p>
                <p>{pledge().body}</p>
              </section>
              <Show
                when={d().signature}
                fallback={
                  <Form
                    title="签署承诺书"
                    button="签署"
                    fields={[{ name: 'agree', label: '我已阅读全文，代表本单位签署', kind: 'check' }]}
                    send={(_, requestId) => signInstitutionPledge(pledge().id, requestId)}
                    onDone={() => void refetch()}
                  />
                }
              >
                {(s) => <p class="done">本年度已于 {formatTime(s().signed_at)} 签署，创新券功能已开通。</p>}
              </Show>
            </>
          )}
        </Show>
      )}
    </Load>
  );
}
