import { createResource, createSignal, For, Show } from 'solid-js';
import { carriers, certificationsOf, submitCertification } from '../../backend/certifications.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { type CertificationKind, certificationKinds } from '../../domain/labels.ts';
import { type Field, Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { StateTag } from '../ui/State.tsx';

type Carrier = Awaited<ReturnType<typeof carriers>>[number];
const levels: Record<string, string> = { national: '国家级', provincial: '省级' };

/** What is asked for a kind of proof: a team says where it is, an enterprise the number of its certificate, an institution neither. */
function fieldsOf(kind: string, carriers: Carrier[]): Field[] {
  const own: Record<string, Field> = {
    startup_team: {
      name: 'carrier_id',
      label: '入驻的载体',
      kind: 'choice',
      options: carriers.map((c): [string, string] => [String(c.id), `${c.name}（${levels[c.level]}）`]),
      hint: '须为省级及以上科技企业孵化器、大学科技园、众创空间、星创天地等。',
    },
    high_tech_enterprise: { name: 'certificate_no', label: '高新技术企业证书编号', kind: 'text', min: 6, max: 60 },
    tech_sme: { name: 'certificate_no', label: '入库登记编号', kind: 'text', min: 6, max: 60 },
  };
  const isTeam = kind === 'startup_team';
  return [
    ...(own[kind] ? [own[kind]] : []),
    { name: 'valid_from', label: isTeam ? '入驻日期' : '有效期自', kind: 'date' },
    { name: 'valid_to', label: isTeam ? '入驻协议到期日' : '有效期至', kind: 'date' },
    {
      name: 'documents',
      label: isTeam ? '入驻协议' : kind === 'institution' ? '法人证书、资质证书等' : '证书',
      kind: 'file',
      documentKind: 'certificate',
      optional: true,
    },
  ];
}

/** 认证 (R1, R2): the proofs of one organization, each with its validity, and the form for another. */
export function Certification(props: { orgId: number; institution: boolean }) {
  const [data, { refetch }] = createResource(async () => {
    const [rows, label, homes] = await Promise.all([
      certificationsOf(props.orgId, props.institution ? 'institution_id' : 'applicant_id'),
      labelsOf('certification'),
      props.institution ? [] : carriers(),
    ]);
    return { rows, label, carriers: homes };
  });
  const [kind, setKind] = createSignal(props.institution ? 'institution' : 'high_tech_enterprise');
  return (
    <>
      <h1>认证</h1>
      <Load of={data} retry={() => void refetch()}>
        {(d) => (
          <>
            <Show
              when={d().rows.length > 0}
              fallback={<Empty>还没有提交认证。请在下面填写，省平台通过后即可使用创新券功能。</Empty>}
            >
              <table class="stack">
                <thead>
                  <tr>
                    <th>类别</th>
                    <th>编号</th>
                    <th>有效期</th>
                    <th>状态</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={d().rows}>
                    {(r) => (
                      <tr>
                        <td data-label="类别">{certificationKinds[r.kind as CertificationKind]}</td>
                        <td data-label="编号">{r.certificate_no || r.carrier?.name || '—'}</td>
                        <td data-label="有效期">
                          {r.valid_from} 至 {r.valid_to}
                        </td>
                        <td data-label="状态">
                          <StateTag of="certification" state={r.state} label={d().label(r.state)} />
                          <Show when={r.state === 'returned'}>
                            <p class="small">意见：{r.opinion}</p>
                          </Show>
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </Show>
            <Show when={!props.institution}>
              <fieldset class="choice">
                <legend>认证类别</legend>
                <For each={Object.entries(certificationKinds).filter(([k]) => k !== 'institution')}>
                  {([value, label]) => (
                    <label>
                      <input
                        type="radio"
                        name="certification-kind"
                        checked={kind() === value}
                        onChange={() => setKind(value)}
                      />{' '}
                      <span>{label}</span>
                    </label>
                  )}
                </For>
              </fieldset>
            </Show>
            <Show when={kind()} keyed>
              {(k) => (
                <Form
                  title={d().rows.length > 0 ? '再提交一份认证' : '提交认证'}
                  button="提交认证"
                  fields={fieldsOf(k, d().carriers)}
                  onDone={() => void refetch()}
                  send={({ documents, carrier_id, certificate_no, valid_from, valid_to }, requestId) =>
                    submitCertification(
                      {
                        kind: k,
                        ...(certificate_no ? { certificate_no: String(certificate_no) } : {}),
                        ...(carrier_id ? { carrier_id: Number(carrier_id) } : {}),
                        valid_from: String(valid_from),
                        valid_to: String(valid_to),
                        documents: documents as number[],
                      },
                      requestId,
                    )
                  }
                />
              )}
            </Show>
          </>
        )}
      </Load>
    </>
  );
}
