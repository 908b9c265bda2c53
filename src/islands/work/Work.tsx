import { createResource, createSignal, For, type JSX, Show } from 'solid-js';
import { loadMe, type Me, signOut } from '../../backend/session.ts';
import { Book } from './Book.tsx';
import { Form } from './Form.tsx';
import { Cases, CertificationPanel, InstitutionPledgePanel, organizationFields, projectFields, QuotaPanel, RedeemPanel, resourceFields, ReviewPanel } from './Panels.tsx';
import { SignIn } from './SignIn.tsx';

type Tab = [name: string, view: () => JSX.Element];

/** The menus of the deck, by what the signed-in person is. The page only hides what would be refused. */
function tabs(me: Me, book: string | undefined): Tab[] {
  const org = me.organization;
  const all: Tab[] = [];
  const again = () => window.location.reload();
  if (org?.kind === 'applicant') {
    if (book) all.push(['创新券预约', () => <Book slug={book} orgId={org.id} onSaved={(id) => window.location.assign(`/work/?order=${id}`)} />]);
    const order = Number(new URLSearchParams(window.location.search).get('order')) || undefined;
    all.push(
      ['创新券订单', () => <Cases entity="order" table="orders" filter={{ applicant_id: org.id }} empty="还没有订单。请在仪器资源或项目检测中点「创新券预约」。" {...(order && { open: order })} />],
      ['我的电子券', () => <Cases entity="voucher" table="vouchers" filter={{ applicant_id: org.id }} empty="还没有电子券。订单审核通过后在这里显示。" />],
      ['申领创新券额度', () => <QuotaPanel orgId={org.id} />],
      ['项目登记', () => <><Cases entity="project" table="projects" filter={{ organization_id: org.id }} empty="还没有登记项目。" /><Form title="登记科技研发项目" button="提交审核" action="register_project" fields={projectFields} build={(payload, request_id) => ({ request_id, payload })} onDone={again} /></>],
      ['认证', () => <CertificationPanel orgId={org.id} institution={false} />],
    );
  }
  if (org?.kind === 'institution') {
    all.push(
      ['创新券订单', () => <Cases entity="order" table="orders" filter={{ institution_id: org.id }} empty="还没有收到订单。" />],
      ['我的电子券', () => <RedeemPanel orgId={org.id} />],
      ['仪器资源', () => <><Cases entity="instrument" table="instruments" filter={{ organization_id: org.id }} empty="还没有仪器。" /><Form title="添加资源" button="提交审核" action="add_resource" fields={resourceFields} build={({ kind, ...payload }, request_id) => ({ kind, payload, request_id })} onDone={again} /></>],
      ['项目检测', () => <Cases entity="service" table="services" filter={{ organization_id: org.id }} empty="还没有检测项目。" />],
      ['季度纸质材料', () => <Cases entity="paper_pack" table="paper_packs" filter={{ institution_id: org.id }} empty="本季度还没有汇总。" />],
      ['认证', () => <CertificationPanel orgId={org.id} institution={true} />],
      ['诚信承诺书', () => <InstitutionPledgePanel orgId={org.id} />],
    );
  }
  if (org?.kind === 'recommender') all.push(['纸质材料', () => <Cases entity="paper_pack" table="paper_packs" filter={{}} empty="没有等待核对的材料。" />]);
  if (me.roles.includes('platform')) {
    all.push(
      ['订单审核', () => <Cases entity="order" table="orders" filter={{ state: 'platform_review' }} empty="没有待审核的订单。" />],
      ['形式审核', () => <Cases entity="redemption" table="redemptions" filter={{ state: 'submitted' }} empty="没有待审核的兑付申请。" />],
      ['认证审核', () => <Cases entity="certification" table="certifications" filter={{ state: 'submitted' }} empty="没有待审核的认证。" />],
      ['项目审核', () => <Cases entity="project" table="projects" filter={{ state: 'submitted' }} empty="没有待审核的项目。" />],
      ['仪器审核', () => <Cases entity="instrument" table="instruments" filter={{ state: ['submitted', 'edit_review'] }} empty="没有待审核的仪器。" />],
      ['检测项目审核', () => <Cases entity="service" table="services" filter={{ state: ['submitted', 'edit_review'] }} empty="没有待审核的检测项目。" />],
      ['纸质材料', () => <Cases entity="paper_pack" table="paper_packs" filter={{ state: ['forwarded'] }} empty="没有待归存的材料。" />],
    );
  }
  if (me.roles.some((r) => ['platform', 'department', 'finance'].includes(r))) all.push(['季度汇总', () => <Cases entity="round" table="rounds" filter={{}} empty="还没有季度汇总。" />]);
  if (me.roles.includes('platform')) all.push(['兑付', () => <Form title="按支付先后兑付（R8）" button="兑付" action="pay_out" fields={[]} build={(_v, request_id) => ({ request_id })} onDone={(r) => window.alert(`已兑付 ${r['count']} 笔`)} />]);
  if (me.roles.includes('expert')) all.push(['专家评审', () => <ReviewPanel />]);
  return all;
}

const home: Record<string, string> = { applicant: '用户中心', institution: '机构中心', recommender: '推荐单位' };

export function Work() {
  const [me, { refetch }] = createResource(loadMe);
  const book = new URLSearchParams(window.location.search).get('book') ?? undefined;
  const [at, setAt] = createSignal(0);
  return (
    <Show when={!me.loading} fallback={<p class="muted">正在打开…</p>}>
      <Show when={me()} fallback={<SignIn onDone={() => void refetch()} />}>
        {(person) => {
          const list = tabs(person(), book);
          return (
            <>
              <div class="row"><h1>{home[person().organization?.kind ?? ''] ?? '办理'}</h1><span class="muted">{person().organization?.name ?? person().email}</span><button type="button" class="button push" onClick={async () => { await signOut(); void refetch(); }}>退出</button></div>
              <Show when={list.length > 0} fallback={
                <Form title="登记单位" button="登记" action="register_organization" fields={organizationFields} build={({ kind, ...profile }) => ({ kind, profile: { ...profile, ...(kind === 'institution' && { institution_type: 'other' }) } })} onDone={() => void refetch()} />}>
                <nav class="tabs" aria-label="业务"><For each={list}>{([name], i) => <button type="button" aria-current={at() === i() ? 'page' : undefined} onClick={() => setAt(i())}>{name}</button>}</For></nav>
                <Show when={list[at()]} keyed>{(tab) => tab[1]()}</Show>
              </Show>
            </>
          );
        }}
      </Show>
    </Show>
  );
}
