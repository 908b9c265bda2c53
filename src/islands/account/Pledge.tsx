import { createResource, Show } from 'solid-js';
import { thisYear } from '../../backend/policy.ts';
import { list, type Row, text } from '../../backend/work.ts';
import { formatTime } from '../../domain/dates.ts';
import { Form } from '../ui/Form.tsx';
import { Load } from '../ui/Load.tsx';

/** 管理单位诚信承诺书 (R20): the full text, and the signature that opens the voucher module. Signing again is harmless. */
export function InstitutionPledge(props: { orgId: number }) {
  const [data, { refetch }] = createResource(async () => {
    const year = await thisYear();
    const [pledges, signed] = await Promise.all([
      list<Row>('pledges', '*', { kind: 'institution', year }),
      list<Row>('pledge_signatures', 'pledge_id, signed_at', { organization_id: props.orgId }),
    ]);
    const pledge = pledges[0];
    return { pledge, signature: signed.find((s) => s['pledge_id'] === pledge?.id) };
  });
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <Show when={d().pledge} fallback={<p class="empty">本年度的承诺书还没有发布，请留意通知公告。</p>}>
          {(pledge) => (
            <>
              <h1>{text(pledge(), 'title')}</h1>
              <section class="card prose pledge">
                <p class="muted">{text(pledge(), 'year')} 年版</p>
                <p>{text(pledge(), 'body')}</p>
              </section>
              <Show
                when={d().signature}
                fallback={
                  <Form
                    title="签署承诺书"
                    button="签署"
                    action="sign_institution_pledge"
                    fields={[{ name: 'agree', label: '我已阅读全文，代表本单位签署', kind: 'check' }]}
                    build={(_v, request_id) => ({ request_id, pledge_id: pledge().id })}
                    onDone={() => void refetch()}
                  />
                }
              >
                {(s) => <p class="done">本年度已于 {formatTime(text(s(), 'signed_at'))} 签署，创新券功能已开通。</p>}
              </Show>
            </>
          )}
        </Show>
      )}
    </Load>
  );
}
