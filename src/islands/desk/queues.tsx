import { createResource, Show } from 'solid-js';
import { classes, type ResourceKind, tableOf } from '../../backend/resources.ts';
import { inner, list, number, type Row, text } from '../../backend/work.ts';
import { cityName } from '../../domain/henan.ts';
import { formatFen } from '../../domain/money.ts';
import { certificationKinds } from '../account/Certification.tsx';
import { OrganizationDetails } from '../case/OrganizationDetails.tsx';
import { CaseView } from '../case/CaseView.tsx';
import { Checks } from '../case/Checks.tsx';
import { OrderCase } from '../case/OrderCase.tsx';
import { Papers } from '../case/Papers.tsx';
import { projectFacts } from '../project/Projects.tsx';
import { Redemption } from '../redemption/Redemption.tsx';
import { PendingChanges } from '../resource/Resources.tsx';
import { resourceFacts } from '../resource/fields.ts';
import { Pack } from '../round/Packs.tsx';
import { Queue } from './Queue.tsx';

const orgs = 'organization:organizations(name, city_code, uscc, kind)';

export const OrderQueue = () => (
  <Queue
    view="order"
    title="订单审核"
    table="orders"
    select="id, title, state, state_since, revision_no, accepted_fen, applicant:organizations!orders_applicant_id_fkey(name)"
    filter={{ state: 'platform_review' }}
    empty="没有待审核的订单。"
    name={(r) => text(r, 'title')}
    note={(r) =>
      `${inner(r, 'applicant')} · ${formatFen(number(r, 'accepted_fen'))} 元${number(r, 'revision_no') ? ' · 第二次' : ''}`
    }
    show={(id, changed) => <OrderCase id={id} onChanged={changed} reviewer />}
  />
);
export const RedemptionQueue = () => (
  <Queue
    view="redemption"
    title="形式审核"
    table="redemptions"
    select="id, voucher_no, state, state_since, amount_fen, supplement_no, institution:organizations!redemptions_institution_id_fkey(name)"
    filter={{ state: 'submitted' }}
    empty="没有待审核的兑付申请。"
    name={(r) => text(r, 'voucher_no')}
    note={(r) =>
      `${inner(r, 'institution')} · ${formatFen(number(r, 'amount_fen'))} 元${number(r, 'supplement_no') ? ' · 补充后' : ''}`
    }
    show={(id, changed) => <Redemption id={id} onChanged={changed} />}
  />
);

function CertificationPapers(props: { id: number }) {
  const [rows] = createResource(() =>
    list<Row>(
      'certification_documents',
      'document_id, document:documents(original_name, byte_size, sha256)',
      { certification_id: props.id },
      'document_id',
    ),
  );
  return (
    <Show when={rows()}>
      {(d) => (
        <Show when={d().length > 0} fallback={<p class="warn">没有上传证明材料。</p>}>
          <Papers title="证明材料" papers={d().map((x): Row => ({ ...x, kind: 'certificate' }))} />
        </Show>
      )}
    </Show>
  );
}
export const CertificationQueue = () => (
  <Queue
    view="certification"
    title="认证审核"
    table="certifications"
    select={`id, kind, state, state_since, ${orgs}`}
    filter={{ state: 'submitted' }}
    empty="没有待审核的认证。"
    name={(r) => inner(r, 'organization')}
    note={(r) => certificationKinds[text(r, 'kind')] ?? ''}
    show={(id, changed) => (
      <CaseView
        entity="certification"
        table="certifications"
        id={id}
        select={`*, ${orgs}, carrier:carriers(name, level, valid_to)`}
        onChanged={changed}
        title={(r) => `${inner(r, 'organization')}：${certificationKinds[text(r, 'kind')]}`}
        facts={(r) => [
          ['单位', inner(r, 'organization')],
          ['统一社会信用代码', inner(r, 'organization', 'uscc')],
          ['所在地', cityName(inner(r, 'organization', 'city_code'))],
          ['证书编号', text(r, 'certificate_no')],
          ['有效期', `${text(r, 'valid_from')} 至 ${text(r, 'valid_to')}`],
          ['载体', inner(r, 'carrier')],
        ]}
      >
        {(r) => (
          <>
            <OrganizationDetails id={number(r, 'organization_id')} />
            <Checks entity="certification" id={r.id} />
            <CertificationPapers id={r.id} />
          </>
        )}
      </CaseView>
    )}
  />
);
export const ProjectQueue = () => (
  <Queue
    view="project"
    title="项目审核"
    table="projects"
    select={`id, title, state, state_since, ${orgs}`}
    filter={{ state: 'submitted' }}
    empty="没有待审核的项目。"
    name={(r) => text(r, 'title')}
    note={(r) => inner(r, 'organization')}
    show={(id, changed) => (
      <CaseView
        entity="project"
        table="projects"
        id={id}
        select={`*, ${orgs}`}
        onChanged={changed}
        title={(r) => text(r, 'title')}
        facts={(r) => [['用户单位', inner(r, 'organization')], ...projectFacts(r)]}
      />
    )}
  />
);
export const ResourceQueue = (props: { kind: ResourceKind }) => (
  <Queue
    view={props.kind}
    title={props.kind === 'instrument' ? '仪器审核' : '检测项目审核'}
    table={tableOf(props.kind)}
    select={`id, name, state, state_since, ${orgs}`}
    filter={{ state: ['submitted', 'edit_review'] }}
    empty="没有待审核的资源。"
    name={(r) => text(r, 'name')}
    note={(r) => `${inner(r, 'organization')}${r.state === 'edit_review' ? ' · 修改' : ''}`}
    show={(id, changed) => <ResourceReview kind={props.kind} id={id} onChanged={changed} />}
  />
);
function ResourceReview(props: { kind: ResourceKind; id: number; onChanged: () => void }) {
  const [all] = createResource(classes);
  const label = (code: string) =>
    text(
      all()?.find((c) => c['code'] === code),
      'label',
    );
  return (
    <CaseView
      entity={props.kind}
      table={tableOf(props.kind)}
      id={props.id}
      select={`*, ${orgs}`}
      onChanged={props.onChanged}
      title={(r) => text(r, 'name')}
      facts={(r) => [
        ['管理单位', inner(r, 'organization')],
        ['类别', label(text(r, 'class_code'))],
        ...resourceFacts(r).filter(([name]) => name !== '类别代码'),
      ]}
    >
      {(r) => <PendingChanges row={r} />}
    </CaseView>
  );
}
export const PackQueue = (props: { states: string[]; title: string; empty: string }) => (
  <Queue
    view="pack"
    title={props.title}
    table="paper_packs"
    select="id, state, state_since, round:rounds(year, quarter), institution:organizations!paper_packs_institution_id_fkey(name)"
    filter={{ state: props.states }}
    empty={props.empty}
    name={(r) => inner(r, 'institution')}
    note={(r) => `${inner(r, 'round', 'year')} 年第 ${inner(r, 'round', 'quarter')} 季度`}
    show={(id, changed) => <Pack id={id} onChanged={changed} />}
  />
);
