import { createResource, Show } from 'solid-js';
import {
  certificationsInReview,
  ordersInReview,
  packsIn,
  projectsInReview,
  redemptionsInReview,
  resourcesInReview,
} from '../../backend/queues.ts';
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
    list={ordersInReview}
    empty="没有待审核的订单。"
    name={(r) => r.title}
    note={(r) => `${r.applicant.name} · ${formatFen(r.accepted_fen ?? 0)} 元${r.revision_no > 0 ? ' · 第二次' : ''}`}
    show={(id, changed) => <OrderCase id={id} onChanged={changed} reviewer />}
  />
);
export const RedemptionQueue = () => (
  <Queue
    view="redemption"
    title="形式审核"
    list={redemptionsInReview}
    passes="pass"
    empty="没有待审核的兑付申请。"
    name={(r) => r.voucher_no}
    note={(r) => `${r.institution.name} · ${formatFen(r.amount_fen)} 元${r.supplement_no > 0 ? ' · 补充后' : ''}`}
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
    list={certificationsInReview}
    empty="没有待审核的认证。"
    name={(r) => r.organization.name}
    note={(r) => certificationKinds[r.kind] ?? ''}
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
    list={projectsInReview}
    empty="没有待审核的项目。"
    name={(r) => r.title}
    note={(r) => r.organization.name}
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
    list={resourcesInReview(props.kind)}
    empty="没有待审核的资源。"
    name={(r) => r.name}
    note={(r) => `${r.organization.name}${r.state === 'edit_review' ? ' · 修改' : ''}`}
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
    list={packsIn(props.states)}
    empty={props.empty}
    name={(r) => r.institution.name}
    note={(r) => `${r.round.year} 年第 ${r.round.quarter} 季度`}
    show={(id, changed) => <Pack id={id} onChanged={changed} />}
  />
);
