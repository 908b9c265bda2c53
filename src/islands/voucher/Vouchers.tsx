import { createResource, For, type JSX, Show } from 'solid-js';
import { countVouchers, type Voucher, type VoucherSide, vouchersOf } from '../../backend/vouchers.ts';
import { statesOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, go, hrefOf, param } from '../ui/route.ts';
import { Ticket } from '../ui/Ticket.tsx';

const hints: Record<string, string> = {
  unpaid: '没有未支付的电子券。订单审核通过后在这里显示。',
  paid: '没有已支付、等待兑付的电子券。',
  redeemed: '还没有兑付成功的电子券。',
  failed: '没有兑付失败的电子券。',
  expired: '没有过期或撤回的电子券。',
};

/** 我的电子券 (R18): the five states as five tabs, every voucher a ticket. */
export function Vouchers(props: {
  side: VoucherSide;
  orgId: number;
  action?: (voucher: Voucher) => JSX.Element;
  states?: string[];
}) {
  const [states] = createResource(() => statesOf('voucher'));
  const shown = () => (states() ?? []).filter((s) => props.states?.includes(s.state) ?? true);
  const at = () => (shown().find((s) => s.state === param('state')) ?? shown()[0])?.state;
  const [counts] = createResource(shown, async (all) =>
    Object.fromEntries(
      await Promise.all(
        all.map(async (s) => [s.state, await countVouchers(props.side, props.orgId, s.state)] as const),
      ),
    ),
  );
  const [rows, { refetch }] = createResource(at, (state) => vouchersOf(props.side, props.orgId, state));
  return (
    <>
      <h1>我的电子券</h1>
      <nav class="tabs" aria-label="电子券状态">
        <For each={shown()}>
          {(s) => (
            <a
              href={hrefOf({ view: 'vouchers', state: s.state })}
              aria-current={at() === s.state ? 'page' : undefined}
              onClick={(e) => {
                e.preventDefault();
                go({ view: 'vouchers', state: s.state });
              }}
            >
              {s.label}
              <Show when={(counts()?.[s.state] ?? 0) > 0}>
                <span class="badge quiet">{counts()?.[s.state]}</span>
              </Show>
            </a>
          )}
        </For>
      </nav>
      <Load of={rows} retry={() => void refetch()}>
        {(vouchers) => (
          <Show when={vouchers().length > 0} fallback={<Empty>{hints[at() ?? '']}</Empty>}>
            <div class="tickets">
              <For each={vouchers()}>
                {(v) => (
                  <Ticket
                    amountFen={v.amount_fen}
                    state={v.state}
                    label={shown().find((s) => s.state === v.state)?.label ?? ''}
                    no={v.voucher_no}
                    withdrawn={v.withdrawn}
                    rectified={v.rectified}
                    recovery={v.recovery}
                    rate={v.order.rate_bp ? `${v.order.rate_bp / 100}%` : ''}
                    title={`${v.order.title} · ${props.side === 'applicant_id' ? v.institution.name : v.applicant.name}`}
                    note={
                      v.state === 'unpaid'
                        ? `${formatDate(new Date(v.expires_at).getTime() - 1000)} 24:00 前支付有效`
                        : v.paid_at
                          ? `支付于 ${formatDate(v.paid_at)}`
                          : ''
                    }
                  >
                    <p class="row small">
                      <a
                        href={hrefOf({ view: 'order', id: v.order_id })}
                        onClick={(e) => follow(e, { view: 'order', id: v.order_id })}
                      >
                        {v.state === 'unpaid' && props.side === 'applicant_id' ? '查看订单、支付' : '查看订单'}
                      </a>
                      <a
                        href={hrefOf({ view: 'ticket', id: v.id })}
                        onClick={(e) => follow(e, { view: 'ticket', id: v.id })}
                      >
                        打印
                      </a>
                      {props.action?.(v)}
                    </p>
                  </Ticket>
                )}
              </For>
            </div>
          </Show>
        )}
      </Load>
    </>
  );
}
