import type { Me } from '../../backend/session.ts';
import { Tasks } from '../account/Tasks.tsx';
import type { Menu } from '../account/Menu.tsx';
import { Workspace } from '../account/Workspace.tsx';
import { byId } from '../ui/by-id.tsx';
import { lazy } from '../ui/lazy.ts';

const queue = (name: 'OrderQueue' | 'RedemptionQueue' | 'CertificationQueue' | 'UsccClaimQueue' | 'ProjectQueue') =>
  lazy(() => import('./ToReview.tsx').then((m) => ({ default: m[name] })));
const [OrderQueue, RedemptionQueue, CertificationQueue, UsccClaimQueue, ProjectQueue] = [
  queue('OrderQueue'),
  queue('RedemptionQueue'),
  queue('CertificationQueue'),
  queue('UsccClaimQueue'),
  queue('ProjectQueue'),
];
const ResourceQueue = lazy(() => import('./ToReview.tsx').then((m) => ({ default: m.ResourceQueue })));
const PackQueue = lazy(() => import('./ToReview.tsx').then((m) => ({ default: m.PackQueue })));
const OrderCase = lazy(() => import('../case/OrderCase.tsx').then((m) => ({ default: m.OrderCase })));
const Rounds = lazy(() => import('./Rounds.tsx').then((m) => ({ default: m.Rounds })));
const Round = lazy(() => import('./Round.tsx').then((m) => ({ default: m.Round })));
const Lists = lazy(() => import('../payment/Lists.tsx').then((m) => ({ default: m.Lists })));
const PaymentList = lazy(() => import('../payment/PaymentList.tsx').then((m) => ({ default: m.PaymentList })));
const AccountQueue = lazy(() => import('../payment/Accounts.tsx').then((m) => ({ default: m.AccountQueue })));
const Objections = lazy(() => import('./Objections.tsx').then((m) => ({ default: m.Objections })));
const Corrections = lazy(() => import('./Corrections.tsx').then((m) => ({ default: m.Corrections })));
const Inquiries = lazy(() => import('./Inquiries.tsx').then((m) => ({ default: m.Inquiries })));
const NeedsToWatch = lazy(() => import('../need/OpenNeeds.tsx').then((m) => ({ default: m.NeedsToWatch })));
const Rectifications = lazy(() =>
  import('../rectification/Rectifications.tsx').then((m) => ({ default: m.Rectifications })),
);
const Recoveries = lazy(() => import('../recovery/Recoveries.tsx').then((m) => ({ default: m.Recoveries })));
const Suspensions = lazy(() => import('../suspension/Suspensions.tsx').then((m) => ({ default: m.Suspensions })));
const Redemption = lazy(() => import('../redemption/Redemption.tsx').then((m) => ({ default: m.Redemption })));
const ExpertDesk = lazy(() => import('./ExpertDesk.tsx').then((m) => ({ default: m.ExpertDesk })));
const Reconciliation = lazy(() => import('../seals/Reconciliation.tsx').then((m) => ({ default: m.Reconciliation })));
const Messages = lazy(() => import('../account/Messages.tsx').then((m) => ({ default: m.Messages })));

/** Where a task leads on the desk. */
const place =
  (me: Me) =>
  (entity: string, id: number): Record<string, string | number> => {
    if (me.roles.includes('expert') && entity === 'redemption') return { view: 'review' };
    if (entity === 'redemption' && !me.roles.includes('platform')) return { view: 'item', id };
    if (entity === 'objection') return { view: 'objections' };
    if (entity === 'recovery') return { view: 'recoveries' };
    if (entity === 'rectification') return { view: 'rectifications' };
    if (entity === 'correction') return { view: 'corrections' };
    if (entity === 'inquiry') return { view: 'inquiries' };
    return { view: entity === 'paper_pack' ? 'pack' : entity, id };
  };

/** The desk of everyone who reviews: its menus come from the roles that the database knows. */
export function Desk() {
  const menus = (me: Me): Menu[] => {
    const has = (...roles: string[]) => roles.some((r) => me.roles.includes(r));
    const all: Menu[] = [{ view: 'tasks', name: '待办', show: () => <Tasks empty="现在没有等您办理的事。" /> }];
    if (me.organization?.kind === 'recommender')
      all.push({
        view: 'pack',
        name: '纸质材料',
        part: '季度',
        show: () => (
          <PackQueue
            states={['sent', 'recommender_approved']}
            title="纸质材料"
            empty="没有等待核对的材料。管理单位报送后在这里出现。"
          />
        ),
      });
    if (has('platform')) {
      all.push(
        { view: 'order', name: '订单审核', part: '审核', show: () => <OrderQueue /> },
        { view: 'redemption', name: '形式审核', part: '审核', show: () => <RedemptionQueue /> },
        { view: 'certification', name: '认证审核', part: '审核', show: () => <CertificationQueue /> },
        { view: 'uscc_claim', name: '代码申请', part: '审核', show: () => <UsccClaimQueue /> },
        { view: 'project', name: '项目审核', part: '审核', show: () => <ProjectQueue /> },
        { view: 'instrument', name: '仪器审核', part: '审核', show: () => <ResourceQueue kind="instrument" /> },
        { view: 'service', name: '检测项目审核', part: '审核', show: () => <ResourceQueue kind="service" /> },
      );
    }
    if (has('platform', 'department', 'finance')) {
      all.push(
        { view: 'rounds', name: '季度汇总', part: '季度', show: () => <Rounds /> },
        {
          view: 'round',
          group: 'rounds',
          inside: '季度',
          show: () => byId((id) => <Round id={id} platform={has('platform')} />),
        },
        {
          view: 'item',
          group: 'rounds',
          inside: '复评',
          show: () => byId((id) => <Redemption id={id} />),
        },
        {
          view: 'case',
          group: 'rounds',
          inside: '订单',
          show: () => byId((id) => <OrderCase id={id} reviewer />),
        },
      );
    }
    if (has('platform'))
      all.push(
        {
          view: 'pack',
          name: '纸质材料',
          part: '季度',
          show: () => <PackQueue states={['forwarded']} title="纸质材料归存" empty="没有等待归存的材料。" />,
        },
        { view: 'payee_account', name: '收款账户', part: '资金', show: () => <AccountQueue /> },
      );
    if (has('platform', 'finance'))
      all.push(
        { view: 'payout', name: '拨付单', part: '资金', show: () => <Lists draws={has('platform')} /> },
        {
          view: 'payment_list',
          group: 'payout',
          inside: '拨付单',
          show: () => byId((id) => <PaymentList id={id} platform={has('platform')} />),
        },
      );
    if (has('platform', 'department', 'finance'))
      all.push(
        { view: 'objections', name: '公示异议', part: '季度', show: () => <Objections decides={has('department')} /> },
        {
          view: 'recoveries',
          name: '追回',
          part: '资金',
          show: () => <Recoveries can={has('department') ? ['decide', 'cancel'] : has('finance') ? ['record'] : []} />,
        },
        {
          view: 'rectifications',
          name: '更正',
          part: '监督',
          show: () => <Rectifications proposes={has('platform')} />,
        },
        {
          view: 'suspensions',
          name: '暂停资格',
          part: '监督',
          show: () => <Suspensions decides={has('department')} />,
        },
        {
          view: 'inquiries',
          name: '咨询投诉建议',
          part: '监督',
          show: () => <Inquiries answers={has('platform')} />,
        },
        { view: 'corrections', name: '网站找错', part: '监督', show: () => <Corrections answers={has('platform')} /> },
        { view: 'audit', name: '对账与查账', part: '监督', show: () => <Reconciliation /> },
      );
    if (has('platform')) all.push({ view: 'needs', name: '需求', part: '监督', show: () => <NeedsToWatch /> });
    if (has('expert')) all.push({ view: 'review', name: '专家评审', part: '审核', show: () => <ExpertDesk /> });
    all.push({ view: 'messages', name: '消息', show: () => <Messages /> });
    return all;
  };
  return <Workspace home="/desk/" title="审核与管理" menus={menus} place={place} />;
}
