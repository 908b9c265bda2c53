import { createResource, Show } from 'solid-js';
import { certification, certificationPapers } from '../../backend/certifications.ts';
import { project } from '../../backend/projects.ts';
import {
  certificationsInReview,
  ordersInReview,
  packsIn,
  projectsInReview,
  redemptionsInReview,
  resourcesInReview,
  usccClaimsInReview,
} from '../../backend/queues.ts';
import { instrumentClasses, type ResourceKind, resource } from '../../backend/resources.ts';
import { usccClaim } from '../../backend/uscc-claims.ts';
import { cityName } from '../../domain/henan.ts';
import { formatFen } from '../../domain/money.ts';
import { type CertificationKind, certificationKinds } from '../../domain/labels.ts';
import { OrganizationDetails } from '../case/OrganizationDetails.tsx';
import { CaseView } from '../case/CaseView.tsx';
import { Checks } from '../case/Checks.tsx';
import { OrderCase } from '../case/OrderCase.tsx';
import { Files } from '../case/Files.tsx';
import { projectFacts } from '../project/Projects.tsx';
import { Redemption } from '../redemption/Redemption.tsx';
import { PendingChanges } from '../resource/Resources.tsx';
import { resourceFacts } from '../resource/fields.ts';
import { Pack } from '../round/Packs.tsx';
import { Queue } from './Queue.tsx';

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
  const [rows] = createResource(() => certificationPapers(props.id));
  return (
    <Show when={rows()}>
      {(d) => (
        <Show when={d().length > 0} fallback={<p class="warn">没有上传证明材料。</p>}>
          <Files title="证明材料" files={d().map((f) => ({ ...f, kind: 'certificate' }))} />
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
    note={(r) => certificationKinds[r.kind as CertificationKind] ?? ''}
    show={(id, changed) => (
      <CaseView
        entity="certification"
        id={id}
        load={certification}
        onChanged={changed}
        title={(r) => `${r.organization.name}：${certificationKinds[r.kind as CertificationKind]}`}
        facts={(r) => [
          ['单位', r.organization.name],
          ['统一社会信用代码', r.organization.uscc ?? ''],
          ['所在地', cityName(r.organization.city_code)],
          ['证书编号', r.certificate_no ?? ''],
          ['有效期', `${r.valid_from} 至 ${r.valid_to}`],
          ['载体', r.carrier?.name ?? ''],
        ]}
      >
        {(r) => (
          <>
            <OrganizationDetails id={r.organization_id} />
            <Checks entity="certification" id={r.id} />
            <CertificationPapers id={r.id} />
          </>
        )}
      </CaseView>
    )}
  />
);
/** R38, R39: whose a code is. */
export const UsccClaimQueue = () => (
  <Queue
    view="uscc_claim"
    title="代码申请"
    list={usccClaimsInReview}
    passes="give"
    empty="没有待裁定的代码申请。"
    name={(r) => (r.applicant ?? r.institution)?.name ?? ''}
    note={(r) => `${r.uscc}${r.holder_id ? ' · 已被登记' : ''}`}
    show={(id, changed) => (
      <CaseView
        entity="uscc_claim"
        id={id}
        load={usccClaim}
        onChanged={changed}
        title={(r) => `${(r.applicant ?? r.institution)?.name}：代码申请`}
        facts={(r) => [
          ['申请登记的代码', r.uscc],
          ['申请时登记着它的单位', r.holder?.name ?? '没有'],
          ['申请单位的说明', r.reason],
        ]}
      >
        {(r) => (
          <>
            <OrganizationDetails id={r.organization_id ?? 0} />
            <Files title="证明文件" files={[{ kind: 'certificate', document: r.document }]} />
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
        id={id}
        load={project}
        onChanged={changed}
        title={(r) => r.title}
        facts={(r) => [['用户单位', r.organization.name], ...projectFacts(r)]}
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
  const [classes] = createResource(instrumentClasses);
  const label = (code: string) => classes()?.find((c) => c.code === code)?.label ?? '';
  return (
    <CaseView
      entity={props.kind}
      id={props.id}
      load={(id) => resource(props.kind, id)}
      onChanged={props.onChanged}
      title={(r) => r.name}
      facts={(r) => [
        ['管理单位', r.organization.name],
        ['类别', label(r.class_code)],
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
