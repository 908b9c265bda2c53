import { createResource, Show } from 'solid-js';
import { thisYear } from '../../backend/policy.ts';
import { countCertifications } from '../../backend/certifications.ts';
import { institutionPledge } from '../../backend/pledges.ts';
import type { Voucher } from '../../backend/vouchers.ts';
import { byId } from '../ui/by-id.tsx';
import { lazy } from '../ui/lazy.ts';
import { follow, hrefOf, idParam } from '../ui/route.ts';
import { Tasks } from './Tasks.tsx';
import type { Menu } from './Menu.tsx';
import { Workspace } from './Workspace.tsx';

const Resources = lazy(() => import('../resource/Resources.tsx').then((m) => ({ default: m.Resources })));
const Resource = lazy(() => import('../resource/Resources.tsx').then((m) => ({ default: m.Resource })));
const Switches = lazy(() => import('../resource/Resources.tsx').then((m) => ({ default: m.Switches })));
const Orders = lazy(() => import('../order/Orders.tsx').then((m) => ({ default: m.Orders })));
const TheirOrder = lazy(() => import('../order/TheirOrder.tsx').then((m) => ({ default: m.TheirOrder })));
const Vouchers = lazy(() => import('../voucher/Vouchers.tsx').then((m) => ({ default: m.Vouchers })));
const VoucherSheet = lazy(() => import('../voucher/VoucherSheet.tsx').then((m) => ({ default: m.VoucherSheet })));
const Redeem = lazy(() => import('../redemption/Redeem.tsx').then((m) => ({ default: m.Redeem })));
const Supplement = lazy(() => import('../redemption/Redeem.tsx').then((m) => ({ default: m.Supplement })));
const Redemption = lazy(() => import('../redemption/Redemption.tsx').then((m) => ({ default: m.Redemption })));
const RedemptionList = lazy(() =>
  import('../redemption/RedemptionList.tsx').then((m) => ({ default: m.RedemptionList })),
);
const Packs = lazy(() => import('../round/PackTable.tsx').then((m) => ({ default: m.Packs })));
const PackView = lazy(() => import('../round/Packs.tsx').then((m) => ({ default: m.PackView })));
const Certification = lazy(() => import('./Certification.tsx').then((m) => ({ default: m.Certification })));
const InstitutionPledge = lazy(() => import('./Pledge.tsx').then((m) => ({ default: m.InstitutionPledge })));
const OpenNeeds = lazy(() => import('../need/OpenNeeds.tsx').then((m) => ({ default: m.OpenNeeds })));
const Accounts = lazy(() => import('../payment/Accounts.tsx').then((m) => ({ default: m.Accounts })));
const Recoveries = lazy(() => import('../recovery/Recoveries.tsx').then((m) => ({ default: m.Recoveries })));
const Messages = lazy(() => import('./Messages.tsx').then((m) => ({ default: m.Messages })));
const Profile = lazy(() => import('./Profile.tsx').then((m) => ({ default: m.Profile })));

/** What is still missing before the voucher module opens (R20). */
function Start(props: { orgId: number }) {
  const [data] = createResource(async () => {
    const year = await thisYear();
    const [certified, { pledge, signature }] = await Promise.all([
      countCertifications(props.orgId, 'approved'),
      institutionPledge(props.orgId, year),
    ]);
    return { year, published: pledge !== undefined, certified: certified > 0, signed: signature !== undefined };
  });
  const step = () => (data()?.certified ? 'pledge' : 'certification');
  return (
    <Show when={data() && !(data()?.certified && data()?.signed)}>
      <Show
        when={!data()?.certified || data()?.published}
        fallback={
          <p class="next">{data()?.year} 年度的诚信承诺书还没有发布，发布之后在这里签署；已经开始的业务照常办理。</p>
        }
      >
        <section class="next mine">
          <h2>下一步：{data()?.certified ? '签署本年度诚信承诺书' : '提交管理单位认证'}</h2>
          <p>完成后创新券功能即开通，可以发布仪器与检测、受理订单。</p>
          <a class="button main" href={hrefOf({ view: step() })} onClick={(e) => follow(e, { view: step() })}>
            {data()?.certified ? '去签署' : '去认证'}
          </a>
        </section>
      </Show>
    </Show>
  );
}

/** The claim for a paid voucher that has none yet; otherwise the way to the one it has (R23: one claim a voucher). */
function Claim(props: { voucher: Voucher }) {
  const claimed = () => props.voucher.redemption?.id;
  return (
    <Show
      when={claimed()}
      fallback={
        <Show when={props.voucher.state === 'paid'}>
          <a
            class="button main"
            href={hrefOf({ view: 'redeem', id: props.voucher.id })}
            onClick={(e) => follow(e, { view: 'redeem', id: props.voucher.id })}
          >
            兑付
          </a>
        </Show>
      }
    >
      {(id) => (
        <a href={hrefOf({ view: 'redemption', id: id() })} onClick={(e) => follow(e, { view: 'redemption', id: id() })}>
          查看兑付申请
        </a>
      )}
    </Show>
  );
}

/** 机构中心: the institution's workspace, with the deck's own menu names. */
export function InstitutionCentre() {
  const menus = (me: { organization?: { id: number } | undefined }): Menu[] => {
    const id = me.organization?.id ?? 0;
    return [
      {
        view: 'tasks',
        name: '待办',
        show: () => (
          <Tasks empty="没有等您处理的订单、兑付和申请。">
            <Start orgId={id} />
          </Tasks>
        ),
      },
      { view: 'instruments', name: '仪器资源', part: '资源', show: () => <Resources kind="instrument" orgId={id} /> },
      {
        view: 'instrument',
        group: 'instruments',
        inside: '仪器',
        show: () => byId((n) => <Resource kind="instrument" id={n} mine />),
      },
      { view: 'services', name: '项目检测', part: '资源', show: () => <Resources kind="service" orgId={id} /> },
      {
        view: 'service',
        group: 'services',
        inside: '检测项目',
        show: () => byId((n) => <Resource kind="service" id={n} mine />),
      },
      { view: 'switches', name: '创新券管理', part: '资源', show: () => <Switches orgId={id} /> },
      { view: 'needs', name: '需求', part: '订单', show: () => <OpenNeeds orgId={id} /> },
      {
        view: 'orders',
        name: '创新券订单',
        part: '订单',
        show: () => (
          <Orders side="institution_id" orgId={id} empty="还没有收到订单。用户单位预约并提交后在这里受理。" />
        ),
      },
      {
        view: 'order',
        group: 'orders',
        inside: '订单',
        show: () => byId((n) => <TheirOrder id={n} />),
      },
      {
        view: 'vouchers',
        name: '我的电子券',
        part: '兑付',
        show: () => (
          <Vouchers
            side="holder_id"
            orgId={id}
            states={['paid', 'redeemed', 'failed']}
            action={(v) => <Claim voucher={v} />}
          />
        ),
      },
      {
        view: 'ticket',
        group: 'vouchers',
        inside: '电子券',
        show: () => byId((n) => <VoucherSheet id={n} />),
      },
      {
        view: 'redeem',
        group: 'vouchers',
        inside: '申请兑付',
        show: () => byId((n) => <Redeem voucherId={n} />),
      },
      { view: 'redemptions', name: '总订单汇总列表', part: '兑付', show: () => <RedemptionList orgId={id} /> },
      {
        view: 'redemption',
        group: 'redemptions',
        inside: '兑付申请',
        show: () => byId((n) => <Redemption id={n} />),
      },
      {
        view: 'supplement',
        group: 'redemptions',
        inside: '补充材料',
        show: () => byId((n) => <Supplement redemptionId={n} />),
      },
      {
        view: 'packs',
        name: '季度纸质材料',
        part: '兑付',
        show: () => <Packs institutionId={id} empty="季度汇总后在这里打印、报送纸质材料。" />,
      },
      { view: 'pack', group: 'packs', inside: '材料', show: () => <PackView id={idParam()} /> },
      { view: 'pledge', name: '诚信承诺书', part: '单位', show: () => <InstitutionPledge orgId={id} /> },
      { view: 'certification', name: '认证', part: '单位', show: () => <Certification orgId={id} institution /> },
      { view: 'recoveries', name: '追回', part: '兑付', show: () => <Recoveries orgId={id} can={['answer']} /> },
      { view: 'account', name: '收款账户', part: '兑付', show: () => <Accounts orgId={id} /> },
      { view: 'messages', name: '消息', show: () => <Messages /> },
      { view: 'profile', name: '单位资料', part: '单位', show: () => <Profile orgId={id} /> },
    ];
  };
  return <Workspace home="/institution/" title="机构中心" menus={menus} />;
}
