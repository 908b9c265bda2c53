import { createMemo, createResource, Show } from 'solid-js';
import { countCertifications } from '../../backend/certifications.ts';
import { countApprovedProjects } from '../../backend/projects.ts';
import { formatFen } from '../../domain/money.ts';
import { loadQuota } from '../../backend/quotas.ts';
import { byId } from '../ui/by-id.tsx';
import { lazy } from '../ui/lazy.ts';
import { idParam, param } from '../ui/route.ts';
import { NotOpen } from '../ui/NotOpen.tsx';
import { QuotaBar } from '../ui/QuotaBar.tsx';
import { Tasks } from './Tasks.tsx';
import type { Menu } from './Menu.tsx';
import { Workspace } from './Workspace.tsx';

const Quota = lazy(() => import('../quota/Quota.tsx').then((m) => ({ default: m.Quota })));
const Projects = lazy(() => import('../project/Projects.tsx').then((m) => ({ default: m.Projects })));
const Project = lazy(() => import('../project/Projects.tsx').then((m) => ({ default: m.Project })));
const MyNeeds = lazy(() => import('../need/MyNeeds.tsx').then((m) => ({ default: m.MyNeeds })));
const Book = lazy(() => import('../order/Book.tsx').then((m) => ({ default: m.Book })));
const Orders = lazy(() => import('../order/Orders.tsx').then((m) => ({ default: m.Orders })));
const MyOrder = lazy(() => import('../order/MyOrder.tsx').then((m) => ({ default: m.MyOrder })));
const Vouchers = lazy(() => import('../voucher/Vouchers.tsx').then((m) => ({ default: m.Vouchers })));
const VoucherSheet = lazy(() => import('../voucher/VoucherSheet.tsx').then((m) => ({ default: m.VoucherSheet })));
const Certification = lazy(() => import('./Certification.tsx').then((m) => ({ default: m.Certification })));
const Messages = lazy(() => import('./Messages.tsx').then((m) => ({ default: m.Messages })));
const Profile = lazy(() => import('./Profile.tsx').then((m) => ({ default: m.Profile })));

/** What stands above the to-do list: the year's quota, and the first thing still missing before one can book. */
function Start(props: { orgId: number }) {
  const [data] = createResource(async () => ({
    quota: await loadQuota(props.orgId),
    projects: await countApprovedProjects(props.orgId),
    pending: await countCertifications(props.orgId, 'submitted'),
  }));
  return (
    <Show when={data()}>
      {(d) => (
        <Show
          when={d().quota.quota}
          fallback={
            <Show
              when={!(d().quota.certified && d().quota.missing)}
              fallback={<NotOpen year={d().quota.year} missing={d().quota.missing} />}
            >
              <section class="next mine">
                <h2>
                  下一步：
                  {d().quota.certified
                    ? `领取 ${d().quota.year} 年额度`
                    : d().pending > 0
                      ? '等待省平台审核认证'
                      : '提交认证'}
                </h2>
                <p>
                  {d().quota.certified
                    ? '阅读并签署承诺书，系统立即发放。'
                    : d().pending > 0
                      ? '审核通过后即可领取额度。'
                      : '认证为高新技术企业、科技型中小企业或创新创业团队后，即可领取额度。'}
                </p>
                <a class="button main" href={d().quota.certified ? '?view=quota' : '?view=certification'}>
                  {d().quota.certified ? '去领取' : '查看认证'}
                </a>
              </section>
            </Show>
          }
        >
          {(q) => (
            <section class="next">
              <h2>
                {d().quota.year} 年额度 {formatFen(q().cap_fen)} 元
              </h2>
              <QuotaBar capFen={q().cap_fen} spentFen={q().spent_fen} heldFen={q().held_fen} />
              <p class="row">
                <Show
                  when={d().projects > 0}
                  fallback={
                    <a class="button main" href="?view=projects">
                      登记研发项目
                    </a>
                  }
                >
                  <a class="button main" href="/instruments/">
                    找仪器，预约检测
                  </a>
                </Show>
              </p>
            </section>
          )}
        </Show>
      )}
    </Show>
  );
}

/** 用户中心: the applicant's workspace, with the deck's own menu names. */
export function UserCentre() {
  const booking = createMemo(() => (param('book') || param('view') === 'edit' ? param('view') || 'book' : ''));
  const menus = (me: { organization?: { id: number } | undefined }): Menu[] => {
    const id = me.organization?.id ?? 0;
    return [
      ...(booking()
        ? [
            {
              view: booking(),
              group: 'orders',
              inside: booking() === 'edit' ? '修改' : '预约',
              show: () => (
                <Book slug={param('book')} orderId={param('view') === 'edit' ? idParam() : undefined} orgId={id} />
              ),
            },
          ]
        : []),
      {
        view: 'tasks',
        name: '待办',
        show: () => (
          <Tasks empty="没有等您处理的订单和申请。">
            <Start orgId={id} />
          </Tasks>
        ),
      },
      { view: 'projects', name: '项目登记', part: '办理', show: () => <Projects orgId={id} /> },
      {
        view: 'project',
        group: 'projects',
        inside: '项目',
        show: () => byId((n) => <Project id={n} />),
      },
      {
        view: 'orders',
        name: '创新券订单',
        part: '办理',
        show: () => (
          <Orders side="applicant_id" orgId={id} empty="还没有订单。请在仪器资源或项目检测中点「创新券预约」。" />
        ),
      },
      {
        view: 'order',
        group: 'orders',
        inside: '订单',
        show: () => byId((n) => <MyOrder id={n} />),
      },
      { view: 'quota', name: '申领创新券额度', part: '创新券', show: () => <Quota orgId={id} /> },
      { view: 'vouchers', name: '我的电子券', part: '创新券', show: () => <Vouchers side="applicant_id" orgId={id} /> },
      {
        view: 'ticket',
        group: 'vouchers',
        inside: '电子券',
        show: () => byId((n) => <VoucherSheet id={n} />),
      },
      { view: 'redemption', group: 'orders', show: () => <Orders side="applicant_id" orgId={id} empty="" /> },
      { view: 'needs', name: '需求', part: '办理', show: () => <MyNeeds orgId={id} /> },
      {
        view: 'certification',
        name: '认证',
        part: '单位',
        show: () => <Certification orgId={id} institution={false} />,
      },
      { view: 'messages', name: '消息', show: () => <Messages /> },
      { view: 'profile', name: '单位资料', part: '单位', show: () => <Profile orgId={id} /> },
    ];
  };
  return <Workspace home="/user/" title="用户中心" menus={menus} />;
}
